"""Make decisions again: against the list of then, of a version, of a day or of today, by their own or by other rules.

Whatever is not asked otherwise is as it was: list version, day, coverage, model and policy. A day asked for is the day
bans are reckoned by, and the list is the one in force at its end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from registry.clock import day_of, end_of_day
from registry.errors import FieldFault, InvalidInputError
from registry.law.roles import Region
from registry.law.verdict import Coverage, CoverageState, coverage_of
from registry.services.answer_check import Circumstances, SubjectAnswer, compose_subjects
from registry.services.apply_clearances import apply_clearances, in_question
from registry.services.check_applicants import judge
from registry.services.kept_rules import model_of, policy_of
from registry.services.list_as_of import FormerList, require_version, version_on

if TYPE_CHECKING:
    from matching.model import Model
    from registry.law.policy import Policy
    from registry.services.admit_applicants import CheckRequest
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork

Json = dict[str, Any]
OWN = "own"
_COMPARED = ("verdict", "evidence", "expected_coincidences", "bases")


@dataclass(frozen=True, slots=True)
class AsOf:
    """As of what a decision is made again: a list version, a day, or today's list; nothing: the version it names.

    `model` and `policy` are kept versions; None: those it was made by. Raises InvalidInputError where the list is
    stated in more than one way.
    """

    list_version: int | None = None
    day: datetime.date | None = None
    today: bool = False
    model: str | None = None
    policy: str | None = None

    def __post_init__(self) -> None:
        """Hold the list to one way of stating it."""
        if (self.list_version is not None) + (self.day is not None) + self.today > 1:
            raise InvalidInputError([FieldFault("as_of", "stated_twice", "state a list version, a day, or today")])

    @property
    def other_rules(self) -> bool:
        """Say whether model, policy or day may be others than those of then."""
        return not (self.model is None and self.policy is None and self.day is None)


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

    `changed_since`: the list has recorded a change of this listed person between both versions. `was` and `is_now` are
    the verdicts; None where there was no such match.
    """

    subject_no: str
    ban_no: str | None
    difference: Difference
    changed_since: bool
    was: str | None
    is_now: str | None


@dataclass(frozen=True, slots=True)
class Remade:
    """A decision made again: against which list version, for which day, by which rules, and what differs."""

    list_version: int
    day: datetime.date
    model: str
    policy: str
    differing: tuple[Differing, ...]


