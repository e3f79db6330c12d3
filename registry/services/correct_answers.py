"""Corrections reach past answers: whatever changed on the list, by whichever door, is followed version by version.

Where nothing of a hold stands any more (`lifted_holds`), the match is withdrawn and the licensing system told, with a
clock until it takes note. That an answer came before a ban which is lifted by now is told no more. How far the list was
followed is kept in the commit of what follows from it, so that each change has its effects once.

A run follows so many versions and leaves the rest to the next. Where somebody acts in a case just then, fewer versions
are followed at a time, down to one: one case holds up no other change. What fails even so is the job's to tell of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import ChangedMeanwhileError
from registry.law.working_days import add_working_days
from registry.ledger.events import EventKind
from registry.services.lifted_holds import ACTOR, find_lifted
from registry.services.tell_client import tell_client
from registry.store.notice_repository import NewNotice, NoticeKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.notice_repository import StoredNotice
    from registry.store.unit_of_work import UnitOfWork

VERSIONS_A_TIME: Final = 500
PAGES_A_RUN: Final = 200


@dataclass(frozen=True, slots=True)
class Corrected:
    """What following the list came to: bans that changed, past answers corrected, objections that were met."""

    bans: int = 0
    answers: int = 0
    objections: int = 0

    def __add__(self, other: Corrected) -> Corrected:
        """Return both together."""
        return Corrected(self.bans + other.bans, self.answers + other.answers, self.objections + other.objections)


def news(uow: UnitOfWork) -> int | None:
    """Return the list's version where it was not followed so far yet; None where it was."""
    head = uow.head.version()
    return head if head > uow.notices.corrected_to() else None


def correct_answers(services: Services) -> Corrected:
    """Follow the list towards its head; of what is left after so many versions the next run takes care.

    Raises ChangedMeanwhileError where somebody acts in a case just then and not one version can be followed: run
    again.
    """
    total, versions = Corrected(), VERSIONS_A_TIME
    for _ in range(PAGES_A_RUN):
        try:
            found = _page(services, versions)
        except ChangedMeanwhileError:
            if versions == 1:
                raise
            versions = max(1, versions // 8)
            continue
        if found is None:
            return total
        total += found
    return total


def tell_late_ban(  # noqa: PLR0913, PLR0917 -- what is told, of what, to whom
    services: Services,
    uow: UnitOfWork,
    client_id: int,
    check_no: str,
    days: int,
    found_out: Mapping[str, str | int] | None = None,
) -> StoredNotice:
    """Tell a system that an answer it was given so many days ago as clear would be held now. The caller commits.

    `found_out`: what looking back found: the applicant concerned, how many findings of the check there are, and which
    this is (`finding`), to be noted as acknowledged with the notice.
    """
    found = uow.decisions.replayable(check_no)
    application_no, region = (None, None) if found is None else (found.application_no, found.region)
    client = uow.clients.by_id(client_id)
    place = region or (None if client is None else client.region)
    due_on = add_working_days(services.clock.today(), services.policy.desk.tell_correction)
    kind, content = NoticeKind.LATE_BAN, {"days_ago": days, **(found_out or {})}
    new = NewNotice(client_id, kind, check_no, application_no, place[:2] if place else None, content, due_on)
    return tell_client(uow, new, ACTOR)


def _page(services: Services, versions: int) -> Corrected | None:
    """Follow so many versions and commit; None where there are no more."""
    with services.store.read() as uow:
        if news(uow) is None:
            return None
    with services.store.write() as uow:
        former = uow.notices.corrected_to()
        upto = min(uow.head.version(), former + versions)
        uow.notices.correct_to(former, upto)
        changed = uow.changes.last_changes(former, upto)
        bans = uow.lists.ban_numbers(sorted(changed))
        answers = find_lifted(services, uow, changed)
        met = _meet_objections(uow, former, upto, {ban_no: subject for subject, ban_no, _ in bans})
        _make_late_bans_moot(services, uow, set(changed))
        if answers:
            facts: dict[str, str | int] = {"first_version": former + 1, "last_version": upto}
            uow.ledger.record(EventKind.ANSWERS_CORRECTED, ACTOR, {**facts, "bans": len(bans), "answers": answers})
    return Corrected(len(bans), answers, met)


def _meet_objections(uow: UnitOfWork, former: int, upto: int, bans: Mapping[str, int]) -> int:
    met: list[str] = []
    waiting = uow.objections.bans_to_correct()
    for ban_no in (each for each in bans if each in waiting):
        last = uow.changes.of_subject(former, upto, bans[ban_no])[-1]
        met += uow.objections.note_corrected(ban_no, last.recorded_at)
    for number in met:
        uow.ledger.record(EventKind.OBJECTION_MET, ACTOR, {"objection_no": number})
    return len(met)


def _make_late_bans_moot(services: Services, uow: UnitOfWork, changed: set[int]) -> None:
    """Stop telling that an answer came before a ban where that ban is lifted by now."""
    lifted = changed - {stored.subject_id for stored in uow.lists.standing_bases(changed)}
    for notice in uow.notices.note_lifted(uow.look_backs.of_listed(lifted), services.clock.today()):
        facts: dict[str, str | int] = {"notice_no": notice.notice_no, "client_id": notice.client_id}
        uow.ledger.record(EventKind.NOTICE_MOOT, ACTOR, facts)
