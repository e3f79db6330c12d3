"""The list in memory, caught up with the store before every answer.

A check reads the head version in its own transaction and applies what is missing before it scores, so that no
check misses a ban committed before it was asked, whichever process answers (docs/architecture.md, idea 2).
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from matching.identity import Identity, Kind
from matching.index import Hit, Index
from registry.errors import UnavailableError
from registry.law.ban import Basis
from registry.privacy.masking import mask_id
from registry.services.load_index import ListedSubject, load_subjects

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork

_MOST_APPLIED_ONE_BY_ONE = 5_000


@dataclass(frozen=True, slots=True)
class Face:
    """The name a record states, and its ID number with the middle hidden."""

    name: str | None
    masked_id: str | None


@dataclass(frozen=True, slots=True)
class ListedBan:
    """What is held of a listed subject beside its identities: its permanent number and its bases."""

    ban_no: str
    kind: Kind
    bases: tuple[Basis, ...]
    record_nos: tuple[tuple[str, ...], ...]
    """For each basis the rows of the list it rests on, by the numbers their provinces gave them."""
    faces: tuple[Face, ...]
    """What may be shown of each identity it is listed under, in the order the index holds them."""


class IndexView:
    """The list as of one version; valid within the `with` block that gave it."""

    def __init__(self, version: int, index: Index, bans: dict[int, bytes]) -> None:
        self.version = version
        self._index = index
        self._bans = bans

    def search(self, applicant: Identity) -> list[Hit]:
        """Return the listed identities that may be the applicant, strongest first."""
        return self._index.search(applicant)

    def search_many(self, applicants: Sequence[Identity]) -> list[list[Hit]]:
        """Return what `search` returns, for each applicant of a batch; quicker than one by one."""
        return self._index.search_many(applicants)

    def subject(self, subject: int) -> ListedBan:
        """Return the ban of a listed subject; UnavailableError where the index knows none (it is in doubt)."""
        packed = self._bans.get(subject)
        if packed is None:
            raise UnavailableError("the index is in doubt")
        return _unpack(packed)


class ListIndex:
    """One process's copy of the list; one lock, because catching up and searching must not overlap."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index = Index()
        self._bans: dict[int, bytes] = {}
        self._version: int | None = None

    @contextmanager
    def caught_up(self, uow: UnitOfWork) -> Iterator[IndexView]:
        """Give the list at the head version of this transaction, or later; hold it still for the block.

        Raises UnavailableError (or its kind) where the list cannot be read; the next call starts afresh.
        """
        head = uow.head.version()
        with self._lock:
            self._catch_up(uow, head)
            yield IndexView(self._version or 0, self._index, self._bans)

    def _catch_up(self, uow: UnitOfWork, head: int) -> None:
        if self._version is None or head - self._version > _MOST_APPLIED_ONE_BY_ONE:
            self._load(uow, head)
        elif self._version < head:
            self._apply(load_subjects(uow, uow.changes.subjects_between(self._version, head)))
            self._version = head

    def _load(self, uow: UnitOfWork, head: int) -> None:
        self._version, self._index, self._bans = None, Index(), {}
        self._apply(load_subjects(uow))
        self._version = head

    def _apply(self, subjects: Iterable[ListedSubject]) -> None:
        # Applying a subject again is harmless: where this stops half-way, the version stays and it is repeated.
        for listed in subjects:
            if not listed.faces:
                self._index.remove(listed.subject)
                self._bans.pop(listed.subject, None)
                continue
            self._bans[listed.subject] = _pack(listed)
            self._index.put(listed.subject, [face.identity for face in listed.faces])


def _pack(listed: ListedSubject) -> bytes:
    """Pack a ban into bytes: hits are rare, and a million small objects would burden the garbage collector."""
    bases = [[*_basis_values(held.basis), [link.record_no for link in held.records]] for held in listed.bases]
    return orjson.dumps([listed.ban_no, listed.kind, bases, [_face_values(face.identity) for face in listed.faces]])


def _basis_values(basis: Basis) -> list[Any]:
    dates = [basis.starts_on, basis.ends_on, basis.ended_on]
    return [basis.provision, basis.document_no, basis.region, *dates, basis.text, basis.annulled]


def _face_values(face: Identity) -> list[str | None]:
    return [face.name, mask_id(face.documents[0].number) if face.documents else None]


def _unpack(packed: bytes) -> ListedBan:
    ban_no, kind, rows, faces = orjson.loads(packed)
    return ListedBan(
        ban_no,
        Kind(kind),
        tuple(_basis(row) for row in rows),
        tuple(tuple(row[8]) for row in rows),
        tuple(Face(*face) for face in faces),
    )


def _basis(row: list[Any]) -> Basis:
    starts_on, ends_on, ended_on = (datetime.date.fromisoformat(text) if text else None for text in row[3:6])
    return Basis(row[0], row[1], row[2], starts_on, ends_on, row[6], ended_on, row[7])
