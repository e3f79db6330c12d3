"""Which of our own manifests in a folder comes next after a position, and which were taken already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Position
from registry.exchange.batch import Batch, BatchKind
from registry.exchange.manifest import Header


@dataclass(frozen=True, slots=True)
class Choice:
    """The manifest that comes next (None: none fits), those whose batches were taken before, and one that fits not."""

    next: str | None
    past: tuple[str, ...]
    unfitting: Batch | None

    def require_nothing_missing(self) -> None:
        """Raise PartnerUnavailableError where something is there that does not follow the position."""
        if self.unfitting is not None:
            first = self.unfitting.first
            raise PartnerUnavailableError("gap", f"the batch from number {first} is there, but not the one before it")


def next_of(headers: Mapping[str, Header], position: Position) -> Choice:
    """Choose the next manifest: what goes on with a snapshot, then what goes on with changes, then a whole list."""
    batches = {name: header.batch for name, header in headers.items()}
    past = tuple(sorted(name for name, batch in batches.items() if _is_past(batch, position)))
    left = {name: batch for name, batch in sorted(batches.items()) if name not in past}
    for fits in (_is_known, _goes_on_with_snapshot, _goes_on_with_changes, _begins_anew):
        chosen = next((name for name, batch in left.items() if fits(batch, position)), None)
        if chosen is not None:
            return Choice(chosen, past, None)
    return Choice(None, past, min(left.values(), key=lambda batch: batch.first) if left else None)


def _is_known(batch: Batch, position: Position) -> bool:
    """The batch taken last is met again where a visit was killed before it could acknowledge it."""
    return batch.digest == position.digest


def _is_past(batch: Batch, position: Position) -> bool:
    if batch.epoch != position.epoch or _is_known(batch, position) or position.snapshot_after is not None:
        return False
    return batch.last <= position.number


def _goes_on_with_snapshot(batch: Batch, position: Position) -> bool:
    if batch.kind is not BatchKind.SNAPSHOT or position.snapshot_after is None:
        return False
    return batch.epoch == position.epoch and batch.page_after == position.snapshot_after


def _goes_on_with_changes(batch: Batch, position: Position) -> bool:
    if batch.kind is not BatchKind.CHANGES or position.snapshot_after is not None:
        return False
    known = position.epoch is None or batch.epoch == position.epoch
    return known and batch.first == position.number + 1


def _begins_anew(batch: Batch, position: Position) -> bool:
    if batch.kind is BatchKind.CHANGES or batch.page_after is not None:
        return False
    return batch.epoch != position.epoch or batch.last >= position.number
