"""What licensing systems are told: notices in the order of their numbers, and where each system wants them."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from registry.errors import ConflictError
from registry.store.list_reading import parts
from registry.store.notice_tables import client_notice, correction_state, notice_count, webhook
from registry.store.system_keys import first_key, may_still_call
from registry.store.tables import api_client
from registry.store.transaction import Transaction
from registry.store.upsert import upsert

LIFTED_ON: Final = "lifted_on"
"""In what a notice of a late ban says: the day it became moot, before it had arrived."""

_NUMBER_BYTES: Final = 8


class NoticeKind(StrEnum):
    """What a licensing system can be told."""

    OUTCOME_CONFIRMED = "outcome_confirmed"
    OUTCOME_RELEASED = "outcome_released"
    OUTCOME_WITHDRAWN = "outcome_withdrawn"
    OUTCOME_REOPENED = "outcome_reopened"
    ANSWER_CORRECTED = "answer_corrected"
    LATE_BAN = "late_ban"
    OBJECTION_DECIDED = "objection_decided"


class NoticeView(StrEnum):
    """Which notices somebody looks at, what needs a person first of all: given up, not acknowledged in time, under way.

    `to_be_fetched` are those of systems that named no address and ask by themselves. No notice is in two views.
    """

    DEAD = "dead"
    UNACKNOWLEDGED = "unacknowledged"
    UNDELIVERED = "undelivered"
    TO_BE_FETCHED = "to_be_fetched"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something a system must know; `content` holds numbers, codes and days, and names nobody.

    `due_on`: the last day on which it is acknowledged in time (None: it need not be).
    """

    client_id: int
    kind: NoticeKind
    check_no: str | None
    application_no: str | None
    region: str | None
    content: Mapping[str, str | int | None]
    due_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it is kept; `number` counts those of its system, `client_id` is the system's first key."""

    id: int
    notice_no: str
    client_id: int
    number: int
    kind: NoticeKind
    check_no: str | None
    application_no: str | None
    region: str | None
    content: Mapping[str, str | int | None]
    made_at: datetime.datetime
    due_on: datetime.date | None
    delivered_at: datetime.datetime | None
    attempts: int
    retry_at: datetime.datetime | None
    last_fault: str | None
    dead_at: datetime.datetime | None
    acknowledged_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a system wants to be told."""

    client_id: int
    url: str
    made_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that is to be sent now, and where to."""

    notice: StoredNotice
    url: str


_NOTICE: Final = tuple(client_notice.c[name] for name in StoredNotice.__dataclass_fields__)
# Sent neither to a system that has seen it nor to one that may not call any more.
_TO_SEND: Final = (
    client_notice.c.retry_at.is_not(None),
    client_notice.c.delivered_at.is_(None),
    client_notice.c.acknowledged_at.is_(None),
    webhook.c.disabled_at.is_(None),
)
_WITH_WEBHOOK: Final = client_notice.join(webhook, webhook.c.client_id == client_notice.c.client_id).join(
    api_client, api_client.c.id == client_notice.c.client_id
)


