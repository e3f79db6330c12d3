"""Give somebody of its region a file as it came; each look is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind
from registry.services.own_region import province_of

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.upload_repository import OpenedOriginal


def read_original(services: Services, original_id: int, *, actor: DeskActor) -> OpenedOriginal:
    """Return a kept file; NotFoundError where there is none, it was erased, or it is another region's."""
    with services.store.write() as uow:
        opened = uow.originals.open(original_id, province_of(actor))
        uow.ledger.record(EventKind.ORIGINAL_READ, actor.text, {"original_no": opened.original_no})
    return opened
