"""Partners, batches and a receiver that takes what comes, for tests of adapters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from registry.exchange.adapter import Acknowledgement, Adapter, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.partner import Partner
from registry.exchange.partner_file import read_partner
from registry.privacy.signing_keys import SigningKey
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation

HUB_KEY = SigningKey.of(1, bytes(range(32)))
OTHER_KEY = SigningKey.of(1, bytes(range(1, 33)))
BEGINNING = Position(None, 0, NO_BATCH)
EPOCH = "0123456789abcdef0123456789abcdef"


def partner_of(folder: Path, text: str, name: str = "partner.toml") -> Partner:
    """Read a partner's file with this text; its folder is where relative addresses begin."""
    path = folder / name
    path.write_text(text, "utf-8")
    return read_partner(path)


def keyed(partner: Partner, key: SigningKey = HUB_KEY) -> Partner:
    return replace(partner, signed=True, keys=(key.public,))


@dataclass
class Receiver:
    """Takes arrivals as the register does: the position moves with each, and each is acknowledged."""

    adapter: Adapter
    position: Position = BEGINNING
    taken: list[Batch] = field(default_factory=list)
    held: list[Arrival] = field(default_factory=list)
    known: int = 0
    acknowledging: bool = True
    outcomes: dict[str, str] = field(default_factory=dict)

    def visit(self) -> list[Batch]:
        """Take everything that is there and return what was new."""
        new: list[Batch] = []
        for arrival in self.adapter.receive(self.position):
            if arrival.batch is None:
                self.held.append(arrival)
                break
            if arrival.batch.digest == self.position.digest:
                self.known += 1
            else:
                self._take(arrival.batch)
                new.append(arrival.batch)
            if self.acknowledging:
                self.adapter.acknowledge(arrival, self.acknowledgement(arrival.batch))
        return new

    def _take(self, batch: Batch) -> None:
        assert batch.kind is not BatchKind.CHANGES or batch.first == self.position.number + 1
        assert batch.previous == self.position.digest or self.position.epoch != batch.epoch
        self.position = Position(batch.epoch, batch.last, batch.digest, batch.page_next)
        self.taken.append(batch)

    def acknowledgement(self, batch: Batch) -> Acknowledgement:
        outcomes = [
            (str(item.record_no), self.outcomes.get(str(item.record_no), "in_force"), "") for item in batch.items
        ]
        return Acknowledgement(batch.epoch, batch.digest, batch.first, batch.last, outcomes)


def item(number: int | None, record_no: str = "R1", **changes: str) -> Item:
    """A conviction as it travels, in canonical columns."""
    row = {name: cell for name, cell in conviction(record_no, **{"source_region": "33", **changes}).items() if cell}
    return Item(
        number,
        ItemOperation.UPSERT,
        row["source_region"],
        record_no,
        1,
        "conviction",
        {**row, "version": "1"},
        finding="yes",
        ban_nos={"person": "B-33-1"},
    )


def penalty(number: int | None, record_no: str = "P1") -> Item:
    row = {name: cell for name, cell in revocation(record_no).items() if cell}
    return Item(number, ItemOperation.UPSERT, "33", record_no, 1, "revocation", {**row, "version": "1"})


def batch_of(items: Sequence[Item], first: int = 1, previous: str = NO_BATCH, **changes: object) -> Batch:
    """A batch from the hub to Jiangsu; its digest is told from its numbers."""
    last = first + len(items) - 1
    digest = hashlib.sha256(f"{first}-{last}-{changes}".encode()).hexdigest()
    batch = Batch("hub", "32", EPOCH, BatchKind.CHANGES, first, last, previous, last, tuple(items), digest)
    return replace(batch, **changes)  # type: ignore[arg-type]


def chained(*batches: Batch) -> list[Batch]:
    """Let every batch follow the one before."""
    found: list[Batch] = []
    for batch in batches:
        found.append(replace(batch, previous=found[-1].digest) if found else batch)
    return found


def plain(items: Iterable[Item]) -> list[Item]:
    """Items without what only names them."""
    return list(items)


__all__ = ["id_number"]
