"""Replay the decisions of some days: each made again, those that come out otherwise listed, the others counted.

The decisions are read one after another in the order they were made, so that memory does not grow with their number; a
run may end after so many and be taken up again after the last.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.clock import end_of_day
from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.remake_decision import OWN, AsOf, Differing, Remaking
from registry.store.decision_repository import Period

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork

Progress = Callable[[int, int | None], None]
NOTED_EVERY = 100


@dataclass(frozen=True, slots=True)
class Days:
    """Which decisions: from a day to another in Shanghai, both included; of a region and a verdict (None: of any).

    `after` and `most`: go on after the decision of this number, and end after so many.
    """

    first: datetime.date
    last: datetime.date
    region: str | None = None
    verdict: str | None = None
    after: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        """Hold the days to their order."""
        if self.last < self.first:
            raise InvalidInputError([FieldFault("last_day", "before_first", "the last day is before the first")])

    @property
    def period(self) -> Period:
        """Return the days as instants."""
        day = datetime.timedelta(days=1)
        return Period(end_of_day(self.first - day), end_of_day(self.last), self.region, self.verdict)


@dataclass(frozen=True, slots=True)
class DifferingCheck:
    """One decision that came out otherwise."""

    check_no: str
    decided_at: datetime.datetime
    region: str | None
    verdict: str
    list_version: int
    replayed_at_version: int
    differing: tuple[Differing, ...]


@dataclass(slots=True)
class PeriodReplay:
    """What came of a period: decisions made again, those that could not be, and how many verdicts became which.

    `last` is the number of the last decision looked at; `ended` says that there was none after it.
    """

    checks: int = 0
    differing: int = 0
    not_replayable: int = 0
    last: int = 0
    ended: bool = True
    became: Counter[tuple[str, str]] = field(default_factory=Counter)


def replay_period(  # noqa: PLR0913 -- which decisions, as of what, and who is told of what comes of it
    services: Services,
    days: Days,
    as_of: AsOf,
    *,
    actor: str,
    differs: Callable[[DifferingCheck], None],
    progress: Progress | None = None,
) -> PeriodReplay:
    """Make the decisions of some days again, hand over each that differs, and count; recorded.

    A decision whose request or rules are not kept is counted as not replayable. Raises NotFoundError where the model or
    policy asked for is not kept, ConflictError where the model is of another program, InvalidInputError for a version
    the list never had.
    """
    found = PeriodReplay(last=days.after)
    with services.store.read() as uow:
        replaying = _Replaying(Remaking(services, uow, as_of), found, differs)
        for decision in _decisions(uow, days, found):
            replaying.take(decision)
            if progress is not None and found.checks % NOTED_EVERY == 0:
                progress(found.checks, None)
    with services.store.write() as uow:
        uow.ledger.record(EventKind.PERIOD_REPLAYED, actor, _facts(days, as_of, found))
    return found


def _decisions(uow: UnitOfWork, days: Days, found: PeriodReplay) -> Iterator[ReplayableDecision]:
    """Yield at most as many as asked; one more is looked for, to know whether there are others."""
    asked = None if days.most is None else days.most + 1
    for count, decision in enumerate(uow.decisions.of_period(days.period, days.after, asked)):
        if count == days.most:
            found.ended = False
            return
        found.last = decision.id
        yield decision


class _Replaying:
    """Makes decisions again and counts what comes of them."""

    def __init__(self, remaking: Remaking, found: PeriodReplay, differs: Callable[[DifferingCheck], None]) -> None:
        self._remaking = remaking
        self._found = found
        self._differs = differs

    def take(self, decision: ReplayableDecision) -> None:
        """Make one decision again."""
        self._found.checks += 1
        if decision.request is None:
            self._found.not_replayable += 1
            return
        try:
            remade = self._remaking.remake(decision, stored_request.read(decision.request))
        except (NotFoundError, ConflictError, InvalidInputError):  # its own: what was asked for was read at the start
            self._found.not_replayable += 1
            return
        if remade.differing:
            self._note(decision, remade.list_version, remade.differing)

    def _note(self, decision: ReplayableDecision, version: int, differing: tuple[Differing, ...]) -> None:
        self._found.differing += 1
        for one in differing:
            if one.ban_no is None:
                self._found.became[str(one.was), str(one.is_now)] += 1
        self._differs(
            DifferingCheck(
                decision.check_no,
                decision.decided_at,
                decision.region,
                decision.verdict,
                decision.list_version,
                version,
                differing,
            )
        )


def _facts(days: Days, as_of: AsOf, found: PeriodReplay) -> dict[str, str | int]:
    return {
        "first_day": days.first.isoformat(),
        "last_day": days.last.isoformat(),
        "region": days.region or "",
        "verdict": days.verdict or "",
        "at_list_version": "today" if as_of.today else OWN if as_of.list_version is None else as_of.list_version,
        "for_day": OWN if as_of.day is None else as_of.day.isoformat(),
        "by_model": as_of.model or OWN,
        "by_policy": as_of.policy or OWN,
        "checks": found.checks,
        "differing": found.differing,
        "not_replayable": found.not_replayable,
    }
