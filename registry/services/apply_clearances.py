"""Leave out of an answer whom a regulator has found not to be this applicant, as long as the evidence is the same.

A clearance binds who applied, as stated, to one listed person. It rests on what agreed and what did not, and on who
the record says the listed person is: where any of that is another, the question is asked again. A match that blocks
or rests on an equal number is never left out: it cannot be told from the listed person's own application
(docs/decisions/0019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from matching.documents import canonical_number
from matching.identity import Identity
from matching.normalize import normalize_name
from matching.score import tells_equal_number
from registry.law.verdict import Coverage, Verdict, judge_subject
from registry.privacy.masking import mask_id, mask_in_text, mask_name
from registry.services.answer_check import Cleared, Match, SubjectAnswer

if TYPE_CHECKING:
    from matching.score import Comparison
    from registry.law.policy import Policy
    from registry.services.admit_applicants import SubjectRequest
    from registry.store.case_values import StoredClearance

Clearances = Mapping[str, Sequence["StoredClearance"]]
"""Clearances by the one spelling of their applicant."""


def applicant_spelling(identity: Identity) -> str:
    """Return the one spelling of who applied: names, numbers, birth date and sex as they are compared (JSON)."""
    return _written([str(identity.kind), *_face(identity)])


def masked_applicant(spelling: str) -> tuple[str, str]:
    """Return name and number of who applied with the middle hidden, from their one spelling; empty where unstated."""
    _, names, _, papers, *_ = orjson.loads(spelling)
    numbers = "、".join(mask_id(number) for _, number in papers)
    return mask_name(names[0]) if names[0] else "", numbers


def masked_words(text: str, spelling: str) -> str:
    """Return words about who applied with their names and every number of an identity card masked."""
    _, names, *_ = orjson.loads(spelling)
    return mask_in_text(text, filter(None, names))


def evidence_spelling(comparison: Comparison, listed: Identity) -> str:
    """Return what a clearance rests on: each feature with its level, and who the record says the listed one is."""
    levels = [[line.feature, line.level] for line in comparison.evidence]
    return _written([levels, _face(listed), listed.domicile_code])


def in_question(subjects: Sequence[SubjectRequest], answers: Sequence[SubjectAnswer]) -> list[str]:
    """Return the spellings of those subjects whom somebody listed may be, but does not block."""
    return [
        applicant_spelling(subject.identity)
        for subject, answer in zip(subjects, answers, strict=True)
        if any(match.verdict is Verdict.REVIEW for match in answer.matches)
    ]


def apply_clearances(
    policy: Policy, subject: SubjectRequest, answer: SubjectAnswer, coverage: Sequence[Coverage], known: Clearances
) -> SubjectAnswer:
    """Return an answer without the matches a clearance speaks of, and with those clearances named."""
    given = {each.ban_no: each for each in known.get(applicant_spelling(subject.identity), ())}
    left_out = {match.ban_no: given[match.ban_no] for match in answer.matches if _is_cleared(match, given)}
    if not left_out:
        return answer
    matches = tuple(match for match in answer.matches if match.ban_no not in left_out)
    verdict = judge_subject(policy, (match.verdict for match in matches), coverage)
    cleared = tuple(Cleared(each.clearance_no, ban_no, each.given_at) for ban_no, each in left_out.items())
    return replace(answer, verdict=verdict, matches=matches, cleared=cleared)


def _is_cleared(match: Match, given: Mapping[str, StoredClearance]) -> bool:
    clearance = given.get(match.ban_no)
    if clearance is None or match.verdict is not Verdict.REVIEW or _has_equal_number(match):
        return False
    return clearance.evidence == evidence_spelling(match.comparison, match.listed)


def _has_equal_number(match: Match) -> bool:
    return any(tells_equal_number(line.feature, line.level) for line in match.comparison.evidence)


def _face(identity: Identity) -> list[object]:
    names = [normalize_name(identity.name or "")]
    others = sorted({normalize_name(other.name) for other in identity.other_names})
    papers = sorted([str(each.type), canonical_number(each.type, each.number)] for each in identity.documents)
    birth = None if identity.birth is None else identity.birth.isoformat()
    return [names, others, papers, birth, identity.sex]


def _written(values: object) -> str:
    return orjson.dumps(values).decode()
