"""Counts how two records of one person are alike; makes error rates of the counts and a former model's.

Only how often each level occurred is kept. Records that were found to be one person's because their ID numbers
are equal say nothing about errors in ID numbers: of them only what the numbers do not state is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from matching import evidence
from matching.evidence import Evidence
from matching.identity import Identity
from matching.model import Feature, Level, Model
from matching.name_counts import SMALLEST_COUNT
from matching.normalize import UNKNOWN_CHARACTER, Script
from matching.prepare import Prepared, prepare

PRIOR_PAIRS = 500
"""The former model's rates weigh as much as so many pairs of records."""

_STATED = (evidence.name, evidence.birth_date, evidence.sex, evidence.county)
_DOCUMENTED = (evidence.id_number, evidence.document)
_MASKED = (evidence.id_area, evidence.id_tail)
_ONLY_BETWEEN = {"romanised": "latin_and_han", "respelt": "not_han", "unknown_character": "incomplete"}
"""Levels that can occur only between certain kinds of names; the others can between all."""


class RateCounts:
    """How often two records of one person showed each level of each feature, and how often they could have."""

    def __init__(self) -> None:
        self.pairs = 0
        self._shown: Counter[tuple[str, str]] = Counter()
        self._compared: Counter[tuple[str, str]] = Counter()

    def add(self, model: Model, one: Identity, other: Identity, *, linked_by_number: bool) -> None:
        """Count one pair of records of one person."""
        self.pairs += 1
        ours, theirs = prepare(replace(one, documents=())), prepare(replace(other, documents=()))
        lines = [compare(model, ours, theirs) for compare in _STATED]
        if not linked_by_number:
            lines += _document_lines(model, prepare(one), prepare(other))
        kinds = _kinds(ours, theirs)
        for line in (line for line in lines if line is not None):
            self._shown[line.feature, line.level] += 1
            for kind in {"any", *kinds}:
                self._compared[line.feature, kind] += 1

    def rates(self, former: Model) -> dict[str, Feature]:
        """Return the features of the former model with rates between its own and the counted ones."""
        return {name: self._feature(feature) for name, feature in former.features.items()}

    def _feature(self, feature: Feature) -> Feature:
        shown = {level: self._shown[feature.name, level] for level in feature.levels}
        told = {level: count for level, count in shown.items() if count >= SMALLEST_COUNT}
        others = sum(level.same for name, level in feature.levels.items() if name not in told)
        suppressed = sum(shown.values()) - sum(told.values())
        levels = {
            name: Level(
                self._same(feature.name, name, level, told.get(name, suppressed * level.same / others)), level.other
            )
            for name, level in feature.levels.items()
        }
        pairs = self._compared[feature.name, "any"]
        source = f"{feature.source}; rates with those of {pairs:,} pairs of records" if pairs else feature.source
        return Feature(feature.name, source, levels)

    def _same(self, feature: str, name: str, level: Level, counted: float) -> float:
        pairs = self._compared[feature, _ONLY_BETWEEN.get(name, "any") if feature == "name" else "any"]
        if pairs < SMALLEST_COUNT:
            return level.same
        return min((counted + PRIOR_PAIRS * level.same) / (pairs + PRIOR_PAIRS), 1.0)


def _document_lines(model: Model, one: Prepared, other: Prepared) -> Iterator[Evidence | None]:
    compared = _DOCUMENTED if _both_whole(one, other) else _MASKED
    yield from (compare(model, one, other) for compare in compared)


def _both_whole(one: Prepared, other: Prepared) -> bool:
    numbers = (one.number, other.number)
    return not any(number is not None and number.masked for number in numbers)


def _kinds(one: Prepared, other: Prepared) -> set[str]:
    """Say of which kinds the names of two records are."""
    names = (*one.names[:1], *other.names[:1])
    scripts = {name.parts.script for name in names}
    kinds = {
        "latin_and_han": scripts == {Script.LATIN, Script.HAN},
        "not_han": scripts <= {Script.LATIN, Script.MINORITY},
        "incomplete": any(UNKNOWN_CHARACTER in name.units for name in names),
    }
    return {kind for kind, found in kinds.items() if found}


def features_with(former: Model, counts: RateCounts) -> Mapping[str, Feature]:
    """Return the former model's features, with counted rates where any pair was counted."""
    return counts.rates(former) if counts.pairs else former.features
