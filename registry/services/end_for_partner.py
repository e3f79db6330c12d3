"""Carry out a partner's word that a court has undone what a row founded: the row stays, and bars nobody.

Where a judgment is annulled, replaced or sent back at the desk, rows of its case that others brought end with it
(registry.services.end_elsewhere). They keep their version: the next one of whoever brought them counts again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.services.end_rows import end_rows
from registry.services.record_list_change import ListSource
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.exchange.batch import Item
    from registry.store.unit_of_work import UnitOfWork

ENDED: Final = "ended"
SOURCE: Final = ListSource.EXCHANGE


def end_for_partner(uow: UnitOfWork, item: Item, actor: str) -> range:
    """End what the row an item names founds here; return the list versions taken, none where nothing of it stands.

    A version above the item's is a later word and stays. The list's head is locked; the caller commits.
    """
    stored = uow.lists.records_of([(item.source_region or "", item.record_no or "")])
    standing = [one for one in stored if one.state is RecordState.ACTIVE and one.version <= (item.version or 0)]
    return end_rows(uow, standing, SOURCE, actor)
