"""Which of our own manifests in a folder comes next after a position.

A sender that was interrupted makes its batch anew, perhaps with more in it: numbers taken already may come again in
front, and whoever takes it knows its rows. So every batch that begins at or before the next number is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Position
from registry.exchange.batch import Batch, BatchKind
from registry.exchange.manifest import Header

_Fits = Callable[[Batch, Position], bool]


def next_of(headers: Mapping[str, Header], position: Position) -> str | None:
    """Choose the next manifest by name; None where none fits.

    First the batch taken last, which a visit that was killed had not acknowledged; then what goes on with a snapshot,
    what follows on the last batch, other changes from before, and a list as a whole.
    """
    batches = dict(sorted(((name, header.batch) for name, header in headers.items()), key=_by_number))
    for fits in _FITTING:
        chosen = next((name for name, batch in batches.items() if fits(batch, position)), None)
        if chosen is not None:
            return chosen
    return None


def require_nothing_left(headers: Mapping[str, Header]) -> None:
    """Raise PartnerUnavailableError (`gap`) where something is there that does not follow on what was taken."""
    if headers:
        first = min(header.batch.first for header in headers.values())
        raise PartnerUnavailableError("gap", f"the batch from number {first} is there, but not the one before it")


def _by_number(named: tuple[str, Batch]) -> tuple[int, int, str]:
    name, batch = named
    return batch.first, batch.last, name


def _is_known(batch: Batch, position: Position) -> bool:
    return batch.digest == position.digest


def _goes_on_with_snapshot(batch: Batch, position: Position) -> bool:
    if batch.kind is not BatchKind.SNAPSHOT or position.snapshot_after is None:
        return False
    under_way = (batch.epoch, batch.first, batch.page_after) == (
        position.epoch,
        position.number,
        position.snapshot_after,
    )
    return under_way and batch.previous == position.digest


def _follows(batch: Batch, position: Position) -> bool:
    return _is_of_now(batch, position) and batch.previous == position.digest


def _is_of_now(batch: Batch, position: Position) -> bool:
    if batch.kind is not BatchKind.CHANGES or position.snapshot_after is not None:
        return False
    return position.epoch in (None, batch.epoch) and batch.first <= position.number + 1


def _begins_anew(batch: Batch, position: Position) -> bool:
    if batch.kind is BatchKind.CHANGES or batch.page_after is not None:
        return False
    return batch.epoch != position.epoch or batch.last >= position.number


def _is_past(batch: Batch, position: Position) -> bool:
    """A page of a snapshot that was taken to its end, or overtaken: it is offered to be acknowledged as known."""
    whole = batch.kind is not BatchKind.CHANGES and position.snapshot_after is None
    return whole and batch.epoch == position.epoch and batch.last <= position.number


_FITTING: tuple[_Fits, ...] = (_is_known, _goes_on_with_snapshot, _follows, _is_of_now, _begins_anew, _is_past)
