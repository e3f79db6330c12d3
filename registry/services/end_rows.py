"""End from the beginning what rows of the list founded; the rows themselves stay as they were brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.services.list_draft import ListDraft
from registry.services.record_list_change import ListSource, record_list_change
from registry.store.list_values import EndReason, RecordState, StoredRecord

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


def end_rows(uow: UnitOfWork, ended: Sequence[StoredRecord], source: ListSource, actor: str) -> range:
    """End the rows and record the change; return the list versions taken, none where there is no row to end.

    Their versions stay, so that the next one of whoever brought them counts again. The list's head is locked; the
    caller commits.
    """
    if not ended:
        return range(0)
    draft = ListDraft(uow, (), ended, rows=0)
    for record in ended:
        draft.end(record, EndReason.WITHDRAWN, record)
        record.state = RecordState.WITHDRAWN
        draft.touch(record)
    versions = uow.lists.write(draft.writes)
    record_list_change(uow, versions, {record.source_region for record in ended}, source, actor)
    return versions
