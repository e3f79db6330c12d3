"""Look back: past answers that a later change of the list would have made others.

A ban that arrives, is corrected or is lifted after an answer was given changes nothing about that answer; but a licence
may have been issued on it. So every change of the list is compared with the answers of the last days (the policy says
how many): the requests that were kept are searched among the changed subjects alone, by the same matcher and judgement
as a check. Whoever fits is judged once more as they stood on the list the answer names: what differs between the two is
the change's doing, and not another policy's.

Answers that held are not searched: what a change leaves of them `lifted_holds` finds by the bans they name, at once and
here again, for answers that were on their way when the list changed.

A run goes through the answers page by page, in the order of their numbers; findings and place are one commit, so that
a run that was cut short goes on and finds nothing twice. A change is taken up once no answer of before it can come any
more.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from registry.law.roles import Region
from registry.law.verdict import Verdict
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.answer_check import Circumstances
from registry.services.apply_clearances import apply_clearances, in_question
from registry.services.check_applicants import judge_hits
from registry.services.lifted_holds import find_lifted
from registry.services.list_as_of import only_as_of
from registry.store.look_back_repository import FindingKind, LookBackState, NewFinding

if TYPE_CHECKING:
    from matching.index import Hit
    from registry.services.admit_applicants import CheckRequest, SubjectRequest
    from registry.services.answer_check import Match
    from registry.services.context import Services
    from registry.services.list_index import IndexView
    from registry.store.decision_repository import PastAnswer
    from registry.store.unit_of_work import UnitOfWork

SETTLED_AFTER: Final = datetime.timedelta(minutes=2)
"""No check takes so long: answers by the list of before a change are in the store by then, or never."""

ANSWERS_AT_A_TIME: Final = 1_000
VERSIONS_AT_A_TIME: Final = 5_000
ACTOR: Final = "worker"
Progress = Callable[[int, int | None], None]
_FREE: Final = (Verdict.CLEAR, None)


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What a run came to: list versions compared, after the first to the last, how many checks, what was found."""

    from_version: int
    to_version: int
    checks: int
    listed: int
    lifted: int


def look_back(
    services: Services, *, settled_after: datetime.timedelta = SETTLED_AFTER, progress: Progress | None = None
) -> LookedBack:
    """Compare past answers with what has changed on the list since the last run; recorded once at its end.

    Raises ConflictError where another run is at it, UnavailableError where the store fails: the next run goes on.
    """
    state = _begun(services, settled_after)
    if state.target_version is None:
        return LookedBack(state.list_version, state.list_version, 0, 0, 0)
    _find_what_was_on_its_way(services, state.list_version, state.target_version)
    with services.store.read() as uow:
        changed = _Changed(services, uow, state.list_version, state.target_version)
    while True:
        page = _page(services, state)
        state = _kept(services, state, page, list(changed.compare(page)))
        if progress is not None:
            progress(state.checks, None)
        if len(page) < ANSWERS_AT_A_TIME:
            return _ended(services, state)


def _begun(services: Services, settled_after: datetime.timedelta) -> LookBackState:
    """Return where the run stands that was cut short, or a new one's beginning; without a target there is no news."""
    with services.store.read() as uow:
        state = uow.look_backs.state()
        target = uow.changes.version_before(services.clock.now() - settled_after)
    if state.target_version is not None or target <= state.list_version:
        return state
    begun = LookBackState(state.list_version, target)
    with services.store.write() as uow:
        uow.look_backs.move(state, begun)
    return begun


def _find_what_was_on_its_way(services: Services, before: int, after: int) -> None:
    """Look again for holds the changes leave without a ground: answers may have come after `correct_answers` looked."""
    for first in range(before, after, VERSIONS_AT_A_TIME):
        with services.store.write() as uow:
            find_lifted(services, uow, uow.changes.last_changes(first, min(first + VERSIONS_AT_A_TIME, after)))


def _page(services: Services, state: LookBackState) -> list[PastAnswer]:
    since = services.clock.now() - datetime.timedelta(days=services.policy.desk.look_back_days)
    with services.store.read() as uow:
        return uow.decisions.past_answers(state.after_id, ANSWERS_AT_A_TIME, since, state.target_version or 0)


def _kept(
    services: Services, state: LookBackState, page: Sequence[PastAnswer], found: Sequence[NewFinding]
) -> LookBackState:
    """Keep findings and place in one commit; return the new place."""
    moved = replace(
        state,
        after_id=page[-1].id if page else state.after_id,
        checks=state.checks + len(page),
        listed=state.listed + len(found),
    )
    if moved != state:
        with services.store.write() as uow:
            uow.look_backs.move(state, moved)
            uow.look_backs.add(found)
    return moved


