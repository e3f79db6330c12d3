"""Batches that could not be taken, kept whole and sealed until a person has decided about them."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from registry.store.exchange_tables import held_batch
from registry.store.transaction import Transaction

OPEN: Final = "open"
_NUMBER_BYTES: Final = 8
_SHOWN: Final = (
    "hold_no", "partner", "digest", "first", "last", "items", "reason_code", "detail", "state", "received_at",
    "decided_by", "decided_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewHold:
    """A batch about to be held: whose, which numbers (None: they could not be read), why, and all of it in clear."""

    partner: str
    digest: str
    first: int | None
    last: int | None
    items: int | None
    reason_code: str
    detail: str
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeldBatch:
    """A batch that is or was held, without what is in it."""

    hold_no: str
    partner: str
    digest: str
    first: int | None
    last: int | None
    items: int | None
    reason_code: str
    detail: str
    state: str
    received_at: datetime.datetime
    decided_by: str | None
    decided_at: datetime.datetime | None


class HoldRepository:
    """Holds batches and notes what was decided; what is decided keeps no content."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, new: NewHold) -> str:
        """Hold a batch, sealed; return its number."""
        number = self._transaction.new_ids(held_batch, 1)[0]
        key = self._transaction.cipher.new_record(held_batch.name, number)
        hold_no = f"H{secrets.token_hex(_NUMBER_BYTES).upper()}"
        stated = ("partner", "digest", "first", "last", "items", "reason_code", "detail")
        values: dict[str, Any] = {name: getattr(new, name) for name in stated}
        values |= {"id": number, "hold_no": hold_no, "state": OPEN, "received_at": self._transaction.now()}
        values |= {"data_key": key.wrapped, "content_enc": key.seal("content_enc", new.content)}
        self._transaction.connection.execute(insert(held_batch).values(values))
        return hold_no

    def of_digest(self, partner: str, digest: str) -> HeldBatch | None:
        """Return the hold of a batch by its digest, decided or not."""
        return self._one(held_batch.c.partner == partner, held_batch.c.digest == digest)

    def numbered(self, hold_no: str) -> HeldBatch | None:
        """Return a hold by its number."""
        return self._one(held_batch.c.hold_no == hold_no)

    def open(self, partner: str | None = None) -> list[HeldBatch]:
        """Return what waits for a person (of a partner), oldest first."""
        wanted = [held_batch.c.state == OPEN]
        return self._many(wanted if partner is None else [*wanted, held_batch.c.partner == partner])

    def decided(self, most: int = 100) -> list[HeldBatch]:
        """Return what was decided last, newest first."""
        query = select(held_batch).where(held_batch.c.state != OPEN).order_by(held_batch.c.decided_at.desc())
        return [_held(row) for row in self._transaction.connection.execute(query.limit(most))]

    def last_release(self, partner: str, reason_code: str) -> datetime.datetime | None:
        """Return when a batch of a partner held for that reason was released last."""
        query = select(func.max(held_batch.c.decided_at)).where(
            held_batch.c.partner == partner,
            held_batch.c.reason_code == reason_code,
            held_batch.c.state.in_(("released", "corrected")),
        )
        found: datetime.datetime | None = self._transaction.connection.execute(query).scalar()
        return found

    def content(self, hold_no: str) -> str | None:
        """Return what is in a hold, opened; None once it was decided or has been kept long enough."""
        row = self._transaction.connection.execute(select(held_batch).where(held_batch.c.hold_no == hold_no)).one()
        if row.content_enc is None:
            return None
        key = self._transaction.cipher.open_record(held_batch.name, row.id, row.data_key)
        return key.open("content_enc", row.content_enc)

    def decide(self, hold_no: str, state: str, decided_by: str, note_digest: str | None = None) -> None:
        """Note what was decided; the content goes with the key that opened it."""
        values = {
            "state": state,
            "decided_by": decided_by,
            "decided_at": self._transaction.now(),
            "note_digest": note_digest,
            "data_key": None,
            "content_enc": None,
        }
        self._transaction.connection.execute(update(held_batch).where(held_batch.c.hold_no == hold_no).values(values))

    def kept_since(self, before: datetime.datetime, most: int) -> list[HeldBatch]:
        """Return what has waited since before an instant, oldest first."""
        return self._many([held_batch.c.state == OPEN, held_batch.c.received_at < before])[:most]

    def _one(self, *wanted: Any) -> HeldBatch | None:
        row = self._transaction.connection.execute(select(held_batch).where(*wanted)).first()
        return None if row is None else _held(row)

    def _many(self, wanted: Collection[Any]) -> list[HeldBatch]:
        query = select(held_batch).where(*wanted).order_by(held_batch.c.id)
        return [_held(row) for row in self._transaction.connection.execute(query)]


def _held(row: Row[Any]) -> HeldBatch:
    return HeldBatch(**{name: row._mapping[name] for name in _SHOWN})
