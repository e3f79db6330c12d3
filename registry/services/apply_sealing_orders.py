"""Carry out again, in a store brought back from a backup, the sealing orders that came after the backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.services.reach_sealed import reach_sealed
from registry.services.seal_record import erase_record
from registry.services.sealing_list import remembered

if TYPE_CHECKING:
    from registry.services.context import Services


def apply_sealing_orders(services: Services, actor: str) -> int:
    """Carry out the orders kept beside the store that the store does not know; return how many there were."""
    with services.store.read() as uow:
        known = {order.key for order in uow.sealing.orders()}
    missing = {order.key: order for order in remembered(services.settings.home) if order.key not in known}
    for order in missing.values():
        erase_record(services, order, actor)
    reach_sealed(services, actor)
    return len(missing)