def _ended(services: Services, state: LookBackState) -> LookedBack:
    target = state.target_version or 0
    with services.store.read() as uow:
        lifted = uow.look_backs.count_lifted(state.list_version, target)
    done = LookedBack(state.list_version, target, state.checks, state.listed, lifted)
    facts: dict[str, str | int] = {
        "from_list_version": done.from_version,
        "to_list_version": target,
        "checks": done.checks,
        "listed": done.listed,
        "lifted": done.lifted,
    }
    with services.store.write() as uow:
        uow.look_backs.move(state, LookBackState(target))
        uow.ledger.record(EventKind.ANSWERS_LOOKED_BACK_AT, ACTOR, facts)
    return done


@dataclass(frozen=True, slots=True)
class _Asked:
    """One subject of a past answer."""

    past: PastAnswer
    request: CheckRequest
    subject: SubjectRequest


_Judged = dict[int, tuple[Verdict, datetime.date | None]]
"""By listed subject: what a check comes to because of it, and the first day of a ban that has not begun."""


class _Changed:
    """The subjects that changed between two list versions, as they stand at the last."""

    def __init__(self, services: Services, uow: UnitOfWork, before: int, after: int) -> None:
        self._services = services
        self._target = after
        self._last_change = uow.changes.last_changes(before, after)
        subjects = sorted(self._last_change)
        self._after = only_as_of(uow, after, subjects, services.model)

    def compare(self, page: Sequence[PastAnswer]) -> Iterator[NewFinding]:
        """Yield what each answer of a page would be now because of these subjects."""
        asked = [(past, stored_request.read(past.request)) for past in page]
        subjects = [(past, request, subject) for past, request in asked for subject in request.subjects]
        floor = self._services.policy.least_millibits
        hits = self._after.search_many([subject.identity for _, _, subject in subjects], floor)
        for (past, request, subject), found in zip(subjects, hits, strict=True):
            if found:
                yield from self._differing(_Asked(past, request, subject), found)

    def _differing(self, asked: _Asked, found: Sequence[Hit]) -> Iterator[NewFinding]:
        now = self._judged(self._after, found, asked)
        # What the answer knew already is no news.
        news = sorted(number for number in now if self._last_change[number] > asked.past.list_version)
        then = self._as_it_stood(asked, news) if news else {}
        for number in news:
            verdict, begins = now[number]
            if verdict.strictness > then.get(number, _FREE)[0].strictness:
                yield self._finding(asked, number, verdict, begins)

    def _as_it_stood(self, asked: _Asked, subjects: Sequence[int]) -> _Judged:
        """Judge by the list the answer names."""
        services = self._services
        with services.store.read() as uow:
            view = only_as_of(uow, asked.past.list_version, subjects, services.model)
        return self._judged(view, view.search(asked.subject.identity, services.policy.least_millibits), asked)

    def _judged(self, view: IndexView, hits: Sequence[Hit], asked: _Asked) -> _Judged:
        """Return, by listed subject, what a check would come to because of it, and the day its ban is yet to begin."""
        judged: _Judged = {}
        for hit in hits:
            begins = self._begins(view, hit)
            for match in self._matches(view, hit, asked, begins):
                if match.verdict.strictness > judged.get(hit.subject, _FREE)[0].strictness:
                    judged[hit.subject] = match.verdict, begins
        return judged

    def _matches(self, view: IndexView, hit: Hit, asked: _Asked, begins: datetime.date | None) -> Sequence[Match]:
        services, subject = self._services, asked.subject
        day, region = begins or services.clock.today(), Region.of(asked.request.region)
        about = Circumstances(asked.request.purpose, region, services.clock.now(), day, ())
        answer = judge_hits(services, view, [hit], subject, about)
        doubtful = in_question([subject], [answer])
        if doubtful:
            with services.store.read() as uow:
                answer = apply_clearances(services.policy, subject, answer, (), uow.clearances.standing_for(doubtful))
        return answer.matches

    def _begins(self, view: IndexView, hit: Hit) -> datetime.date | None:
        """Return the first day of a ban none of whose bases has begun; a day passing is no change of the list."""
        today = self._services.clock.today()
        starts = [basis.starts_on for basis in view.subject(hit.subject).bases if basis.starts_on is not None]
        return min(starts) if starts and min(starts) > today else None

    def _finding(self, asked: _Asked, number: int, verdict: Verdict, begins: datetime.date | None) -> NewFinding:
        return NewFinding(
            check_no=asked.past.check_no,
            subject_no=asked.subject.subject_no,
            subject_id=number,
            kind=FindingKind.LISTED,
            verdict_then=Verdict.CLEAR.value,
            verdict_now=verdict.value,
            bars_from=begins,
            list_version=self._target,
            region=asked.past.region,
            decided_at=asked.past.decided_at,
        )
