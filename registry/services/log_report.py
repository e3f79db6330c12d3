"""What a verification of the log found: what was checked, and every fault with the entry it is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

MOST_FAULTS_NAMED: Final = 1_000


class FaultKind(StrEnum):
    """What may be wrong with a log, or with the rows its entries speak of."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_ALTERED = "entry_altered"
    FACTS_ALTERED = "facts_altered"
    ERASED_UNRECORDED = "erased_unrecorded"
    LEAF_MISSING = "leaf_missing"
    LEAF_UNEXPECTED = "leaf_unexpected"
    TILE_ALTERED = "tile_altered"
    HEAD_ALTERED = "head_altered"
    HEAD_MISSING = "head_missing"
    ROOT_DIFFERS = "root_differs"
    HISTORY_DIFFERS = "history_differs"
    COSIGNATURE_FALSE = "cosignature_false"
    WAITS_TOO_LONG = "waits_too_long"
    DECISION_MISSING = "decision_missing"
    DECISION_ALTERED = "decision_altered"
    DECISION_UNRECORDED = "decision_unrecorded"
    CHANGE_MISSING = "change_missing"
    CHANGE_ALTERED = "change_altered"
    CHANGE_UNRECORDED = "change_unrecorded"
    SUBJECT_ALTERED = "subject_altered"
    RULE_ALTERED = "rule_altered"
    SCREENING_ALTERED = "screening_altered"
    STEP_ALTERED = "step_altered"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, what it says, and the leaves (first to last, inclusive) among which the altered entry is.

    `entry` is the number of the ledger entry where it is known. No text names a person.
    """

    kind: FaultKind
    says: str
    first: int | None = None
    last: int | None = None
    entry: int | None = None

    def concerns(self, leaf: int) -> bool:
        """Return whether the fault is about a leaf."""
        return self.first is not None and self.last is not None and self.first <= leaf <= self.last


@dataclass(slots=True)
class LogReport:
    """What was checked and found. `since` is the size of the verified head it began at; 0 for a full verification."""

    since: int = 0
    size: int = 0
    root: str = ""
    checkpoint: str = ""
    heads: int = 0
    entries: int = 0
    opened: int = 0
    sealed: int = 0
    waiting: int = 0
    tiles: int = 0
    cosignatures: int = 0
    witnesses: dict[str, int] = field(default_factory=dict)
    decisions: int = 0
    changes: int = 0
    subjects: int = 0
    rules: int = 0
    screenings: int = 0
    faults: list[Fault] = field(default_factory=list)
    faults_in_all: int = 0

    def add(self, fault: Fault) -> None:
        """Note a fault; beyond the first thousand only how many."""
        self.faults_in_all += 1
        if len(self.faults) < MOST_FAULTS_NAMED:
            self.faults.append(fault)

    @property
    def sound(self) -> bool:
        """Return whether nothing was found."""
        return self.faults_in_all == 0

    def as_json(self) -> dict[str, Any]:
        """Return the report as one JSON object."""
        return {"sound": self.sound, **asdict(self)}
