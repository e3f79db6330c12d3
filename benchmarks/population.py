"""Invents residents of the four provinces: a million in about a minute, the same ones for the same seed.

Where the frequencies come from:
- names: the shipped tables (benchmarks/han_names.py, benchmarks/other_names.py);
- births: residents by five years of age, Seventh National Population Census (2020), adults of the year 2026;
- counties: the codes of the four provinces in force when the number was given (`matching/data/counties.tsv`), each
  weighted by a fixed lognormal number; 22 % have codes of other provinces (estimate, census 2020: migrants);
- moved households, former names, sequence numbers: stated estimates below.
Generations share given names and villages surnames, as the model supposes. A population `as_supposed` keeps to its
other assumptions too: birthdays and sequence numbers are spread evenly. In the usual one the age pyramid is the
census's, old people share birthdays (1st, 15th), and police stations give low sequence numbers first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.draw import Generator, Mask, Shares, Texts, Weighted, Whole, texts
from benchmarks.han_names import generations, han_names
from benchmarks.other_names import hong_kong_name, transcribed_name
from matching.name_data import rows

RESIDENTS = 238_000_000
YEAR = 2026
OWN_PROVINCES = ("31", "32", "33", "34")
FROM_ELSEWHERE = 0.22
MOVED = 0.20
MINORITY, ABROAD = 2.5e-3, 3.0e-3
FORMER_NAMES = 0.04
FIRST_NUMBERS = 1984
"""Numbers were given out from 1984 on; older people got codes of that year."""

_PROVINCE_WEIGHTS = {"31": 0.6, "32": 1.0, "33": 0.85, "34": 1.15}
_AGES_2020 = {
    10: 85.3, 15: 72.7, 20: 74.9, 25: 91.8, 30: 124.1, 35: 99.0, 40: 93.0, 45: 114.2, 50: 121.2, 55: 101.4, 60: 73.4,
    65: 74.0, 70: 49.6, 75: 31.2,
}  # fmt: skip
_CENSUS = 2020
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))
Days = npt.NDArray[np.datetime64]


class Bearer(IntEnum):
    """Whose kind of name a resident has."""

    HAN = 0
    MINORITY = 1
    ABROAD = 2


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Residents as columns; a row of each is one person."""

    kinds: npt.NDArray[np.int8]
    surnames: Texts
    givens: Texts
    formers: Texts
    males: Mask
    births: Days
    areas: Whole
    domiciles: Whole
    sequences: Whole
    numbers: Texts

    def __len__(self) -> int:
        """Return how many residents there are."""
        return len(self.kinds)

    @property
    def names(self) -> Texts:
        """Whole names: the surname (none for minorities) and what follows."""
        joined: Texts = self.surnames + self.givens
        return joined

    def take(self, places: Whole | Sequence[int]) -> Population:
        """Return some of the residents, in this order."""
        return Population(*(getattr(self, column.name)[places] for column in fields(self)))


@dataclass(frozen=True, slots=True)
class Manner:
    """What a population is to be like; `within` are the only counties to take, invented codes were never assigned."""

    as_supposed: bool = False
    minority: float = MINORITY
    abroad: float = ABROAD
    within: frozenset[str] = frozenset()
    invented_codes: bool = False


def invent(rng: Generator, size: int, manner: Manner | None = None) -> Population:
    """Invent `size` residents."""
    manner = manner or Manner()
    males = rng.random(size) < 0.5
    births = draw_births(rng, size, manner.as_supposed)
    years = years_of(births)
    areas = _invented_areas(rng, size) if manner.invented_codes else draw_areas(rng, years, manner.within)
    surnames = han_names().draw_surnames(rng, areas, size)
    givens = han_names().draw_givens(rng, generations(rng, males, years, size))
    kinds = np.zeros(size, dtype=np.int8)
    kind = rng.random(size)
    kinds[kind < manner.minority] = Bearer.MINORITY
    kinds[kind >= 1 - manner.abroad] = Bearer.ABROAD
    _name_others(rng, kinds, surnames, givens)
    areas = np.where(kinds == Bearer.ABROAD, 810_000, areas)
    sequences = draw_sequences(rng, males, manner.as_supposed)
    return Population(
        kinds, surnames, givens, _formers(rng, kinds, surnames, males), males, births, areas,
        _domiciles(rng, areas), sequences, id_numbers(areas, births, sequences),
    )  # fmt: skip


