"""What a parcel says: our own manifest's batch with its items, or a foreign system's rows numbered after our position.

A foreign system has no numbers like ours. Its items get the next ones after the position, so that numbers stay
contiguous, and nothing has to be remembered for it: the position names the digest of the last parcel taken, by which
the file is found again that was read last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from registry.errors import HeldBatchError, InvalidInputError
from registry.exchange.adapter import Position
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.manifest import Header, require_digest, verified_header
from registry.exchange.own_items import item_of_object, item_of_row
from registry.exchange.parcel import Parcel, Part
from registry.exchange.part_files import PartFormat, PartRow, read_part
from registry.exchange.partner import Partner
from registry.exchange.row_mapping import RowMapping
from registry.intake.heading_map import HeadingMap
from registry.intake.headings import ListKind, misspelt
from registry.intake.workbook import BrokenTableError

_MAY_BE_MISSING: Final = frozenset({"source_region", "version", "operation", "withdraw_reason"})
"""Columns a province writes to us for nothing: its own number, and what a full file does without."""
BEGINNING: Final = Position(None, 0, NO_BATCH)


def read_parcel(partner: Partner, own: str, parcel: Parcel, position: Position) -> Batch:
    """Return the batch a parcel is; `own` is the name this side goes by.

    Raises HeldBatchError with a stable code, the file and the line; the text names nobody.
    """
    if parcel.manifest is not None:
        return _own_batch(partner, own, parcel)
    if partner.signed:
        raise HeldBatchError("unsigned", "the partner must sign, and these files bear no signature")
    return _foreign_batch(partner, own, parcel, position)


def foreign_rows(parcel: Parcel) -> Iterator[tuple[Part, PartRow]]:
    """Yield the rows of a foreign parcel with the file each stands in, in the order of its items."""
    for part in parcel.parts:
        for row in _rows(part):
            yield part, row


def _foreign_batch(partner: Partner, own: str, parcel: Parcel, position: Position) -> Batch:
    mapping = row_mapping(partner)
    rows = [(part, row) for part in parcel.parts for row in _rows_under_headings(mapping, part)]
    items = [mapping.item(_kind(part), row) for part, row in rows]
    if parcel.kind is BatchKind.FULL:
        _require_keys(rows, items)
    digest, epoch = parcel.digest, position.epoch or foreign_epoch(partner)
    first, last = _numbers(parcel, len(items), position, known=digest == position.digest)
    if parcel.kind is BatchKind.CHANGES:
        items = [replace(item, number=number) for number, item in enumerate(items, first)]
    return Batch(
        region=partner.name,
        addressee=own,
        epoch=epoch,
        kind=parcel.kind,
        first=first,
        last=last,
        previous=position.digest,
        head=last,
        items=tuple(items),
        digest=digest,
        covers=tuple(sorted({str(_kind(part)) for part in parcel.parts})),
    )


def _numbers(parcel: Parcel, items: int, position: Position, *, known: bool) -> tuple[int, int]:
    """Return the first and last number; a parcel that is met again keeps those it ended with."""
    if parcel.kind is BatchKind.FULL:
        number = position.number + (0 if known else 1)
        return number, number
    first = position.number + 1 - (items if known else 0)
    return first, first + items - 1


def foreign_epoch(partner: Partner) -> str:
    """Return the one epoch a foreign partner has: it knows none."""
    return hashlib.sha256(f"food-ban-{partner.adapter}/{partner.name}".encode()).hexdigest()[:32]


def row_mapping(partner: Partner) -> RowMapping:
    """Return what a partner's columns mean; without a mapping they are ours."""
    mapping = partner.options.get("rows")
    return mapping if isinstance(mapping, RowMapping) else RowMapping()


def _require_keys(rows: list[tuple[Part, PartRow]], items: list[Item]) -> None:
    """A row without its number could be any record: whether that one is absent nobody could tell."""
    for (part, row), item in zip(rows, items, strict=True):
        if item.record_no is None:
            place = f"{part.name}, line {row.line}"
            raise HeldBatchError("row_without_key", f"{place}: a row of a full file has no record number")


