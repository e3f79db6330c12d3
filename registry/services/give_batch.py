"""Give a partner the next batch of changes or the next page of the whole list, signed, and note that it was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from registry.exchange.batch import Batch

if TYPE_CHECKING:
    from registry.services.context import Services


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A batch and the bytes of its envelope (protocol, 2.4)."""

    batch: Batch
    content: bytes = field(repr=False)


def give_changes(  # noqa: PLR0913 -- what a partner states when it asks
    services: Services, partner: str, *, after: int, previous: str, epoch: str | None, most: int
) -> SignedBatch | None:
    """Return the changes after a number, signed for a partner; None where nothing is new.

    `previous` is the digest of the batch the partner took last, `epoch` the one it knows (None: none yet). Raises
    EpochChangedError, UnknownPositionError and SnapshotNeededError: the partner takes a snapshot.
    """
    raise NotImplementedError


def give_snapshot(  # noqa: PLR0913 -- as above
    services: Services, partner: str, *, after: str | None, at: int | None, previous: str, most: int
) -> SignedBatch:
    """Return a page of the whole list, signed for a partner; without `after` the first page, which sets `at`.

    Raises UnknownPositionError where this partner was never given the page it says it has: it begins again.
    """
    raise NotImplementedError
