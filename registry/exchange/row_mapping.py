"""Rows of a foreign system under our columns, and ours under theirs: names, codes, days, units and operations.

Reading turns names and codes only; what a value means is read where every list file is read (registry.intake). Without
a mapping the rows have our own columns (docs/api.md and the list files of the README).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from registry.errors import FieldFault
from registry.exchange.batch import ENDED_REASON, Item, ItemOperation
from registry.exchange.part_files import PartRow
from registry.intake.heading_map import MONTHS, SENTENCE_TEXT, HeadingMap, own_headings
from registry.intake.headings import ListKind, columns
from registry.intake.list_rows import REGIONS
from registry.intake.sentence_cell import Unit
from registry.intake.workbook import Cell

DATES: Final = frozenset(
    {"birth_date", "judgment_date", "effective_date", "offence_from", "offence_to", "executed_on", "decided_on"}
)
OPERATION: Final = "operation"
DEFAULT_REASON: Final = "来源系统删除该记录"
"""Why a row is withdrawn whose province says no more than that it deleted it."""
_DELETED: Final = frozenset({ItemOperation.SEAL, ItemOperation.END})
"""What a system that knows no word for it is told as a withdrawal: nothing less would take the row off."""
_INSTANT: Final = re.compile(r"(\d{4}-?\d{2}-?\d{2})[T ]?\d{2}:?\d{2}:?\d{2}(?:\.\d+)?")
_LARGEST_VERSION: Final = 10**13
_FIRST_SECOND: Final = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 -- the partner's own clock, without a zone


class DayForm(StrEnum):
    """How days are written to a partner; all of them are read, whatever this says."""

    ISO = "yyyy-mm-dd"
    COMPACT = "yyyymmdd"
    SLASHES = "yyyy/mm/dd"
    CHINESE = "yyyy年m月d日"


@dataclass(frozen=True, slots=True)
class RowMapping:
    """What a partner's columns and codes mean, in both directions.

    `maps`: a mapping for each kind of rows the partner has; empty where it uses our columns. `written`: the code that
    is written for each of our words. `region`: of rows that state none.
    """

    maps: Mapping[ListKind, HeadingMap] = field(default_factory=dict)
    written: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    days: DayForm = DayForm.ISO
    region: str | None = None
    withdraw_reason: str = DEFAULT_REASON

    @property
    def is_foreign(self) -> bool:
        """Tell whether the partner has columns of its own."""
        return bool(self.maps)

    def headings(self, kind: ListKind) -> tuple[str, ...]:
        """Return the headings rows of a kind are written under."""
        stated = self.maps.get(kind)
        return columns(kind) if stated is None else tuple(stated.columns)

    def item(self, kind: ListKind, row: PartRow) -> Item:
        """Return the item a foreign row is; what could not be turned stands in its faults, and its cell as it came."""
        headings = self._headings_of(kind, row)
        map_ = self.maps.get(kind) or own_headings(kind, headings)
        cells, faults = map_.cells(headings, list(row.cells.values()))
        cells = {column: plain for column, cell in cells.items() if (plain := _plain(column, cell)) not in (None, "")}
        faults = [fault for fault in (row.fault, *faults) if fault is not None]
        operation = _operation(cells, faults)
        if operation is ItemOperation.WITHDRAW:
            cells.setdefault("withdraw_reason", self.withdraw_reason)
        return self._item(kind, cells, operation, faults)

    def row(self, item: Item, kind: ListKind) -> dict[str, str]:
        """Return the cells of an item under the partner's headings; columns it has no heading for are left out."""
        values = {column: str(value) for column, value in item.columns.items()} | _of_the_item(item)
        values[OPERATION] = self._told(item.operation)
        map_ = self.maps.get(kind)
        if map_ is None:
            return {column: value for column, value in values.items() if column in columns(kind)}
        return {heading: self._written(map_, column, values) for heading, column in map_.columns.items()}

    def _told(self, operation: ItemOperation) -> str:
        """Return the word an operation is told by: `seal` and `end` to those alone that have a code for them."""
        as_it_is = operation not in _DELETED or operation in self.written.get(OPERATION, {})
        return str(operation if as_it_is else ItemOperation.WITHDRAW)

    def _headings_of(self, kind: ListKind, row: PartRow) -> list[str]:
        """Return the row's headings as the mapping spells them: databases do not tell capitals apart."""
        map_ = self.maps.get(kind)
        known = {} if map_ is None else {heading.lower(): heading for heading in map_.columns}
        return [known.get(heading.lower(), heading) for heading in row.cells]

    def _item(self, kind: ListKind, cells: dict[str, Cell], operation: ItemOperation, faults: list[FieldFault]) -> Item:
        if self.region is not None and "source_region" not in cells:
            cells["source_region"] = self.region
        region = REGIONS.get(_text(cells.get("source_region")))
        record_no = _text(cells.get("record_no"))
        return Item(
            number=None,
            operation=operation,
            source_region=None if region is None else str(region),
            record_no=record_no or None,
            version=_version(cells.get("version")),
            kind=str(kind),
            columns=cells,
            reason=_text(cells.get("withdraw_reason")) or None,
            faults=tuple(faults),
        )

    def _written(self, map_: HeadingMap, column: str, values: Mapping[str, str]) -> str:
        value = _sentence_text(values) if column == SENTENCE_TEXT else values.get(column, "")
        code = self.written.get(column, {}).get(value)
        if code is not None:
            return code
        return day_as(value, self.days) if column in DATES else _in_unit(value, map_.units.get(column))


