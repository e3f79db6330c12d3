"""Deliver what licensing systems are told: signed events, tried again with longer and longer waits, then given up.

What arrives is noted in a commit of its own, so that a notice may arrive twice and is never lost; its number tells a
receiver that it was there before. A system that fails once is left alone until its next turn, so that it holds up
nobody else.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from registry.errors import PartnerUnavailableError, UnavailableError
from registry.exchange.cloud_event import Event, envelope
from registry.exchange.webhook_connection import WebhookConnection
from registry.ledger.events import EventKind
from registry.services.settle_alarms import alarmed, settle_alarms
from registry.store.alarm_repository import AlarmKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.notice_repository import DueNotice, StoredNotice
    from registry.store.unit_of_work import UnitOfWork

ACTOR: Final = "worker:notices"
MOST_ATTEMPTS: Final = 15
"""With waits that double from half a minute up to six hours: about a day and a half."""
_A_RUN: Final = 200
_GONE: Final = "http_410"

Wait = Callable[[int, str], datetime.timedelta]
"""How long to wait after so many failures; the same for the same notice."""


class Posting(Protocol):
    """Sends one event to an address; raises PartnerUnavailableError."""

    def post(self, url: str, body: bytes) -> None:
        """Send an event."""


@dataclass(slots=True)
class Delivered:
    """What a run did: notices that arrived, that did not, and that were given up."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0


def news(uow: UnitOfWork) -> int | None:
    """Return the id of the newest notice nobody has tried to deliver yet."""
    return uow.notices.newest_to_send()


def open_connection(services: Services) -> WebhookConnection:
    """Return the connection notices go over. Raises UnavailableError where there is no key to sign with."""
    signing = services.store.keyring.signing
    if signing is None:
        raise UnavailableError("there is no key to sign notices with: run `registry init`")
    return WebhookConnection(services.settings, signing.signing, services.clock)


def deliver_notices(services: Services, connection: Posting, wait: Wait) -> Delivered:
    """Send what is due, once each; what fails is tried again after `wait`, and given up after 15 attempts."""
    counts, failing = Delivered(), set[int]()
    for due in _due(services):
        if due.notice.client_id in failing:
            continue
        fault = _fault(connection, due)
        if fault is None:
            _note_delivered(services, due.notice)
            counts.delivered += 1
        else:
            failing.add(due.notice.client_id)
            counts.failed += 1
            counts.dead += _note_failed(services, due.notice, fault, wait)
    _settle_alarms(services)
    return counts


def event_of(notice: StoredNotice) -> Event:
    """Return a notice as an event: what it is about, its number, and by when it is to be acknowledged."""
    data = {
        "number": notice.number,
        "application_no": notice.application_no,
        "acknowledge_by": None if notice.due_on is None else notice.due_on.isoformat(),
        **notice.content,
    }
    return Event(notice.notice_no, notice.kind.value, _subject(notice), notice.made_at, data)


def _subject(notice: StoredNotice) -> str:
    """Return what a notice is about: a check, or else the objection to a ban."""
    return notice.check_no or str(notice.content.get("objection_no", notice.notice_no))


def _due(services: Services) -> Iterator[DueNotice]:
    with services.store.read() as uow:
        found = uow.notices.to_send(services.clock.now(), _A_RUN)
    yield from found


def _fault(connection: Posting, due: DueNotice) -> str | None:
    try:
        connection.post(due.url, envelope(event_of(due.notice)))
    except PartnerUnavailableError as failure:
        return failure.fault[:60]
    return None


def _settle_alarms(services: Services) -> None:
    """Raise an alarm for every system that did not take a notice, and clear it once none is given up any more."""
    with services.store.read() as uow:
        if _given_up(uow) == alarmed(uow, AlarmKind.NOTICES_DEAD):
            return
    with services.store.write() as uow:
        detail = "it did not take notices, and they were given up"
        settle_alarms(uow, AlarmKind.NOTICES_DEAD, _given_up(uow), detail, ACTOR)


def _given_up(uow: UnitOfWork) -> set[str]:
    return {f"client:{number}" for number in uow.notices.given_up()}


def _note_delivered(services: Services, notice: StoredNotice) -> None:
    with services.store.write() as uow:
        uow.notices.note_delivered(notice.id, notice.attempts + 1)


def _note_failed(services: Services, notice: StoredNotice, fault: str, wait: Wait) -> bool:
    """Note a failure; say whether the notice was given up with it."""
    attempts = notice.attempts + 1
    dead = attempts >= MOST_ATTEMPTS or fault == _GONE
    retry_at = None if dead else services.clock.now() + wait(attempts, notice.notice_no)
    with services.store.write() as uow:
        uow.notices.note_failed(notice.id, attempts, fault, retry_at)
        if dead:
            facts: dict[str, str | int] = {"notice_no": notice.notice_no, "client_id": notice.client_id}
            uow.ledger.record(EventKind.NOTICE_DEAD, ACTOR, {**facts, "attempts": attempts})
    return dead
