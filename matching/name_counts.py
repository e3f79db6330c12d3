"""Counts the names of a roster and turns the counts into shares of names, between the roster and a former model.

Nothing of a person is kept: how often a surname, a character in its place or a given name occurs, and of these
nothing below ten. What is too rare to be told is shared out as the former model has it, and the former model
counts as much as twenty thousand people do, so that a small roster changes little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from matching.identity import Sex
from matching.name_rarity import ALONE, COLUMNS, FIRST, SECOND, NameShares, Proportions
from matching.normalize import (
    UNKNOWN_CHARACTER,
    NameParts,
    Script,
    fold_characters,
    is_masked_name,
    name_units,
    normalize_name,
    split_name,
)

SMALLEST_COUNT = 10
"""Counts below this are suppressed: only their sum is used, never which name they were of."""

PRIOR_PEOPLE = 20_000
"""The former model weighs as much as so many people of the roster."""

OLDER_BEFORE = 1970
GENERAL, OLDER_WOMEN, OLDER_MEN = range(3)
_RARE_SURNAME, _RARE_CHARACTER = 2.0e-6, 5.0e-7
_LONGEST_GIVEN = 3
_MOST_PAIRS_RATIO = 1.2
"""A given name is told apart where it is so many times as common as its characters alone would make it."""


def blended(counts: Mapping[str, int], former: Mapping[str, float], unlisted: float = 0.0) -> dict[str, float]:
    """Return shares between the counts and the former shares; `unlisted` is the former share of what has none.

    Counts below the smallest are shared out over everything not counted on its own, as the former shares have it.
    """
    told = {key: count for key, count in counts.items() if count >= SMALLEST_COUNT}
    suppressed = counts_sum(counts) - counts_sum(told)
    others = sum(share for key, share in former.items() if key not in told)
    people = counts_sum(counts) + PRIOR_PEOPLE
    shares = {key: (count + PRIOR_PEOPLE * former.get(key, unlisted)) / people for key, count in told.items()}
    spread = PRIOR_PEOPLE + (suppressed / others if others else 0)
    return shares | {key: share * spread / people for key, share in former.items() if key not in told}


def counts_sum(counts: Mapping[str, int]) -> int:
    """Return how many were counted in all."""
    return sum(counts.values())


@dataclass(frozen=True, slots=True)
class _Bearer:
    parts: NameParts
    units: tuple[str, ...]
    generation: int


class NameCounts:
    """What is counted of a roster, one name after another; memory grows with the number of names, not of people."""

    def __init__(self) -> None:
        self.rows = 0
        self.scripts: Counter[str] = Counter()
        self._surnames: Counter[str] = Counter()
        self._doubles = 0
        self._lengths: Counter[str] = Counter()
        self._repeated = 0
        self._generations: Counter[int] = Counter()
        self._columns: dict[int, Counter[str]] = defaultdict(Counter)
        self._given: Counter[str] = Counter()

    def add(self, name: str, sex: Sex | None, born: int | None) -> bool:
        """Count one person's name; say whether it could be counted (a masked or blank one cannot)."""
        text = normalize_name(name)
        if not text or is_masked_name(text) or UNKNOWN_CHARACTER in text:
            return False
        self.rows += 1
        parts = split_name(text)
        self.scripts[parts.script] += 1
        if parts.script is Script.HAN:
            units = tuple(name_units(fold_characters(parts.given)))
            if 0 < len(units) <= _LONGEST_GIVEN and all(len(unit) == 1 for unit in units):
                self._count(_Bearer(parts, units, _generation(sex, born)))
        return True

    def _count(self, bearer: _Bearer) -> None:
        surname = fold_characters(bearer.parts.surname)
        self._surnames[surname] += 1
        self._lengths[str(len(bearer.units))] += 1
        if len(bearer.units) == 1:
            self._columns[ALONE][bearer.units[0]] += 1
        elif len(bearer.units) == 2:
            self._count_two(bearer)

    def _count_two(self, bearer: _Bearer) -> None:
        first, second = bearer.units
        self._generations[bearer.generation] += 1
        self._given[first + second] += 1
        self._repeated += first == second
        self._columns[FIRST[bearer.generation]][first] += 1
        self._columns[SECOND[bearer.generation]][second] += 1

    def shares(self, former: NameShares) -> NameShares:
        """Return the shares of names these counts and the former shares come to together."""
        surnames = Counter({name: count for name, count in self._surnames.items() if not _is_double(name, former)})
        doubles = counts_sum(self._surnames) - counts_sum(surnames)
        made = self._proportions(former.proportions, doubles)
        characters = self._characters(former)
        independent = NameShares({}, characters, {}, made)
        return NameShares(
            blended(surnames, former.surnames, _RARE_SURNAME), characters, self._leading(former, independent), made
        )

    def _proportions(self, former: Proportions, doubles: int) -> Proportions:
        han = counts_sum(self._surnames)
        two = self._lengths["2"]
        return Proportions(
            one_character=_share(self._lengths["1"], han, former.one_character),
            two_characters=_share(two, han, former.two_characters),
            three_characters=_share(self._lengths["3"], han, former.three_characters),
            repeated=_share(self._repeated, two, former.repeated),
            generations=tuple(_share(self._generations[n], two, share) for n, share in enumerate(former.generations)),
            double_surnames=_share(doubles, han, former.double_surnames),
            minority_bearers=_share(self.scripts[Script.MINORITY], self.rows, former.minority_bearers),
            latin_bearers=_share(self.scripts[Script.LATIN], self.rows, former.latin_bearers),
        )

    def _characters(self, former: NameShares) -> dict[str, tuple[float, ...]]:
        columns = [
            blended(
                self._columns[column], {one: row[column] for one, row in former.characters.items()}, _RARE_CHARACTER
            )
            for column in range(COLUMNS)
        ]
        every = dict.fromkeys(one for column in columns for one in column)
        return {one: tuple(column.get(one, _RARE_CHARACTER) for column in columns) for one in every}

    def _leading(self, former: NameShares, independent: NameShares) -> dict[str, float]:
        """Given names clearly more common than their characters alone would make them."""
        people = counts_sum(self._lengths) + PRIOR_PEOPLE
        named = [given for given, count in self._given.items() if count >= SMALLEST_COUNT]
        found = {}
        for given in dict.fromkeys((*former.leading, *named)):
            counted = self._given[given] if self._given[given] >= SMALLEST_COUNT else 0
            share = (counted + PRIOR_PEOPLE * former.given_share(given)) / people
            if share > _MOST_PAIRS_RATIO * independent.given_share(given):
                found[given] = share
        return found


def _share(count: int, people: int, former: float) -> float:
    counted, of = (count, people) if count >= SMALLEST_COUNT or people >= PRIOR_PEOPLE else (0, 0)
    return (counted + PRIOR_PEOPLE * former) / (of + PRIOR_PEOPLE)


def _is_double(surname: str, former: NameShares) -> bool:
    return len(surname) == 2 and surname not in former.surnames


def _generation(sex: Sex | None, born: int | None) -> int:
    if sex is None or born is None or born >= OLDER_BEFORE:
        return GENERAL
    return OLDER_WOMEN if sex is Sex.FEMALE else OLDER_MEN
