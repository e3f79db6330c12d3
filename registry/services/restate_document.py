"""Say anew where documents of the desk stand, after rows they founded were settled by another way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry.law.judgment import RowOutcome
from registry.services.confirm_judgment import state_of
from registry.services.row_results import RowResult
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


def restate_documents(uow: UnitOfWork, records: Iterable[tuple[str, str]]) -> None:
    """Bring the state of the documents these rows came from up to what their rows are now; the caller commits."""
    for document in uow.desk.of_records(records):
        if document.standing is None:
            continue
        keys = uow.desk.active_records(document.id)
        rows = [row for row in uow.lists.records_of(keys) if row.state is RecordState.ACTIVE]
        standing = state_of([RowResult(0, RowOutcome(row.outcome)) for row in rows])
        if document.state is document.standing:
            document.state = standing
        document.standing = standing
        uow.desk.change(document)
