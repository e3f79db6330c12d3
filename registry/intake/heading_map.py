"""What a court's own headings mean: which column each stands for, and how its values are to be read.

Pure values; a mapping is stored as JSON (`as_json`, `parse_map`). `sentence_text` is no column of the list but a cell
in which a whole punishment stands, from which sentence, months, probation and fine are read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.errors import FieldFault, InvalidInputError
from registry.intake.formula_cells import rearmed
from registry.intake.headings import REQUIRED, ListKind, columns
from registry.intake.sentence_cell import Unit, months_value, sentence_values, yuan_value
from registry.intake.workbook import Cell

SENTENCE_TEXT = "sentence_text"
_FROM_SENTENCE_TEXT = ("sentence", "sentence_months", "probation_months", "fine_yuan")
MONTHS = frozenset({"sentence_months", "probation_months"})
_DONT_CARE = frozenset({"record_no", "other_names", "id_type", "id_number", "domicile_code", "birth_date", "sex"})
"""Columns of the list that a court's own spreadsheet may lack altogether; a value may be blank there, too."""

_MAY_LACK: Mapping[ListKind, frozenset[str]] = {
    ListKind.CONVICTION: _DONT_CARE | {"effective_date", "sentence_months"},
    ListKind.REVOCATION: _DONT_CARE | {"uscc", "licence_no", "name", "role", "organisation"},
}
_LONGEST_WORD = 200
_MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class HeadingMap:
    """One mapping: headings to columns, values the whole file states, words to values, units of bare numbers."""

    kind: ListKind
    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)

    def heading_of(self, column: str) -> str | None:
        """Return the heading under which a column's value stands; None where none does."""
        sought = {column, SENTENCE_TEXT} if column in _FROM_SENTENCE_TEXT else {column}
        return next((heading for heading, meant in self.columns.items() if meant in sought), None)

    def as_json(self) -> dict[str, object]:
        """Return the mapping as it is stored."""
        return {
            "kind": str(self.kind),
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "words": {column: dict(words) for column, words in self.words.items()},
            "units": {column: str(unit) for column, unit in self.units.items()},
        }

    def cells(self, headings: Sequence[str], values: Sequence[Cell | None]) -> tuple[dict[str, Cell], list[FieldFault]]:
        """Return a row's cells by the list's columns, and what could not be turned; that stays as it came."""
        cells: dict[str, Cell] = dict(self.constants)
        faults: list[FieldFault] = []
        for heading, value in zip(headings, values, strict=False):
            column = self.columns.get(heading)
            if column is not None and value is not None:
                cells.update(self._turned(column, rearmed(value) if isinstance(value, str) else value, faults))
        return cells, faults

    def _turned(self, column: str, value: Cell, faults: list[FieldFault]) -> Mapping[str, Cell]:
        word = self.words.get(column, {}).get(word_of(value))
        if word is not None:
            return {"sentence" if column == SENTENCE_TEXT else column: word}
        if column == SENTENCE_TEXT:
            return sentence_values(str(value)) or {"sentence": str(value)}
        if column in MONTHS:
            return self._months(column, _text(value), faults)
        amount = yuan_value(_text(value), self.units.get(column)) if column == "fine_yuan" else None
        return {column: value if amount is None else amount}

    def _months(self, column: str, text: str, faults: list[FieldFault]) -> Mapping[str, Cell]:
        length = months_value(text, self.units.get(column))
        if length is None and column not in self.units and text.replace(".", "", 1).isdecimal():
            reason = "a bare number: say in the mapping whether this column counts months or years"
            faults.append(FieldFault(column, "unit_unknown", reason))
            return {}
        return {column: text if length is None else length}


def _text(value: Cell) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def heading_names(cells: Sequence[object]) -> tuple[str, ...]:
    """Return a heading line's names, each once: a blank one by its place, a repeated one with its number."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(unicodedata.normalize("NFKC", "" if cell is None else str(cell)).split())[:_LONGEST_WORD]
        name = name or f"第{place}列"
        seen = sum(other == name or other.startswith(f"{name}#") for other in names)
        names.append(f"{name}#{seen + 1}" if seen else name)
    return tuple(names)


def word_of(value: Cell) -> str:
    """Return a value in the spelling words are compared in."""
    return unicodedata.normalize("NFKC", str(value)).replace(" ", "").lower()


def own_headings(kind: ListKind, headings: Sequence[str]) -> HeadingMap:
    """Return the mapping of a file in the list's own columns; what it does not know is left aside."""
    found = {name: name.lower() for name in headings if name.lower() in columns(kind)}
    return HeadingMap(kind, found, units=dict.fromkeys(MONTHS & set(found.values()), Unit.MONTHS))


