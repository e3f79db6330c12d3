"""The list in memory: who is to be compared with an applicant at all.

Every listed identity is filed under its candidate keys. A search compares only those that share a key
and whose evidence can come to anything; the keys and the bound are laid out so that whoever would reach
review is compared (held by a property test against comparing everybody). Most of the list lies in
segments that never change; what changed since lies over them, one subject at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.identity import Identity
from matching.keys import filing_keys
from matching.model import DEFAULT, Model
from matching.name_bound import Numbers
from matching.prepare import Prepared, prepare
from matching.score import FLOOR_MILLIBITS, Comparison, compare
from matching.segment import Listed, Segment, SegmentBuilder, Sought, merged

MOST_MERGED = 16_384
"""Rows of a segment that changes are merged into: more would take longer than checks should wait."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed subject the applicant may be: which, by which face (position as given), and the reckoning."""

    subject: int
    face: int
    identity: Identity
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class _Row:
    listed: Listed
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Layer:
    """A segment, and the subjects in it that have changed or gone since."""

    segment: Segment
    replaced: set[int]


@dataclass(frozen=True, slots=True)
class Staged:
    """Changes made ready to be listed: the subjects changed, each once, and the faces they have now."""

    subjects: Numbers
    segment: Segment

    @classmethod
    def of(cls, model: Model, changes: Sequence[tuple[int, Sequence[Identity]]]) -> Staged:
        """Make changes ready; the long part of listing many, and no index is touched by it."""
        subjects = np.array([subject for subject, _ in changes], dtype=np.uint32)
        return cls(subjects, Segment.build(model, changes))


@dataclass(frozen=True, slots=True)
class Union:
    """The last layers of an index, from the `first` on, made one segment."""

    first: int
    segment: Segment


