"""Whether the expected coincidences are what is met: stated against observed on invented populations of known size.

A check states how many other residents of the four provinces are expected to match the listed person as strongly as the
applicant does. Here listed people are invented, each applies (with and without errors in the record), and the other
residents who come to at least as much evidence are counted (benchmarks/coincidences.py). Residents come from two
populations (benchmarks/population.py): one that keeps to the model's assumptions, which tests the reckoning, and one
that does not, which tests the assumptions.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.case import Person, Row, people, plain_case
from benchmarks.coincidences import Sought, Surroundings, coincidences, near_names
from benchmarks.draw import Generator
from benchmarks.error_model import STRATA, Step, masked, name_error, no_number, respelt_minority
from benchmarks.han_names import han_names
from benchmarks.near_names import NearNames
from benchmarks.population import OWN_PROVINCES, Bearer, Manner, draw_areas, invent, years_of
from matching.identity import BirthDate, IdDocument, Identity, IdType, Sex
from matching.model import DEFAULT
from matching.prepare import prepare
from matching.score import compare

COMMON, RARE = 2.0e-5, 1.0e-6
"""A name is common from about 5,000 bearers in the four provinces, rare below 240."""

CLASSES = ("common", "usual", "rare", "minority")
SHAPES: dict[str, tuple[Step, ...]] = {
    "masked": STRATA["id_masked"],
    "masked, name error": (masked, name_error),
    "birth date": STRATA["birth_day"],
    "birth date, name error": (no_number, name_error),
    "birth date wrong": STRATA["birth_wrong_part"],
    "birth year and place": STRATA["birth_year_place"],
    "number with a slip": STRATA["id_one_error"],
}
MINORITY_SHAPES = SHAPES | {
    "masked, name error": (masked, respelt_minority),
    "birth date, name error": (no_number, respelt_minority),
}
COUNTIES, LAST_YEAR = 12, 2000
"""Listed people come from so few counties, that their village surnames can be drawn, and were adults when judged."""
LOWEST_DECADE = -4
"""What is stated below a thousandth is gathered in one line: nobody is met there."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: targets of one class whose stated coincidences lie in one decade."""

    population: str
    group: str
    decade: int
    targets: int
    stated: float
    observed: float
    error: float

    @property
    def ratio(self) -> float:
        """Observed over stated."""
        return self.observed / self.stated


@dataclass(frozen=True, slots=True)
class Calibration:
    """Lines by class of name and by state of the record."""

    by_class: list[Line]
    by_shape: list[Line]


@dataclass(frozen=True, slots=True)
class Target:
    """One listed person in one state of the record: what was stated of the applicant, on how much evidence."""

    name_class: str
    shape: str
    face: Identity
    stated: float
    millibits: int


Found = tuple[str, float, float]
"""A group, what was stated of one of it, and the residents counted."""


def measure(seed: int, listed: int, beside: int = 8) -> Calibration:
    """Measure both populations: `listed` people, 32 times `beside` residents."""
    by_class, by_shape = [], []
    for label, as_supposed in (("as supposed", True), ("as people live", False)):
        found = observe(np.random.default_rng(seed), listed, beside, as_supposed)
        by_class += table(label, [(target.name_class, target.stated, counted) for target, counted in found])
        by_shape += table(label, [(target.shape, target.stated, counted) for target, counted in found])
    return Calibration(by_class, by_shape)


