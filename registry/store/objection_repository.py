"""Objections: lodged with a statement that is kept with the ban, decided once, found by what they are about."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Column, ColumnElement, Row, and_, delete, exists, func, insert, not_, or_, select, update

from registry.errors import ChangedMeanwhileError
from registry.store.attachment_repository import AttachedTo, AttachmentRepository
from registry.store.case_tables import hold_case, hold_match
from registry.store.list_reading import parts
from registry.store.objection_tables import objection
from registry.store.tables import basis, decision, listed_subject
from registry.store.transaction import Transaction

_NUMBER_BYTES: Final = 8


class ObjectionState(StrEnum):
    """How far an objection has come."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_pursued(self) -> bool:
        """Say whether it is to be decided or was upheld: another to the same would be one too many."""
        return self in {ObjectionState.OPEN, ObjectionState.UPHELD}


@dataclass(frozen=True, slots=True)
class NewObjection:
    """An objection about to be kept; exactly one of `ban_no` and `check_no` is stated."""

    ban_no: str | None
    check_no: str | None
    region: str | None
    client_id: int | None
    received_on: datetime.date
    due_on: datetime.date
    lodged_by: str
    objector: str = field(repr=False)
    lodged_through: str
    statement: str = field(repr=False)
    contact: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredObjection:
    """An objection, opened: who objects, through which office, in which words, and what was decided and why."""

    id: int
    objection_no: str
    ban_no: str | None
    check_no: str | None
    region: str | None
    client_id: int | None
    received_on: datetime.date
    due_on: datetime.date
    state: ObjectionState
    corrected_at: datetime.datetime | None
    lodged_by: str
    lodged_at: datetime.datetime
    decided_by: str | None
    decided_at: datetime.datetime | None
    row_version: int
    objector: str = field(repr=False)
    lodged_through: str
    statement: str = field(repr=False)
    contact: str | None = field(repr=False)
    reason: str | None = field(repr=False)

    @property
    def correction_pending(self) -> bool:
        """Say whether it was upheld against a listing that the list still holds as it was."""
        return self.state is ObjectionState.UPHELD and self.ban_no is not None and self.corrected_at is None


@dataclass(frozen=True, slots=True)
class ObjectionFilter:
    """Which objections are asked for; None or nothing leaves a thing open.

    `pending_correction`: that they are upheld and the list does not answer them yet, or that this is not so.
    """

    region: str | None = None
    states: tuple[ObjectionState, ...] = ()
    pending_correction: bool | None = None
    due_before: datetime.date | None = None
    lodged_by_others_than: str | None = None


_PLAIN: Final = tuple(
    name
    for name in StoredObjection.__dataclass_fields__
    if name not in {"objector", "lodged_through", "statement", "contact", "reason"}
)


