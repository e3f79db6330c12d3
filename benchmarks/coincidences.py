"""Counts, for a listed person, the residents who would match at least as strongly as an applicant, without making all.

Residents' names and everything else about them are invented apart and crossed: each of some thousand names with each
of some hundred births, counties and numbers, weighted by how many of the 238 million each pair stands for. Births and
counties near the listed person's are taken more often than they occur and weighted down, so that rare agreements are
met. Names are drawn as they depend on the rest: by generation, sex and county where the population has that.
Only what the register itself calls is called: the index for names, `matching.score.compare` for the rest.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.case import Person
from benchmarks.draw import Generator, Mask, Shares, Texts, Whole, texts
from benchmarks.han_names import LOCAL_SURNAMES, generations, han_names
from benchmarks.other_names import transcribed_name
from benchmarks.population import (
    MINORITY,
    RESIDENTS,
    Days,
    county_shares,
    draw_areas,
    draw_births,
    draw_sequences,
    id_numbers,
    years_of,
)
from matching.identity import BirthDate, IdDocument, Identity, IdType, OtherName, Sex
from matching.index import Index
from matching.model import DEFAULT
from matching.normalize import Script, normalize_name, split_name
from matching.prepare import Prepared, prepare
from matching.score import compare
from matching.segment import Segment

TRANSCRIBED = "transcribed"
_YEAR, _COUNTY = BirthDate(1975), "330106"
"""All else equal comes to just under the index's floor, so that every name that speaks for one person is found."""

_BATCH = 1024


