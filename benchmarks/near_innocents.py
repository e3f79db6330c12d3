"""Innocent people who come near a listed one: namesakes, siblings, twins."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.case import Person
from benchmarks.draw import Generator
from benchmarks.error_model import STRATA, Step
from benchmarks.han_names import generations, han_names
from benchmarks.number_errors import check_character


@dataclass(frozen=True, slots=True)
class NearInnocent:
    """What the list says of the listed person, and who the innocent applicant is beside them and a stranger."""

    record: tuple[Step, ...]
    other: Callable[[Generator, Person, Person], Person]


def _numbered(person: Person, sequence: int) -> Person:
    """Give somebody the number that goes with birth, county and sequence."""
    sequence = sequence % 998 // 2 * 2 + person.male
    first = f"{person.area}{person.born:%Y%m%d}{sequence:03d}"
    return replace(person, number=first + check_character(first))


def _named(listed: Person, stranger: Person) -> Person:
    return replace(stranger, kind=listed.kind, surname=listed.surname, given=listed.given, former="", male=listed.male)


def namesake(rng: Generator, listed: Person, stranger: Person) -> Person:
    """Return a stranger of the same name and sex."""
    return _numbered(_named(listed, stranger), int(rng.integers(998)))


def namesake_of_year(rng: Generator, listed: Person, stranger: Person) -> Person:
    """Return a namesake born another day of the same year."""
    days = (int(rng.integers(20, 340)) + (listed.born - datetime.date(listed.born.year, 1, 1)).days) % 365
    born = datetime.date(listed.born.year, 1, 1) + datetime.timedelta(days=days)
    return _numbered(replace(_named(listed, stranger), born=born), int(rng.integers(998)))


def namesake_of_day(rng: Generator, listed: Person, stranger: Person) -> Person:
    """Return a namesake born the same day elsewhere."""
    return _numbered(replace(_named(listed, stranger), born=listed.born), int(rng.integers(998)))


def namesake_of_day_and_county(rng: Generator, listed: Person, _: Person) -> Person:
    """Return a namesake born the same day in the same county: at least two steps along in the sequence."""
    return _numbered(listed, int(listed.number[14:17]) + int(rng.integers(2, 400)) * 2)


def namesake_of_county(rng: Generator, listed: Person, stranger: Person) -> Person:
    """Return a namesake of the same county born another day."""
    return _numbered(replace(_named(listed, stranger), area=listed.area, domicile=listed.area), int(rng.integers(998)))


def sibling(rng: Generator, listed: Person, stranger: Person) -> Person:
    """Return a brother or sister, one to six years apart, who often shares the generation's character."""
    born = listed.born + datetime.timedelta(days=int(rng.integers(330, 2200)) * (1 if rng.random() < 0.5 else -1))
    given = _sibling_given(rng, listed, stranger.male)
    person = replace(listed, given=given, former="", born=born, male=stranger.male)
    return _numbered(person, int(rng.integers(998)))


def twin(rng: Generator, listed: Person, _: Person) -> Person:
    """Return a twin of the same sex, registered next."""
    return _numbered(
        replace(listed, given=_sibling_given(rng, listed, listed.male), former=""), int(listed.number[14:17]) + 2
    )


def _sibling_given(rng: Generator, listed: Person, male: bool) -> str:
    drawn = str(han_names().draw_givens(rng, generations(rng, np.array([male]), None, 1))[0])
    if len(listed.given) == 2 and rng.random() < 0.5:
        drawn = listed.given[0] + drawn[-1]
    return drawn if drawn != listed.given else drawn + drawn


_WHOLE, _NO_NUMBER = STRATA["id_intact"], STRATA["birth_day"]
_MASKED = STRATA["id_masked"]
NEAR: dict[str, NearInnocent] = {
    "innocent_same_name": NearInnocent(_WHOLE, namesake),
    "innocent_same_name_same_birth_ids_differ": NearInnocent(_WHOLE, namesake_of_day),
    "innocent_same_name_birth_county_ids_differ": NearInnocent(_WHOLE, namesake_of_day_and_county),
    "innocent_same_name_vs_masked": NearInnocent(_MASKED, namesake),
    "innocent_same_name_same_county_vs_masked": NearInnocent(_MASKED, namesake_of_county),
    "innocent_same_name_vs_one_slip": NearInnocent(STRATA["id_one_error"], namesake),
    "innocent_sibling": NearInnocent(_WHOLE, sibling),
    "innocent_sibling_vs_no_id": NearInnocent(_NO_NUMBER, sibling),
    "innocent_twin": NearInnocent(_WHOLE, twin),
    "innocent_twin_vs_masked": NearInnocent(_MASKED, twin),
    "innocent_twin_vs_no_id": NearInnocent(_NO_NUMBER, twin),
    "innocent_same_name_same_year_vs_no_id": NearInnocent(_NO_NUMBER, namesake_of_year),
    "innocent_same_name_same_day_vs_no_id": NearInnocent(_NO_NUMBER, namesake_of_day),
}
