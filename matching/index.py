"""The list in memory: who is to be compared with an applicant at all.

Every listed identity is filed under its candidate keys. A search compares only those that share a key;
the keys are laid out so that whoever would reach review shares one (held by a property test against
comparing everybody). The list changes one person at a time while searches go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from matching.identity import Identity
from matching.keys import filing_keys, lookup_keys
from matching.model import DEFAULT, Model
from matching.prepare import Prepared, prepare
from matching.resident_id import slip_distance
from matching.score import Comparison, compare


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed subject the applicant may be: which, by which face (position as given), and the reckoning."""

    subject: int
    face: int
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class _Row:
    subject: int
    face: int
    prepared: Prepared
    keys: frozenset[int]


class Index:
    """Listed subjects by candidate key; a subject has one face for each record that states its identity."""

    def __init__(self, model: Model = DEFAULT) -> None:
        self.model = model
        self._rows: dict[int, tuple[_Row, ...]] = {}
        self._filed: defaultdict[int, tuple[_Row, ...]] = defaultdict(tuple)

    def __len__(self) -> int:
        """Return how many subjects are listed."""
        return len(self._rows)

    def put(self, subject: int, faces: Sequence[Identity]) -> None:
        """List a subject with all its faces, replacing what was listed of it before; no faces remove it."""
        self.remove(subject)
        rows = tuple(self._row(subject, position, face) for position, face in enumerate(faces))
        if not rows:
            return
        self._rows[subject] = rows
        for row in rows:
            for key in row.keys:
                self._filed[key] += (row,)

    def _row(self, subject: int, position: int, face: Identity) -> _Row:
        prepared = prepare(face)
        return _Row(subject, position, prepared, filing_keys(prepared))

    def remove(self, subject: int) -> None:
        """Take a subject off the index; one that is not there is no error."""
        for row in self._rows.pop(subject, ()):
            for key in row.keys:
                left = tuple(other for other in self._filed[key] if other is not row)
                if left:
                    self._filed[key] = left
                else:
                    del self._filed[key]

    def search(self, applicant: Identity) -> list[Hit]:
        """Return every listed subject the evidence connects with the applicant, the strongest first."""
        sought = prepare(applicant)
        best: dict[int, Hit] = {}
        for row in self._candidates(sought):
            if _plainly_another(sought, row.prepared):
                continue
            comparison = compare(self.model, sought, row.prepared)
            if comparison is None:
                continue
            known = best.get(row.subject)
            if known is None or _order(comparison) < _order(known.comparison):
                best[row.subject] = Hit(row.subject, row.face, comparison)
        return sorted(best.values(), key=lambda hit: (*_order(hit.comparison), hit.subject))

    def _candidates(self, sought: Prepared) -> list[_Row]:
        found: dict[int, _Row] = {}
        for key in lookup_keys(sought):
            for row in self._filed.get(key, ()):
                found[id(row)] = row
        return list(found.values())


def _order(comparison: Comparison) -> tuple[float, int]:
    return comparison.expected_coincidences, -comparison.millibits


def _plainly_another(sought: Prepared, listed: Prepared) -> bool:
    """Say quickly that two sound whole numbers belong to two people, as most pairs of namesakes do."""
    a, b = sought.number, listed.number
    if a is None or b is None or not (a.sound and b.sound) or a.digits == b.digits:
        return False
    return not (a.fifteen or b.fifteen) or slip_distance(a.digits, b.digits) > 2
