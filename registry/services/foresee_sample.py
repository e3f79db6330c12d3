"""What a partner's sample would become: every row's outcome and faults, before anything is connected or stored.

Nothing of the register is asked: what it knows already (a version, a waiting row that was decided) is not foreseen.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from registry.errors import FieldFault, HeldBatchError, InvalidInputError, PartnerUnavailableError
from registry.exchange.adapter import Arrival, Position
from registry.exchange.batch import Batch, BatchKind, Item, ItemOperation
from registry.exchange.drop import DropAdapter
from registry.exchange.drop_settings import OURS, DropSettings
from registry.exchange.folder import Folder
from registry.exchange.manifest import ENDING, header_of
from registry.exchange.parcel import Parcel, Part, is_parcel, parcel_of
from registry.exchange.parcel_reading import BEGINNING, foreign_rows, read_parcel, row_mapping
from registry.exchange.part_files import format_of, read_part
from registry.exchange.partner import Partner
from registry.exchange.wire import understood
from registry.intake.heading_map import own_headings
from registry.intake.headings import ListKind, read_headings
from registry.intake.list_row import ListRow
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.law.judgment import RowOutcome
from registry.law.provisions import Law
from registry.services.place_rows import judge, outcome_problems, row_outcome
from registry.services.row_results import RowResult
from registry.services.stated_twice import doubted

SEALED, LEFT_OUT = "sealed", "own"
"""What becomes of items that order a record's sealing, and of those that hold the place of the receiver's own."""


@dataclass(frozen=True, slots=True)
class ForeseenRow:
    """What one item would become: where it stands, its outcome (a word of RowOutcome, or one of the two above).

    `values`: what its cells are read as, by column of the list; they name people.
    """

    file: str
    line: int
    outcome: str
    result: RowResult
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a sample would become. `held` says why it would be held as a whole; then no row is foreseen.

    `left_aside`: headings of a foreign sample that nothing stands for.
    """

    name: str
    kind: str
    rows: tuple[ForeseenRow, ...] = ()
    held: FieldFault | None = None
    left_aside: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Say whether every row would be taken and none would wait for a person."""
        waiting = {RowOutcome.QUARANTINED, RowOutcome.WAITING, RowOutcome.REFUSED}
        return self.held is None and not any(row.outcome in waiting for row in self.rows)


@dataclass(frozen=True, slots=True)
class Sampling:
    """Whose configuration a sample is read by, as who, by which law, on which day; `kind` where nothing else says."""

    partner: Partner
    own: str
    law: Law
    today: datetime.date
    kind: ListKind | None = None


def foresee_sample(sampling: Sampling, sample: Path) -> list[Foreseen]:
    """Foresee a file (data, our manifest, an answer of a feed, a table's dump), or a folder of files as an inbox.

    Raises InvalidInputError where the sample is nothing the configuration knows.
    """
    if sample.is_dir() or sample.name.endswith(ENDING):
        return list(_folder(sampling, sample))
    if sampling.partner.adapter == "feed":
        return [_answer(sampling, sample)]
    return [_parcel(sampling, _parcel_of_file(sampling, sample))]


def _folder(sampling: Sampling, sample: Path) -> Iterator[Foreseen]:
    """Read a folder as the inbox of a drop, changing nothing in it."""
    settings = sampling.partner.options.get("drop")
    if not isinstance(settings, DropSettings):
        raise _wrong("a folder can be a sample of a drop only")
    only = None if sample.is_dir() else sample.name
    folder = (sample if sample.is_dir() else sample.parent).resolve()
    looking = replace(settings, url=str(folder), inbox=".", outbox=None, done=None, acknowledgements=None)
    partner = replace(sampling.partner, options={**sampling.partner.options, "drop": looking})
    adapter = DropAdapter(partner, sampling.own, Folder.open(str(folder), {}, folder, 10.0), None)
    position = BEGINNING if only is None else _before(sample)
    try:
        for arrival in adapter.receive(position):
            if only is None or arrival.place == only.removesuffix(ENDING):
                yield _arrived(replace(sampling, partner=partner), arrival)
            if only is not None:
                return
    except PartnerUnavailableError as fault:
        yield Foreseen(folder.name, "", held=FieldFault("batch", fault.fault, str(fault)))


def _before(manifest: Path) -> Position:
    batch = header_of(manifest.read_bytes()).batch
    return replace(BEGINNING, epoch=batch.epoch, number=batch.first - 1, snapshot_after=batch.page_after)


def _answer(sampling: Sampling, sample: Path) -> Foreseen:
    content = sample.read_bytes()
    try:
        batch = understood(content, sampling.partner, sampling.own)
    except HeldBatchError as fault:
        return Foreseen(sample.name, "", held=FieldFault("batch", fault.code, fault.detail))
    return _batch(sampling, batch, Arrival(content, batch, place=sample.name))


def _parcel_of_file(sampling: Sampling, sample: Path) -> Parcel:
    form, drop = format_of(sample.name), sampling.partner.options.get("drop")
    if form is None:
        raise _wrong("a sample ends in .csv, .txt, .xlsx, .jsonl or .manifest.json, or is a folder")
    if isinstance(drop, DropSettings) and drop.manifest == OURS:
        raise _wrong("this drop has manifests of ours: name the file that ends in .manifest.json")
    sort = drop.pattern_of(sample.name) if isinstance(drop, DropSettings) else None
    content = sort[0].content if sort else BatchKind.CHANGES
    data = sample.read_bytes()
    kind = sampling.kind or (sort[0].kind if sort else _kind_of(sampling, sample))
    return Parcel(sample.name, content, (Part(sample.name, form, kind, data),))


def _kind_of(sampling: Sampling, sample: Path) -> ListKind:
    """Tell the kind where neither the file's name nor the operator does: the only one configured, or the table's."""
    maps = row_mapping(sampling.partner).maps
    if len(maps) == 1:
        return next(iter(maps))
    tables, stem = getattr(sampling.partner.options.get("table"), "incoming", ()), sample.stem.lower()
    named: set[ListKind] = {table.kind for table in tables if table.name.rpartition(".")[2].lower() in stem}
    if len(named) == 1:
        return named.pop()
    if not maps and (rows := read_part(sample.read_bytes(), format_of(sample.name))):  # type: ignore[arg-type]
        return read_headings(list(rows[0].cells)).kind
    raise _wrong("say with --kind whether the rows are convictions or revocations: the file's name does not")


def _parcel(sampling: Sampling, parcel: Parcel) -> Foreseen:
    try:
        batch = read_parcel(sampling.partner, sampling.own, parcel, BEGINNING)
    except HeldBatchError as fault:
        return Foreseen(parcel.name, str(parcel.kind), held=FieldFault("batch", fault.code, fault.detail))
    return _batch(sampling, batch, Arrival(parcel.content, batch, place=parcel.name))


def _arrived(sampling: Sampling, arrival: Arrival) -> Foreseen:
    if arrival.batch is None:
        return Foreseen(arrival.place, "", held=FieldFault("batch", arrival.fault or "unreadable", arrival.detail))
    return _batch(sampling, arrival.batch, arrival)


def _batch(sampling: Sampling, batch: Batch, arrival: Arrival) -> Foreseen:
    places = _places(arrival, batch)
    read = {number: _read(item, line) for number, (item, (_, line)) in enumerate(zip(batch.items, places, strict=True))}
    stated = doubted(read) if batch.kind is BatchKind.FULL else read
    rows = tuple(
        _row(sampling, item, file, row)
        for item, (file, _), row in zip(batch.items, places, stated.values(), strict=True)
    )
    return Foreseen(arrival.place, str(batch.kind), rows, left_aside=_left_aside(sampling, arrival))


def _places(arrival: Arrival, batch: Batch) -> list[tuple[str, int]]:
    """Return file and line of every item; of our own batches the item's place."""
    if is_parcel(arrival.content) and (parcel := parcel_of(arrival.content)).manifest is None:
        return [(part.name, row.line) for part, row in foreign_rows(parcel)]
    return [(arrival.place, place) for place, _ in enumerate(batch.items, 1)]


def _left_aside(sampling: Sampling, arrival: Arrival) -> tuple[str, ...]:
    if not is_parcel(arrival.content) or (parcel := parcel_of(arrival.content)).manifest is not None:
        return ()
    mapping, unknown = row_mapping(sampling.partner), dict[str, None]()
    for part, row in foreign_rows(parcel):
        if part.kind is None:
            continue
        meant = mapping.maps.get(part.kind) or own_headings(part.kind, list(row.cells))
        known = {heading.lower() for heading in meant.columns}
        unknown |= dict.fromkeys(heading for heading in row.cells if heading.lower() not in known)
    return tuple(unknown)


def _read(item: Item, line: int) -> ListRow:
    row = read_row(TableRow(line, dict(item.columns)), ListKind(item.kind or ListKind.CONVICTION))
    return replace(row, faults=(*item.faults, *row.faults))


def _row(sampling: Sampling, item: Item, file: str, row: ListRow) -> ForeseenRow:
    if item.operation in {ItemOperation.SEAL, ItemOperation.OWN}:
        outcome = SEALED if item.operation is ItemOperation.SEAL else LEFT_OUT
        key = None if item.record_no is None else f"{item.source_region}:{item.record_no}"
        return ForeseenRow(file, row.line, outcome, RowResult(row.line, RowOutcome.WITHDRAWN, key))
    result = _result(sampling, row, item)
    return ForeseenRow(file, row.line, str(result.outcome), result, row.canonical)


def _result(sampling: Sampling, row: ListRow, item: Item) -> RowResult:
    """Foresee what placing the row would give, on a list that does not know it yet."""
    finding = None if item.finding is None else item.finding == "yes"
    judged = judge(sampling.law, row, sampling.today, finding)
    outcome = row_outcome(judged)
    refused = next((one.terms.reason for one in judged if one.terms.outcome is RowOutcome.REFUSED), None)
    key = None if row.key is None else f"{row.key.source_region}:{row.key.record_no}"
    if refused is not None:
        fault = FieldFault("row", refused, "a record that may not be taken")
        return RowResult(row.line, RowOutcome.REFUSED, None, (fault,))
    if row.faults:
        return RowResult(row.line, RowOutcome.QUARANTINED, key, row.faults, row.notes)
    if item.operation is ItemOperation.WITHDRAW:
        return RowResult(row.line, RowOutcome.WITHDRAWN, key, (), row.notes)
    return RowResult(row.line, outcome, key, outcome_problems(judged, outcome), row.notes)


def _wrong(reason: str) -> InvalidInputError:
    return InvalidInputError([FieldFault("sample", "unknown_sample", reason)])