def _rows_under_headings(mapping: RowMapping, part: Part) -> list[PartRow]:
    """Read a file; hold it where it lacks a heading the configuration names, or misspells one of ours.

    Every row would lose what it says there, silently. JSON Lines leave out what a row has not: of these nobody can
    tell.
    """
    rows = _rows(part)
    if part.kind is None or not rows:
        return rows
    lacking = _lacking(part, mapping.maps[part.kind], rows[0]) if part.kind in mapping.maps else ""
    wrong = [] if mapping.is_foreign else misspelt(list(rows[0].cells), part.kind)
    if lacking or wrong:
        says = lacking or f"{part.name} has headings that are none of the list's: {', '.join(wrong)}"
        raise HeldBatchError("heading_missing", says)
    return rows


def _lacking(part: Part, meant: HeadingMap, first: PartRow) -> str:
    there = {heading.lower() for heading in first.cells}
    wanted = (heading for heading, column in meant.columns.items() if column not in _MAY_BE_MISSING)
    missing = [heading for heading in wanted if heading.lower() not in there]
    if not missing or part.form is PartFormat.JSON_LINES:
        return ""
    return f"{part.name} has no heading {'、'.join(missing)} ([fields.{part.kind}])"


def _kind(part: Part) -> ListKind:
    if part.kind is None:
        raise HeldBatchError("unreadable", f"{part.name} is of no kind of rows the configuration knows")
    return part.kind


def _rows(part: Part) -> list[PartRow]:
    try:
        return read_part(part.data, part.form)
    except (InvalidInputError, BrokenTableError) as fault:
        raise HeldBatchError("unreadable", f"{part.name}: {fault}") from None


def _own_batch(partner: Partner, own: str, parcel: Parcel) -> Batch:
    header = verified_header(parcel.manifest or b"", keys=partner.keys, signed=partner.signed)
    _require_addressed(header.batch, partner, own)
    _require_countable(header, partner.limits.items_per_batch)
    if {part.name for part in parcel.parts} != set(header.files):
        raise HeldBatchError("digest_mismatch", "the files are not those the manifest speaks of")
    for part in parcel.parts:
        require_digest(part.name, part.data, header.files[part.name])
    items = [item for part in parcel.parts for item in _own_items(part)]
    return replace(header.batch, items=_in_order(header, items))


def _require_countable(header: Header, most: int) -> None:
    """Look at what the manifest counts before anything is made of it: the items left out would be made, too."""
    batch = header.batch
    if batch.kind is BatchKind.CHANGES and header.count != batch.last - batch.first + 1:
        raise HeldBatchError("count", "the manifest counts other items than its numbers do")
    if batch.kind is not BatchKind.FULL and header.count > most:
        raise HeldBatchError("too_many_items", f"{header.count:,} items; {most:,} may come")


def _require_addressed(batch: Batch, partner: Partner, own: str) -> None:
    if batch.region != partner.name:
        raise HeldBatchError("wrong_sender", "the batch is not from the partner it came from")
    if batch.addressee != own:
        raise HeldBatchError("wrong_addressee", "the batch is for somebody else")


def _own_items(part: Part) -> Iterator[Item]:
    for row in _rows(part):
        if part.form is PartFormat.JSON_LINES:
            yield item_of_object(row)
        else:
            yield item_of_row(row)


def _in_order(header: Header, items: list[Item]) -> tuple[Item, ...]:
    """Return the items in the order of their numbers, with `own` wherever the sender left one out.

    Raises HeldBatchError (`count`) where a number stands twice or outside the batch, or something is missing.
    """
    batch = header.batch
    if batch.kind is not BatchKind.CHANGES:
        if len(items) != header.count:
            raise HeldBatchError("count", "the files hold another number of items than the manifest says")
        return tuple(items)
    by_number = {item.number: item for item in items}
    wanted = range(batch.first, batch.last + 1)
    if len(by_number) != len(items) or not all(number in wanted for number in by_number):
        raise HeldBatchError("count", "the files hold other numbers than the manifest says")
    return tuple(by_number.get(number) or Item(number, ItemOperation.OWN) for number in wanted)
