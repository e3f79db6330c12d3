"""The model as a table: what is compared, which levels of likeness there are, and how telling each is.

A level carries two probabilities: `same`, how often two records of one person show it, and `other`,
how often a random other resident shows it beside a given listed person. Its weight is
log2(same / other) bits, after Fellegi and Sunter (1969), kept as a whole number of millibits so that
a check can be summed by hand and gives the same total everywhere.

Where `other` depends on how rare the listed name is, the table holds None and `matching.name_weight` supplies
the share, from the shares of names that belong to the version. Sources of the figures: identifier layouts
from GB 11643-1999 and GB/T 2260; the population from the Seventh National Population Census (2020); error
rates are stated assumptions, rounded, until `registry model estimate` takes them from a deployment's own roster.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.name_rarity import SHIPPED, NameShares

MODEL_VERSION = "2026.11-2"

RESIDENTS = 238_000_000
"""Residents of Shanghai, Jiangsu, Zhejiang and Anhui (census 2020: 24.9 + 84.7 + 64.6 + 61.0 million)."""

ORGANISATIONS = 25_000_000
"""Registered market entities of the four provinces, individual businesses counted, rounded."""

DAYS = 62 * 365.25
"""Birth days an adult applicant may have: born 18 to 80 years ago."""

YEARS = 62


@dataclass(frozen=True, slots=True)
class Level:
    """How often one person's two records, and how often two people's, are alike in this way."""

    same: float
    other: float | None


@dataclass(frozen=True, slots=True)
class Feature:
    """One compared feature: its levels from the closest to the farthest, and where the figures come from."""

    name: str
    source: str
    levels: Mapping[str, Level]


def millibits(same: float, other: float) -> int:
    """Return log2(same / other) in thousandths of a bit, rounded to a whole number."""
    return round(1000 * math.log2(same / other))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A version of the table; old versions stay replayable because nothing outside it weighs evidence."""

    version: str
    residents: int
    organisations: int
    features: Mapping[str, Feature]
    names: NameShares = SHIPPED
    made: Mapping[str, str | int] = field(default_factory=dict)
    """What a re-estimated version was made from; empty for a shipped one."""

    def level(self, feature: str, level: str) -> Level:
        """Return one level; KeyError names a feature or level the table does not have."""
        return self.features[feature].levels[level]

    def weight(self, feature: str, level: str, other: float | None = None) -> int:
        """Return the millibits of a level; `other` overrides the table's share where rarity decides."""
        entry = self.level(feature, level)
        share = entry.other if other is None else other
        if share is None:
            raise ValueError(f"{feature}/{level} needs a share")
        return millibits(entry.same, share)


def _feature(name: str, source: str, **levels: tuple[float, float | None]) -> Feature:
    return Feature(name, source, {key: Level(same, other) for key, (same, other) in levels.items()})


_FEATURES = (
    _feature(
        "id_number",
        "GB 11643-1999: 17 digits and an ISO 7064 MOD 11-2 check character, which every single slip breaks; "
        "the share of others counts the valid numbers in reach and how many of them are given out",
        equal=(0.97, 2.9e-12),
        equal_unsound=(0.005, 2.0e-9),
        one_slip=(0.015, 1.0e-10),
        two_slips=(0.002, 2.0e-8),
        differs_unsound=(4.0e-7, 0.02),
        differs=(1.0e-9, 0.98),
    ),
    _feature(
        "document",
        "permits and certificates keep a number for life (Exit and Entry Administration); passports do not",
        equal=(0.97, 4.0e-9),
        equal_renewable=(0.60, 4.0e-9),
        equal_unsound=(0.01, 1.0e-7),
        part=(0.97, None),
        one_slip=(0.015, 4.0e-7),
        differs=(1.0e-9, 0.98),
        differs_renewable=(0.40, 0.98),
    ),
    _feature(
        "name",
        "shares of others from the name's rarity; error rates assumed from registers typed by hand",
        exact=(0.88, None),
        form=(0.04, None),
        former=(0.05, None),
        former_error=(0.004, None),
        misheard=(0.03, None),
        misread=(0.02, None),
        unknown_character=(0.90, None),
        swapped=(0.003, None),
        married=(0.003, None),
        shortened=(0.004, None),
        respelt=(0.03, None),
        romanised=(0.80, None),
        homophone=(0.003, None),
        one_other=(0.008, None),
        two_errors=(0.001, None),
        surname_only=(0.003, None),
        given_only=(0.001, None),
        differs=(0.002, None),
    ),
    _feature(
        "birth_date",
        "births spread evenly over 62 years of adult age; slips counted as the days within reach",
        day=(0.955, 1 / DAYS),
        swapped=(0.010, 1 / DAYS),
        year_off=(0.010, 4 / DAYS),
        one_digit=(0.016, 22 / DAYS),
        day_or_ten_off=(0.0006, 1 / DAYS),
        days_apart=(0.00003, 14 / DAYS),
        lunar=(0.006, 2 / DAYS),
        year_and_day_off=(0.0015, 10 / DAYS),
        same_year=(0.0003, 323 / DAYS),
        differs=(0.00015, 1 - 378 / DAYS),
    ),
    _feature(
        "birth_month",
        "one side knows the month but not the day",
        month=(0.965, 1 / (12 * YEARS)),
        same_year=(0.015, 11 / (12 * YEARS)),
        differs=(0.02, 1 - 1 / YEARS),
    ),
    _feature(
        "birth_year",
        "one side knows only the year",
        year=(0.97, 1 / YEARS),
        adjacent=(0.02, 2 / YEARS),
        differs=(0.01, 1 - 3 / YEARS),
    ),
    _feature(
        "sex",
        "as stated, or the 17th digit of the resident ID (odd: male)",
        equal=(0.998, 0.5),
        differs=(0.002, 0.5),
    ),
    _feature(
        "county",
        "GB/T 2260 with successors 1981-2024; a moved household keeps its number's code, not its domicile",
        county=(0.80, 0.0035),
        prefecture=(0.05, 0.02),
        province=(0.05, 0.18),
        differs=(0.10, 0.7965),
    ),
    _feature(
        "id_area",
        "the visible first six digits of a masked number are the code given for life",
        equal=(0.985, 0.003),
        one_digit=(0.012, 0.03),
        differs=(0.0002, 0.967),
    ),
    _feature(
        "id_tail",
        "the visible digits of a masked number's sequence and check character",
        equal=(0.985, None),
        one_digit=(0.012, None),
        differs=(0.00005, None),
    ),
    _feature(
        "organisation_number",
        "GB 32100-2015 unified social credit code, or a licence number with GB/T 17710 check digit",
        equal=(0.98, 1.0e-12),
        equal_unsound=(0.01, 1.0e-9),
        part=(0.98, None),
        one_slip=(0.015, 1.0e-9),
        differs=(0.002, 0.999),
    ),
    _feature(
        "organisation_name",
        "a registered name is unique within its registration authority (Regulations on Enterprise Names 2021)",
        exact=(0.85, 4.0e-8),
        form=(0.08, 4.0e-7),
        core=(0.04, 2.0e-5),
        differs=(0.03, 0.99998),
    ),
)

DEFAULT = Model(MODEL_VERSION, RESIDENTS, ORGANISATIONS, {feature.name: feature for feature in _FEATURES})
