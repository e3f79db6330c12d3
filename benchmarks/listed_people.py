"""Makes lists and applicants of any size in memory, quickly, for the measurements of speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.draw import Generator
from benchmarks.number_errors import check_character
from benchmarks.population import Population, invent
from matching.identity import BirthDate, IdDocument, Identity, IdType, Sex

WHOLE, MASKED = 0.62, 0.18
"""Shares of records with a whole number and with a masked one; the rest state birth date, sex and domicile."""

BLOCK = 50_000
CROWD_NAME, CROWD_DAY = "张伟", "1970-01-01"
CROWD = 0.001
"""One listed person in a thousand bears the commonest name, as many were born on one day, none with a number."""


def listed_people(rng: Generator, size: int) -> Iterator[tuple[int, list[Identity]]]:
    """Yield subjects and their one face; the last ones are the crowds that share a name or a birth day."""
    crowd = round(size * CROWD)
    for start in range(0, size, BLOCK):
        block = invent(rng, min(BLOCK, size - start))
        forms = rng.random(len(block))
        for place, face in enumerate(_faces(block, forms), start):
            yield place, [_crowded(face, place - (size - 2 * crowd), crowd)]


def _faces(block: Population, forms: np.typing.NDArray[np.float64]) -> Iterator[Identity]:
    columns = (block.names, block.numbers, block.births.astype("U10"), block.males, block.domiciles.astype("U6"))
    for form, name, number, birth, male, domicile in zip(
        forms.tolist(), *(each.tolist() for each in columns), strict=True
    ):
        sex = Sex.MALE if male else Sex.FEMALE
        if form < WHOLE:
            yield Identity(name=name, documents=(_document(number),), sex=sex, domicile_code=domicile)
        elif form < WHOLE + MASKED:
            hidden = f"{number[:6]}********{number[14:]}"
            yield Identity(name=name, documents=(_document(hidden),), birth=BirthDate.parse(birth), sex=sex)
        else:
            yield Identity(name=name, birth=BirthDate.parse(birth), sex=sex, domicile_code=domicile)


def _document(number: str) -> IdDocument:
    return IdDocument(IdType.RESIDENT_ID, number)


def _crowded(face: Identity, place: int, crowd: int) -> Identity:
    if place < 0:
        return face
    birth = face.birth or BirthDate(1970 + place % 30, 1 + place % 12, 1 + place % 28)
    if place < crowd:
        return replace(face, name=CROWD_NAME, documents=(), birth=birth)
    return replace(face, documents=(), birth=BirthDate.parse(CROWD_DAY))


def applicants(rng: Generator, size: int) -> Iterator[Identity]:
    """Yield residents who apply with name and whole number."""
    block = invent(rng, size)
    for name, number in zip(block.names, block.numbers, strict=True):
        yield Identity(name=name, documents=(_document(number),))


def worst_applicants(rng: Generator, size: int) -> dict[str, list[Identity]]:
    """Return applicants who share a name or a birth day with many listed people, by what makes them hard."""
    block = invent(rng, size)
    usual = list(zip(block.names, block.numbers, strict=True))
    day = CROWD_DAY.replace("-", "")
    return {
        "the commonest name": [Identity(name=CROWD_NAME, documents=(_document(number),)) for _, number in usual],
        "the commonest birth day": [_applying(name, number[:6] + day + number[14:17]) for name, number in usual],
        "both": [_applying(CROWD_NAME, number[:6] + day + number[14:17]) for _, number in usual],
        "both, check character hidden": [
            Identity(name=CROWD_NAME, documents=(_document(number[:6] + day + number[14:17] + "*"),))
            for _, number in usual
        ],
        "both, and no number": [Identity(name=CROWD_NAME, birth=BirthDate.parse(CROWD_DAY)) for _ in range(10)],
    }


def _applying(name: str, first: str) -> Identity:
    return Identity(name=name, documents=(_document(first + check_character(first)),))