class ObjectionRepository:
    """Keeps objections and what came with them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def lodge(self, new: NewObjection) -> StoredObjection:
        """Keep an objection, open."""
        row_id = self._transaction.new_ids(objection, 1)[0]
        key = self._transaction.cipher.new_record(objection.name, row_id)
        said = {name: getattr(new, name) for name in ("objector", "lodged_through", "statement", "contact")}
        values = {name: getattr(new, name) for name in NewObjection.__dataclass_fields__ if name not in said}
        values |= {"id": row_id, "objection_no": f"E{secrets.token_hex(_NUMBER_BYTES).upper()}", "row_version": 1}
        values |= {"state": ObjectionState.OPEN, "lodged_at": self._transaction.now(), "data_key": key.wrapped}
        values |= {"statement_enc": key.seal("statement_enc", orjson.dumps(said).decode())}
        self._transaction.connection.execute(insert(objection).values(values))
        return self._many(objection.c.id == row_id)[0]

    def find(self, objection_no: str) -> StoredObjection | None:
        """Return an objection; None where there is none."""
        return next(iter(self._many(objection.c.objection_no == objection_no)), None)

    def page(
        self, wanted: ObjectionFilter, after: tuple[datetime.date, int] | None, most: int
    ) -> list[StoredObjection]:
        """Return at most so many objections, in the order they are due, after a place (day, id)."""
        conditions = _conditions(wanted)
        if after is not None:
            later = and_(objection.c.due_on == after[0], objection.c.id > after[1])
            conditions.append(or_(objection.c.due_on > after[0], later))
        return self._many(*conditions, most=most)

    def count(self, wanted: ObjectionFilter) -> int:
        """Return how many objections there are."""
        query = select(func.count()).select_from(objection).where(*_conditions(wanted))
        return int(self._transaction.connection.execute(query).scalar_one())

    def statements_of(self, ban_nos: Sequence[str]) -> list[StoredObjection]:
        """Return what was ever stated about bans, or about applications held for them, oldest first."""
        held = select(hold_case.c.check_no).join(hold_match, hold_match.c.case_id == hold_case.c.id)
        held = held.where(hold_match.c.ban_no.in_(list(ban_nos)))
        return self._many(or_(objection.c.ban_no.in_(list(ban_nos)), objection.c.check_no.in_(held)))

    def pending_about(self, ban_nos: Sequence[str]) -> list[StoredObjection]:
        """Return the upheld objections to bans that the list does not answer yet, in the order they were due."""
        return self._many(objection.c.ban_no.in_(list(ban_nos)), *_conditions(ObjectionFilter(pending_correction=True)))

    def bans_to_correct(self) -> set[str]:
        """Return the bans whose upheld objections the list does not answer yet."""
        pending = _conditions(ObjectionFilter(pending_correction=True))
        return set(self._transaction.connection.execute(select(objection.c.ban_no).where(*pending)).scalars())

    def of_check(self, check_no: str) -> list[StoredObjection]:
        """Return the objections to a held application, oldest first."""
        return self._many(objection.c.check_no == check_no)

    def decide(self, stored: StoredObjection, state: ObjectionState, reason: str, actor: str) -> None:
        """Settle an objection. Raises ChangedMeanwhileError where somebody else has changed it since it was read."""
        key = self._transaction.cipher.open_record(objection.name, stored.id, self._key_of(stored.id))
        values: dict[str, Any] = {"state": state, "reason_enc": key.seal("reason_enc", reason), "decided_by": actor}
        values |= {"decided_at": self._transaction.now(), "row_version": stored.row_version + 1}
        this = (objection.c.id == stored.id, objection.c.row_version == stored.row_version)
        if self._transaction.connection.execute(update(objection).where(*this).values(values)).rowcount != 1:
            raise ChangedMeanwhileError("somebody else has changed this objection since it was opened")

    def note_corrected(self, ban_no: str, changed_at: datetime.datetime) -> list[str]:
        """Note that the list changed as objections to a ban asked for; return their numbers.

        A change of before an objection was decided meets nothing, however late it is followed.
        """
        upheld = (objection.c.ban_no == ban_no, objection.c.state == ObjectionState.UPHELD)
        since = objection.c.decided_at <= changed_at
        changed = update(objection).where(*upheld, since, objection.c.corrected_at.is_(None))
        changed = changed.values(corrected_at=self._transaction.now(), row_version=objection.c.row_version + 1)
        rows = self._transaction.connection.execute(changed.returning(objection.c.objection_no))
        return sorted(rows.scalars())

    def ended(self, before: datetime.datetime, day: datetime.date, most: int) -> list[int]:
        """Return objections settled before an instant whose ban runs no more on a day, or whose check is erased."""
        running = select(basis.c.id).join(listed_subject, listed_subject.c.id == basis.c.subject_id)
        until = or_(basis.c.ends_on.is_(None), basis.c.ends_on >= day)
        running = running.where(listed_subject.c.ban_no == objection.c.ban_no, basis.c.ended_at.is_(None), until)
        kept = select(decision.c.id).where(decision.c.check_no == objection.c.check_no)
        query = select(objection.c.id).where(objection.c.decided_at < before, ~exists(running), ~exists(kept))
        return list(self._transaction.connection.execute(query.order_by(objection.c.id).limit(most)).scalars())

    def about_bans(self, ban_nos: Iterable[str]) -> list[int]:
        """Return the objections to bans, by the number of each in the store."""
        return self._naming(objection.c.ban_no, ban_nos)

    def about_checks(self, check_nos: Iterable[str]) -> list[int]:
        """Return the objections to held applications, by the number of each in the store."""
        return self._naming(objection.c.check_no, check_nos)

    def erase(self, numbers: Sequence[int]) -> list[int]:
        """Erase objections; return the originals that came with them, for those to be erased nothing else needs."""
        unique = sorted(set(numbers))
        came = AttachmentRepository(self._transaction).forget(AttachedTo.OBJECTION, unique)
        for part in parts(unique):
            self._transaction.connection.execute(delete(objection).where(objection.c.id.in_(part)))
        return came

    def _naming(self, column: Column[str], values: Iterable[str]) -> list[int]:
        found: list[int] = []
        for part in parts(sorted(set(values))):
            query = select(objection.c.id).where(column.in_(part))
            found.extend(self._transaction.connection.execute(query).scalars())
        return sorted(found)

    def _key_of(self, objection_id: int) -> bytes:
        query = select(objection.c.data_key).where(objection.c.id == objection_id)
        return bytes(self._transaction.connection.execute(query).scalar_one())

    def _many(self, *conditions: ColumnElement[bool], most: int | None = None) -> list[StoredObjection]:
        query = select(objection).where(*conditions).order_by(objection.c.due_on, objection.c.id).limit(most)
        return [self._opened(row) for row in self._transaction.connection.execute(query).all()]

    def _opened(self, row: Row[Any]) -> StoredObjection:
        key = self._transaction.cipher.open_record(objection.name, row.id, row.data_key)
        # What was lodged before contacts were kept states none.
        said = {"contact": None} | orjson.loads(key.open("statement_enc", row.statement_enc))
        values = {**{name: getattr(row, name) for name in _PLAIN}, "state": ObjectionState(row.state)}
        return StoredObjection(**values, **said, reason=key.open_stated("reason_enc", row.reason_enc))


_PENDING: Final = and_(
    objection.c.state == ObjectionState.UPHELD, objection.c.ban_no.is_not(None), objection.c.corrected_at.is_(None)
)


def _conditions(wanted: ObjectionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.region is not None:
        found.append(or_(objection.c.region == wanted.region[:2], objection.c.region.is_(None)))
    if wanted.states:
        found.append(objection.c.state.in_(wanted.states))
    if wanted.pending_correction is not None:
        found.append(_PENDING if wanted.pending_correction else not_(_PENDING))
    if wanted.due_before is not None:
        found.append(objection.c.due_on < wanted.due_before)
    if wanted.lodged_by_others_than is not None:
        found.append(objection.c.lodged_by != wanted.lodged_by_others_than)
    return found
