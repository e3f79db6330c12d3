"""How likely an invented resident is to bear a name, worked out from the tables the residents are drawn from.

What `benchmarks.han_names` and `benchmarks.other_names` draw at random is here a probability, so that names nobody of a
sample would bear can be weighed as well. Han names depend on generation and county: a probability has a column for each
generation with the country's surnames, then for each with those a county has many of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from benchmarks.draw import Shares, Weighted
from benchmarks.han_names import (
    DOUBLE_SURNAMES,
    LOCAL_SURNAMES,
    ONE_CHARACTER,
    REPEATED,
    THREE_CHARACTERS,
    HanNames,
    han_names,
    old_share,
)
from benchmarks.other_names import DOTTED, LANGUAGES, ONE_PART, parts_of

GENERATIONS = 3
COLUMNS = 2 * GENERATIONS
_TWO_CHARACTERS = 1 - ONE_CHARACTER - THREE_CHARACTERS


def mixture(year: int | None, male: bool, in_county: bool) -> Shares:
    """Return with which weight each column counts for a resident; year None: of all adults, wherever they live."""
    old = old_share(year)
    generations = np.array([1 - old, 0.0 if male else old, old if male else 0.0])
    local = LOCAL_SURNAMES if in_county and year is not None else 0.0
    return np.concatenate([generations * (1 - local), generations * local])


class HanChances:
    """Probabilities of Han names, for residents of one county and of others."""

    def __init__(self, county: int) -> None:
        self._names = han_names()
        here = self._names.local_surnames_of(county)
        self._local = {one: here.count(one) / len(here) for one in here}
        self._surname = lru_cache(maxsize=8192)(self._surname_chance)
        self._given = lru_cache(maxsize=65536)(_given_chance)

    def of(self, name: str) -> Shares:
        """Return the probability of a whole name in every column, however it divides into surname and given name."""
        chance = np.zeros(COLUMNS)
        for length in (1, 2):
            given = self._given(name[length:])
            chance += np.concatenate([share * given for share in self._surname(name[:length])])
        return chance

    def surname(self, surname: str) -> tuple[float, float]:
        """Return the probability of a surname in the country and among those the county has many of."""
        return self._surname(surname)

    def _surname_chance(self, surname: str) -> tuple[float, float]:
        country = self._names.surnames.share
        single = (country(surname), self._local.get(surname, 0.0))
        if len(surname) < 2:
            return (single[0] * (1 - DOUBLE_SURNAMES), single[1] * (1 - DOUBLE_SURNAMES))
        doubled = DOUBLE_SURNAMES * country(surname[1])
        first = (country(surname[0]), self._local.get(surname[0], 0.0))
        return (
            single[0] * (1 - DOUBLE_SURNAMES) + first[0] * doubled,
            single[1] * (1 - DOUBLE_SURNAMES) + first[1] * doubled,
        )


def _given_chance(given: str) -> Shares:
    names = han_names()
    if len(given) == 1:
        return np.full(GENERATIONS, ONE_CHARACTER * names.alone.share(given))
    if len(given) == 2:
        return _TWO_CHARACTERS * _pair_chance(names, given)
    if len(given) == 3:
        return THREE_CHARACTERS * _pair_chance(names, given[:2]) * names.seconds[0].share(given[2])
    return np.zeros(GENERATIONS)


def _pair_chance(names: HanNames, given: str) -> Shares:
    pairs = [first.share(given[0]) * second.share(given[1]) for first, second in names.pairs()]
    repeated = names.alone.share(given[0]) if given[0] == given[1] else 0.0
    leading = names.leading_share * names.leading.share(given)
    return (1 - names.leading_share) * ((1 - REPEATED) * np.array(pairs) + REPEATED * repeated) + leading


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A way to draw a transcribed name: its parts and its probability among bearers of such names."""

    name: str
    parts: tuple[str, ...]
    chance: float


@cache
def _tables() -> dict[str, dict[str, float]]:
    return {language: _shares(parts_of(language)) for language in LANGUAGES}


def _shares(table: Weighted) -> dict[str, float]:
    return {part: table.share(part) for part in dict.fromkeys(table.entries.tolist())}


def transcribed_parts() -> Iterator[str]:
    """Yield every part a transcribed name may be drawn with."""
    yield from dict.fromkeys(part for table in _tables().values() for part in table)


def transcribed_names(near: frozenset[str]) -> Iterator[Transcribed]:
    """Yield every transcribed name with one of these parts in one place at least."""
    for language, table in _tables().items():
        share = LANGUAGES[language] / sum(LANGUAGES.values())
        here = {part: chance for part, chance in table.items() if part in near}
        for first, chance in table.items():
            alone = ONE_PART[language] if len(first) > 1 else 0.0
            if first in near and alone:
                yield Transcribed(first, (first,), share * chance * alone)
            for second, other in (table if first in near else here).items():
                both = share * chance * (1 - alone) * other
                yield Transcribed(f"{first}·{second}", (first, second), both * DOTTED[language])
                yield Transcribed(first + second, (first, second), both * (1 - DOTTED[language]))
