"""Numbers the county codes by the prefectures they lie or lay in, and tells at once how near two of them may be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matching.name_data import rows
from matching.regions import county

NOWHERE = 0xFFFF
"""Stands for a county code that was never assigned."""
BITS = 11
"""Classes are numbered from 1 to below 2,048; 0 is no place."""
DIFFERENT, PROVINCE, PREFECTURE = range(3)

Nearness = npt.NDArray[np.uint8]


@lru_cache(maxsize=8192)
def place_class(code: str | None) -> int:
    """Return the class of a county code; 0 where none is stated."""
    if not code:
        return 0
    found = county(code)
    return NOWHERE if found is None else _classes()[found.prefectures]


@lru_cache(maxsize=1)
def nearness() -> Nearness:
    """Return how near two classes may be at the most, at `one << BITS | other`: PREFECTURE includes the same place."""
    classes = list(_classes())
    near = np.zeros((1 << BITS, 1 << BITS), dtype=np.uint8)
    for level, digits in ((PROVINCE, 2), (PREFECTURE, 4)):
        within = _within([{prefecture[:digits] for prefecture in lain_in} for lain_in in classes])
        near[1 : len(classes) + 1, 1 : len(classes) + 1][within @ within.T > 0] = level
    return near.reshape(-1)


def _within(classes: Sequence[set[str]]) -> npt.NDArray[np.float32]:
    """Return a row for each class and a column for each part of the country: 1 where the class lies or lay in it."""
    columns = {part: column for column, part in enumerate(sorted(set().union(*classes)))}
    within = np.zeros((len(classes), len(columns)), dtype=np.float32)
    for row, parts in enumerate(classes):
        within[row, [columns[part] for part in parts]] = 1
    return within


@lru_cache(maxsize=1)
def _classes() -> dict[frozenset[str], int]:
    counties = (county(code) for code in sorted({row[0] for row in rows("counties.tsv")}))
    distinct = dict.fromkeys(found.prefectures for found in counties if found)
    if len(distinct) >= 1 << BITS:
        raise ValueError("more classes of places than there are numbers")
    return {prefectures: number for number, prefectures in enumerate(distinct, 1)}
