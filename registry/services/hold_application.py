"""What is put before the regulators with an answer that holds an application: the case, opened in the same commit."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from registry.clock import day_of
from registry.law.verdict import Verdict
from registry.law.working_days import add_working_days
from registry.services.apply_clearances import applicant_spelling
from registry.store.case_values import NewCase, NewMatch

if TYPE_CHECKING:
    from registry.law.policy import Policy
    from registry.services.admit_applicants import CheckRequest

ONLY_STALE: Final = "stale"
"""The rule of an application nobody listed fits: a region's part of the list was too old for a `clear`."""

_NAMES: Final = frozenset({"name", "organisation_name"})
Line = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which system asked, and the region it works for (None: all four); nobody's: a bulk run."""

    client_id: int | None = None
    region: str | None = None


def new_case(
    policy: Policy, request: CheckRequest, answer: Mapping[str, Any], at: datetime.datetime, whose: Whose
) -> NewCase | None:
    """Return the case an answer opens; None for a clear.

    `answer` is the whole answer (language-neutral JSON). The time it is due is the policy's, in working days.
    """
    if answer["verdict"] == Verdict.CLEAR:
        return None
    spelt = {subject.subject_no: applicant_spelling(subject.identity) for subject in request.subjects}
    matches = tuple(match for match, _ in matches_of(answer["subjects"], spelt))
    return NewCase(
        check_no=answer["check_no"],
        client_id=whose.client_id,
        application_no=request.application_no,
        region=_province(request.region or whose.region),
        purpose=request.purpose.value,
        verdict=answer["verdict"],
        rule=_strictest(matches).rule if matches else ONLY_STALE,
        opened_at=at,
        due_on=due_on(policy, answer["verdict"], day_of(at)),
        matches=matches,
    )


def matches_of(
    subjects: Sequence[Mapping[str, Any]], spelt: Mapping[str, str]
) -> Iterator[tuple[NewMatch, Mapping[str, Any]]]:
    """Yield the matches of an answer's subjects, as each is kept and as it is stated; `spelt`: who applied."""
    for subject in subjects:
        number = subject["subject_no"]
        for match in subject["matches"]:
            yield NewMatch(number, match["ban_no"], match["verdict"], _rule(match), spelt[number]), match


def due_on(policy: Policy, verdict: str, day: datetime.date) -> datetime.date:
    """Return the last day on which a case opened on a day is decided in time."""
    terms = policy.desk
    return add_working_days(day, terms.decide_block if verdict == Verdict.BLOCK else terms.decide_review)


def _strictest(matches: Sequence[NewMatch]) -> NewMatch:
    """Answers state matches strictest first, subject by subject."""
    return next((match for match in matches if match.verdict == Verdict.BLOCK), matches[0])


def _rule(match: Mapping[str, Any]) -> str:
    """Say by what a match was found: the strongest line of evidence that is no name, as feature/level."""
    lines = [line for line in match["evidence"] if line[2] > 0]
    telling = [line for line in lines if line[0] not in _NAMES] or lines
    strongest = max(telling, key=_weight, default=("none", "none", 0))
    return f"{strongest[0]}/{strongest[1]}"


def _weight(line: Line) -> int:
    return int(line[2])


def _province(region: str | None) -> str | None:
    return None if region is None else region[:2]
