"""Witnesses' cosignatures of heads, and which are still expected."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.log_tables import log_cosignature, log_head, log_witness
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """One signature line under the head of a size, and the public key of the witness as it was when it was taken."""

    size: int
    witness: str
    line: str
    public_key: str


class CosignatureRepository:
    """Keeps the first cosignature of each witness under each head."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, cosignature: StoredCosignature) -> bool:
        """Keep a cosignature; say whether it is new. One that is there stays as it was."""
        here = self._transaction
        insert = postgresql.insert if here.connection.dialect.name == "postgresql" else sqlite.insert
        values = {
            "size": cosignature.size,
            "witness": cosignature.witness,
            "line": cosignature.line,
            "public_key": cosignature.public_key,
            "at": here.now(),
        }
        added = insert(log_cosignature).values(values).on_conflict_do_nothing().returning(log_cosignature.c.size)
        return here.connection.execute(added).first() is not None

    def of(self, size: int) -> list[StoredCosignature]:
        """Return the cosignatures under a head, by the witness's name."""
        return self._after(size - 1, size)

    def after(self, size: int) -> list[StoredCosignature]:
        """Return the cosignatures under heads of more than so many leaves."""
        return self._after(size, None)

    def unsigned_since(self) -> dict[str, datetime.datetime]:
        """Return, for each present witness that lacks any, since when its oldest expected cosignature is due.

        Expected are cosignatures of heads beyond the largest it has signed; one added later owes none before.
        """
        signed = (
            select(log_cosignature.c.witness, func.max(log_cosignature.c.size).label("size"))
            .group_by(log_cosignature.c.witness)
            .subquery()
        )
        query = (
            select(log_witness.c.name, log_witness.c.added_at, func.min(log_head.c.signed_at).label("signed_at"))
            .outerjoin(signed, signed.c.witness == log_witness.c.name)
            .join(log_head, log_head.c.size > func.coalesce(signed.c.size, 0))
            .where(log_witness.c.removed_at.is_(None))
            .group_by(log_witness.c.name, log_witness.c.added_at)
            .order_by(log_witness.c.name)
        )
        return {row.name: max(row.added_at, row.signed_at) for row in self._transaction.connection.execute(query)}

    def _after(self, size: int, upto: int | None) -> list[StoredCosignature]:
        query = select(
            log_cosignature.c.size, log_cosignature.c.witness, log_cosignature.c.line, log_cosignature.c.public_key
        ).where(log_cosignature.c.size > size)
        if upto is not None:
            query = query.where(log_cosignature.c.size <= upto)
        rows = self._transaction.connection.execute(query.order_by(log_cosignature.c.size, log_cosignature.c.witness))
        return [StoredCosignature(*row) for row in rows]
