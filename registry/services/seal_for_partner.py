"""Carry out a partner's word that a record is sealed: every version goes, and it is never taken again (protocol, 5)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from registry.exchange.batch import Item
from registry.ledger.events import EventKind
from registry.services import index_snapshot
from registry.services.forget_uploads import forget_uploads
from registry.services.leave_out_sealed import forget_records
from registry.services.reach_sealed import reach_sealed
from registry.services.seal_record import take_off_the_list
from registry.services.sealing_list import remember
from registry.store.sealing_repository import SealingOrder

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

_CODE: Final = "sealed_record"


def seal_for_partner(services: Services, uow: UnitOfWork, item: Item, actor: str) -> bool:
    """Erase every version of an item's record within a transaction; say whether it was not sealed already."""
    key = (item.source_region or "", item.record_no or "")
    if uow.sealing.among([key]):
        return False
    digest = hashlib.sha256(f"{item.authority or ''}\x1f{item.reason or ''}".encode()).hexdigest()
    order = SealingOrder(*key, digest, services.clock.now())
    remember(services.settings.home, order)
    stored = uow.lists.records_of([key])
    take_off_the_list(uow, stored, actor)
    forget_records(uow, key, _CODE, actor)
    forget_uploads(uow, key)
    quarantined = uow.sealing.erase_quarantined(key)
    uow.sealing.order(order)
    facts: dict[str, str | int] = {"records": len(stored), "order_digest": digest, "quarantined": quarantined}
    uow.ledger.record(EventKind.RECORD_SEALED, actor, facts)
    return True


def after_sealing(services: Services, actor: str) -> None:
    """Erase what showed the record beside the list: the file of the index, and answers; after the commit."""
    (services.settings.home / index_snapshot.FILE_NAME).unlink(missing_ok=True)
    reach_sealed(services, actor)