class Index:
    """Listed subjects; a subject has one face for each record that states its identity."""

    def __init__(self, model: Model = DEFAULT, segments: Iterable[Segment] = ()) -> None:
        self.model = model
        self._layers = [_Layer(segment, set()) for segment in segments]
        self._rows: dict[int, tuple[_Row, ...]] = {}
        self._filed: dict[int, tuple[_Row, ...]] = {}

    def __len__(self) -> int:
        """Return how many subjects are listed."""
        return len(self._rows) + sum(len(layer.segment) - len(layer.replaced) for layer in self._layers)

    @property
    def changed(self) -> int:
        """Return how many subjects lie over the segments; many make searching slow, see `fold`."""
        return len(self._rows)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Return the segments, the oldest first; every one of them costs a search a few microseconds."""
        return tuple(layer.segment for layer in self._layers)

    @property
    def only_segment(self) -> Segment | None:
        """Return the one segment the index consists of, or None where anything lies beside or over it."""
        plain = len(self._layers) == 1 and not self._layers[0].replaced and not self._rows
        return self._layers[0].segment if plain else None

    def put(self, subject: int, faces: Sequence[Identity]) -> None:
        """List a subject with all its faces, replacing what was listed of it before; no faces remove it."""
        self.remove(subject)
        rows = tuple(self._row(subject, position, face) for position, face in enumerate(faces))
        if not rows:
            return
        self._rows[subject] = rows
        for row in rows:
            for key in row.keys:
                self._filed[key] = (*self._filed.get(key, ()), row)

    def put_many(self, changes: Sequence[tuple[int, Sequence[Identity]]]) -> None:
        """List many subjects, each named once, as `put` does one by one; they are laid down at once as a segment."""
        self.lay_over(Staged.of(self.model, changes))
        self._settle()

    def lay_over(self, staged: Staged) -> None:
        """List what was staged, over what was listed of those subjects before; takes a moment, however many they are.

        Each such segment costs a search some microseconds until it is united with others (`union_due`).
        """
        for layer in self._layers:
            listed = layer.segment.distinct
            first, last = listed.searchsorted(staged.subjects), listed.searchsorted(staged.subjects, "right")
            layer.replaced.update(staged.subjects[first < last].tolist())
        for subject in staged.subjects.tolist() if self._rows else ():
            self._take_off(subject)
        self._layers.append(_Layer(staged.segment, set()))

    def _row(self, subject: int, position: int, face: Identity) -> _Row:
        listed = Listed(subject, position, face, prepare(face))
        return _Row(listed, filing_keys(listed.prepared))

    def remove(self, subject: int) -> None:
        """Take a subject off the index; one that is not there is no error."""
        for layer in self._layers:
            if layer.segment.holds(subject):
                layer.replaced.add(subject)
        self._take_off(subject)

    def _take_off(self, subject: int) -> None:
        for row in self._rows.pop(subject, ()):
            for key in row.keys:
                left = tuple(other for other in self._filed[key] if other is not row)
                if left:
                    self._filed[key] = left
                else:
                    del self._filed[key]

    def fold(self) -> None:
        """Lay the changed subjects down as one more segment; the answers stay the same."""
        staged = self.folded()
        if staged is not None:
            self.lay_over(staged)
            self._settle()

    def folded(self) -> Staged | None:
        """Return the subjects that lie over the segments, ready to be laid down as one more; None without any."""
        if not self._rows:
            return None
        changed = SegmentBuilder(self.model)
        for rows in self._rows.values():
            for row in rows:
                changed.file(row.listed, row.keys)
        return Staged(np.array(list(self._rows), dtype=np.uint32), changed.segment())

    def laid_down(self) -> Segment:
        """Return the whole list as one segment; whatever was changed is in it."""
        self.fold()
        if self.only_segment is not None:
            return self.only_segment
        return _united(self.model, self._layers) if self._layers else Segment.build(self.model, ())

    def union_due(self) -> Union | None:
        """Return the last segments made one, while each is not much longer than those above it; None where none are.

        Reads the index only, so that it may be searched meanwhile; it must not change before `adopt`.
        """
        if not self._layers:
            return None
        rows, first = len(self._layers[-1].segment.columns), len(self._layers) - 1
        while first and (below := len(self._layers[first - 1].segment.columns)) <= min(2 * rows, MOST_MERGED - rows):
            rows, first = rows + below, first - 1
        if first == len(self._layers) - 1:
            return None
        return Union(first, _united(self.model, self._layers[first:]))

    def adopt(self, union: Union) -> None:
        """Put a union in the place of the segments it was made of; the answers stay the same."""
        self._layers[union.first :] = [_Layer(union.segment, set())]

    def _settle(self) -> None:
        union = self.union_due()
        if union is not None:
            self.adopt(union)

    def search(self, applicant: Identity, floor: int = FLOOR_MILLIBITS) -> list[Hit]:
        """Return every listed subject the evidence connects with the applicant, the strongest first.

        Evidence below `floor` connects nobody, unless the documents are equal or a slip apart. A floor below
        `FLOOR_MILLIBITS` is that one: whoever shares less may share no key.
        """
        (hits,) = self.search_many([applicant], floor)
        return hits

    def search_many(self, applicants: Sequence[Identity], floor: int = FLOOR_MILLIBITS) -> list[list[Hit]]:
        """Return the hits of each applicant; the same, to the last bit, as searching one by one."""
        floor = max(floor, FLOOR_MILLIBITS)
        sought = [prepare(applicant) for applicant in applicants]
        best: list[dict[int, Hit]] = [{} for _ in sought]
        for place, listed in self._pairs(sought, floor):
            comparison = compare(self.model, sought[place], listed.prepared, floor)
            if comparison is None:
                continue
            known = best[place].get(listed.subject)
            if known is None or _order(comparison, listed.face) < _order(known.comparison, known.face):
                best[place][listed.subject] = Hit(listed.subject, listed.face, listed.identity, comparison)
        return [sorted(hits.values(), key=lambda hit: _order(hit.comparison, hit.subject)) for hits in best]

    def _pairs(self, sought: Sequence[Prepared], floor: int) -> Iterator[tuple[int, Listed]]:
        laid_out = Sought(self.model, sought)
        for layer in self._layers:
            segment, replaced = layer.segment, layer.replaced
            for place, row in segment.candidates(laid_out, floor):
                if not replaced or int(segment.subjects[row]) not in replaced:
                    yield place, segment.listed(row)
        for place, applicant in enumerate(sought if self._filed else ()):
            for changed in self._changed_candidates(applicant, laid_out.each_keys[place]):
                yield place, changed.listed

    def _changed_candidates(self, sought: Prepared, keys: frozenset[int]) -> Iterator[_Row]:
        found = {id(row): row for key in keys & self._filed.keys() for row in self._filed[key]}
        return (row for row in found.values() if not _plainly_another(sought, row.listed.prepared))


def _united(model: Model, layers: Sequence[_Layer]) -> Segment:
    return merged(model, [(layer.segment, layer.replaced) for layer in layers])


def _order(comparison: Comparison, tie: int) -> tuple[float, int, int]:
    return comparison.expected_coincidences, -comparison.millibits, tie


def _plainly_another(sought: Prepared, listed: Prepared) -> bool:
    """Say quickly that two sound whole numbers belong to two people, as most pairs of namesakes do."""
    a, b = sought.number, listed.number
    if a is None or b is None or a.digits == b.digits:
        return False
    return a.proves_another and b.proves_another
