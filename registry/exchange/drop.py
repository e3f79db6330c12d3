"""The drop: batches as files in a folder, ours with a signed manifest, a foreign system's by name, number and marker.

Nothing is remembered beside the folder. A file nothing closes yet is half-written and is left alone. Files taken are
acknowledged, and moved where the configuration says so; killed between the commit and that, the next visit finds the
file again as one that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from registry.exchange.adapter import Acknowledgement, Arrival, Handed, Position
from registry.exchange.batch import Batch
from registry.exchange.digest_statement import statement_name
from registry.exchange.drop_inbox import Inbox
from registry.exchange.drop_settings import DropSettings
from registry.exchange.folder import Folder
from registry.exchange.foreign_drop import ForeignDrop
from registry.exchange.own_drop import OwnDrop, acknowledgement_name, read_acknowledgement
from registry.exchange.partner import Partner
from registry.exchange.sizes import require_small
from registry.privacy.signing_keys import SigningKey


class DropAdapter:
    """A partner's folder as a transport of batches; `own` is the name this side goes by, `key` signs our manifests."""

    def __init__(self, partner: Partner, own: str, folder: Folder, key: SigningKey | None) -> None:
        self._settings: Final[DropSettings] = partner.options["drop"]
        self._partner: Final = partner.name
        self._own: Final = own
        self._most: Final = partner.limits.bytes_per_batch
        self._folder: Final = folder
        self._inbox: Final = Inbox(folder, self._settings)
        written_as = (self._settings.form, self._settings.encoding)
        self._files: Final[OwnDrop | ForeignDrop] = (
            OwnDrop(partner, own, self._inbox, key, written_as)
            if self._settings.is_ours
            else ForeignDrop(partner, own, self._inbox)
        )

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the parcels after a position, oldest first; each is taken before the next is read.

        Raises PartnerUnavailableError where the folder cannot be reached, and once everything that can be taken was,
        where a file is missing or came too late.
        """
        return iter(()) if self._settings.inbox is None else self._files.receive(position)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        """Write what became of every item, and put the files away, as far as the configuration asks for it."""
        self._inbox.acknowledge(*self._files.acknowledgement(arrival, acknowledgement))
        self._inbox.put_away(arrival.place)

    def deliver(self, batch: Batch, signed: bytes) -> None:  # noqa: ARG002 -- the files bear a manifest of their own
        """Write a batch into the outbox, the manifest last; written again it takes the place of what is there."""
        if self._settings.outbox is None:
            return
        for name, data in self._files.written(batch):
            self._folder.write(self._settings.outbox, name, data)

    def announce(self, epoch: str, up_to: int) -> None:
        """Do nothing: whoever reads a folder looks at it by itself."""

    def close(self) -> None:
        """Let go of the connection."""
        self._folder.close()


class OwnDropAdapter(DropAdapter):
    """A folder shared with a system that runs this program: statements of digests are left in it as well."""

    def collect_statement(self) -> bytes | None:
        """Return the statement of digests the partner left last; None where there is none."""
        inbox, name = self._settings.inbox, statement_name(self._partner, self._own)
        if inbox is None or name not in self._folder.names(inbox):
            return None
        return self._read_small(inbox, name)

    def collect_acknowledgements(self, of: Iterable[Handed]) -> Iterator[Acknowledgement]:
        """Yield what the partner left about these batches, where the configuration says in which folder."""
        folder = self._settings.acknowledged
        there = frozenset[str]() if folder is None else frozenset(self._folder.names(folder))
        for name in map(acknowledgement_name, of):
            if folder is not None and name in there:
                yield read_acknowledgement(name, self._read_small(folder, name))

    def leave_statement(self, content: bytes) -> None:
        """Leave a statement of digests in place of the former, where there is a folder to write to."""
        if self._settings.outbox is not None:
            self._folder.write(self._settings.outbox, statement_name(self._own, self._partner), content)

    def _read_small(self, folder: str, name: str) -> bytes:
        require_small(name, self._folder.size(folder, name), self._most)
        return self._folder.read(folder, name)
