"""May a batch be taken? Everything that makes it held whole: whose it is, where it stands, what it would take back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from registry.errors import HeldBatchError
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, ItemOperation
from registry.exchange.sides import spoken_for

if TYPE_CHECKING:
    from registry.exchange.batch import Item
    from registry.exchange.partner import Partner
    from registry.store.exchange_repository import PartnerState
    from registry.store.unit_of_work import UnitOfWork

GAP: Final = "gap"
MASS_WITHDRAWAL: Final = "mass_withdrawal"
WINDOW: Final = datetime.timedelta(days=1)
"""What many small batches take back within a day counts together: a batch has a thousand items, a list many more."""

TAKEN_BACK: Final = "withdrawn_of_"
"""In a batch's counts: how many standing rows of a region it took back."""

_DAYS_WORTH: Final = 10
"""So many times what is always allowed may be taken back within a day, whatever share of the list that is."""


def require_ours(batch: Batch, partner: Partner, own: str) -> None:
    """Raise HeldBatchError unless the batch is this partner's, for this side, and speaks of its own rows alone."""
    if partner.signed and batch.signed_by is None:
        raise HeldBatchError("unsigned", "the partner must sign, and the batch bears no signature")
    if batch.region != partner.name:
        raise HeldBatchError("wrong_sender", "region: the batch says it is from somebody else than this partner")
    if batch.addressee != own:
        raise HeldBatchError("wrong_addressee", "for: the batch is for somebody else")
    if batch.kind is not BatchKind.FULL and partner.signed and len(batch.items) > partner.limits.items_per_batch:
        raise HeldBatchError(
            "too_many_items", f"{len(batch.items):,} items; {partner.limits.items_per_batch:,} may come"
        )
    told = spoken_for(partner.name, own)
    for place, item in enumerate(batch.items, 1):
        region = item.source_region or partner.name
        if item.operation is not ItemOperation.OWN and region not in told and not tells_the_owner(batch, item):
            raise HeldBatchError("foreign_region", f"item {place}: this partner does not speak for region {region}")


def tells_the_owner(batch: Batch, item: Item) -> bool:
    """Say whether an item tells the side whose row it is that a court's decision ended it elsewhere."""
    return item.operation is ItemOperation.END and item.source_region == batch.addressee


def require_place(uow: UnitOfWork, batch: Batch, state: PartnerState) -> None:
    """Raise HeldBatchError unless the batch follows on what was taken: `gap`, `broken_chain`, `epoch_changed` …

    Numbers taken already may come again in front: a sender that was interrupted makes its batch anew.
    """
    if batch.kind is BatchKind.SNAPSHOT:
        _require_page(uow, batch, state)
    elif batch.kind is BatchKind.FULL:
        if batch.last < state.taken_to and batch.epoch == state.epoch:
            raise HeldBatchError("outdated", f"the file is as of number {batch.last}; {state.taken_to} was taken")
    else:
        _require_next(uow, batch, state)


def is_left_behind(batch: Batch, state: PartnerState) -> bool:
    """Say whether a batch is a page of a snapshot broken off, while the whole list was taken since as of its number."""
    later_page = batch.kind is BatchKind.SNAPSHOT and batch.page_after is not None
    whole = state.snapshot_after is None and batch.epoch == state.epoch
    return later_page and whole and batch.last <= state.taken_to


def require_brake(uow: UnitOfWork, partner: Partner, withdrawals: Mapping[str, int]) -> None:
    """Raise HeldBatchError (`mass_withdrawal`) where more rows would be taken back than may be at once."""
    if not withdrawals:
        return
    limits, active = partner.limits, uow.giving.count_active(withdrawals)
    before = _taken_back(uow, partner.name)
    for region, count in sorted(withdrawals.items()):
        share = limits.withdrawals_percent / 100 * active.get(region, 0)
        within_a_day = count + before.get(region, 0)
        too_many = count > max(limits.withdrawals_always, share)
        if too_many or within_a_day > max(limits.withdrawals_always * _DAYS_WORTH, share):
            detail = f"{count} of {active.get(region, 0)} rows of region {region} would be taken back"
            raise HeldBatchError(MASS_WITHDRAWAL, f"{detail}, {within_a_day} within a day")


def _taken_back(uow: UnitOfWork, partner: str) -> dict[str, int]:
    """Return how many rows were taken back within the day, but since a person let such a batch pass."""
    since = uow.transaction.now() - WINDOW
    released = uow.holds.last_release(partner, MASS_WITHDRAWAL)
    found: dict[str, int] = {}
    for counts in uow.exchange.counts_since(partner, since if released is None else max(since, released)):
        for name, count in counts.items():
            if name.startswith(TAKEN_BACK):
                region = name.removeprefix(TAKEN_BACK)
                found[region] = found.get(region, 0) + count
    return found


def _require_next(uow: UnitOfWork, batch: Batch, state: PartnerState) -> None:
    if state.epoch is not None and batch.epoch != state.epoch:
        raise HeldBatchError("epoch_changed", "the numbers are of another epoch: a snapshot has to be taken first")
    if state.snapshot_after is not None:
        raise HeldBatchError(GAP, "a snapshot is under way and has to be taken to its end first")
    if batch.first > state.taken_to + 1:
        raise HeldBatchError(GAP, f"begins at {batch.first}; {state.taken_to} was taken last")
    if batch.signed_by is None and batch.first <= state.taken_to:
        raise HeldBatchError("outdated", f"begins at {batch.first}; {state.taken_to} was taken last")
    if not _follows(uow, batch, state):
        raise HeldBatchError("broken_chain", f"the batch before {batch.first} was another than the one taken")


def _follows(uow: UnitOfWork, batch: Batch, state: PartnerState) -> bool:
    before = batch.first - 1
    if batch.previous == NO_BATCH:
        return before == 0
    if (before, batch.previous) == (state.taken_to, state.taken_digest):
        return True
    return uow.exchange.took_up_to(batch.region, batch.epoch, before, batch.previous)


def _require_page(uow: UnitOfWork, batch: Batch, state: PartnerState) -> None:
    if batch.page_after is None:
        if batch.previous != NO_BATCH:
            raise HeldBatchError("broken_chain", "the first page of a snapshot follows on no batch")
        return
    under_way = (state.epoch, state.snapshot_at, state.snapshot_after)
    if under_way != (batch.epoch, batch.first, batch.page_after):
        raise HeldBatchError(GAP, "the page is not the next of the snapshot under way")
    if not uow.exchange.took_up_to(batch.region, batch.epoch, batch.first, batch.previous):
        raise HeldBatchError("broken_chain", "the page before was another than the one taken")
