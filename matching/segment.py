"""A part of the list in memory that never changes: sorted candidate keys, columns, and the packed identities.

Everything is in flat arrays, so that a million identities take little memory, are shared by processes
forked after loading, and cost the garbage collector nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matching.bound import Bounds, upper_bound
from matching.columns import SOUND, WHOLE, Rows, rows_of, unpacked_number
from matching.face_codec import decode, encode
from matching.identity import Identity
from matching.keys import filing_keys, is_sound_key, lookup_keys
from matching.model import Model
from matching.prepare import Prepared, prepare
from matching.resident_id import slip_distance

Numbers = npt.NDArray[np.uint32]
ARRAYS = ("columns", "keys", "key_rows", "subjects", "faces", "blob", "offsets")
_KEPT_AT_HAND = 4096
_COMPARED_AT_ONCE = 2
"""So few pairs are compared exactly sooner than bounded; a row's bound costs little only among many."""
_Cell = TypeVar("_Cell", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Listed:
    """One filed identity: whose, which of their faces (position as given), and ready to be compared."""

    subject: int
    face: int
    identity: Identity
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to be compared exactly: the applicant's place in the batch and the listed row."""

    applicants: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]


class Segment:
    """Listed identities filed under their candidate keys; `subjects` and `faces` say whose each row is."""

    def __init__(
        self, model: Model, columns: Rows, keys: tuple[Numbers, Numbers], owners: tuple[Numbers, Numbers],
        packed: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]],
    ) -> None:  # fmt: skip
        self.model = model
        self.columns = columns
        self.keys, self.key_rows = keys
        self.subjects, self.faces = owners
        self.blob, self.offsets = packed
        self.distinct = np.unique(self.subjects)
        self._bounds = Bounds.of(model)
        self.listed = lru_cache(maxsize=_KEPT_AT_HAND)(self._listed)

    @classmethod
    def build(cls, model: Model, subjects: Iterable[tuple[int, Sequence[Identity]]]) -> Segment:
        """File the faces of these subjects; numbers of subjects are whole, from 0 to 2^32 - 1."""
        builder = SegmentBuilder(model)
        for subject, faces in subjects:
            builder.add(subject, faces)
        return builder.segment()

    def __len__(self) -> int:
        """Return how many subjects are filed."""
        return len(self.distinct)

    @property
    def nbytes(self) -> int:
        """Return the memory the arrays take, in bytes."""
        arrays = (self.keys, self.key_rows, self.subjects, self.faces, self.blob, self.offsets, self.distinct)
        return self.columns.nbytes + sum(each.nbytes for each in arrays)

    def holds(self, subject: int) -> bool:
        """Say whether a subject is filed here."""
        place = int(np.searchsorted(self.distinct, np.uint32(subject)))
        return place < len(self.distinct) and int(self.distinct[place]) == subject

    def _listed(self, row: int) -> Listed:
        identity = decode(self.blob[int(self.offsets[row]) : int(self.offsets[row + 1])].tobytes())
        return Listed(int(self.subjects[row]), int(self.faces[row]), identity, prepare(identity))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the flat arrays the segment consists of, by name; `of_arrays` makes it again."""
        return {name: getattr(self, name) for name in ARRAYS}

    @classmethod
    def of_arrays(cls, model: Model, arrays: Mapping[str, npt.NDArray[Any]]) -> Segment:
        """Return the segment these arrays were taken from; KeyError names one that is missing."""
        columns, keys, key_rows, subjects, faces, blob, offsets = (arrays[name] for name in ARRAYS)
        return cls(model, columns, (keys, key_rows), (subjects, faces), (blob, offsets))

    def candidates(self, applicants: Sequence[Prepared], floor: int) -> Candidates:
        """Return the pairs whose evidence may come to `floor` millibits; a pair may be named twice."""
        ours = rows_of(self.model, applicants)
        owners, rows, by_sound = self._sharing_a_key(applicants)
        one_person = np.flatnonzero(self._may_be_one(ours, owners, rows))
        owners, rows = owners[one_person], rows[one_person]
        if len(rows) <= _COMPARED_AT_ONCE:
            return Candidates(owners, rows)
        beside, theirs = ours if len(applicants) == 1 else ours[owners], self.columns[rows]
        bound = upper_bound(self._bounds, beside, theirs, by_sound[one_person])
        kept = np.flatnonzero(bound >= floor)
        kept = kept[self._slips_allowed(beside, theirs, bound, kept, floor)]
        return Candidates(owners[kept], rows[kept])

    def _may_be_one(
        self, ours: Rows, owners: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]:
        """Two different sound numbers belong to two people; everything else may be one person."""
        both_sound = ours["flags"][owners] & self.columns["flags"][rows] & np.uint8(SOUND)
        one: npt.NDArray[np.bool_] = (both_sound == 0) | (ours["number"][owners] == self.columns["number"][rows])
        return one

    def _sharing_a_key(
        self, applicants: Sequence[Prepared]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Return the pairs that share a key: the applicant's place, the row, and whether a sounding key led to it."""
        sought = [lookup_keys(each) for each in applicants]
        keys = np.fromiter(chain.from_iterable(sought), dtype=np.uint32)
        first, last = self.keys.searchsorted(keys), self.keys.searchsorted(keys, "right")
        counts = last - first
        owners = np.arange(len(sought)).repeat([len(each) for each in sought]).repeat(counts)
        steps = np.arange(len(owners)) + (first - counts.cumsum() + counts).repeat(counts)
        return owners, self.key_rows[steps].astype(np.intp), is_sound_key(keys).repeat(counts)

    def _slips_allowed(
        self, ours: Rows, theirs: Rows, bound: npt.NDArray[np.int64], kept: npt.NDArray[np.intp], floor: int
    ) -> npt.NDArray[np.bool_]:
        """Drop pairs that only a slip between their whole numbers could lift above the floor, where there is none."""
        allowed = np.ones(len(kept), dtype=bool)
        if len(kept) == 0:
            return allowed
        flags, numbers = _beside(ours["flags"], kept), _beside(ours["number"], kept)
        whole = np.uint8(SOUND | WHOLE)
        one_unsound = (
            (flags & whole > 0) & (theirs["flags"][kept] & whole > 0) & (flags & theirs["flags"][kept] & SOUND == 0)
        )
        without = bound[kept] - self._bounds.whole_number + self._bounds.numbers_differ < floor
        for place in np.flatnonzero(one_unsound & without):
            allowed[place] = _a_slip_apart(int(numbers[place]), int(theirs["number"][kept[place]]))
        return allowed


