"""Numbers for rows that have none of their own: the same row gets the same number, and nobody can tell it from that.

A court's own spreadsheet has no record numbers. The number is made from what the row is about (case, name, charge) by
a secret of the region that is kept sealed and never exchanged; its wrapping follows the master key.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import insert, select

from registry.privacy.envelope import RecordKey
from registry.store.transaction import Transaction
from registry.store.upload_tables import row_numbering

_NUMBER_BYTES: Final = 10


class RowNumberingRepository:
    """Makes record numbers, region by region."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction
        self._keys: dict[str, RecordKey] = {}

    def number(self, region: str, about: str) -> str:
        """Return the number of the row that is about this, in a region whose secret `prepare` has made."""
        digest = self._key(region).digest("record_no", about)
        return f"T{digest[:_NUMBER_BYTES].hex().upper()}"

    def prepare(self, region: str) -> None:
        """Make the region's secret where there is none yet; the caller commits."""
        if self._stored(region) is None:
            key = self._transaction.cipher.new_record(row_numbering.name, region)
            self._transaction.connection.execute(insert(row_numbering).values(region=region, data_key=key.wrapped))

    def _key(self, region: str) -> RecordKey:
        if region not in self._keys:
            wrapped = self._stored(region)
            if wrapped is None:
                raise LookupError("the region's secret was not made")
            self._keys[region] = self._transaction.cipher.open_record(row_numbering.name, region, wrapped)
        return self._keys[region]

    def _stored(self, region: str) -> bytes | None:
        query = select(row_numbering.c.data_key).where(row_numbering.c.region == region)
        return self._transaction.connection.execute(query).scalar()