def parse_map(stated: Mapping[str, Any], headings: Sequence[str] | None = None) -> HeadingMap:
    """Read a mapping from JSON; with `headings` it must also fit them.

    Raises InvalidInputError naming every unknown column, every column meant twice and every one that is missing.
    """
    faults: list[FieldFault] = []
    kind = _kind(stated.get("kind"))
    known = {*columns(kind), *([SENTENCE_TEXT] if kind is ListKind.CONVICTION else [])}
    meant = {heading: column for heading, column in _texts(stated, "columns").items() if column}
    constants = {column: value.strip() for column, value in _texts(stated, "constants").items() if value.strip()}
    words = {str(column): _texts(of, column) for of in [_table(stated, "words")] for column in of}
    units = {column: _unit(unit, column, faults) for column, unit in _texts(stated, "units").items()}
    faults += [_unknown(column) for column in sorted({*meant.values(), *constants, *words, *units} - known)]
    faults += _twice(meant, constants)
    faults += _missing(kind, meant, constants)
    if headings is not None:
        faults += [_gone(heading) for heading in meant if heading not in headings]
    if sum(len(of) for of in words.values()) > _MOST_WORDS:
        faults.append(FieldFault("words", "too_many", f"at most {_MOST_WORDS} words can be given a value"))
    if faults:
        raise InvalidInputError(faults)
    spelt = {column: {word_of(word): value for word, value in of.items()} for column, of in words.items()}
    return HeadingMap(kind, meant, constants, spelt, {column: unit for column, unit in units.items() if unit})


def missing_columns(kind: ListKind, meant: Mapping[str, str], constants: Mapping[str, str]) -> list[str]:
    """Return the columns a file must have or state for all its rows, and does neither."""
    stated = {*meant.values(), *constants}
    stated |= set(_FROM_SENTENCE_TEXT) if SENTENCE_TEXT in stated else set()
    lacking = [column for column in REQUIRED[kind] if column not in stated and column not in _MAY_LACK[kind]]
    if kind is ListKind.REVOCATION and not stated & {"organisation", "name"}:
        lacking.append("organisation")
    return [column for column in lacking if column != "source_region"]


def _missing(kind: ListKind, meant: Mapping[str, str], constants: Mapping[str, str]) -> list[FieldFault]:
    return [
        FieldFault(column, "missing_heading", f"no heading stands for {column}; map one, or state it for all rows")
        for column in missing_columns(kind, meant, constants)
    ]


def _twice(meant: Mapping[str, str], constants: Mapping[str, str]) -> list[FieldFault]:
    found = [*meant.values()]
    if SENTENCE_TEXT in found:
        found += _FROM_SENTENCE_TEXT[:2]
    twice = sorted({column for column in found if found.count(column) > 1} | (set(found) & constants.keys()))
    return [FieldFault(column, "meant_twice", f"{column} is stated more than once") for column in twice]


def _kind(stated: object) -> ListKind:
    try:
        return ListKind(str(stated))
    except ValueError:
        raise InvalidInputError([FieldFault("kind", "unknown_kind", "conviction or revocation is needed")]) from None


def _table(stated: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = stated.get(name, {})
    if not isinstance(found, Mapping):
        raise InvalidInputError([FieldFault(name, "not_a_table", "an object is needed")])
    return found


def _texts(stated: Mapping[str, Any], name: str) -> dict[str, str]:
    found = _table(stated, name)
    if not all(isinstance(value, str) and len(value) <= _LONGEST_WORD for value in found.values()):
        raise InvalidInputError([FieldFault(name, "not_a_text", f"texts of at most {_LONGEST_WORD} signs are needed")])
    return {str(key): value for key, value in found.items()}


def _unit(text: str, column: str, faults: list[FieldFault]) -> Unit | None:
    try:
        return Unit(text) if text else None
    except ValueError:
        faults.append(FieldFault(column, "unknown_unit", f"one of {', '.join(Unit)} is needed"))
        return None


def _unknown(column: str) -> FieldFault:
    return FieldFault(column[:40], "unknown_column", "the list has no such column")


def _gone(heading: str) -> FieldFault:
    return FieldFault(heading[:40], "unknown_heading", "the file has no such heading")
