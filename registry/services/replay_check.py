"""Make a decision again: the same request under the model and policy it was made by, against today's list.

Everything but the list is as it was then: day, coverage, thresholds, shares of names. Where the answer differs, it
is said whether the listed person's record has changed since, which is then the reason.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from registry.clock import day_of
from registry.law.roles import Region
from registry.law.verdict import Coverage, CoverageState
from registry.ledger.events import EventKind
from registry.services.admit_applicants import CheckRequest
from registry.services.answer_check import Circumstances, compose_subjects
from registry.services.check_applicants import judge
from registry.services.explain_record import decision_with_request, measure_of
from registry.services.list_index import ListIndex

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork

Json = dict[str, Any]
_COMPARED = ("verdict", "evidence", "expected_coincidences", "bases")


class Difference(StrEnum):
    """How a replayed answer differs from the one that was given."""

    ONLY_THEN = "only_then"
    ONLY_NOW = "only_now"
    VERDICT = "verdict"
    EVIDENCE = "evidence"
    EXPECTED_COINCIDENCES = "expected_coincidences"
    BASES = "bases"


@dataclass(frozen=True, slots=True)
class Differing:
    """One match (or, without a ban number, one subject's verdict) that came out otherwise.

    `changed_since`: the list has recorded a change of this listed person after the decision.
    """

    subject_no: str
    ban_no: str | None
    difference: Difference
    changed_since: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of making a decision again."""

    check_no: str
    model: str
    policy: str
    list_version: int
    replayed_at_version: int
    differing: tuple[Differing, ...]

    @property
    def equal(self) -> bool:
        """Say whether every subject's verdict, every match and every line of evidence is as it was."""
        return not self.differing


def replay_check(services: Services, check_no: str, *, actor: str) -> Replay:
    """Make a decision again and compare; recorded.

    Raises NotFoundError where there is no such decision or its rules are not kept, ConflictError where its request
    was not kept or its model was made for another program.
    """
    with services.store.read() as uow:
        decision, request = decision_with_request(uow, check_no)
        measure = measure_of(uow, decision, request.purpose)
        then = replace(services, model=measure.model, policy=measure.policy)
        with ListIndex(model=measure.model).caught_up(uow) as view:
            about = _circumstances(decision, request)
            answers = [judge(then, view, subject, about) for subject in request.subjects]
            version = view.version
        again = compose_subjects(services.law, request, answers)
        answer = orjson.loads(decision.answer)
        changed = _changed_since(uow, decision.list_version, [*again, *answer["subjects"]])
        found = tuple(_compared(answer["subjects"], again, changed))
    with services.store.write() as uow:
        facts: dict[str, str | int] = {"check_no": check_no, "equal": "no" if found else "yes"}
        uow.ledger.record(EventKind.CHECK_REPLAYED, actor, facts)
    versions = measure.model.version, measure.policy.version
    return Replay(check_no, *versions, decision.list_version, version, found)


def _circumstances(decision: ReplayableDecision, request: CheckRequest) -> Circumstances:
    coverage = tuple(_coverage(row) for row in orjson.loads(decision.answer)["list"]["coverage"])
    at = decision.decided_at
    return Circumstances(request.purpose, Region.of(request.region), at, day_of(at), coverage)


def _coverage(row: Mapping[str, str | None]) -> Coverage:
    as_of = row["as_of"]
    at = None if as_of is None else datetime.datetime.fromisoformat(as_of)
    return Coverage(Region(str(row["region"])), at, CoverageState(str(row["state"])))


def _changed_since(uow: UnitOfWork, version: int, subjects: list[Json]) -> set[str]:
    """Return the ban numbers, of those named, whose listed person has changed after a list version."""
    ban_nos = {match["ban_no"] for subject in subjects for match in subject["matches"]}
    numbered = uow.lists.subjects_numbered(ban_nos)
    changed = set(uow.changes.subjects_between(version, uow.head.version()))
    return {ban_no for ban_no, subject in numbered.items() if subject in changed}


def _compared(then: list[Json], now: list[Json], changed: set[str]) -> Iterator[Differing]:
    for before, after in zip(then, now, strict=True):
        number = before["subject_no"]
        matches = [{match["ban_no"]: match for match in subject["matches"]} for subject in (before, after)]
        for ban_no in dict.fromkeys((*matches[0], *matches[1])):
            difference = _difference(matches[0].get(ban_no), matches[1].get(ban_no))
            if difference is not None:
                yield Differing(number, ban_no, difference, ban_no in changed)
        if before["verdict"] != after["verdict"]:
            yield Differing(number, None, Difference.VERDICT, bool(changed))


def _difference(before: Json | None, after: Json | None) -> Difference | None:
    if before is None or after is None:
        return Difference.ONLY_NOW if before is None else Difference.ONLY_THEN
    return next((Difference(name) for name in _COMPARED if before[name] != after[name]), None)