def observe(rng: Generator, listed: int, beside: int, as_supposed: bool) -> list[tuple[Target, float]]:
    """Return listed people in every state of the record and the residents who come as near."""
    codes = dict.fromkeys(str(code) for code in draw_areas(rng, np.full(400, 1975)))
    counties = [code for code in codes if code[:2] in OWN_PROVINCES][:COUNTIES]
    manner = Manner(as_supposed=as_supposed, abroad=0.0, within=frozenset(counties))
    around = Surroundings(rng, as_supposed)
    found: list[tuple[Target, float]] = []
    for person, targets in _targets(rng, listed // len(CLASSES), manner):
        names: dict[str | None, NearNames] = {}
        residents = around.beside(person, beside)
        for target in targets:
            face = prepare(target.face)
            if target.face.name not in names:
                names[target.face.name] = near_names(rng, face, person)
            sought = Sought(face, target.millibits, names[target.face.name])
            found.append((target, coincidences(sought, person, residents)))
    return found


def _targets(rng: Generator, each: int, manner: Manner) -> Iterator[tuple[Person, list[Target]]]:
    """Invent as many listed people of each class, in every state of the record, and what is stated of each."""
    for name_class, person in _people_by_class(rng, each, manner):
        shapes = MINORITY_SHAPES if name_class == "minority" else SHAPES
        made = [_target(rng, name_class, person, shape, steps) for shape, steps in shapes.items()]
        yield person, [target for target in made if target is not None]


def _target(rng: Generator, name_class: str, person: Person, shape: str, steps: Sequence[Step]) -> Target | None:
    case = plain_case(rng, person)
    case.listed["other_names"] = ""
    if not all(step(rng, case) for step in steps):
        return None
    face = _face(case.listed)
    comparison = compare(DEFAULT, prepare(_applicant(person)), prepare(face))
    if comparison is None:
        return None
    return Target(name_class, shape, face, comparison.expected_coincidences, comparison.millibits)


def _people_by_class(rng: Generator, each: int, manner: Manner) -> Iterator[tuple[str, Person]]:
    left = dict.fromkeys(CLASSES, each)
    while any(left.values()):
        made = invent(rng, 2_000, replace(manner, minority=0.5 if left["minority"] else 0.0))
        for person in people(made.take(np.flatnonzero(years_of(made.births) <= LAST_YEAR))):
            name_class = _class_of(person)
            if left[name_class]:
                left[name_class] -= 1
                yield name_class, person


def _class_of(person: Person) -> str:
    if person.kind is Bearer.MINORITY:
        return "minority"
    share = han_names().share(person.surname, person.given)
    return "common" if share >= COMMON else "rare" if share < RARE else "usual"


def _face(row: Row) -> Identity:
    return Identity(
        name=row["name"],
        documents=(IdDocument(IdType(row["id_type"]), row["id_number"]),) if row["id_number"] else (),
        birth=BirthDate.parse(row["birth_date"]),
        sex=Sex(row["sex"]) if row["sex"] else None,
        domicile_code=row["domicile_code"] or None,
    )


def _applicant(person: Person) -> Identity:
    return Identity(name=person.name, documents=(IdDocument(IdType.RESIDENT_ID, person.number),))


def table(population: str, found: Sequence[Found]) -> list[Line]:
    """Gather what was found by group and decade of what was stated."""
    cells: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for group, stated, counted in found:
        decade = max(math.floor(math.log10(max(stated, 1e-12))), LOWEST_DECADE)
        cells[group, decade].append((stated, counted))
    return [_line(population, group, decade, cells[group, decade]) for group, decade in sorted(cells)]


def _line(population: str, group: str, decade: int, cell: Sequence[tuple[float, float]]) -> Line:
    stated, observed = (np.array(column) for column in zip(*cell, strict=True))
    ratio = observed.mean() / stated.mean()
    error = float((observed - ratio * stated).std(ddof=1)) / math.sqrt(len(cell)) if len(cell) > 1 else math.nan
    return Line(population, group, decade, len(cell), float(stated.mean()), float(observed.mean()), error)


def lines(result: Calibration) -> list[str]:
    """Return the table as text, a line each; ± is one standard error of the count."""
    head = (
        f"{'population':16}{'group':26}{'decade':>8}{'targets':>8}{'stated':>12}{'observed':>12}{'±':>10}{'ratio':>8}"
    )
    return [head, *map(_as_text, [*result.by_class, *result.by_shape])]


def _as_text(line: Line) -> str:
    return (
        f"{line.population:16}{line.group:26}{f'1e{line.decade}':>8}{line.targets:8}{line.stated:12.3g}"
        f"{line.observed:12.3g}{line.error:10.2g}{line.ratio:8.2f}"
    )
