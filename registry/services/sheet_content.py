"""What a spreadsheet under way holds: its table, and what its rows would become; both kept as sealed JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry.errors import FieldFault
from registry.intake.heading_map import HeadingMap, parse_map
from registry.intake.sheet_lines import SheetLine, as_json, lines_of
from registry.law.judgment import RowOutcome


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The headings of a spreadsheet, the lines below them, and the lines of which nothing may be kept."""

    headings: tuple[str, ...]
    lines: tuple[SheetLine, ...] = field(repr=False)
    refused: tuple[tuple[int, str], ...] = ()

    def text(self) -> str:
        """Return the table as it is sealed."""
        stated = {"headings": self.headings, "lines": as_json(self.lines), "refused": self.refused}
        return json.dumps(stated, ensure_ascii=False)

    @classmethod
    def of(cls, text: str | None) -> SheetTable:
        """Read a table back; one that was erased is empty."""
        if text is None:
            return cls((), ())
        stated = json.loads(text)
        refused = tuple((int(line), str(code)) for line, code in stated["refused"])
        return cls(tuple(stated["headings"]), tuple(lines_of(stated["lines"])), refused)

    def without(self, refused: Mapping[int, str]) -> SheetTable:
        """Return the table without lines of which only number and code may be kept."""
        kept = tuple(line for line in self.lines if line.number not in refused)
        return replace(self, lines=kept, refused=(*self.refused, *sorted(refused.items())))

    def only(self, numbers: Iterable[int]) -> SheetTable:
        """Return the table with these lines alone."""
        wanted = set(numbers)
        return replace(self, lines=tuple(line for line in self.lines if line.number in wanted))


@dataclass(frozen=True, slots=True)
class RowForeseen:
    """What would become (or became) of one row, and why it is not in force."""

    line: int
    outcome: RowOutcome
    problems: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReport:
    """How many rows have which outcome, each row that is not in force, and words no column knows, by column.

    `list_version` is the list's after the rows were placed; 0 before.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[RowForeseen, ...] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    list_version: int = 0

    def text(self) -> str:
        """Return the report as it is sealed."""
        rows = [[row.line, row.outcome, [[p.field, p.code, p.reason] for p in row.problems]] for row in self.rows]
        stated = {"counts": self.counts, "rows": rows, "words": self.words, "list_version": self.list_version}
        return json.dumps(stated, ensure_ascii=False)

    @classmethod
    def of(cls, text: str | None) -> SheetReport:
        """Read a report back; where there is none yet it is empty."""
        if text is None:
            return cls()
        stated = json.loads(text)
        rows = tuple(_row(*row) for row in stated["rows"])
        return cls(stated["counts"], rows, stated["words"], stated["list_version"])

    def faulty(self) -> dict[int, tuple[FieldFault, ...]]:
        """Return the rows that cannot be taken, by line, with what is wrong."""
        return {row.line: row.problems for row in self.rows if row.outcome is RowOutcome.QUARANTINED}


def _row(line: int, outcome: str, problems: Sequence[Sequence[str]]) -> RowForeseen:
    return RowForeseen(line, RowOutcome(outcome), tuple(FieldFault(*problem) for problem in problems))


def map_of(text: str | None) -> HeadingMap | None:
    """Read a mapping back; None where there is none yet."""
    if text is None:
        return None
    stated: dict[str, Any] = json.loads(text)
    return parse_map(stated)
