"""Put a stored answer into words for its reader: who may see which matches, and in which language.

A stored answer is the whole, language-neutral answer (what a regulator sees); nothing is computed anew here, so
that years later the same answer is shown.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matching.identity import Identity, Kind
from matching.normalize import normalize_name
from matching.score import Comparison
from registry.law.ban import BarringBasis
from registry.law.provisions import Law
from registry.law.roles import Purpose, Region
from registry.law.verdict import Coverage, NextStep, NextStepCode, Verdict
from registry.privacy.masking import mask_id, mask_name
from registry.services.admit_applicants import CheckRequest, SubjectRequest
from registry.services.explain_evidence import Language, explain

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check is for and when: purpose, region (None: all four), instant (UTC), its day in Shanghai, coverage."""

    purpose: Purpose
    region: Region | None
    at: datetime.datetime
    day: datetime.date
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """What may be shown of a listed identity: its name, and its ID number with the middle hidden."""

    name: str | None
    masked_id: str | None

    @classmethod
    def of(cls, listed: Identity) -> Face:
        """Return what may be shown of an identity as a record states it."""
        return cls(listed.name, mask_id(listed.documents[0].number) if listed.documents else None)


@dataclass(frozen=True, slots=True)
class Match:
    """One listed person or organisation that fits a subject and whose ban bars it."""

    ban_no: str
    kind: Kind
    verdict: Verdict
    face: Face
    comparison: Comparison
    barring: tuple[BarringBasis, ...]
    record_nos: tuple[str, ...]
    listed: Identity


@dataclass(frozen=True, slots=True)
class Cleared:
    """A listed person left out of an answer: a regulator has found before that this applicant is another."""

    clearance_no: str
    ban_no: str
    given_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class SubjectAnswer:
    """The verdict on one subject and its matches, strictest and strongest first; and who was left out as cleared."""

    subject_no: str
    verdict: Verdict
    matches: tuple[Match, ...]
    cleared: tuple[Cleared, ...] = ()


class Audience(StrEnum):
    """Who reads an answer: a licensing client sees matches that block, a regulator all."""

    LICENSING = "licensing"
    REGULATOR = "regulator"


def render(stored: Mapping[str, Any], audience: Audience, language: Language) -> Json:
    """Return the answer as contracts promise it: verdict, list state, subjects, next step, receipt.

    A regulator sees from where on the policy sends a match to a person, too.
    """
    # Answers given before these were kept have none.
    shown = {"application_no", "purpose", "region"} | ({"review_from"} if audience is Audience.REGULATOR else set())
    return {
        "check_no": stored["check_no"],
        **{name: stored[name] for name in sorted(shown & stored.keys())},
        "verdict": stored["verdict"],
        "decided_at": stored["decided_at"],
        "list": stored["list"],
        "subjects": [_subject(subject, audience, language) for subject in stored["subjects"]],
        "next_step": {
            "code": stored["next_step"],
            "says": NextStep(NextStepCode(stored["next_step"])).says(language.value),
        },
        # Answers given before there were receipts have none.
        "receipt": stored.get("receipt"),
    }


def _subject(subject: Mapping[str, Any], audience: Audience, language: Language) -> Json:
    shown = [match for match in subject["matches"] if audience is Audience.REGULATOR or match["verdict"] == "block"]
    cleared = [_cleared(each, audience) for each in subject.get("cleared", ())]
    return {
        "subject_no": subject["subject_no"],
        "verdict": subject["verdict"],
        "matches": [_match(match, language) for match in shown],
        **({"cleared": cleared} if cleared else {}),
    }


def _cleared(cleared: Mapping[str, Any], audience: Audience) -> Json:
    """Whose record it was is the regulator's to know: a near match is probably somebody else's."""
    hidden = frozenset() if audience is Audience.REGULATOR else frozenset({"ban_no"})
    return {name: value for name, value in cleared.items() if name not in hidden}


def _match(match: Mapping[str, Any], language: Language) -> Json:
    return {
        **match,
        "expected_coincidences": float(four_figures(match["expected_coincidences"])),
        "bases": [{**basis, "article": basis["article"][language.value]} for basis in match["bases"]],
        "evidence": _evidence(match["evidence"], language),
        "bits": sum(millibits for _, _, millibits in match["evidence"]) / 1000,
    }


def four_figures(number: float) -> str:
    """Return a number to four significant figures, as every door shows expected coincidences."""
    return f"{number:.4g}"


def _evidence(lines: Sequence[Sequence[Any]], language: Language) -> list[Json]:
    return [
        {
            "feature": feature,
            "level": level,
            "bits": millibits / 1000,
            "says": explain(feature, level, millibits, language),
        }
        for feature, level, millibits in lines
    ]


def compose_subjects(law: Law, request: CheckRequest, answers: Sequence[SubjectAnswer]) -> list[Json]:
    """Return the language-neutral part of an answer on its subjects, with names and ID numbers masked."""
    return [
        {
            "subject_no": answer.subject_no,
            "verdict": answer.verdict.value,
            "matches": [_composed(law, subject, match) for match in answer.matches],
            **_without(answer.cleared),
        }
        for subject, answer in zip(request.subjects, answers, strict=True)
    ]


def _without(cleared: Sequence[Cleared]) -> Json:
    if not cleared:
        return {}
    stated = [(each.clearance_no, each.ban_no, instant(each.given_at)) for each in cleared]
    return {"cleared": [dict(zip(("clearance_no", "ban_no", "given_at"), each, strict=True)) for each in stated]}


def _composed(law: Law, subject: SubjectRequest, match: Match) -> Json:
    return {
        "ban_no": match.ban_no,
        "verdict": match.verdict.value,
        "name": shown_name(match.face.name, subject.identity.name),
        "id_number": match.face.masked_id,
        "bases": [_basis(law, barring) for barring in match.barring],
        "evidence": [[line.feature, line.level, line.millibits] for line in match.comparison.evidence],
        "expected_coincidences": match.comparison.expected_coincidences,
    }


def shown_name(listed: str | None, asked: str | None) -> str | None:
    """Return the listed name masked, or the asker's own spelling where it is the same name."""
    if listed is None:
        return None
    if asked is not None and normalize_name(asked) == normalize_name(listed):
        return asked
    return mask_name(normalize_name(listed))


def _basis(law: Law, barring: BarringBasis) -> Json:
    basis = barring.basis
    return {
        "provision": barring.provision,
        "article": {language.value: law.article(barring.provision, language.value) for language in Language},
        "document_no": basis.document_no,
        "bars": [activity.value for activity in barring.activities],
        "from": _day(basis.starts_on),
        "to": _day(basis.ends_on),
    }


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def compose_coverage(coverage: Sequence[Coverage]) -> list[Json]:
    """Return how fresh each region's part of the list was."""
    return [
        {
            "region": each.region.value,
            "as_of": None if each.as_of is None else instant(each.as_of),
            "state": each.state.value,
        }
        for each in coverage
    ]


def instant(at: datetime.datetime) -> str:
    """Return an instant as answers write it: UTC, microseconds, Z."""
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")[:-6] + "Z"
