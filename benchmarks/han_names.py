"""Draws Han names by the shipped tables of name frequencies, and former names.

Sources: `matching/data/surnames.tsv`, `given_names.tsv` and `leading_given_names.tsv` (how they were estimated:
docs/decisions/0003-name-tables.md). What the tables cannot say is stated here: how generation follows the birth year,
and that villages share surnames.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from benchmarks.draw import Generator, Mask, Shares, Texts, Weighted, Whole, texts
from matching.name_data import rows

ONE_CHARACTER, THREE_CHARACTERS = 0.18, 0.005
REPEATED = 0.012
DOUBLE_SURNAMES = 8.0e-4
"""Shares of residents, as docs/decisions/0003-name-tables.md states them."""

LAST_OLD_YEAR = 1968
"""Births in the middle of the years in which the older generation's names gave way (estimate)."""

OLD_SHARE = 0.37
LOCAL_SURNAMES = 0.15
"""Share of residents who bear one of the five surnames their county has more of than others (estimate)."""

_NOT_NAMES = frozenset({"之助"})
"""Stands in the table by a fault of its source: a Japanese ending, no given name of one resident in seventy."""

GENERAL, OLD_WOMEN, OLD_MEN = 0, 1, 2


class HanNames:
    """The tables, ready to be drawn from."""

    def __init__(self) -> None:
        self.surnames = Weighted(*zip(*((name, float(share)) for name, share in rows("surnames.tsv")), strict=True))
        cells = list(rows("given_names.tsv"))
        characters = [row[0] for row in cells]
        columns = np.array([[float(cell) for cell in row[1:]] for row in cells])
        self.alone, *pairs = (Weighted(characters, columns[:, place]) for place in range(7))
        self.firsts, self.seconds = pairs[0::2], pairs[1::2]
        leading = [(given, float(share)) for given, share in rows("leading_given_names.tsv") if given not in _NOT_NAMES]
        self.leading = Weighted(*zip(*leading, strict=True))
        self.leading_share = sum(share for _, share in leading) / 1e9

    def draw_surnames(self, rng: Generator, counties: Whole | None, count: int) -> Texts:
        """Draw surnames; where counties are given, some residents bear a surname their county has many of."""
        drawn = self.surnames.draw(rng, count)
        if counties is not None:
            local = rng.random(count) < LOCAL_SURNAMES
            drawn[local] = self.local_surnames(rng, counties[local])
        double = rng.random(count) < DOUBLE_SURNAMES
        second = self.surnames.draw(rng, int(double.sum()))
        drawn[double] = drawn[double] + second
        return drawn

    def local_surnames_of(self, county: int) -> list[str]:
        """Return the five surnames a county has many of; one may stand there twice."""
        places = self.surnames.at(_surname_of_county(np.full(5, county), np.arange(5)))
        return [str(surname) for surname in self.surnames.entries[places]]

    def pairs(self) -> Iterator[tuple[Weighted, Weighted]]:
        """Yield, by generation, the tables of first and of second characters."""
        yield from zip(self.firsts, self.seconds, strict=True)

    def local_surnames(self, rng: Generator, counties: Whole) -> Texts:
        """Draw, for each, one of the five surnames its county has many of."""
        own: Texts = self.surnames.entries[
            self.surnames.at(_surname_of_county(counties, rng.integers(5, size=len(counties))))
        ]
        return own

    def draw_givens(self, rng: Generator, generation: Whole) -> Texts:
        """Draw given names; `generation` names, for each, the part of the mixture two characters are drawn from."""
        count = len(generation)
        givens = self._pairs(rng, generation)
        leading = rng.random(count) < self.leading_share
        givens[leading] = self.leading.draw(rng, int(leading.sum()))
        length = rng.random(count)
        one = length < ONE_CHARACTER
        givens[one] = self.alone.draw(rng, int(one.sum()))
        three = length > 1 - THREE_CHARACTERS
        givens[three] = givens[three] + self.seconds[GENERAL].draw(rng, int(three.sum()))
        return givens

    def share(self, surname: str, given: str) -> float:
        """Return about how large a share of residents bears a name, generations and villages left aside."""
        if len(given) == 1:
            return self.surnames.share(surname) * ONE_CHARACTER * self.alone.share(given)
        mixture = zip((1 - OLD_SHARE, OLD_SHARE / 2, OLD_SHARE / 2), self.firsts, self.seconds, strict=True)
        pair = sum(weight * first.share(given[0]) * second.share(given[1]) for weight, first, second in mixture)
        leading = self.leading_share * self.leading.share(given)
        return self.surnames.share(surname) * ((1 - ONE_CHARACTER) * pair * (1 - self.leading_share) + leading)

    def _pairs(self, rng: Generator, generation: Whole) -> Texts:
        givens = texts([""] * len(generation))
        for part in (GENERAL, OLD_WOMEN, OLD_MEN):
            here: Mask = generation == part
            count = int(here.sum())
            givens[here] = self.firsts[part].draw(rng, count) + self.seconds[part].draw(rng, count)
        repeated = rng.random(len(generation)) < REPEATED
        once = self.alone.draw(rng, int(repeated.sum()))
        givens[repeated] = once + once
        return givens


@cache
def han_names() -> HanNames:
    """Return the tables, read once."""
    return HanNames()


def _surname_of_county(counties: Whole, which: Whole) -> Shares:
    """Return a number from 0 to 1 that stays the same for a county and one of its five leading surnames."""
    mixed = (counties * 2654435761 + which * 40503 + 12345) % 2**32
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) % 2**32
    return (mixed ^ (mixed >> 13)).astype(np.float64) / 2**32


def old_share(year: int | None) -> float:
    """Return how many of those born in a year (None: of all adults) bear names of the older generation."""
    return OLD_SHARE if year is None else float(1 / (1 + np.exp((year - LAST_OLD_YEAR) / 3.0)))


def generations(rng: Generator, male: Mask, years: Whole | None, count: int) -> Whole:
    """Return the part of the mixture each name comes from: by the birth year, or (None) whatever the year."""
    if years is None:
        old = rng.random(count) < OLD_SHARE
    else:
        old = rng.random(count) < 1 / (1 + np.exp((years - LAST_OLD_YEAR) / 3.0))
    return np.where(old, np.where(male, OLD_MEN, OLD_WOMEN), GENERAL).astype(np.int64)
