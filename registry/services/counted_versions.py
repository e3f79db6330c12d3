"""Versions for rows whose sender counts none: the same content keeps its version, anything else gets the next."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass

from registry.intake.list_row import ListRow, Operation, RowKey
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.store.list_values import RecordState, StoredRecord, record_content

RecordKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Latest:
    """The highest version there is of a row: stored, or of the same batch (then with its content in clear)."""

    version: int
    stands: bool
    digest: bytes = b""
    content: str = ""


class CountedVersions:
    """Counts the versions of one batch's rows; `stored` are all versions the list holds of them."""

    def __init__(self, index: KeyedIndex, stored: Iterable[StoredRecord]) -> None:
        self._index = index
        self._latest: dict[RecordKey, _Latest] = {}
        for record in sorted(stored, key=lambda one: one.version):
            stands = record.state is RecordState.ACTIVE
            latest = _Latest(record.version, stands, record.content_digest)
            self._latest[record.source_region, record.record_no] = latest

    def counted(self, row: ListRow, stated: int | None) -> ListRow | None:
        """Return the row with its version, at least the stated one; None where it was taken back already."""
        if row.key is None:
            return row
        key = (row.key.source_region, row.key.record_no)
        latest = self._latest.get(key)
        if latest is not None and not latest.stands and row.operation is Operation.WITHDRAW:
            return None
        version = (stated or 1) if latest is None else self._next(row, latest, stated or 0)
        counted = with_version(row, version)
        self._latest[key] = _Latest(version, row.operation is Operation.UPSERT, content=_content(counted))
        return counted

    def _next(self, row: ListRow, latest: _Latest, stated: int) -> int:
        content = _content(with_version(row, latest.version))
        same = content == latest.content or (
            latest.digest and latest.digest in self._index.lookups(IndexPurpose.RECORD_CONTENT, content)
        )
        return latest.version if same and latest.stands else max(latest.version + 1, stated)


def with_version(row: ListRow, version: int) -> ListRow:
    """Return a row as the named version of itself."""
    if row.key is None:
        return row
    key = RowKey(row.key.source_region, row.key.record_no, version)
    return dataclasses.replace(row, key=key, canonical={**row.canonical, "version": str(version)})


def _content(row: ListRow) -> str:
    return record_content(row.kind, json.dumps(dict(row.canonical), ensure_ascii=False, sort_keys=True))
