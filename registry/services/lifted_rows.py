"""Which rows take a ban back without saying so: they stand on, in a next version that bars nobody (protocol, 4.3)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.intake.list_row import Operation
from registry.law.judgment import RowOutcome
from registry.services.place_rows import judge, row_outcome
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.intake.list_row import ListRow, RowKey
    from registry.law.provisions import Law
    from registry.store.list_values import StoredRecord
    from registry.store.unit_of_work import UnitOfWork

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


def findings_that_hold(
    uow: UnitOfWork, replaced: Sequence[tuple[ListRow, StoredRecord]], stated: Mapping[RowKey, bool]
) -> list[bool | None]:
    """Return, by row, what is found about food: beside it, else of the version before of the same count."""
    found = {latest.id for _, latest in replaced if latest.food_related is not None}
    before = uow.lists.payloads(found)
    return [_finding(row, latest, before.get(latest.id, {}), stated) for row, latest in replaced]


def _finding(
    row: ListRow, latest: StoredRecord, before: Mapping[str, str], stated: Mapping[RowKey, bool]
) -> bool | None:
    if row.key is not None and row.key in stated:
        return stated[row.key]
    same_count = all(before.get(column) == row.canonical.get(column) for column in _ONE_COUNT)
    return latest.food_related if same_count else None
