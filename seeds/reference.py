"""Reference data: the four provinces, their prefectures and the courts whose judgments found bans.

Source: GB/T 2260 (codes); 法〔2015〕137号 and 法〔2018〕335号 (courts' letters in case numbers). Food crime in Shanghai
is tried at first instance by 上海铁路运输法院, whatever the district. Basic courts are a selection; a case number
whose court is not here is no error.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Province:
    """One of the four regions; `demo_area` is a county code never assigned, for invented ID numbers."""

    region: str
    name: str
    english: str
    short: str
    demo_area: str


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A prefecture-level city: its four-digit code, its region and its name."""

    code: str
    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Court:
    """A court: its name, its letters in case numbers (浙0106), its region and level (high, intermediate, basic)."""

    name: str
    code: str
    region: str
    level: str


@cache
def provinces() -> tuple[Province, ...]:
    """Return the four provinces."""
    return tuple(Province(**row) for row in _rows("provinces.csv"))


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """Return the prefectures of the four provinces, by code."""
    return tuple(Prefecture(**row) for row in _rows("prefectures.csv"))


@cache
def courts() -> tuple[Court, ...]:
    """Return the courts known by name and letters."""
    return tuple(Court(**row) for row in _rows("courts.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("seeds.data").joinpath(name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
