"""The table adapter: batches as rows of exchange tables (库表交换) in a front-end database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from registry.exchange.adapter import Acknowledgement, Arrival, Handed, Position
from registry.exchange.batch import Batch
from registry.exchange.foreign_tables import ForeignTables
from registry.exchange.front_end_database import FrontEnd
from registry.exchange.own_drop import OwnDrop, acknowledgement_name, read_acknowledgement
from registry.exchange.own_tables import OwnTables
from registry.exchange.partner import Partner
from registry.exchange.table_settings import TableSettings
from registry.privacy.signing_keys import SigningKey


class OwnTableAdapter:
    """Exchange tables between two systems that run this program: signed manifests, like a drop's."""

    def __init__(self, partner: Partner, own: str, front: FrontEnd, key: SigningKey | None) -> None:
        self._settings: Final[TableSettings] = partner.options["table"]
        self._front: Final = front
        self._tables: Final = OwnTables(front, self._settings, partner.limits.bytes_per_batch)
        self._parcels: Final = OwnDrop(partner, own, self._tables, key)

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the batches after a position; PartnerUnavailableError where one is missing between."""
        return iter(()) if self._settings.inbox is None else self._parcels.receive(position)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        """Write what became of every item beside the batch, and mark it as taken."""
        self._tables.acknowledge(*self._parcels.acknowledgement(arrival, acknowledgement))
        self._tables.put_away(arrival.place)

    def deliver(self, batch: Batch, signed: bytes) -> None:  # noqa: ARG002 -- the batch bears a manifest of its own
        """Insert a batch; delivered again before it was taken, it takes its own place."""
        self._tables.write(self._parcels.written(batch))

    def collect_acknowledgements(self, of: Iterable[Handed]) -> Iterator[Acknowledgement]:
        """Yield what the partner wrote beside these batches."""
        for name, data in self._tables.acknowledgements([acknowledgement_name(batch) for batch in of]):
            yield read_acknowledgement(name, data)

    def collect_statement(self) -> bytes | None:
        """Return the statement of digests the other side left last."""
        return self._tables.collect_statement()

    def leave_statement(self, content: bytes) -> None:
        """Leave a statement of digests in place of the former."""
        self._tables.leave_statement(content)

    def announce(self, epoch: str, up_to: int) -> None:
        """Do nothing: whoever reads a table looks at it by itself."""

    def close(self) -> None:
        """Let go of the connections."""
        self._front.close()


class ForeignTableAdapter:
    """Exchange tables of a system that does not know the protocol."""

    def __init__(self, partner: Partner, own: str, front: FrontEnd) -> None:
        self._front: Final = front
        self._tables: Final = ForeignTables(partner, own, front)

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the batches of new rows; PartnerUnavailableError where the database cannot be used."""
        return self._tables.receive(position)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        """Mark the rows of a batch as taken or failed."""
        self._tables.acknowledge(arrival, acknowledgement)

    def deliver(self, batch: Batch, signed: bytes) -> None:  # noqa: ARG002 -- a foreign system reads rows
        """Insert the rows of a batch."""
        self._tables.write(batch)

    def announce(self, epoch: str, up_to: int) -> None:
        """Do nothing: whoever reads a table looks at it by itself."""

    def close(self) -> None:
        """Let go of the connections."""
        self._front.close()