def _beside(column: npt.NDArray[_Cell], kept: npt.NDArray[np.intp]) -> npt.NDArray[_Cell]:
    """Return the applicants' cells of some pairs; a single applicant's stands beside all."""
    return np.broadcast_to(column, len(kept)) if len(column) == 1 else column[kept]


def _a_slip_apart(ours: int, theirs: int) -> bool:
    """Say whether two packed numbers may be slips of one another; what could not be packed always may."""
    return 0 in (ours, theirs) or slip_distance(unpacked_number(ours), unpacked_number(theirs)) <= 2


class SegmentBuilder:
    """Collects rows in growing flat arrays and sorts the keys once at the end."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._prepared: list[Prepared] = []
        self._columns: list[Rows] = []
        self._keys, self._key_rows = array("I"), array("I")
        self._subjects, self._faces = array("I"), array("I")
        self._blob, self._offsets = bytearray(), array("Q", [0])

    def add(self, subject: int, faces: Sequence[Identity]) -> None:
        """File the faces of one subject; its number is whole, from 0 to 2^32 - 1."""
        for position, face in enumerate(faces):
            prepared = prepare(face)
            keys = sorted(filing_keys(prepared))
            self._keys.extend(keys)
            self._key_rows.extend([len(self._subjects)] * len(keys))
            self._subjects.append(subject)
            self._faces.append(position)
            self._blob += encode(face)
            self._offsets.append(len(self._blob))
            self._describe(prepared)

    def _describe(self, prepared: Prepared) -> None:
        self._prepared.append(prepared)
        if len(self._prepared) == 4096:
            self._flush()

    def _flush(self) -> None:
        self._columns.append(rows_of(self._model, self._prepared))
        self._prepared.clear()

    def segment(self) -> Segment:
        """Return everything filed so far as a segment."""
        self._flush()
        keys = np.array(self._keys, dtype=np.uint32)
        order = np.argsort(keys, kind="stable")
        rows = np.array(self._key_rows, dtype=np.uint32)[order]
        owners = np.array(self._subjects, dtype=np.uint32), np.array(self._faces, dtype=np.uint32)
        packed = np.frombuffer(bytes(self._blob), dtype=np.uint8), np.array(self._offsets, dtype=np.uint64)
        return Segment(self._model, np.concatenate(self._columns), (keys[order], rows), owners, packed)


def each_pair(candidates: Candidates) -> Iterator[tuple[int, int]]:
    """Yield each pair once, in order of applicant and row."""
    packed = np.unique(candidates.applicants.astype(np.int64) << 32 | candidates.rows)
    for pair in packed.tolist():
        yield pair >> 32, pair & 0xFFFFFFFF
