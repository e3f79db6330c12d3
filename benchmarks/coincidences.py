"""Counts, for a listed person, the residents who would match at least as strongly as an applicant, without making all.

Residents' names (benchmarks/near_names.py) and everything else about them are crossed: each of some hundred births,
counties and numbers stands for so many of the 238 million, and of these so many bear a name that completes the
evidence. Births, counties and sequence numbers near the listed person's are taken more often than they occur and
weighted down, so that rare agreements are met. Names depend on the rest: on generation, sex and county where the
population has that.
Only what the register itself calls is called: `matching.score.weigh`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.case import Person
from benchmarks.draw import Generator, Mask, Shares, Texts, Whole
from benchmarks.name_chances import mixture
from benchmarks.near_names import NearNames, near_han_names, near_transcribed_names
from benchmarks.population import (
    MINORITY,
    RESIDENTS,
    Bearer,
    Days,
    county_shares,
    draw_areas,
    draw_births,
    draw_sequences,
    id_numbers,
    years_of,
)
from matching.identity import IdDocument, Identity, IdType
from matching.lunar_calendar import solar_days
from matching.model import DEFAULT
from matching.prepare import Prepared, prepare
from matching.score import weigh


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Residents' births, counties, sexes and numbers beside one listed person, and how many each stands for."""

    years: Whole
    males: npt.NDArray[np.bool_]
    areas: Whole
    numbers: Texts
    weights: Shares


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """Codes to draw from, each as often as it stands here, and the share of residents with one of them."""

    codes: Whole
    share: float


_Columns = tuple[Days, Whole, Whole, Shares]
_AREAS = 3000
"""So many codes are drawn to see how they divide."""


class Surroundings:
    """Draws what residents are but for their names, more often the nearer to a listed person."""

    def __init__(self, rng: Generator, as_supposed: bool) -> None:
        self.rng = rng
        self.as_supposed = as_supposed
        self.days, counts = np.unique(draw_births(rng, 3_000_000, as_supposed), return_counts=True)
        self.shares = counts / counts.sum()
        drawn = draw_sequences(rng, rng.random(3_000_000) < 0.5, as_supposed)
        self.sequences = np.bincount(drawn, minlength=1000) / len(drawn)

    def beside(self, person: Person, each: int) -> Beside:
        """Draw `each` residents of every part: born the same day, near it, in a year beside it, or else.

        Every part is divided again: of the listed person's county, prefecture or province or of another, and with the
        same sequence number or not.
        """
        parts = [
            self._part(person, days, areas, same, each)
            for days in self._by_nearness(person.born)
            if days.any()
            for areas in self._areas_by_nearness(person.area, days)
            if len(areas.codes)
            for same in (True, False)
        ]
        births, areas, sequences, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
        numbers = id_numbers(areas, births, sequences)
        weights = np.where(numbers == person.number, 0.0, weights)
        return Beside(years_of(births), sequences % 2 == 1, areas, numbers, weights)

    def _part(self, person: Person, days: Mask, areas: _Areas, same: bool, each: int) -> _Columns:
        """Draw residents born on these days, with codes of these areas, with the same or another sequence."""
        rng, sequence = self.rng, int(person.number[14:17])
        births = self._drawn(days, each)
        codes = areas.codes[rng.integers(len(areas.codes), size=each)]
        sequences = draw_sequences(rng, rng.random(each) < 0.5, self.as_supposed)
        sequences = np.full(each, sequence) if same else sequences
        weights = np.full(each, RESIDENTS * self.shares[days].sum() * areas.share / each)
        # Drawn again by chance, the listed person's sequence belongs to the other part.
        weights *= self.sequences[sequence] if same else np.where(sequences == sequence, 0.0, 1.0)
        return births, codes, sequences, weights

    def _areas_by_nearness(self, area: str, days: Mask) -> Iterator[_Areas]:
        """Divide codes given to people born on these days: the same, of one prefecture, of one province, all others."""
        years = years_of(self._drawn(days, _AREAS))
        own = float(county_shares(area, years).mean())
        codes = draw_areas(self.rng, years)
        codes = codes[codes != int(area)]
        nearness = (codes // 100 == int(area) // 100).astype(int) + (codes // 10_000 == int(area) // 10_000)
        yield _Areas(np.array([int(area)]), own)
        for near in (2, 1, 0):
            yield _Areas(codes[nearness == near], (1 - own) * float((nearness == near).mean()))

    def _drawn(self, part: Mask, count: int) -> Days:
        steps = np.cumsum(self.shares[part])
        drawn: Days = self.days[part][np.searchsorted(steps / steps[-1], self.rng.random(count), side="right")]
        return drawn

    def _by_nearness(self, born: datetime.date) -> Iterator[Mask]:
        """Divide the days: the same, easily taken for it, else in its year or one beside it, all others."""
        same: Mask = self.days == np.datetime64(born)
        near = np.isin(self.days, np.array(list(near_days(born)), dtype="datetime64[D]")) & ~same
        beside = (np.abs(years_of(self.days) - born.year) <= 1) & ~same & ~near
        yield from (same, near, beside, ~(same | near | beside))


def near_days(day: datetime.date) -> Iterator[datetime.date]:
    """Yield days easily taken for a day: a digit, a year, few days off, month and day exchanged, the lunar calendar."""
    for days in range(-10, 11):
        yield day + datetime.timedelta(days=days)
    digits = f"{day:%Y%m%d}"
    written = [digits[:place] + digit + digits[place + 1 :] for place in range(2, 8) for digit in "0123456789"]
    written += [f"{day.year + off}{day:%m%d}" for off in (-10, -1, 1, 10)] + [f"{day:%Y%d%m}"]
    for text in written:
        try:
            yield datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            continue
    for days in range(-70, 71):
        other = day + datetime.timedelta(days=days)
        if day in solar_days(other.year, other.month, other.day) or other in solar_days(day.year, day.month, day.day):
            yield other
    for days in (*range(362, 370), *range(-369, -361)):
        yield day + datetime.timedelta(days=days)


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A listed identity, the evidence to be reached beside it, and the names that come near its name."""

    listed: Prepared
    millibits: int
    names: NearNames


def near_names(rng: Generator, listed: Prepared, person: Person) -> NearNames:
    """Weigh the names near a listed one; a transcribed name is taken to be near transcribed ones only, Han near Han."""
    if person.kind is Bearer.MINORITY:
        return near_transcribed_names(rng, listed)
    return near_han_names(rng, listed, int(person.area))


def coincidences(sought: Sought, person: Person, beside: Beside) -> float:
    """Return how many residents come to at least so much evidence beside this listed person."""
    needed = np.array([_needed(sought, number) for number in beside.numbers], dtype=np.int64)
    reached = sought.names.reached(needed)
    if person.kind is Bearer.MINORITY:
        return float(MINORITY * beside.weights @ reached[:, 0])
    home = beside.areas == int(person.area)
    columns = zip(beside.years.tolist(), beside.males.tolist(), home.tolist(), strict=True)
    mixtures = np.array([mixture(year, male, near) for year, male, near in columns])
    return float((1 - MINORITY) * beside.weights @ (reached * mixtures).sum(axis=1))


def _needed(sought: Sought, number: str) -> int:
    """Return what the name must weigh for a resident with this number to come to the evidence."""
    resident = prepare(Identity(documents=(IdDocument(IdType.RESIDENT_ID, number),)))
    rest = sum(line.millibits for line in weigh(DEFAULT, resident, sought.listed) if line.feature != "name")
    return sought.millibits - rest
