"""A drop between two systems that run this program: every batch with our manifest, signed, digests and header in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from registry.errors import HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Arrival, Handed, Position
from registry.exchange.batch import Batch, BatchKind, ItemOperation
from registry.exchange.manifest import ENDING, LARGEST, Header, header_of, written_manifest
from registry.exchange.own_items import kinds_of, own_headings, own_object, own_row
from registry.exchange.own_order import next_of, require_nothing_left
from registry.exchange.parcel import Parcel, Part
from registry.exchange.parcel_reading import BEGINNING, read_parcel
from registry.exchange.part_files import PartFormat, format_of, written_part
from registry.exchange.partner import Partner
from registry.intake.headings import ListKind
from registry.privacy.signing_keys import SigningKey


class Inbox(Protocol):
    """Where manifests and their files are read, by name; a folder, or a pair of tables that looks like one."""

    def names(self) -> list[str]:
        """Return the names of what is there."""

    def read(self, name: str) -> bytes:
        """Return the bytes of one."""

    def size(self, names: Iterable[str]) -> int:
        """Return how many bytes some have together, read or not."""

    def place(self, place: str, files: Sequence[str]) -> None:
        """Remember what an arrival was made of."""


class OwnDrop:
    """Reads and writes parcels with our manifest; `key` signs what is written where the exchange is signed."""

    def __init__(
        self,
        partner: Partner,
        own: str,
        inbox: Inbox,
        key: SigningKey | None,
        written_as: tuple[PartFormat, str] = (PartFormat.JSON_LINES, "utf-8"),
    ) -> None:
        self._partner: Final = partner
        self._own: Final = own
        self._inbox: Final = inbox
        self._key: Final = key if partner.signed else None
        self._form, self._encoding = written_as

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield the parcels after a position; PartnerUnavailableError where one is missing between."""
        headers: dict[str, Header] = {}
        offered: set[str] = set()
        while True:
            yield from self._unreadable(headers, offered)
            name = next_of(headers, position)
            if name is None:
                require_nothing_left(headers)
                return
            offered.add(name)
            arrival = self._arrival(name, headers.pop(name))
            yield arrival
            if (batch := arrival.batch) is not None and _moves(batch, position):
                position = Position(batch.epoch, batch.last, batch.digest, batch.page_next)

    def acknowledgement(self, arrival: Arrival, stated: Acknowledgement) -> tuple[str, bytes]:
        """Return the file that says what became of every item: the body of the protocol's acknowledgement."""
        body = {
            "epoch": stated.epoch,
            "batch": stated.digest,
            "from": stated.first,
            "to": stated.last,
            "accepted": stated.accepted,
            "outcomes": [list(outcome) for outcome in stated.outcomes],
        }
        return f"{arrival.place}.ack.json", json.dumps(body, ensure_ascii=False).encode()

    def written(self, batch: Batch) -> list[tuple[str, bytes]]:
        """Return the files of a batch in the order they are written, the manifest last."""
        parts = self._parts(batch)
        manifest = written_manifest(batch, parts, self._key)
        return [*((part.name, part.data) for part in parts), (_stem(batch) + ENDING, manifest)]

    def _unreadable(self, headers: dict[str, Header], offered: set[str]) -> Iterator[Arrival]:
        """Read the manifests that came, and yield those that cannot be read."""
        names = [name for name in self._inbox.names() if name.endswith(ENDING) and name not in offered]
        for gone in set(headers) - set(names):
            headers.pop(gone)
        for name in set(names) - set(headers):
            data = b""
            try:
                self._require_small(name)
                data = self._inbox.read(name)
                headers[name] = header_of(data)
            except HeldBatchError as fault:
                offered.add(name)
                place = name.removesuffix(ENDING)
                self._inbox.place(place, (name,))
                yield Arrival(data or _told(name, fault), None, fault.code, f"{name}: {fault.detail}", place)

    def _require_small(self, name: str) -> None:
        most = min(LARGEST, self._partner.limits.bytes_per_batch)
        if (size := self._inbox.size((name,))) > most:
            raise HeldBatchError("too_large", f"the manifest has {size:,} bytes; {most:,} may come")

    def _arrival(self, name: str, header: Header) -> Arrival:
        place, files = name.removesuffix(ENDING), sorted(header.files)
        self._require_there(files)
        self._inbox.place(place, (*files, name))
        if (size := self._inbox.size(files)) > self._partner.limits.bytes_per_batch:
            return Arrival(self._inbox.read(name), None, "too_large", f"{place} has {size:,} bytes", place)
        parts = tuple(Part(file, _form(file), _kind(file), self._inbox.read(file)) for file in files)
        parcel = Parcel(place, header.batch.kind, parts, self._inbox.read(name))
        try:
            return Arrival(parcel.content, read_parcel(self._partner, self._own, parcel, BEGINNING), place=place)
        except HeldBatchError as fault:
            return Arrival(parcel.content, None, fault.code, fault.detail, place)

    def _require_there(self, files: Sequence[str]) -> None:
        absent = sorted(set(files) - set(self._inbox.names()))
        if absent:
            raise PartnerUnavailableError("missing_file", f"{absent[0]} is not there, of which its manifest speaks")

    def _parts(self, batch: Batch) -> list[Part]:
        stem, form = _stem(batch), self._form
        if form is PartFormat.JSON_LINES:
            items = (item for item in batch.items if item.operation is not ItemOperation.OWN)
            lines = "".join(json.dumps(own_object(item), ensure_ascii=False) + "\n" for item in items)
            return [Part(f"{stem}.items.jsonl", form, None, lines.encode())]
        return [
            Part(
                f"{stem}.{kind}s.{form}",
                form,
                kind,
                written_part(form, own_headings(kind), map(own_row, items), self._encoding),
            )
            for kind, items in kinds_of(batch.items).items()
            if items
        ]


