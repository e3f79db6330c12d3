"""Which rows take a ban back without saying so: the next version bars nobody, or somebody else (protocol, 4.3)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.intake.headings import ListKind
from registry.intake.list_row import Operation
from registry.intake.list_rows import reread
from registry.law.judgment import RowOutcome
from registry.services.place_rows import judge, row_outcome
from registry.services.same_subject import signature_of, still_tells
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.intake.list_row import ListRow, RowKey
    from registry.law.provisions import Law
    from registry.store.list_values import StoredRecord

BARRING: Final = frozenset({RowOutcome.IN_FORCE, RowOutcome.PENDING})
_ONE_COUNT: Final = ("document_no", "charge")


def bars(latest: StoredRecord | None) -> bool:
    """Say whether what is held of a row stands and bars somebody, now or from a known day on."""
    return latest is not None and latest.state is RecordState.ACTIVE and latest.outcome in BARRING


def is_lifted(law: Law, row: ListRow, today: datetime.date, food_related: bool | None) -> bool:
    """Say whether the law makes of a row stated anew that it bars nobody, or nobody until a person has found."""
    if row.operation is Operation.WITHDRAW or row.faults:
        return False
    return row_outcome(judge(law, row, today, food_related)) not in BARRING


@dataclass(frozen=True, slots=True)
class Replacement:
    """A row stated anew, what is held of it, and what its version before said (empty where that was erased)."""

    row: ListRow
    latest: StoredRecord
    before: Mapping[str, str] = field(repr=False)

    def takes_back(self, law: Law, today: datetime.date, stated: Mapping[RowKey, bool]) -> bool:
        """Say whether it bars nobody any more, or not somebody its version before barred; `stated`: what was found."""
        return is_lifted(law, self.row, today, self._finding(stated)) or self._leaves_out()

    def _leaves_out(self) -> bool:
        """Say whether somebody the version before names cannot be told from what the row states."""
        if not self.before or self.row.operation is Operation.WITHDRAW or self.row.faults:
            return False
        now = [signature_of(named) for named in self.row.named]
        before = [signature_of(named) for named in reread(self.before, ListKind(self.latest.kind)).named]
        return not all(any(still_tells(new, old) for new in now) for old in before)

    def _finding(self, stated: Mapping[RowKey, bool]) -> bool | None:
        """Return what is found about food: beside the row, else of the version before of the same count."""
        if self.row.key is not None and self.row.key in stated:
            return stated[self.row.key]
        same_count = all(self.before.get(column) == self.row.canonical.get(column) for column in _ONE_COUNT)
        return self.latest.food_related if same_count else None