def name_pools(rng: Generator, size: int, counties: Sequence[str], as_supposed: bool) -> dict[str, Texts]:
    """Draw names of every sort that residents may have: by sex and generation, of villages, of minorities."""
    pools = {TRANSCRIBED: texts([transcribed_name(rng) for _ in range(size // 4)])}
    years = (None,) if as_supposed else GENERATIONS
    for year in years:
        for male in (False, True):
            pools[_pool_of(year, male)] = _han(rng, size, male, year, None)
    for county in () if as_supposed else counties:
        pools[county] = _han(rng, size // 4, bool(rng.random() < 0.5), 1972, county)
    return pools


GENERATIONS = (1955, 1968, 1985)


def _pool_of(year: int | None, male: bool) -> str:
    return f"{year or 'any'} {'man' if male else 'woman'}"


def _generation_of(year: int) -> int:
    return min(GENERATIONS, key=lambda middle: abs(middle - year))


def _han(rng: Generator, size: int, male: bool, year: int | None, county: str | None) -> Texts:
    males = np.full(size, male)
    years = None if year is None else np.full(size, year) + rng.integers(-6, 7, size=size)
    surnames = han_names().draw_surnames(rng, None, size)
    if county is not None:
        surnames = han_names().local_surnames(rng, np.full(size, int(county)))
    joined: Texts = surnames + han_names().draw_givens(rng, generations(rng, males, years, size))
    return joined


NameHits = dict[str, Whole]
"""For one listed name, the evidence of those names of each pool that come near it."""


def name_hits(faces: Sequence[Identity], pools: dict[str, Texts]) -> list[NameHits]:
    """Find the names near each listed name, all else equal: birth year, county and sex.

    A transcribed name is taken to be near transcribed names only, a Han name near Han names.
    """
    found: list[NameHits] = [{} for _ in faces]
    transcribed = [is_transcribed(face.name or "") for face in faces]
    for label, pool in pools.items():
        mine = [place for place, is_so in enumerate(transcribed) if is_so == (label == TRANSCRIBED)]
        hits = np.array(list(_found_in([(place, faces[place]) for place in mine], pool)), dtype=np.int64).reshape(-1, 2)
        hits = hits[np.argsort(hits[:, 0], kind="stable")]
        bounds = np.searchsorted(hits[:, 0], np.arange(len(faces) + 1))
        for place, hit in enumerate(found):
            hit[label] = hits[bounds[place] : bounds[place + 1], 1]
    return found


def is_transcribed(name: str) -> bool:
    """Say whether a listed name is a minority's: the calibration's Han names have four characters at most."""
    return "·" in name or len(name) > 4 or split_name(normalize_name(name)).script is Script.MINORITY


def _named(name: str | None, others: tuple[OtherName, ...] = ()) -> Identity:
    return Identity(name=name, other_names=others, birth=_YEAR, sex=Sex.MALE, domicile_code=_COUNTY)


def _found_in(faces: Sequence[tuple[int, Identity]], pool: Texts) -> Iterator[tuple[int, int]]:
    """Yield the place of the face and the evidence of the name."""
    listed = ((place, [_named(face.name, face.other_names)]) for place, face in faces)
    index = Index(DEFAULT, [Segment.build(DEFAULT, listed)])
    for start in range(0, len(pool), _BATCH):
        batch = [_named(name) for name in pool[start : start + _BATCH]]
        for hits in index.search_many(batch):
            for hit in hits:
                yield hit.subject, sum(line.millibits for line in hit.comparison.evidence if line.feature == "name")


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Residents' births, counties, sexes and numbers beside one listed person, and how many each stands for."""

    years: Whole
    males: npt.NDArray[np.bool_]
    areas: Whole
    numbers: Texts
    weights: Shares


class Surroundings:
    """Draws what residents are but for their names, more often the nearer to a listed person."""

    def __init__(self, rng: Generator, as_supposed: bool) -> None:
        self.rng = rng
        self.as_supposed = as_supposed
        self.days, counts = np.unique(draw_births(rng, 3_000_000, as_supposed), return_counts=True)
        self.shares = counts / counts.sum()

    def beside(self, person: Person, each: int) -> Beside:
        """Draw `each` residents of every part: born the same day, near it, in a year beside it, or else."""
        parts = [part for part in self._by_nearness(person.born) if part.any()]
        births = np.concatenate([self._drawn(part, 2 * each) for part in parts])
        weights = np.repeat([RESIDENTS * self.shares[part].sum() / each for part in parts], 2 * each)
        inside = np.tile(np.arange(2 * each) < each, len(parts))
        return self._placed(person, births, weights, inside)

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

    def _placed(self, person: Person, births: Days, weights: Shares, inside: npt.NDArray[np.bool_]) -> Beside:
        """Put half of them into the listed person's county, half elsewhere, with the weights that go with it."""
        rng, size = self.rng, len(births)
        years = years_of(births)
        share = county_shares(person.area, years)
        areas = np.where(inside, int(person.area), draw_areas(rng, years))
        weights = weights * np.where(inside, share, 1 - share)
        weights = np.where(~inside & (areas == int(person.area)), 0.0, weights)
        males = rng.random(size) < 0.5
        numbers = id_numbers(areas, births, draw_sequences(rng, males, self.as_supposed))
        return Beside(years, males, areas, numbers, weights)


def near_days(day: datetime.date) -> Iterator[datetime.date]:
    """Yield days easily taken for a day: a digit, a year, few days off, or month and day exchanged."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A listed identity, the evidence to be reached beside it, and the names that come near its name."""

    face: Identity
    millibits: int
    names: NameHits


def coincidences(sought: Sought, beside: Beside, pools: dict[str, Texts]) -> float:
    """Return how many residents come to at least so much evidence beside this listed person."""
    listed = prepare(sought.face)
    needed = np.array([_needed(sought, listed, number) for number in beside.numbers])
    counted = 0.0
    for label, shares in _sorts(beside, pools).items():
        near = np.sort(sought.names[label])
        reached = len(near) - np.searchsorted(near, needed)
        counted += float(reached @ (shares * beside.weights)) / len(pools[label])
    return counted


_NEVER = 1 << 40


def _needed(sought: Sought, listed: Prepared, number: str) -> int:
    """Return what the name must weigh for a resident with this number to come to the evidence."""
    resident = prepare(Identity(name=sought.face.name, documents=(IdDocument(IdType.RESIDENT_ID, number),)))
    comparison = compare(DEFAULT, resident, listed)
    if comparison is None:
        return _NEVER
    name = sum(line.millibits for line in comparison.evidence if line.feature == "name")
    return sought.millibits - (comparison.millibits - name)


def _sorts(beside: Beside, pools: dict[str, Texts]) -> dict[str, Shares]:
    """Return, for every pool, with which probability each resident's name is one of it."""
    minority = np.full(len(beside.years), MINORITY)
    if _pool_of(None, True) in pools:
        han = {_pool_of(None, male): np.where(beside.males == male, 1 - MINORITY, 0.0) for male in (False, True)}
        return {TRANSCRIBED: minority} | han
    local = {county: np.where(beside.areas == int(county), LOCAL_SURNAMES, 0.0) for county in pools if county.isdigit()}
    usual = 1 - MINORITY - sum(local.values(), np.zeros(len(beside.years)))
    generation = np.array([_generation_of(int(year)) for year in beside.years])
    sorts = {
        _pool_of(middle, male): np.where((generation == middle) & (beside.males == male), usual, 0.0)
        for middle in GENERATIONS
        for male in (False, True)
    }
    return {TRANSCRIBED: minority} | local | sorts
