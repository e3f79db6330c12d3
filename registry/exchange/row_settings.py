"""What a partner's file says of its rows: [fields], [constants], [units], [codes], [written] and [rows].

The columns meant are those of the list files (registry.intake.headings); a word a code stands for is checked here, so
that an engineer meets a slip before any row does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from registry.errors import InvalidInputError
from registry.exchange.batch import HUB, ItemOperation
from registry.exchange.row_mapping import DEFAULT_REASON, OPERATION, DayForm, RowMapping, default_units
from registry.exchange.toml_lines import LocatedTable
from registry.intake.heading_map import SENTENCE_TEXT, HeadingMap, heading_names, parse_map
from registry.intake.headings import ListKind, columns
from registry.intake.named_people import ID_TYPES, SEXES
from registry.intake.row_facts import SENTENCES, YES_NO

_WORDS: Final[Mapping[str, Collection[str]]] = {
    "sex": SEXES,
    "id_type": ID_TYPES,
    "sentence": SENTENCES,
    "food_related": YES_NO,
    OPERATION: (ItemOperation.UPSERT, ItemOperation.WITHDRAW, ItemOperation.SEAL),
}
"""Columns of few words; a code for any of them must mean one of these."""
_KINDS: Final = {kind: str(kind) for kind in ListKind}
_ALL_COLUMNS: Final = frozenset(column for kind in ListKind for column in columns(kind)) | {SENTENCE_TEXT}
_COLUMN_UNITS: Final = {
    "sentence_months": ("months", "years"),
    "probation_months": ("months", "years"),
    "fine_yuan": ("yuan", "ten_thousand_yuan"),
}


def read_rows(table: LocatedTable, partner: str) -> RowMapping:
    """Read what the rows of a partner mean. Raises SettingsError naming the line."""
    fields, constants = table.table("fields"), table.table("constants")
    codes, written = _codes(table.table("codes")), _written(table.table("written"))
    units, rows = _units(table.table("units")), table.table("rows")
    maps = {kind: _map(kind, fields, constants, codes, units) for kind in ListKind if fields.has(_KINDS[kind])}
    if not maps and (codes or written or units):
        raise table.fault("fields", "codes, units and [written] need the fields they are about")
    mapping = RowMapping(
        maps=maps,
        written=_to_write(codes, written),
        days=rows.choice("days", DayForm, DayForm.ISO),
        region=None if partner == HUB else partner,
        withdraw_reason=rows.text("withdraw_reason") if rows.has("withdraw_reason") else DEFAULT_REASON,
    )
    for each in (fields, constants, rows):
        each.finish()
    return mapping


def _map(
    kind: ListKind,
    fields: LocatedTable,
    constants: LocatedTable,
    codes: Mapping[str, Mapping[str, str]],
    units: Mapping[str, str],
) -> HeadingMap:
    own, fixed = fields.table(_KINDS[kind]), constants.table(_KINDS[kind])
    meant = _headings(own, kind)
    known = {*meant.values()}
    stated = {
        "kind": str(kind),
        "columns": meant,
        "constants": _texts(fixed),
        "words": {column: words for column, words in codes.items() if column in known},
        "units": {column: unit for column, unit in {**default_units(kind), **units}.items() if column in known},
    }
    if not meant.keys() or "record_no" not in known:
        raise own.fault("record_no", "is missing: every row needs a number of its own that never changes")
    try:
        return parse_map(stated)
    except InvalidInputError as error:
        first = error.faults[0]
        raise (fixed if first.field in stated["constants"] else own).fault(first.field, first.reason) from None


def _headings(own: LocatedTable, kind: ListKind) -> dict[str, str]:
    """Return their heading → our column; in the file it stands the other way round, ours = "theirs"."""
    meant: dict[str, str] = {}
    for column in own.names():
        if column not in {*columns(kind), SENTENCE_TEXT}:
            raise own.fault(column, f"is no column of a {kind}")
        heading = heading_names([own.text(column)])[0]
        if heading in meant:
            raise own.fault(column, f"{heading} stands for {meant[heading]} already")
        meant[heading] = column
    return meant


def _codes(table: LocatedTable) -> dict[str, dict[str, str]]:
    return {column: _words(table.table(column), column) for column in _columns(table)}


def _words(table: LocatedTable, column: str) -> dict[str, str]:
    codes = _texts(table)
    for code, word in codes.items():
        if word and column in _WORDS and word not in _WORDS[column]:
            raise table.fault(
                code, f"must mean one of {', '.join(dict.fromkeys(map(str, _WORDS[column])))}, or nothing"
            )
    return codes


def _written(table: LocatedTable) -> dict[str, dict[str, str]]:
    return {column: _texts(table.table(column)) for column in _columns(table)}


def _to_write(
    codes: Mapping[str, Mapping[str, str]], written: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Return the code to write for each of our words: the one stated, else the first that means it."""
    first = {column: {word: code for code, word in reversed(list(words.items()))} for column, words in codes.items()}
    return {column: {**first.get(column, {}), **written.get(column, {})} for column in {*first, *written}}


def _units(table: LocatedTable) -> dict[str, str]:
    for column in table.names():
        if column not in _COLUMN_UNITS:
            raise table.fault(column, f"has no unit; these have: {', '.join(_COLUMN_UNITS)}")
    units = _texts(table)
    for column, unit in units.items():
        if unit not in _COLUMN_UNITS[column]:
            raise table.fault(column, f"must be one of {', '.join(_COLUMN_UNITS[column])}")
    return units


def _columns(table: LocatedTable) -> tuple[str, ...]:
    for column in table.names():
        if column not in _ALL_COLUMNS:
            raise table.fault(column, "is no column of the list")
    return table.names()


def _texts(table: LocatedTable) -> dict[str, str]:
    """Take every entry of a table as a text."""
    return {entry: table.take(entry, str) for entry in table.names()}
