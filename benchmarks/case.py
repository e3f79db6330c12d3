"""One person beside one record of the list and one application: what the two papers say before anything goes wrong."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from benchmarks.draw import Generator
from benchmarks.population import Bearer, Population

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """An invented resident."""

    kind: Bearer
    surname: str
    given: str
    former: str
    male: bool
    born: datetime.date
    area: str
    domicile: str
    number: str

    @property
    def name(self) -> str:
        """The whole name as the household register writes it."""
        return self.surname + self.given

    @property
    def sex(self) -> str:
        """The sex as papers state it."""
        return "男" if self.male else "女"


def people(population: Population) -> list[Person]:
    """Return the residents of a population one by one."""
    columns = zip(
        population.kinds.tolist(), population.surnames, population.givens, population.formers,
        population.males.tolist(), population.births.astype(object), population.areas.tolist(),
        population.domiciles.tolist(), population.numbers, strict=True,
    )  # fmt: skip
    return [
        Person(Bearer(kind), surname, given, former, male, born, str(area), str(domicile), number)
        for kind, surname, given, former, male, born, area, domicile, number in columns
    ]


@dataclass(slots=True)
class Case:
    """What the list and the application say of one person, and what went wrong on the way."""

    person: Person
    listed: Row
    applied: Row
    causes: list[str] = field(default_factory=list)


def plain_case(rng: Generator, person: Person) -> Case:
    """Return the case in which nothing went wrong; a birth date and the sex are not always stated."""
    abroad = person.kind is Bearer.ABROAD
    id_type = "hk_mo_tw_residence" if abroad else "resident_id"
    listed = {
        "name": person.name,
        "other_names": f"曾用名:{person.former}" if person.former and rng.random() < 0.5 else "",
        "sex": person.sex if rng.random() < 0.97 else "",
        "birth_date": person.born.isoformat() if rng.random() < 0.6 else "",
        "id_type": id_type,
        "id_number": person.number,
        "domicile_code": person.domicile if rng.random() < 0.9 and not abroad else "",
    }
    applied = {
        "name": person.name,
        "id_type": id_type,
        "id_number": person.number,
        "birth_date": person.born.isoformat() if rng.random() < 0.2 else "",
        "sex": person.sex if rng.random() < 0.3 else "",
    }
    return Case(person, listed, applied)