class NoticeRepository:
    """Keeps notices and webhooks."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def make(self, new: NewNotice) -> StoredNotice:
        """Keep a notice, to be sent from now on."""
        now, row_id = self._transaction.now(), self._transaction.new_ids(client_notice, 1)[0]
        values = {name: getattr(new, name) for name in NewNotice.__dataclass_fields__}
        client_id = self._kept_under(new.client_id)
        values |= {"id": row_id, "client_id": client_id, "notice_no": f"N{secrets.token_hex(_NUMBER_BYTES).upper()}"}
        values |= {"number": self._next_number(client_id), "made_at": now, "retry_at": now, "attempts": 0}
        self._transaction.connection.execute(insert(client_notice).values(values))
        return self._one(client_notice.c.id == row_id)

    def find(self, notice_no: str) -> StoredNotice | None:
        """Return a notice; None where there is none."""
        query = select(*_NOTICE).where(client_notice.c.notice_no == notice_no)
        row = self._transaction.connection.execute(query).first()
        return None if row is None else _notice(row)

    def page(self, client_id: int, after: int, most: int) -> list[StoredNotice]:
        """Return at most so many notices of a system after a number, in their order."""
        own = (client_notice.c.client_id == self._kept_under(client_id), client_notice.c.number > after)
        return self._many(own, client_notice.c.number, most)

    def is_own(self, notice: StoredNotice, client_id: int) -> bool:
        """Say whether a notice is one of the system that a key belongs to."""
        return self._kept_under(notice.client_id) == self._kept_under(client_id)

    def of_check(self, check_no: str) -> list[StoredNotice]:
        """Return what was told of a check, oldest first."""
        return self._many((client_notice.c.check_no == check_no,), client_notice.c.id, None)

    def to_send(self, now: datetime.datetime, most: int) -> list[DueNotice]:
        """Return at most so many notices that are due to be sent, those that wait longest first."""
        query = select(*_NOTICE, webhook.c.url).select_from(_WITH_WEBHOOK)
        query = query.where(*_TO_SEND, may_still_call(now), client_notice.c.retry_at <= now)
        rows = self._transaction.connection.execute(query.order_by("retry_at", client_notice.c.id).limit(most)).all()
        return [DueNotice(_notice(row, but="url"), row.url) for row in rows]

    def newest_to_send(self) -> int | None:
        """Return the id of the newest notice nobody has tried to send yet; None where there is none."""
        query = select(func.max(client_notice.c.id)).select_from(_WITH_WEBHOOK)
        untried = (*_TO_SEND, may_still_call(self._transaction.now()), client_notice.c.attempts == 0)
        found = self._transaction.connection.execute(query.where(*untried)).scalar()
        return None if found is None else int(found)

    def note_delivered(self, notice_id: int, attempts: int) -> None:
        """Note that a notice arrived."""
        now = self._transaction.now()
        self._change(notice_id, delivered_at=now, attempts=attempts, retry_at=None, last_fault=None, dead_at=None)

    def note_failed(self, notice_id: int, attempts: int, fault: str, retry_at: datetime.datetime | None) -> None:
        """Note that a notice did not arrive; without a time to try again it is given up."""
        dead_at = self._transaction.now() if retry_at is None else None
        self._change(notice_id, attempts=attempts, last_fault=fault, retry_at=retry_at, dead_at=dead_at)

    def resend(self, notice_id: int) -> None:
        """Have a notice sent again, as if it had never been tried."""
        now = self._transaction.now()
        self._change(notice_id, attempts=0, retry_at=now, dead_at=None, delivered_at=None, last_fault=None)

    def acknowledge(self, notice_id: int) -> bool:
        """Note that its system has taken note; False where it had before."""
        this = (client_notice.c.id == notice_id, client_notice.c.acknowledged_at.is_(None))
        values = {"acknowledged_at": self._transaction.now(), "retry_at": None, "dead_at": None}
        return self._transaction.connection.execute(update(client_notice).where(*this).values(values)).rowcount == 1

    def seen(
        self, view: NoticeView, today: datetime.date, region: str | None = None, after: int = 0, most: int = 50
    ) -> list[StoredNotice]:
        """Return at most so many notices of a view (of a region), oldest first, after an id."""
        conditions = (*_VIEWS[view](today), *_in_region(region), client_notice.c.id > after)
        return self._many(conditions, client_notice.c.id, most)

    def count(self, view: NoticeView, today: datetime.date, region: str | None = None) -> int:
        """Return how many notices of a view there are."""
        query = select(func.count()).select_from(client_notice).where(*_VIEWS[view](today), *_in_region(region))
        return int(self._transaction.connection.execute(query).scalar_one())

    def given_up(self) -> set[int]:
        """Return the clients that may call and did not take a notice that was given up."""
        query = (
            select(client_notice.c.client_id).distinct().join(api_client, api_client.c.id == client_notice.c.client_id)
        )
        dead = query.where(client_notice.c.dead_at.is_not(None), may_still_call(self._transaction.now()))
        return set(self._transaction.connection.execute(dead).scalars())

    def forget(self, check_nos: Iterable[str]) -> None:
        """Erase what was told of decisions that are erased."""
        for part in parts(sorted(set(check_nos))):
            self._transaction.connection.execute(delete(client_notice).where(client_notice.c.check_no.in_(part)))

    def forget_late_bans(self, findings: Mapping[int, str]) -> list[str]:
        """Erase what was told of findings of looking back (with their checks' numbers); return the notices' numbers."""
        told = self._late_bans(findings)
        for part in parts([each.id for each in told]):
            self._transaction.connection.execute(delete(client_notice).where(client_notice.c.id.in_(part)))
        return [each.notice_no for each in told]

    def note_lifted(self, findings: Mapping[int, str], day: datetime.date) -> list[StoredNotice]:
        """Note in what was told of findings, and has neither arrived nor been seen, that the ban is lifted: return it.

        It is neither sent nor waited for any more; whoever reads it by itself sees that it is moot.
        """
        waiting = [each for each in self._late_bans(findings) if each.delivered_at is None and not each.acknowledged_at]
        moot = [each for each in waiting if "finding" in each.content and LIFTED_ON not in each.content]
        for each in moot:
            content = {**each.content, LIFTED_ON: day.isoformat()}
            self._change(each.id, content=content, retry_at=None, dead_at=None, due_on=None)
        return moot

    def _late_bans(self, findings: Mapping[int, str]) -> list[StoredNotice]:
        """Return what was told of findings; what names none (as until release 1) is told of its check as a whole."""
        late = client_notice.c.kind == NoticeKind.LATE_BAN
        return [
            notice
            for part in parts(sorted(set(findings.values())))
            for notice in self._many((late, client_notice.c.check_no.in_(part)), client_notice.c.id, None)
            if notice.content.get("finding") in {None, *findings}
        ]

    def corrected_to(self) -> int:
        """Return up to which list version past answers were compared; 0 before the first time."""
        return self._transaction.connection.execute(select(correction_state.c.list_version)).scalar() or 0

    def correct_to(self, former: int, version: int) -> None:
        """Note how far that has come. Raises ConflictError where another run has come further since."""
        if self._transaction.connection.execute(select(correction_state.c.id)).first() is None:
            self._transaction.connection.execute(insert(correction_state).values(id=1, list_version=0))
        same = correction_state.c.list_version == former
        moved = update(correction_state).where(same).values(list_version=version)
        if self._transaction.connection.execute(moved).rowcount != 1:
            raise ConflictError("another run has followed the list")

    def webhook(self, client_id: int) -> Webhook | None:
        """Return where a system wants to be told; None where it asks by itself."""
        query = select(webhook.c.client_id, webhook.c.url, webhook.c.made_at)
        standing = (webhook.c.client_id == self._kept_under(client_id), webhook.c.disabled_at.is_(None))
        row = self._transaction.connection.execute(query.where(*standing)).first()
        return None if row is None else Webhook(*row)

    def keep_webhook(self, client_id: int, url: str) -> None:
        """Keep where a system wants to be told, in place of any other."""
        stated = {"url": url, "made_at": self._transaction.now(), "disabled_at": None}
        add = upsert(self._transaction.connection, webhook).values(client_id=self._kept_under(client_id), **stated)
        self._transaction.connection.execute(
            add.on_conflict_do_update(index_elements=[webhook.c.client_id], set_=stated)
        )

    def end_webhook(self, client_id: int) -> bool:
        """Stop telling a system by itself; False where nothing was told it so."""
        standing = (webhook.c.client_id == self._kept_under(client_id), webhook.c.disabled_at.is_(None))
        ended = update(webhook).where(*standing).values(disabled_at=self._transaction.now())
        return self._transaction.connection.execute(ended).rowcount == 1

    def _kept_under(self, client_id: int) -> int:
        return first_key(self._transaction.connection, client_id)

    def _next_number(self, client_id: int) -> int:
        """Take the system's next number; its row is locked until the transaction ends."""
        add = upsert(self._transaction.connection, notice_count).values(client_id=client_id, last=1)
        add = add.on_conflict_do_update(
            index_elements=[notice_count.c.client_id], set_={"last": notice_count.c.last + 1}
        )
        return int(self._transaction.connection.execute(add.returning(notice_count.c.last)).scalar_one())

    def _change(self, notice_id: int, **values: Any) -> None:
        self._transaction.connection.execute(
            update(client_notice).where(client_notice.c.id == notice_id).values(values)
        )

    def _one(self, condition: ColumnElement[bool]) -> StoredNotice:
        return _notice(self._transaction.connection.execute(select(*_NOTICE).where(condition)).one())

    def _many(self, conditions: Sequence[ColumnElement[bool]], order: Any, most: int | None) -> list[StoredNotice]:
        query = select(*_NOTICE).where(*conditions).order_by(order).limit(most)
        return [_notice(row) for row in self._transaction.connection.execute(query)]


def _waiting(today: datetime.date) -> tuple[ColumnElement[bool], ...]:
    notice = client_notice.c
    in_time = or_(notice.due_on.is_(None), notice.due_on >= today)
    return (
        notice.delivered_at.is_(None),
        notice.acknowledged_at.is_(None),
        notice.dead_at.is_(None),
        in_time,
        notice.retry_at.is_not(None),
    )


def _undelivered(today: datetime.date) -> tuple[ColumnElement[bool], ...]:
    return *_waiting(today), client_notice.c.client_id.in_(_TOLD)


def _to_be_fetched(today: datetime.date) -> tuple[ColumnElement[bool], ...]:
    return *_waiting(today), client_notice.c.client_id.not_in(_TOLD)


def _dead(_today: datetime.date) -> tuple[ColumnElement[bool], ...]:
    return (client_notice.c.dead_at.is_not(None),)


def _unacknowledged(today: datetime.date) -> tuple[ColumnElement[bool], ...]:
    notice = client_notice.c
    return notice.acknowledged_at.is_(None), notice.dead_at.is_(None), notice.due_on < today


_TOLD: Final = select(webhook.c.client_id).where(webhook.c.disabled_at.is_(None))
_VIEWS: Final = {
    NoticeView.UNDELIVERED: _undelivered,
    NoticeView.TO_BE_FETCHED: _to_be_fetched,
    NoticeView.DEAD: _dead,
    NoticeView.UNACKNOWLEDGED: _unacknowledged,
}


def _in_region(region: str | None) -> tuple[ColumnElement[bool], ...]:
    own = client_notice.c.region
    return () if region is None else (or_(own == region[:2], own.is_(None)),)


def _notice(row: Any, but: str | None = None) -> StoredNotice:
    values = {name: value for name, value in row._mapping.items() if name != but}
    return StoredNotice(**{**values, "kind": NoticeKind(row.kind)})
