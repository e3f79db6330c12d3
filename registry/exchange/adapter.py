"""What every transport offers: batches in, batches out (feed, drop and table are the three there are)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from registry.exchange.batch import Batch


@dataclass(frozen=True, slots=True)
class Position:
    """How far a receiver has come with a partner: its epoch, the last number taken, and that batch's digest."""

    epoch: str | None
    number: int
    digest: str
    snapshot_after: str | None = None
    """Where a snapshot under way goes on; None where none is."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came: its exact bytes, and the batch they were understood as, or the code why not."""

    content: bytes
    batch: Batch | None
    fault: str | None = None
    detail: str = ""
    """For the engineer at the partner's: file, line, field; never a name or a number of a person."""
    place: str = ""
    """Where the transport keeps it (file, row range), so that it can be acknowledged there."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of every item of a batch: (number or record key, outcome, code).

    `absent`: what became of the rows a full file no longer had, in the same words.
    """

    epoch: str
    digest: str
    first: int
    last: int
    outcomes: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    accepted: bool = True
    absent: Sequence[tuple[str, str, str]] = ()


class Handed(Protocol):
    """What is known of a batch that was handed over: its numbers and its digest."""

    @property
    def first(self) -> int:
        """Its first number."""

    @property
    def last(self) -> int:
        """Its last number."""

    @property
    def digest(self) -> str:
        """The digest of its bytes."""


@runtime_checkable
class AcknowledgementPost(Protocol):
    """A transport on which the partner leaves its acknowledgements. Raises PartnerUnavailableError."""

    def collect_acknowledgements(self, of: Iterable[Handed]) -> Iterator[Acknowledgement]:
        """Yield what the partner left about these batches."""


class Adapter(Protocol):
    """A partner's transport in both directions. Raises PartnerUnavailableError where the partner cannot be reached."""

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield what is there after a position, oldest first, until nothing is; each is taken before the next."""

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        """Tell the partner what became of a batch."""

    def deliver(self, batch: Batch, signed: bytes) -> None:
        """Hand a batch over (drop, table); a feed's partner comes and gets it, and this does nothing."""

    def announce(self, epoch: str, up_to: int) -> None:
        """Say that there is news up to a number, where the transport can."""

    def close(self) -> None:
        """Let go of connections."""
