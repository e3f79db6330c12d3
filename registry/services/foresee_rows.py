"""What the rows of a spreadsheet would become, before anybody files them: nothing is written."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from registry.errors import FieldFault
from registry.intake.list_row import ListRow, Operation
from registry.intake.mapped_rows import MappedReader
from registry.intake.sheet_lines import SheetLine
from registry.law.judgment import RowOutcome
from registry.law.provisions import Law
from registry.services.place_rows import judge, outcome_problems, row_outcome
from registry.services.sheet_content import RowForeseen, SheetReport

SHOWN: Final = frozenset({RowOutcome.QUARANTINED, RowOutcome.WAITING})
_MOST_WORDS: Final = 50


@dataclass(frozen=True, slots=True)
class ForeseenRows:
    """Every row as read with what it would become, in order, those left out that may not be kept (line and code)."""

    rows: tuple[tuple[ListRow, RowForeseen], ...]
    refused: dict[int, str]
    report: SheetReport


def foresee_rows(law: Law, today: datetime.date, reader: MappedReader, lines: Iterable[SheetLine]) -> ForeseenRows:
    """Read lines and ask the law about each; a faulty row would come back, a sealed record would leave nothing."""
    rows: list[tuple[ListRow, RowForeseen]] = []
    refused: dict[int, str] = {}
    words: dict[str, list[str]] = {}
    for line in lines:
        row = reader.read(line)
        found = foresee_row(law, today, row)
        if found.outcome is RowOutcome.REFUSED:
            refused[line.number] = found.problems[0].code
            continue
        rows.append((row, found))
        for fault in row.faults:
            _note_word(words, fault, reader, line)
    counts = Counter(str(found.outcome) for _, found in rows)
    shown = tuple(found for _, found in rows if found.outcome in SHOWN)
    return ForeseenRows(tuple(rows), refused, SheetReport(dict(counts), shown, words))


def foresee_row(law: Law, today: datetime.date, row: ListRow) -> RowForeseen:
    """Say what a row would become if it were placed today and nothing were known of it."""
    judged = judge(law, row, today, None)
    sealed = next((one.terms.reason for one in judged if one.terms.outcome is RowOutcome.REFUSED), None)
    if sealed is not None:
        return RowForeseen(row.line, RowOutcome.REFUSED, (FieldFault("row", sealed, "a record that may not be taken"),))
    if row.faults or row.key is None:
        return RowForeseen(row.line, RowOutcome.QUARANTINED, row.faults)
    if row.operation is Operation.WITHDRAW:
        return RowForeseen(row.line, RowOutcome.WITHDRAWN)
    outcome = row_outcome(judged)
    return RowForeseen(row.line, outcome, outcome_problems(judged, outcome))


def _note_word(words: dict[str, list[str]], fault: FieldFault, reader: MappedReader, line: SheetLine) -> None:
    """Remember a word that its column does not know, so that a person can say what it means."""
    if fault.code != "unknown_word":
        return
    value = reader.map.cells(reader.headings, line.cells)[0].get(fault.field)
    found = words.setdefault(fault.field, [])
    if value is not None and str(value) not in found and len(found) < _MOST_WORDS:
        found.append(str(value))
