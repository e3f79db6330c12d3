"""A part of the list in memory that never changes: sorted candidate keys, columns, and the packed identities.

Everything is in flat arrays, so that a million identities take little memory, are shared by processes
forked after loading, and cost the garbage collector nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.bound import most_weights
from matching.candidate_walk import Pairs, sound_marks, walk
from matching.columns import rows_of
from matching.face_codec import decode, encode
from matching.identity import Identity
from matching.keys import filing_keys, lookup_keys
from matching.mistakable import glyphs, sounds
from matching.model import Model
from matching.name_bound import Numbers
from matching.packed_rows import ROW, Rows
from matching.place_classes import nearness
from matching.prepare import Prepared, prepare

ARRAYS = ("columns", "keys", "key_rows", "subjects", "faces", "blob", "offsets")
_KEPT_AT_HAND = 4096
_TOGETHER = 64
"""Rows the walk looks at together."""
_ROOM = 64
"""Room for so many candidates of an applicant; where there are more, the walk is made again with room for all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One filed identity: whose, which of their faces (position as given), and ready to be compared."""

    subject: int
    face: int
    identity: Identity
    prepared: Prepared


class Sought:
    """Applicants laid out for the walk: their rows and the keys under which their like are looked for."""

    def __init__(self, model: Model, applicants: Sequence[Prepared]) -> None:
        self.each_keys = [lookup_keys(each) for each in applicants]
        self.rows = rows_of(model, applicants)
        self.keys = np.fromiter(chain.from_iterable(self.each_keys), dtype=np.uint32)
        self.ends = np.array([0, *accumulate(map(len, self.each_keys))], dtype=np.uint32)


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
        self._directory = _directory_of(self.keys)
        self._marks = sound_marks(columns)[self.key_rows]
        self._weights = most_weights(model)
        self._alike = sounds(), glyphs(), nearness()
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
        arrays = (
            self.keys,
            self.key_rows,
            self.subjects,
            self.faces,
            self.blob,
            self.offsets,
            self.distinct,
            self._directory,
            self._marks,
        )
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

    def candidates(self, sought: Sought, floor: int) -> list[tuple[int, int]]:
        """Return each pair of applicant (the place in the batch) and row whose evidence may come to `floor` millibits.

        Pairs whose documents may be one are among them whatever the floor.
        """
        found, count = self._walk(sought, floor, _ROOM * len(sought.rows))
        if count == 0:
            return []
        if count > len(found):
            found, count = self._walk(sought, floor, count)
        return [(pair >> 32, pair & 0xFFFFFFFF) for pair in sorted(set(found[:count].tolist()))]

    def _walk(self, sought: Sought, floor: int, room: int) -> tuple[Pairs, int]:
        found = np.empty(room, dtype=np.int64)
        return found, walk(
            floor, self._weights, *self._alike, sought.rows, sought.keys, sought.ends,
            self._directory, self.keys, self.key_rows, self.columns, self._marks,
            np.empty(_TOGETHER, dtype=ROW), found,
        )  # fmt: skip


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
            self.file(Listed(subject, position, face, prepared), filing_keys(prepared))

    def file(self, listed: Listed, keys: frozenset[int]) -> None:
        """File one face that is ready to be compared, under its filing keys."""
        self._keys.extend(sorted(keys))
        self._key_rows.extend([len(self._subjects)] * len(keys))
        self._subjects.append(listed.subject)
        self._faces.append(listed.face)
        self._blob += encode(listed.identity)
        self._offsets.append(len(self._blob))
        self._prepared.append(listed.prepared)
        if len(self._prepared) == 4096:
            self._flush()

    def _flush(self) -> None:
        self._columns.append(rows_of(self._model, self._prepared))
        self._prepared.clear()

    def segment(self) -> Segment:
        """Return everything filed so far as a segment."""
        self._flush()
        keys = np.array(self._keys, dtype=np.uint32), np.array(self._key_rows, dtype=np.uint32)
        owners = np.array(self._subjects, dtype=np.uint32), np.array(self._faces, dtype=np.uint32)
        packed = np.frombuffer(bytes(self._blob), dtype=np.uint8), np.array(self._offsets, dtype=np.uint64)
        return Segment(self._model, np.concatenate(self._columns), _in_order(*keys), owners, packed)


def merged(model: Model, parts: Sequence[tuple[Segment, AbstractSet[int]]]) -> Segment:
    """Return one segment for several, each without the subjects named beside it."""
    left = [_without(segment, gone) for segment, gone in parts]
    columns, keys, key_rows, subjects, faces, blob, offsets = ([arrays[name] for arrays in left] for name in ARRAYS)
    before = [0, *accumulate(map(len, columns))]
    rows = [each + np.uint32(first) for each, first in zip(key_rows, before, strict=False)]
    begins = [0, *accumulate(map(len, blob))]
    starts = [each[:-1] + np.uint64(first) for each, first in zip(offsets, begins, strict=False)]
    ends = np.append(np.concatenate(starts), np.uint64(begins[-1]))
    filed = _in_order(np.concatenate(keys), np.concatenate(rows))
    owners = np.concatenate(subjects), np.concatenate(faces)
    return Segment(model, np.concatenate(columns), filed, owners, (np.concatenate(blob), ends))


def _without(segment: Segment, gone: AbstractSet[int]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a segment without the rows of some subjects."""
    arrays = segment.arrays()
    if not gone:
        return arrays
    stays = ~np.isin(segment.subjects, np.fromiter(gone, dtype=np.uint32))
    filed, places = stays[segment.key_rows], np.cumsum(stays) - 1
    lengths = np.diff(segment.offsets).astype(np.int64)
    return {
        "columns": segment.columns[stays],
        "keys": segment.keys[filed],
        "key_rows": places[segment.key_rows[filed]].astype(np.uint32),
        "subjects": segment.subjects[stays],
        "faces": segment.faces[stays],
        "blob": segment.blob[stays.repeat(lengths)],
        "offsets": np.append(np.uint64(0), lengths[stays].cumsum(dtype=np.uint64)),
    }


def _in_order(keys: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order]


def _directory_of(keys: Numbers) -> Numbers:
    """Return where the keys with the same leading bits begin, and where the last end; about eight keys a part."""
    bits = (len(keys) // 8).bit_length()
    starts = np.arange(1 << bits, dtype=np.uint64) << np.uint64(32 - bits)
    places = keys.searchsorted(starts.astype(np.uint32))
    return np.append(places, len(keys)).astype(np.uint32)
