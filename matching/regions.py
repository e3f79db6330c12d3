"""Knows the county codes of GB/T 2260 and what became of them, so that an abolished county still is the same place.

Source: county codes 1981 to 2024 with their successors (CC0), matching/data/counties.tsv. A code says where a number
was issued or a household stands; it is never a test of whether a number is genuine.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from matching.name_data import rows

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
"""Provinces that are one city: Beijing, Tianjin, Shanghai, Chongqing."""


_FIRST_NUMBERS = 1984
"""Numbers were given out from 1984 on, under the codes then in force."""


class Level(StrEnum):
    """How near two places are, by their codes."""

    SAME = "same"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class County:
    """A county code: its latest name, the years it was in force, and the codes in force today for its land."""

    code: str
    name: str
    first_year: int
    last_year: int | None
    today: frozenset[str]

    @property
    def prefectures(self) -> frozenset[str]:
        """Codes of the prefectures it lies or lay in; a municipality counts as one."""
        return frozenset(map(_prefecture, (self.code, *self.today)))

    @property
    def provinces(self) -> frozenset[str]:
        """Two-digit codes of the provinces it lies or lay in."""
        return frozenset(code[:2] for code in (self.code, *self.today))


def _prefecture(code: str) -> str:
    return code[:2] if code[:2] in MUNICIPALITIES else code[:4]


@dataclass(frozen=True, slots=True)
class _Period:
    name: str
    first_year: int
    last_year: int | None
    successors: tuple[str, ...]


def _read() -> dict[str, list[_Period]]:
    periods: dict[str, list[_Period]] = defaultdict(list)
    for code, name, first, last, successors in rows("counties.tsv"):
        # A year in brackets marks land ceded while the county went on; only whole successions make the same place.
        whole = tuple(other for other in successors.split(";") if other and "[" not in other)
        periods[code].append(_Period(name, int(first), int(last) if last else None, whole))
    return dict(periods)


_PERIODS = _read()


@lru_cache(maxsize=8192)
def county(code: str) -> County | None:
    """Return what is known of a county code, or None where it was never assigned."""
    periods = _PERIODS.get(code)
    if periods is None:
        return None
    latest = max(periods, key=lambda period: period.first_year)
    first_year = min(period.first_year for period in periods)
    return County(code, latest.name, first_year, latest.last_year, _today(code))


def _today(code: str) -> frozenset[str]:
    """Follow the successions of a code to the codes in force today."""
    reached, open_codes = {code}, [code]
    while open_codes:
        for period in _PERIODS.get(open_codes.pop(), ()):
            new = set(period.successors) - reached
            reached |= new
            open_codes += new
    return frozenset(one for one in reached if _in_force(one))


def _in_force(code: str) -> bool:
    return any(period.last_year is None for period in _PERIODS.get(code, ()))


@lru_cache(maxsize=8192)
def codes_as_one(code: str) -> int:
    """Return how many codes in force side by side count as one place with this one: counties merged later."""
    found = county(code)
    if found is None:
        return 1
    alike = {other for today in (code, *found.today) for other in _codes_of_today().get(today, ())}
    periods = [period for other in alike for period in _PERIODS[other]]
    starts = {max(period.first_year, _FIRST_NUMBERS) for period in periods}
    return max(sum(_held(period, year) for period in periods) for year in starts)


def _held(period: _Period, year: int) -> bool:
    return period.first_year <= year and (period.last_year is None or year < period.last_year)


@cache
def _codes_of_today() -> dict[str, list[str]]:
    """Return, for each code, the codes that are or became it."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in _PERIODS:
        for today in {code, *_today(code)}:
            found[today].append(code)
    return dict(found)


@lru_cache(maxsize=65536)
def same_place(a: str | None, b: str | None) -> Level:
    """Say how near two county codes are; a code that became another counts as the same place.

    UNKNOWN where either is missing or was never assigned, unless the two are equal as written.
    """
    if not a or not b:
        return Level.UNKNOWN
    if a == b:
        return Level.SAME
    one, other = county(a), county(b)
    if one is None or other is None:
        return Level.UNKNOWN
    if {one.code, *one.today} & {other.code, *other.today}:
        return Level.SAME
    if one.prefectures & other.prefectures:
        return Level.PREFECTURE
    return Level.PROVINCE if one.provinces & other.provinces else Level.DIFFERENT