class Remaking:
    """Makes decisions again, one after another; the list it reads against is built once for each model.

    Decisions in the order they were made cost least: the list goes on by what has changed between two of them.
    """

    def __init__(self, services: Services, uow: UnitOfWork, as_of: AsOf) -> None:
        """Raise NotFoundError where the model or policy named is not kept, ConflictError where it is unfit.

        Raises InvalidInputError where the list never had the version asked for.
        """
        self._services = services
        self._uow = uow
        self._as_of = as_of
        self._valid_for = {Region(region): span for region, span in uow.coverage.valid_for().items()}
        self._lists: dict[str, FormerList] = {}
        self._policies: dict[str, Policy] = {}
        self._models: dict[str, Model] = {}
        self._on_day = None if as_of.day is None else version_on(uow, as_of.day)
        if as_of.list_version is not None:
            require_version(uow, as_of.list_version)
        if as_of.model is not None:
            self._model(as_of.model)
        if as_of.policy is not None:
            self._policy(as_of.policy)

    def remake(self, decision: ReplayableDecision, request: CheckRequest) -> Remade:
        """Judge a request again and compare.

        Raises NotFoundError where its rules are not kept, ConflictError where its model is of another program, and
        InvalidInputError where the list never had the version it names.
        """
        model = self._model(self._as_of.model or decision.model_version)
        policy = self._policy(self._as_of.policy or decision.policy_version)
        services = replace(self._services, model=model, policy=policy)
        view = self._list(model).at(self._version(decision))
        about = self._circumstances(decision, request, policy)
        judged = [judge(services, view, subject, about) for subject in request.subjects]
        answers = self._with_clearances(policy, request, judged, about)
        again = compose_subjects(services.law, request, answers)
        before = orjson.loads(decision.answer)["subjects"]
        changed = self._changed(decision.list_version, view.version, [*again, *before])
        found = tuple(_compared(before, again, changed))
        return Remade(view.version, about.day, model.version, policy.version, found)

    def _version(self, decision: ReplayableDecision) -> int:
        as_of = self._as_of
        if as_of.today:
            return self._uow.head.version()
        stated = as_of.list_version if self._on_day is None else self._on_day
        return decision.list_version if stated is None else stated

    def _model(self, version: str) -> Model:
        if version not in self._models:
            self._models[version] = model_of(self._uow, version)
        return self._models[version]

    def _policy(self, version: str) -> Policy:
        if version not in self._policies:
            self._policies[version] = policy_of(self._uow, version)
        return self._policies[version]

    def _list(self, model: Model) -> FormerList:
        if model.version not in self._lists:
            self._lists[model.version] = FormerList(self._uow, model, self._services.settings.home)
        return self._lists[model.version]

    def _circumstances(self, decision: ReplayableDecision, request: CheckRequest, policy: Policy) -> Circumstances:
        at = decision.decided_at
        stated = orjson.loads(decision.answer)["list"]["coverage"]
        coverage = tuple(map(_coverage, stated))
        if self._as_of.policy is not None:
            as_of = {each.region: each.as_of for each in coverage}
            coverage = coverage_of(policy, as_of, at, self._valid_for)
        day = self._as_of.day or day_of(at)
        return Circumstances(request.purpose, Region.of(request.region), at, day, coverage)

    def _with_clearances(
        self, policy: Policy, request: CheckRequest, answers: list[SubjectAnswer], about: Circumstances
    ) -> list[SubjectAnswer]:
        """Leave out whom a regulator had found to be another by then; of a day asked for, by its end."""
        asked = in_question(request.subjects, answers)
        if not asked:
            return answers
        at = about.at if self._as_of.day is None else end_of_day(self._as_of.day)
        known = self._uow.clearances.standing_for(asked, at)
        return [
            apply_clearances(policy, subject, answer, about.coverage, known)
            for subject, answer in zip(request.subjects, answers, strict=True)
        ]

    def _changed(self, one: int, other: int, subjects: list[Json]) -> set[str]:
        """Return the ban numbers, of those named, whose listed person has changed between two list versions."""
        ban_nos = {match["ban_no"] for subject in subjects for match in subject["matches"]}
        if one == other or not ban_nos:
            return set()
        numbered = self._uow.lists.subjects_numbered(ban_nos)
        changed = self._uow.changes.among_between(min(one, other), max(one, other), numbered.values())
        return {ban_no for ban_no, subject in numbered.items() if subject in changed}


def _coverage(row: Mapping[str, str | None]) -> Coverage:
    as_of = row["as_of"]
    at = None if as_of is None else datetime.datetime.fromisoformat(as_of)
    return Coverage(Region(str(row["region"])), at, CoverageState(str(row["state"])))


def _compared(then: list[Json], now: list[Json], changed: set[str]) -> Iterator[Differing]:
    for before, after in zip(then, now, strict=True):
        number = before["subject_no"]
        matches = [{match["ban_no"]: match for match in subject["matches"]} for subject in (before, after)]
        for ban_no in dict.fromkeys((*matches[0], *matches[1])):
            was, is_now = matches[0].get(ban_no), matches[1].get(ban_no)
            difference = _difference(was, is_now)
            if difference is not None:
                yield Differing(number, ban_no, difference, ban_no in changed, _verdict(was), _verdict(is_now))
        if before["verdict"] != after["verdict"]:
            yield Differing(number, None, Difference.VERDICT, bool(changed), before["verdict"], after["verdict"])


def _difference(before: Json | None, after: Json | None) -> Difference | None:
    if before is None or after is None:
        return Difference.ONLY_NOW if before is None else Difference.ONLY_THEN
    return next((Difference(name) for name in _COMPARED if before[name] != after[name]), None)


def _verdict(match: Json | None) -> str | None:
    return None if match is None else match["verdict"]
