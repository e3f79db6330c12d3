"""Files that came with an objection or a held application: put beside it, named, and taken off again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, delete, insert, select

from registry.store.case_tables import case_attachment
from registry.store.list_reading import parts
from registry.store.objection_tables import objection_attachment
from registry.store.transaction import Transaction
from registry.store.upload_tables import original


class AttachedTo(StrEnum):
    """What a file came with."""

    OBJECTION = "objection"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with something, by its number in the store and the one people see; `size` in bytes."""

    original_id: int
    original_no: str
    form: str
    size: int


_WHOSE: Final[Mapping[AttachedTo, Column[Any]]] = {
    AttachedTo.OBJECTION: objection_attachment.c.objection_id,
    AttachedTo.CASE: case_attachment.c.case_id,
}


class AttachmentRepository:
    """Notes, finds and forgets which files came with what."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def attach(self, to: AttachedTo, number: int, original_id: int) -> None:
        """Note that a file came with something; once is enough."""
        whose = _WHOSE[to]
        known = select(whose).where(whose == number, whose.table.c.original_id == original_id)
        if self._transaction.connection.execute(known).first() is None:
            pair = {whose.name: number, "original_id": original_id}
            self._transaction.connection.execute(insert(whose.table).values(pair))

    def of(self, to: AttachedTo, number: int) -> list[Attachment]:
        """Return the files that came with something and are not erased, in the order they came."""
        whose = _WHOSE[to]
        query = select(original.c.id, original.c.original_no, original.c.form, original.c.size)
        query = query.join(whose.table, whose.table.c.original_id == original.c.id)
        rows = self._transaction.connection.execute(
            query.where(whose == number, original.c.erased_at.is_(None)).order_by(original.c.id)
        )
        return [Attachment(*row) for row in rows]

    def forget(self, to: AttachedTo, numbers: Iterable[int]) -> list[int]:
        """Forget which files came with these; return those originals: what nothing else needs goes too."""
        whose, came = _WHOSE[to], set[int]()
        for part in parts(sorted(set(numbers))):
            here = whose.in_(part)
            came.update(self._transaction.connection.execute(select(whose.table.c.original_id).where(here)).scalars())
            self._transaction.connection.execute(delete(whose.table).where(here))
        return sorted(came)