def years_of(births: Days) -> Whole:
    """Return the years of days."""
    years: Whole = births.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def draw_births(rng: Generator, size: int, as_supposed: bool) -> Days:
    """Draw birth days of adults by the age pyramid, or (as supposed) spread evenly."""
    years = list(range(YEAR - 80, YEAR - 17))
    weights = [1.0 if as_supposed else _AGES_2020[max(10, min((_CENSUS - year) // 5 * 5, 75))] for year in years]
    drawn = np.array(years)[Weighted(map(str, years), weights).places(rng, size)]
    first_days: Days = drawn.astype("U4").astype("datetime64[D]")
    days: Days = first_days + rng.integers(365, size=size).astype("timedelta64[D]")
    if as_supposed:
        return days
    heaped = (rng.random(size) < 0.04) & (drawn < 1972)
    first = days.astype("datetime64[M]").astype("datetime64[D]") + np.where(rng.random(size) < 0.5, 0, 14)
    drawn_days: Days = np.where(heaped, first, days)
    return drawn_days


@cache
def _codes_of(year: int) -> tuple[Weighted, Weighted]:
    """Return the county codes in force in a year: of the four provinces, and of the others."""
    own: list[str] = []
    others: list[str] = []
    for code, _, first, last, _ in rows("counties.tsv"):
        if code[4:] != "00" and int(first) <= year and (not last or year <= int(last)):
            (own if code[:2] in OWN_PROVINCES else others).append(code)
    return _weighted_codes(own), _weighted_codes(others)


def _weighted_codes(codes: list[str]) -> Weighted:
    sizes = [
        np.random.default_rng(int(code)).lognormal(0, 0.6) * _PROVINCE_WEIGHTS.get(code[:2], 1.0) for code in codes
    ]
    return Weighted(codes, sizes)


def draw_areas(rng: Generator, years: Whole, within: frozenset[str] = frozenset()) -> Whole:
    """Draw the county codes of people born in these years."""
    given = np.clip(years, FIRST_NUMBERS, YEAR - 2)
    elsewhere = rng.random(len(years)) < (0.0 if within else FROM_ELSEWHERE)
    areas = np.zeros(len(years), dtype=np.int64)
    for year in np.unique(given):
        own, others = _codes_of(int(year))
        own = own.only(within) if within else own
        for table, here in ((own, (given == year) & ~elsewhere), (others, (given == year) & elsewhere)):
            areas[here] = table.draw(rng, int(here.sum())).astype(np.int64)
    return areas


def county_shares(county: str, years: Whole) -> Shares:
    """Return, for each birth year, the share of its residents whose number was given in a county of the provinces."""
    given = np.clip(years, FIRST_NUMBERS, YEAR - 2)
    shares = {int(year): (1 - FROM_ELSEWHERE) * _codes_of(int(year))[0].share(county) for year in np.unique(given)}
    return np.array([shares[year] for year in given.tolist()])


def _invented_areas(rng: Generator, size: int) -> Whole:
    return np.array([319900, 329900, 339900, 349900])[rng.integers(4, size=size)]


def _domiciles(rng: Generator, areas: Whole) -> Whole:
    """Move a fifth of the households: a third within the prefecture, a third within the province, a third farther."""
    moved = rng.random(len(areas)) < MOVED
    own, _ = _codes_of(YEAR - 2)
    farther = own.draw(rng, len(areas)).astype(np.int64)
    by_prefix: dict[int, dict[int, list[int]]] = {100: {}, 10_000: {}}
    for code in own.entries.astype(np.int64).tolist():
        for step, groups in by_prefix.items():
            groups.setdefault(code // step, []).append(code)
    result = areas.copy()
    for place in np.flatnonzero(moved):
        step = (100, 10_000, 0)[int(rng.integers(3))]
        nearby = by_prefix[step].get(int(areas[place]) // step) if step else None
        result[place] = nearby[int(rng.integers(len(nearby)))] if nearby else farther[place]
    return result


def draw_sequences(rng: Generator, males: Mask, as_supposed: bool) -> Whole:
    """Return three digits, odd for men; stations hand out the low numbers of their range first."""
    size = len(males)
    half = rng.integers(0, 498, size=size)
    if not as_supposed:
        station = np.minimum(rng.geometric(0.22, size=size) - 1, 24)
        half = np.where(rng.random(size) < 0.7, station * 20 + np.minimum(rng.geometric(0.15, size=size) - 1, 19), half)
    return half * 2 + males


def _name_others(rng: Generator, kinds: npt.NDArray[np.int8], surnames: Texts, givens: Texts) -> None:
    for place in np.flatnonzero(kinds == Bearer.MINORITY):
        surnames[place], givens[place] = "", transcribed_name(rng)
    for place in np.flatnonzero(kinds == Bearer.ABROAD):
        surnames[place], givens[place] = hong_kong_name(rng)


def _formers(rng: Generator, kinds: npt.NDArray[np.int8], surnames: Texts, males: Mask) -> Texts:
    formers = texts([""] * len(kinds))
    renamed = (rng.random(len(kinds)) < FORMER_NAMES) & (kinds == Bearer.HAN)
    givens = han_names().draw_givens(rng, generations(rng, males[renamed], None, int(renamed.sum())))
    formers[renamed] = surnames[renamed] + givens
    return formers


def id_numbers(areas: Whole, births: Days, sequences: Whole) -> Texts:
    """Return whole resident ID numbers with their check characters (GB 11643)."""
    dates = births.astype("datetime64[D]").astype("U10")
    parts = (areas.astype("U6"), np.char.replace(dates, "-", ""), np.char.zfill(sequences.astype("U3"), 3))
    first = np.char.add(np.char.add(parts[0], parts[1]), parts[2]).astype("U17")
    digits = first.view("U1").reshape(len(first), 17).astype(np.int64)
    numbers: Texts = np.char.add(first, _CHECKS[(digits @ _WEIGHTS) % 11]).astype(object)
    return numbers
