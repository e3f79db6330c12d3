"""Read who is listed, in clear, so that an index of them can be built in memory.

The whole list at the start of a process, or only the subjects a list change named. The plain values exist in
memory only; nothing here writes them anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from matching.identity import Identity, Kind
from registry.law.ban import Basis
from registry.store.list_values import StoredBasis, StoredFace

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RecordLink:
    """One row of the list: its number here and the number its province gave it."""

    record_id: int
    source_region: str
    record_no: str


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as one record states them."""

    identity: Identity
    record_id: int
    source_region: str
    record_no: str


@dataclass(frozen=True, slots=True)
class ListedBasis:
    """One basis of a ban and every record it rests on (two counts of one judgment share a basis)."""

    basis: Basis
    records: tuple[RecordLink, ...]


@dataclass(frozen=True, slots=True)
class ListedSubject:
    """A listed person or organisation with all that is in force about it.

    `faces` and `bases` are both empty where nothing of it is in force any more: it must leave the index.
    """

    subject: int
    ban_no: str
    kind: Kind
    faces: tuple[Face, ...]
    bases: tuple[ListedBasis, ...]


def load_subjects(uow: UnitOfWork, subjects: Iterable[int] | None = None) -> Iterator[ListedSubject]:
    """Yield every listed subject, or exactly the subjects named (those no longer listed come out empty).

    Listed subjects come by subject number, those no longer listed after them. Ended bases and replaced or withdrawn
    records are left out. Streams; memory does not grow with the list. Raises KeysMismatchError where a value does
    not open with the keys at hand.
    """
    named = None if subjects is None else sorted(set(subjects))
    left = set(named or ())
    bases = _Grouped(uow.lists.standing_bases(named))
    for subject, faces in groupby(uow.lists.faces(named), key=attrgetter("subject_id")):
        standing = bases.of(subject)
        if standing:
            left.discard(subject)
            yield listed_subject(list(faces), standing)
    for subject, ban_no, kind in uow.lists.ban_numbers(left):
        yield ListedSubject(subject, ban_no, Kind(kind), (), ())


class _Grouped:
    """The bases of one subject after another, out of a stream ordered by subject."""

    def __init__(self, stream: Iterator[StoredBasis]) -> None:
        self._stream = stream
        self._next = next(stream, None)

    def of(self, subject: int) -> list[StoredBasis]:
        """Return the bases of a subject; asked in ascending order."""
        found: list[StoredBasis] = []
        while self._next is not None and self._next.subject_id <= subject:
            if self._next.subject_id == subject:
                found.append(self._next)
            self._next = next(self._stream, None)
        return found


def listed_subject(faces: list[StoredFace], bases: list[StoredBasis]) -> ListedSubject:
    """Put together who the rows say a subject is and the bases they found, of which there is at least one each."""
    first = faces[0]
    return ListedSubject(
        first.subject_id,
        first.ban_no,
        first.kind,
        tuple(Face(face.identity, face.record_id, face.source_region, face.record_no) for face in faces),
        _united(bases),
    )


def _united(bases: list[StoredBasis]) -> tuple[ListedBasis, ...]:
    """Say once what several records found alike: counts of one judgment, people of one revocation."""
    if len(bases) == 1:
        only = bases[0]
        return (ListedBasis(only.basis, (RecordLink(only.record_id, only.source_region, only.record_no),)),)
    records: dict[Basis, list[RecordLink]] = {}
    for one in bases:
        records.setdefault(one.basis, []).append(RecordLink(one.record_id, one.source_region, one.record_no))
    return tuple(ListedBasis(basis, tuple(links)) for basis, links in records.items())
