"""Record a transaction's changes of the list: which versions it took, and a digest of what they are."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


class ListSource(StrEnum):
    """By which way a change of the list came; recorded with it."""

    DESK = "desk"
    IMPORT = "import"
    SPREADSHEET = "spreadsheet"
    EXCHANGE = "exchange"
    RECONCILIATION = "reconciliation"
    QUARANTINE = "quarantine"
    DECISION = "decision"
    RETENTION = "retention"
    SEALING = "sealing"


def record_list_change(
    uow: UnitOfWork, versions: range, regions: Iterable[str], source: ListSource, actor: str
) -> None:
    """Record the changes that were just written, if there are any; `source` says by which way they came."""
    if not versions:
        return
    facts: dict[str, str | int] = {
        "first_version": versions[0],
        "last_version": versions[-1],
        "region": ";".join(sorted(set(regions))),
        "source": source,
        "changes_digest": uow.changes.digest(versions),
    }
    uow.ledger.record(EventKind.LIST_CHANGED, actor, facts)
