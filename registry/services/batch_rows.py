"""A batch's items as rows of the list: read as a file's are, and counted where their sender counts no versions."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from matching.identity import Kind
from registry.errors import FieldFault
from registry.exchange.batch import HUB, Batch, BatchKind, Item, ItemOperation
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow, Operation, RowKey
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.services.counted_versions import CountedVersions
from registry.services.examine_batch import tells_the_owner
from registry.services.lifted_rows import Replacement, bars
from registry.services.place_rows import Beside
from registry.services.stated_twice import STATED_TWICE, doubted
from registry.store.list_values import RecordState, StoredRecord

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

RecordKey = tuple[str, str]
ABSENT: Final = "全量文件中已无此记录（absent from the full file）"
KNOWN: Final = "known"
_FINDINGS: Final = {"yes": True, "no": False}
_BAN_KINDS: Final = {str(kind): kind for kind in Kind}
_KINDS: Final = {str(kind): kind for kind in ListKind}


@dataclass(slots=True)
class BatchRows:
    """What a batch comes to: rows to place, records to seal or end, what is said beside them, and what changes nothing.

    `notices` tell this side of rows of its own that a court's decision ended elsewhere.

    A row's line is its item's place in the batch, from 1; rows for what a full file no longer has come after them.
    `taken_back`: the standing rows that would be taken back, by what is said of them or by what it comes to.
    """

    rows: list[ListRow] = field(default_factory=list)
    seals: dict[int, Item] = field(default_factory=dict)
    ends: dict[int, Item] = field(default_factory=dict)
    notices: dict[int, Item] = field(default_factory=dict)
    settled: dict[int, str] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)
    taken_back: frozenset[RecordKey] = frozenset()

    @property
    def withdrawals(self) -> Counter[str]:
        """How many standing rows of each region would be taken back."""
        return Counter(region for region, _ in self.taken_back)


def rows_of(
    services: Services, uow: UnitOfWork, batch: Batch, corrected: Mapping[RecordKey, ListRow] | None = None
) -> BatchRows:
    """Read a batch's items against what the list holds; the list's head must be locked.

    `corrected` rows stand in the place of the items of the same region and record number, and of rows a full file no
    longer has.
    """
    read = {place: _read(batch, place, item) for place, item in enumerate(batch.items, 1) if _is_row(item)}
    if batch.kind is BatchKind.FULL:
        read = doubted(read)
    absent = _absent(uow, batch, list(read.values()))  # as the file has it: a correction makes no absence certain
    for place, row in read.items():
        read[place] = _replaced(row, corrected or {})
    keyed = {place: _read_key(batch, place, item) for place, item in enumerate(batch.items, 1) if _goes_by_key(item)}
    spared = [row for key, row in (corrected or {}).items() if key in absent]
    found = _Gathering(uow, batch, read | keyed, absent, spared)
    return found.gathered(_Lifted(services, uow, found.latest))


class _Gathering:
    """The items of one batch being sorted into what is to be done about them."""

    def __init__(
        self,
        uow: UnitOfWork,
        batch: Batch,
        read: Mapping[int, ListRow],
        absent: Sequence[RecordKey],
        spared: Sequence[ListRow],
    ) -> None:
        self._batch = batch
        self._read = read
        self._spared = {_key(row): row for row in spared}
        self._absent = absent
        named = {key for row in read.values() if (key := _key(row)) is not None}
        stored = uow.lists.records_of(sorted({*named, *absent}))
        self.latest = {(one.source_region, one.record_no): one for one in sorted(stored, key=lambda one: one.version)}
        self._versions = CountedVersions(uow.keyed_index, stored)
        self._met: dict[RowKey, Mapping[str, str]] = {}
        self._withdrawn: set[RecordKey] = set()
        self._findings: dict[RowKey, bool] = {}
        self._ban_nos: dict[tuple[str, str, Kind], str] = {}
        self._found = BatchRows()

    def gathered(self, lifted: _Lifted) -> BatchRows:
        """Go through the items in order, then through what a full file no longer has."""
        for place, item in enumerate(self._batch.items, 1):
            if _is_row(item):
                self._take_row(place, item)
            elif _goes_by_key(item):
                self._take_keyed(place, item)
            else:
                self._found.settled[place] = str(item.operation)
        for place, key in enumerate(self._absent, len(self._batch.items) + 1):
            self._take_absent(place, key)
        self._found.beside = Beside(self._findings, self._ban_nos)
        standing = {key for key in self._withdrawn if self._stands(key)}
        self._found.taken_back = frozenset(standing | lifted.among(self._found.rows, self._findings))
        return self._found

    def _take_keyed(self, place: int, item: Item) -> None:
        """A seal or an end is carried out under the key it was read with; one that cannot be read is quarantined."""
        row = self._read[place]
        if row.faults or row.key is None:
            self._found.rows.append(row)
            return
        stated = dataclasses.replace(item, source_region=row.key.source_region, record_no=row.key.record_no)
        if tells_the_owner(self._batch, stated):
            self._found.notices[place] = stated
            return
        (self._found.seals if _is_seal(item) else self._found.ends)[place] = stated
        self._withdrawn.add((row.key.source_region, row.key.record_no))

    def _take_row(self, place: int, item: Item) -> None:
        row = self._versioned(item, self._read[place])
        if row is None or (row.key is not None and self._met.get(row.key) == row.canonical and not row.faults):
            self._found.settled[place] = KNOWN
            return
        self._found.rows.append(row)
        if row.key is not None and not row.faults:
            self._met[row.key] = row.canonical
            self._note(item, row, row.key)

    def _versioned(self, item: Item, row: ListRow) -> ListRow | None:
        """A full file has no history: its versions count for as much as none."""
        counted = item.version is None or self._batch.kind is BatchKind.FULL
        return self._versions.counted(row, item.version) if counted and not row.faults else row

    def _note(self, item: Item, row: ListRow, key: RowKey) -> None:
        if row.operation is Operation.WITHDRAW:
            self._withdrawn.add((key.source_region, key.record_no))
        if item.finding in _FINDINGS:
            self._findings[key] = _FINDINGS[item.finding]
        for kind, number in item.ban_nos.items():
            if kind in _BAN_KINDS:
                self._ban_nos[key.source_region, key.record_no, _BAN_KINDS[kind]] = number

    def _take_absent(self, place: int, key: RecordKey) -> None:
        """Take a row back a full file no longer has, unless a person has stated it after all."""
        spared = self._spared.get(key)
        if spared is None:
            self._take_back(place, self.latest[key])
            return
        counted = self._versions.counted(dataclasses.replace(spared, line=place), None)
        if counted is not None:
            self._found.rows.append(counted)

    def _take_back(self, place: int, record: StoredRecord) -> None:
        cells = {"operation": "withdraw", "record_no": record.record_no, "withdraw_reason": ABSENT}
        row = read_row(TableRow(place, {**cells}), ListKind(record.kind), record.source_region)
        counted = self._versions.counted(row, None)
        if counted is not None:
            self._found.rows.append(counted)
            self._withdrawn.add((record.source_region, record.record_no))

    def _stands(self, key: RecordKey) -> bool:
        latest = self.latest.get(key)
        return latest is not None and latest.state is RecordState.ACTIVE


class _Lifted:
    """Asks the law which rows of a batch bar somebody as they are held and nobody as they are stated."""

    def __init__(self, services: Services, uow: UnitOfWork, latest: Mapping[RecordKey, StoredRecord]) -> None:
        self._services = services
        self._uow = uow
        self._latest = latest

    def among(self, rows: Sequence[ListRow], findings: Mapping[RowKey, bool]) -> set[RecordKey]:
        """Return the keys of the rows whose highest version would take a ban back, or bar somebody else."""
        replaced = self._replaced(rows)
        law, today = self._services.law, self._services.clock.today()
        stored = self._uow.lists.sound_payloads({latest.id for _, latest in replaced})
        return {
            (latest.source_region, latest.record_no)
            for row, latest in replaced
            if Replacement(row, latest, stored.get(latest.id, {})).takes_back(law, today, findings)
        }

    def _replaced(self, rows: Sequence[ListRow]) -> list[tuple[ListRow, StoredRecord]]:
        """Return the rows that put a higher version in the place of one that bars somebody, and that one."""
        highest: dict[RecordKey, ListRow] = {}
        for row in sorted((one for one in rows if not one.faults), key=lambda one: one.key.version if one.key else 0):
            if (key := _key(row)) is not None:
                highest[key] = row
        return [
            (row, latest)
            for key, row in highest.items()
            if (latest := self._latest.get(key)) is not None
            and bars(latest)
            and row.key is not None
            and row.key.version > latest.version
        ]


def _is_row(item: Item) -> bool:
    return item.operation in (ItemOperation.UPSERT, ItemOperation.WITHDRAW)


def _goes_by_key(item: Item) -> bool:
    return item.operation in (ItemOperation.SEAL, ItemOperation.END)


def _is_seal(item: Item) -> bool:
    return item.operation is ItemOperation.SEAL


def _region(batch: Batch, item: Item) -> str:
    """A province's own system need not say which province it is."""
    return item.source_region or batch.region


