"""What courts' own headings mean, remembered by name within a region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from registry.store.transaction import Transaction
from registry.store.upload_tables import heading_map


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A remembered mapping: its name, kind and version, and its definition as JSON."""

    region: str
    name: str
    kind: str
    version: int
    definition: str = field(repr=False)


class HeadingMapRepository:
    """Keeps mappings of headings, one a name."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def remember(self, region: str, name: str, kind: str, definition: str, changed_by: str) -> int:
        """Keep a mapping under its name, in place of the one before; return its version."""
        before = self._row(region, name)
        number = self._transaction.new_ids(heading_map, 1)[0] if before is None else int(before.id)
        key = self._transaction.cipher.new_record(heading_map.name, number)
        values: dict[str, Any] = {
            "kind": kind,
            "version": 1 if before is None else before.version + 1,
            "data_key": key.wrapped,
            "definition_enc": key.seal("definition_enc", definition),
            "changed_by": changed_by,
            "changed_at": self._transaction.now(),
        }
        named = {"id": number, "region": region, "name": name}
        statement = (
            insert(heading_map).values(**named, **values)
            if before is None
            else update(heading_map).where(heading_map.c.id == number).values(**values)
        )
        self._transaction.connection.execute(statement)
        return int(values["version"])

    def find(self, region: str, name: str) -> StoredMap | None:
        """Return a mapping by its name."""
        row = self._row(region, name)
        return None if row is None else self._opened(row)

    def of_region(self, region: str) -> list[StoredMap]:
        """Return a region's mappings, the one changed last first."""
        query = select(heading_map).where(heading_map.c.region == region)
        rows = self._transaction.connection.execute(query.order_by(heading_map.c.changed_at.desc(), heading_map.c.id))
        return [self._opened(row) for row in rows]

    def _row(self, region: str, name: str) -> Row[Any] | None:
        query = select(heading_map).where(heading_map.c.region == region, heading_map.c.name == name)
        return self._transaction.connection.execute(query).first()

    def _opened(self, row: Row[Any]) -> StoredMap:
        key = self._transaction.cipher.open_record(heading_map.name, row.id, row.data_key)
        definition = key.open("definition_enc", row.definition_enc)
        return StoredMap(row.region, row.name, row.kind, row.version, definition)