def day_as(iso: str, form: DayForm) -> str:
    """Return a whole day (2023-05-01) in another form; a year or a month alone stays as it is."""
    try:
        day = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    if form is DayForm.CHINESE:
        return f"{day.year}年{day.month}月{day.day}日"
    return iso.replace("-", {DayForm.COMPACT: "", DayForm.SLASHES: "/"}.get(form, "-"))


def _in_unit(value: str, unit: Unit | None) -> str:
    """Return months as years, or yuan as ten thousands, where the partner's column counts those."""
    factor = {Unit.YEARS: 12, Unit.TEN_THOUSAND_YUAN: 10_000}.get(unit) if unit else None
    return value if factor is None or not value else f"{float(value) / factor:.6f}".rstrip("0").rstrip(".")


def _plain(column: str, cell: Cell) -> Cell | None:
    """Spell days as text, and leave the time of day aside where a day or a version is meant."""
    if isinstance(cell, datetime.datetime) and column == "version":
        return _seconds(cell)
    if isinstance(cell, datetime.date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, str) and (instant := _INSTANT.fullmatch(cell.strip())) is not None:
        if column == "version":
            return _seconds_of(cell)
        return instant[1] if column in DATES else cell
    return cell


def _seconds_of(text: str) -> str:
    """Return a version out of the instant a row was changed last; what is no instant stays and is found wrong."""
    try:
        return _seconds(datetime.datetime.strptime(re.sub(r"\D", "", text.partition(".")[0]), "%Y%m%d%H%M%S"))  # noqa: DTZ007
    except ValueError:
        return text


def _seconds(instant: datetime.datetime) -> str:
    """Count seconds as the partner's clock shows them: only their order counts."""
    return str(int((instant.replace(tzinfo=None) - _FIRST_SECOND).total_seconds()))


def _operation(cells: dict[str, Cell], faults: list[FieldFault]) -> ItemOperation:
    word = _text(cells.pop(OPERATION, None)).lower() or ItemOperation.UPSERT
    if word in {ItemOperation.UPSERT, ItemOperation.WITHDRAW, ItemOperation.SEAL, ItemOperation.END}:
        if word == ItemOperation.WITHDRAW:
            cells[OPERATION] = word
        return ItemOperation(word)
    faults.append(FieldFault(OPERATION, "unknown_word", "not one of the codes the configuration knows"))
    return ItemOperation.UPSERT


def _of_the_item(item: Item) -> dict[str, str]:
    """Return what an item says of itself, as columns; whether a row is new nobody needs to know: it stands as it is."""
    stated = {
        "source_region": item.source_region,
        "record_no": item.record_no,
        "version": None if item.version is None else str(item.version),
        "withdraw_reason": ENDED_REASON if item.operation is ItemOperation.END else item.reason,
        "food_related": item.finding,
    }
    left_open = {"food_related"} if item.columns.get("food_related") else set()
    return {column: value for column, value in stated.items() if value is not None and column not in left_open}


def _sentence_text(values: Mapping[str, str]) -> str:
    """Return a punishment as the text it is read from: 有期徒刑14个月，缓刑24个月，并处罚金5000元."""
    parts = [values.get("sentence", "")]
    parts[0] += f"{values['sentence_months']}个月" if values.get("sentence_months") else ""
    parts += [f"缓刑{values['probation_months']}个月"] if values.get("probation_months") else []
    parts += [f"并处罚金{values['fine_yuan']}元"] if values.get("fine_yuan") else []
    return "，".join(part for part in parts if part)


def _version(cell: Cell | None) -> int | None:
    text = _text(cell)
    return int(text) if text.isdecimal() and 1 <= int(text) < _LARGEST_VERSION else None


def _text(cell: Cell | None) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return "" if cell is None else str(cell).strip()


def default_units(kind: ListKind) -> dict[str, str]:
    """Return what bare numbers count where a configuration says nothing: the columns' own units."""
    return {column: str(Unit.MONTHS) for column in sorted(MONTHS)} if kind is ListKind.CONVICTION else {}