def _key(row: ListRow) -> RecordKey | None:
    return None if row.key is None else (row.key.source_region, row.key.record_no)


def _replaced(row: ListRow, corrected: Mapping[RecordKey, ListRow]) -> ListRow:
    key = _key(row)
    by = None if key is None else corrected.get(key)
    return row if by is None else dataclasses.replace(by, line=row.line)


def _read(batch: Batch, place: int, item: Item) -> ListRow:
    kind = _KINDS.get(item.kind or "")
    row = read_row(TableRow(place, _cells(item)), kind or ListKind.CONVICTION, _told(batch, item))
    faults = item.faults
    if kind is None:
        faults = (*faults, FieldFault("kind", "unknown_kind", "conviction or revocation is needed"))
    return dataclasses.replace(row, faults=(*faults, *row.faults)) if faults else row


def _read_key(batch: Batch, place: int, item: Item) -> ListRow:
    """Read what a seal or an end is about, and nothing else of it: where it is quarantined it may name nobody."""
    keyed = {"source_region": item.columns.get("source_region"), "record_no": item.record_no}
    keyed["version"] = None if item.version is None or _is_seal(item) else str(item.version)
    stated = {column: str(cell) for column, cell in keyed.items() if cell is not None}
    withdrawn = {**stated, "operation": "withdraw", "withdraw_reason": str(item.operation)}
    row = read_row(TableRow(place, {**withdrawn}), _KINDS.get(item.kind or "", ListKind.CONVICTION), _told(batch, item))
    original = {**stated, "operation": str(item.operation)}
    return dataclasses.replace(row, original=original, faults=(*item.faults, *row.faults))