def acknowledgement_name(batch: Handed) -> str:
    """Return what the file is called in which a batch of ours is acknowledged."""
    return f"{_stem(batch)}.ack.json"


def read_acknowledgement(name: str, data: bytes) -> Acknowledgement:
    """Read what a partner left about a batch of ours. Raises PartnerUnavailableError where it is no acknowledgement."""
    try:
        body = json.loads(data)
        outcomes = [(str(item), str(outcome), str(code)) for item, outcome, code in body["outcomes"]]
        numbers = int(body["from"]), int(body["to"])
        return Acknowledgement(str(body["epoch"]), str(body["batch"]), *numbers, outcomes, bool(body["accepted"]))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise PartnerUnavailableError("unreadable_acknowledgement", f"{name} is no acknowledgement") from None


def _told(name: str, fault: HeldBatchError) -> bytes:
    """Return what is kept of a file that is not read: what it is called, and why."""
    return json.dumps({"file": name, "fault": fault.detail}).encode()


def _moves(batch: Batch, position: Position) -> bool:
    """Tell whether taking a batch moves the position, or everything in it lies behind."""
    if batch.kind is BatchKind.CHANGES or batch.epoch != position.epoch:
        return batch.epoch != position.epoch or batch.last >= position.number
    return batch.page_after == position.snapshot_after


def _stem(batch: Handed) -> str:
    """Name a batch so that one delivered again takes its own place, and one made anew stands beside it."""
    return f"batch-{batch.first:012d}-{batch.last:012d}-{batch.digest[:12]}"


def _form(name: str) -> PartFormat:
    form = format_of(name)
    if form is None:
        raise PartnerUnavailableError("unreadable", f"{name} is of no format this program writes")
    return form


def _kind(name: str) -> ListKind | None:
    return next((kind for kind in ListKind if name.endswith((f".{kind}s.csv", f".{kind}s.xlsx"))), None)
