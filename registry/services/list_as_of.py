"""The list as it was at a version, or at the end of a day: what a check of then was answered by.

Made from today's list, on which everybody whom a change has named since is put back as they stood. What was erased
since (a sealed record, a row kept as long as it may be) cannot come back: `ChangeRepository.erased_since` says how many
rows that is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from matching.identity import Identity, Kind
from matching.index import Index
from matching.segment import SegmentBuilder
from registry.clock import end_of_day
from registry.errors import FieldFault, InvalidInputError
from registry.intake.headings import ListKind
from registry.intake.list_rows import reread
from registry.services.list_index import IndexView, ListIndex
from registry.services.load_index import ListedSubject, listed_subject
from registry.services.packed_bans import BanPacker
from registry.store.list_values import StoredBasis, StoredFace

if TYPE_CHECKING:
    from pathlib import Path

    from matching.model import Model
    from registry.store.unit_of_work import UnitOfWork

SUBJECTS_AT_A_TIME = 1_000


class FormerList:
    """A copy of the list that goes to any version it had, back and forth; nobody else sees anything of it.

    `home` is where a snapshot of today's list may lie. Raises UnavailableError where the list cannot be read.
    """

    def __init__(self, uow: UnitOfWork, model: Model, home: Path | None = None) -> None:
        self._uow = uow
        with ListIndex(home, model).caught_up(uow) as view:
            self._view = view

    def at(self, version: int) -> IndexView:
        """Give the list as it was at a version, until it is asked for another.

        Raises InvalidInputError for a version the list never had.
        """
        require_version(self._uow, version)
        first, last = sorted((version, self._view.version))
        changed = self._uow.changes.subjects_between(first, last)
        for start in range(0, len(changed), SUBJECTS_AT_A_TIME):
            part = changed[start : start + SUBJECTS_AT_A_TIME]
            self._view.put_back(list(subjects_as_of(self._uow, version, part)))
        self._view.version = version
        return self._view


def only_as_of(uow: UnitOfWork, version: int, subjects: Sequence[int], model: Model) -> IndexView:
    """Return a list of the named subjects alone, as they stood at a version; `subjects` ascend."""
    segment, bans = SegmentBuilder(model), BanPacker()
    for first in range(0, len(subjects), SUBJECTS_AT_A_TIME):
        for listed in subjects_as_of(uow, version, subjects[first : first + SUBJECTS_AT_A_TIME]):
            if listed.faces:
                segment.add(listed.subject, [face.identity for face in listed.faces])
                bans.add(listed)
    return IndexView(version, Index(model, [segment.segment()]), bans.bans())


def require_version(uow: UnitOfWork, version: int) -> None:
    """Raise InvalidInputError for a version the list never had."""
    head = uow.head.version()
    if not 0 <= version <= head:
        reason = f"the list has versions 0 to {head}"
        raise InvalidInputError([FieldFault("list_version", f"no_such_version:{head}", reason)])


def version_on(uow: UnitOfWork, day: datetime.date) -> int:
    """Return the list version in force at the end of a day in Shanghai; 0 where the list had not begun by then."""
    return uow.changes.version_before(end_of_day(day))


def subjects_as_of(uow: UnitOfWork, version: int, subjects: Sequence[int]) -> Iterator[ListedSubject]:
    """Yield the named subjects as they stood at a version; whoever was not listed then comes out empty."""
    left = set(subjects)
    stated = {(face.subject_id, face.record_id): face for face in uow.lists.faces_as_of(version, subjects)}
    bases = groupby(uow.lists.bases_as_of(version, subjects), key=attrgetter("subject_id"))
    stood = {subject: list(group) for subject, group in bases}
    numbered = {number: (ban_no, Kind(kind)) for number, ban_no, kind in uow.lists.ban_numbers(subjects)}
    restated = _Restated(uow, [one for each in stood.values() for one in each if _key(one) not in stated])
    for subject, standing in stood.items():
        faces = [stated.get(key) or restated.face(one, *numbered[subject]) for key, one in _once(standing).items()]
        left.discard(subject)
        yield listed_subject(sorted(faces, key=attrgetter("record_id")), standing)
    for subject in sorted(left):
        yield ListedSubject(subject, *numbered[subject], (), ())


def _key(one: StoredBasis) -> tuple[int, int]:
    return one.subject_id, one.record_id


def _once(bases: Sequence[StoredBasis]) -> dict[tuple[int, int], StoredBasis]:
    return {_key(one): one for one in bases}


class _Restated:
    """Identities that gave way when a finding was changed: read anew from what their rows were stored with."""

    def __init__(self, uow: UnitOfWork, bases: Sequence[StoredBasis]) -> None:
        numbers = {one.record_id for one in bases}
        payloads = uow.lists.payloads(numbers)
        self._rows = {
            record.id: reread(payloads[record.id], ListKind(record.kind))
            for record in uow.lists.records_numbered(numbers)
        }

    def face(self, one: StoredBasis, ban_no: str, kind: Kind) -> StoredFace:
        """Return whom a row names, of the kind its subject is of."""
        named = (each.identity for each in self._rows[one.record_id].named)
        identity = next((each for each in named if each.kind is kind), Identity(kind=kind))
        document_no = one.basis.document_no
        return StoredFace(
            one.subject_id, ban_no, kind, one.record_id, one.source_region, one.record_no, document_no, identity
        )
