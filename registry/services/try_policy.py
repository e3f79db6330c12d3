"""Try a policy before it is adopted: recent decisions and a roster judged by the policy in force and by the new one.

Both judge the same hits against the same list, so that whatever differs is the policy's doing. One ledger entry is
written; nothing else changes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from registry.clock import day_of
from registry.intake.roster_file import open_roster
from registry.law.policy import Policy
from registry.law.roles import Purpose, Region, Role
from registry.law.verdict import Coverage, coverage_of
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.admit_applicants import SubjectRequest, faults_of
from registry.services.answer_check import Circumstances
from registry.services.check_applicants import coverage_now, judge_hits
from registry.services.list_index import IndexView, ListIndex
from registry.services.policy_effect import PolicyEffect, Reason
from registry.services.review_forecast import Forecast, forecast
from registry.store.rule_repository import digest_of

if TYPE_CHECKING:
    from matching.index import Hit
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork

SUBJECTS_AT_A_TIME = 200
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried on: decisions of so many days, and a roster whose people apply for a purpose in a role."""

    days: int
    roster: Path | None = None
    purpose: Purpose = Purpose.FOOD_OPERATION_LICENCE
    role: Role = Role.OPERATOR


@dataclass(slots=True)
class TriedPolicy:
    """What a policy would change: in the decisions, in the roster, and how much review the list itself foretells."""

    former: Policy
    tried: Policy
    decisions: PolicyEffect = field(default_factory=PolicyEffect)
    roster: PolicyEffect = field(default_factory=PolicyEffect)
    not_replayable: int = 0
    left_out: int = 0
    forecast: tuple[Forecast, ...] = ()

    @property
    def other_questions(self) -> tuple[str, ...]:
        """Entries of [questions] that differ: they change what a row founds, which only a new import shows."""
        ours, theirs = self.former.questions, self.tried.questions
        return tuple(name for name in ours.__dataclass_fields__ if getattr(ours, name) != getattr(theirs, name))


@dataclass(frozen=True, slots=True)
class _Asked:
    """One subject to be judged by both policies."""

    label: str
    subject: SubjectRequest
    purpose: Purpose
    region: Region | None
    at: datetime.datetime
    coverage: tuple[tuple[Coverage, ...], tuple[Coverage, ...]]


def try_policy(
    services: Services, path: Path, trial: Trial, *, actor: str, progress: Progress | None = None
) -> TriedPolicy:
    """Judge by both policies and count what differs; recorded.

    Raises SettingsError where the policy file is wrong, InvalidInputError where the roster cannot be read.
    """
    text = Policy.wording(path)
    found = TriedPolicy(services.policy, Policy.parse(text))
    with services.store.read() as uow, ListIndex(model=services.model).caught_up(uow) as view:
        trying = _Trying(services, view, found, progress)
        trying.take(found.decisions, _decided(services, uow, found, trial.days))
        if trial.roster is not None:
            trying.take(found.roster, _on_roster(services, uow, found, trial))
        found.forecast = tuple(forecast(services, uow, (found.former, found.tried), trial))
    _record(services, found, digest_of(text), actor)
    return found


class _Trying:
    """Judges subjects in batches, by the policy in force and by the one tried."""

    def __init__(self, services: Services, view: IndexView, found: TriedPolicy, progress: Progress | None) -> None:
        self._view = view
        self._judges = (replace(services, policy=found.former), replace(services, policy=found.tried))
        self._floor = min(found.former.least_millibits, found.tried.least_millibits)
        self._progress = progress
        self._done = 0

    def take(self, effect: PolicyEffect, asked: Iterator[_Asked]) -> None:
        """Judge every subject and note the effect on it."""
        while batch := list(islice(asked, SUBJECTS_AT_A_TIME)):
            hits = self._view.search_many([each.subject.identity for each in batch], self._floor)
            for each, found in zip(batch, hits, strict=True):
                self._note(effect, each, found)
            self._done += len(batch)
            if self._progress is not None:
                self._progress(self._done, None)

    def _note(self, effect: PolicyEffect, asked: _Asked, hits: list[Hit]) -> None:
        answers = [
            judge_hits(services, self._view, hits, asked.subject, self._circumstances(asked, coverage))
            for services, coverage in zip(self._judges, asked.coverage, strict=True)
        ]
        policies = self._judges[0].policy, self._judges[1].policy
        effect.note(asked.label, asked.purpose, asked.subject.identity, policies, (answers[0], answers[1]))

    def _circumstances(self, asked: _Asked, coverage: tuple[Coverage, ...]) -> Circumstances:
        return Circumstances(asked.purpose, asked.region, asked.at, day_of(asked.at), coverage)


def _decided(services: Services, uow: UnitOfWork, found: TriedPolicy, days: int) -> Iterator[_Asked]:
    """Yield the subjects of the decisions of so many days, with coverage as it was at each."""
    valid_for = {Region(region): span for region, span in uow.coverage.valid_for().items()}
    for decision in uow.decisions.since(services.clock.now() - datetime.timedelta(days=days)):
        if decision.request is None:
            found.not_replayable += 1
        else:
            yield from _of_decision(found, decision, decision.request, valid_for)


def _of_decision(
    found: TriedPolicy, decision: ReplayableDecision, text: str, valid_for: Mapping[Region, datetime.timedelta]
) -> Iterator[_Asked]:
    request, at = stored_request.read(text), decision.decided_at
    rows = orjson.loads(decision.answer)["list"]["coverage"]
    as_of = {Region(row["region"]): _instant(row["as_of"]) for row in rows}
    coverage = coverage_of(found.former, as_of, at, valid_for), coverage_of(found.tried, as_of, at, valid_for)
    for subject in request.subjects:
        yield _Asked(decision.check_no, subject, request.purpose, Region.of(request.region), at, coverage)


def _instant(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def _on_roster(services: Services, uow: UnitOfWork, found: TriedPolicy, trial: Trial) -> Iterator[_Asked]:
    """Yield the people of a roster as if each applied today; who states too little is left out and counted."""
    at = services.clock.now()
    coverage = coverage_now(services, uow), coverage_now(replace(services, policy=found.tried), uow)
    with open_roster(Path(str(trial.roster))) as roster:
        for _, identity in roster.people():
            subject = SubjectRequest("1", trial.role, identity)
            if faults_of(subject, services.clock.today()):
                found.left_out += 1
            else:
                yield _Asked(f"row {roster.rows}", subject, trial.purpose, None, at, coverage)
        found.left_out += roster.left_out


def _record(services: Services, found: TriedPolicy, digest: str, actor: str) -> None:
    facts: Mapping[str, str | int] = {
        "version": found.tried.version,
        "digest": digest,
        "decisions": found.decisions.subjects,
        "roster_rows": found.roster.subjects,
        "stopped": _total(effect.stopped for effect in (found.decisions, found.roster)),
        "released": _total(effect.released for effect in (found.decisions, found.roster)),
    }
    with services.store.write() as uow:
        uow.ledger.record(EventKind.POLICY_TRIED, actor, facts)


def _total(counts: Iterable[Mapping[Reason, int]]) -> int:
    return sum(sum(each.values()) for each in counts)
