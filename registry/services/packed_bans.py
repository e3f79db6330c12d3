"""What is held of listed subjects beside their identities, packed: ban numbers, bases and the rows they rest on.

Hits are rare and the list is long, so a ban is kept as a few bytes and read when it is asked for; a million
small objects would burden the garbage collector and could not be shared between processes.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from matching.identity import Kind
from registry.errors import UnavailableError
from registry.law.ban import Basis
from registry.services.load_index import ListedSubject

ARRAYS = ("subjects", "blob", "offsets")
PackedChanges = Mapping[int, bytes | None]
"""The bans of changed subjects; None where one is listed no more."""


@dataclass(frozen=True, slots=True)
class ListedBan:
    """What is held of a listed subject beside its identities: its permanent number and its bases."""

    ban_no: str
    kind: Kind
    bases: tuple[Basis, ...]
    record_nos: tuple[tuple[str, ...], ...]
    """For each basis the rows of the list it rests on, by the numbers their provinces gave them."""


class PackedBans:
    """Bans by subject: a body of flat arrays, ascending by subject, and what changed since."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self._subjects, self._blob, self._offsets = (arrays[name] for name in ARRAYS)
        self._changed: dict[int, bytes | None] = {}

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the flat arrays, without what changed since."""
        return dict(zip(ARRAYS, (self._subjects, self._blob, self._offsets), strict=True))

    def laid_down(self) -> PackedBans:
        """Return the same bans with every change in the arrays."""
        if not self._changed:
            return self
        changed = dict(sorted(self._changed.items()))
        numbers = np.array(list(changed), dtype=np.uint32)
        standing = ~np.isin(self._subjects, numbers)
        new = {subject: ban for subject, ban in changed.items() if ban is not None}
        subjects = np.concatenate([self._subjects[standing], np.array(list(new), dtype=np.uint32)])
        lengths = np.concatenate([np.diff(self._offsets)[standing], np.array([*map(len, new.values())], np.uint64)])
        order = np.argsort(subjects, kind="stable")
        offsets = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(lengths[order], dtype=np.uint64)])
        pieces = np.frombuffer(b"".join(self._pieces(changed)), dtype=np.uint8)
        return PackedBans(dict(zip(ARRAYS, (subjects[order], pieces, offsets), strict=True)))

    def _pieces(self, changed: Mapping[int, bytes | None]) -> Iterator[memoryview | bytes]:
        """Yield the bans in order: the stretches that stand, and between them what changed (ascending)."""
        blob, done = memoryview(self._blob.data), 0
        for subject, ban in changed.items():
            place = int(np.searchsorted(self._subjects, np.uint32(subject)))
            yield blob[int(self._offsets[done]) : int(self._offsets[place])]
            yield ban or b""
            done = place + (place < len(self._subjects) and int(self._subjects[place]) == subject)
        yield blob[int(self._offsets[done]) :]

    def put(self, changed: PackedChanges) -> None:
        """Take the present state of subjects, as `packed_changes` gives it."""
        self._changed.update(changed)

    def of(self, subject: int) -> ListedBan:
        """Return the ban of a listed subject; UnavailableError where none is known (the list is in doubt)."""
        found = self._changed[subject] if subject in self._changed else self._in_body(subject)
        if found is None:
            raise UnavailableError("the index is in doubt")
        return _unpacked(found)

    def _in_body(self, subject: int) -> bytes | None:
        place = int(np.searchsorted(self._subjects, np.uint32(subject)))
        if place == len(self._subjects) or int(self._subjects[place]) != subject:
            return None
        return self._blob[int(self._offsets[place]) : int(self._offsets[place + 1])].tobytes()


class BanPacker:
    """Packs the bans of subjects that come in ascending order."""

    def __init__(self) -> None:
        self._subjects, self._blob, self._offsets = array("I"), bytearray(), array("Q", [0])

    def add(self, listed: ListedSubject) -> None:
        """Pack one subject's ban."""
        self._subjects.append(listed.subject)
        self._blob += packed(listed)
        self._offsets.append(len(self._blob))

    def bans(self) -> PackedBans:
        """Return everything packed so far."""
        blob = np.frombuffer(bytes(self._blob), dtype=np.uint8)
        numbers = np.array(self._subjects, dtype=np.uint32), np.array(self._offsets, dtype=np.uint64)
        return PackedBans(dict(zip(ARRAYS, (numbers[0], blob, numbers[1]), strict=True)))


def packed_changes(subjects: Iterable[ListedSubject]) -> dict[int, bytes | None]:
    """Return the bans of changed subjects as bytes; None of one without faces, which is listed no more."""
    return {listed.subject: packed(listed) if listed.faces else None for listed in subjects}


def packed(listed: ListedSubject) -> bytes:
    """Return a subject's ban as bytes."""
    bases = [[*_basis_values(held.basis), [link.record_no for link in held.records]] for held in listed.bases]
    return orjson.dumps([listed.ban_no, listed.kind, bases])


def _basis_values(basis: Basis) -> list[Any]:
    dates = [basis.starts_on, basis.ends_on, basis.ended_on]
    return [basis.provision, basis.document_no, basis.region, *dates, basis.text, basis.annulled]


def _unpacked(found: bytes) -> ListedBan:
    ban_no, kind, rows = orjson.loads(found)
    return ListedBan(ban_no, Kind(kind), tuple(map(_basis, rows)), tuple(tuple(row[8]) for row in rows))


def _basis(row: list[Any]) -> Basis:
    starts_on, ends_on, ended_on = (datetime.date.fromisoformat(text) if text else None for text in row[3:6])
    return Basis(row[0], row[1], row[2], starts_on, ends_on, row[6], ended_on, row[7])
