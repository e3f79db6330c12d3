"""What became of the rows of an import: an outcome for each, and a line for each that is not in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from registry.errors import FieldFault
from registry.law.judgment import RowOutcome

NOT_IN_FORCE = frozenset({RowOutcome.QUARANTINED, RowOutcome.WAITING, RowOutcome.REFUSED})
"""Outcomes that are named row by row and make the exit status 3."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row's outcome; `problems` say why it is not in force, `notes` how something unusual was understood.

    A refused row shows its line and the code only.
    """

    line: int
    outcome: RowOutcome
    record: str | None = None
    problems: tuple[FieldFault, ...] = ()
    notes: tuple[FieldFault, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did: how many rows had which outcome, the rows not in force and the remarks, line by line.

    `unknown_headings` are columns that were left aside; `changes` counts the changes of the list that were made, and
    `list_version` is its version afterwards.
    """

    kind: str
    file_digest: str
    unknown_headings: tuple[str, ...] = ()
    rows: int = 0
    counts: Counter[RowOutcome] = field(default_factory=Counter)
    not_in_force: list[RowResult] = field(default_factory=list)
    remarked: list[RowResult] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)
    changes: int = 0
    list_version: int = 0

    def take(self, results: Iterable[RowResult]) -> None:
        """Count the rows of one committed batch."""
        for result in results:
            self.rows += 1
            self.counts[result.outcome] += 1
            if result.outcome in NOT_IN_FORCE:
                self.not_in_force.append(result)
            elif result.notes and result.outcome is not RowOutcome.KNOWN:
                self.remarked.append(result)

    @property
    def complete(self) -> bool:
        """Say whether every row is in force, settled or known."""
        return not self.not_in_force

    def as_json(self) -> dict[str, object]:
        """Return the report for machines; it holds no name, number or other value of a row."""
        return {
            "kind": self.kind,
            "file_digest": self.file_digest,
            "rows": self.rows,
            "outcomes": {str(outcome): self.counts[outcome] for outcome in RowOutcome if self.counts[outcome]},
            "not_in_force": [_result(result, result.problems) for result in self.not_in_force],
            "notes": [_result(result, result.notes) for result in self.remarked],
            "unknown_headings": list(self.unknown_headings),
            "regions": sorted(self.regions),
            "list_version": self.list_version,
        }


def _result(result: RowResult, faults: tuple[FieldFault, ...]) -> dict[str, object]:
    named = {} if result.record is None else {"record": result.record}
    details = [{"field": fault.field, "code": fault.code, "reason": fault.reason} for fault in faults]
    return {"line": result.line, **named, "outcome": str(result.outcome), "details": details}