def _told(batch: Batch, item: Item) -> str | None:
    """Return the region an item is read for; none where the hub does not say whose row it is."""
    return None if batch.region == HUB and item.source_region is None else _region(batch, item)


def _cells(item: Item) -> dict[str, Any]:
    """The item's own fields are what holds; its columns say the rest."""
    cells = {column: cell for column, cell in item.columns.items() if cell is not None}
    if item.record_no is not None:
        cells["record_no"] = item.record_no
    cells["version"] = "1" if item.version is None else str(item.version)
    if item.operation is ItemOperation.WITHDRAW:
        cells["operation"] = str(ItemOperation.WITHDRAW)
        cells["withdraw_reason"] = cells.get("withdraw_reason") or item.reason or ""
    return cells


def _absent(uow: UnitOfWork, batch: Batch, rows: Sequence[ListRow]) -> list[RecordKey]:
    """Return the standing rows a full file no longer has; none where it has a row that might be any of them."""
    if batch.kind is not BatchKind.FULL or any(row.key is None or STATED_TWICE in row.faults for row in rows):
        return []
    there = {key for row in rows if (key := _key(row)) is not None}
    standing = uow.giving.active_rows(batch.region, batch.covers)
    return [(batch.region, number) for number in sorted(standing) if (batch.region, number) not in there]
