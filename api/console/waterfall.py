"""Evidence as a waterfall: each line's bar begins where the sum so far ended; the table it stands in says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from registry.services.read_cases import EvidenceLine

WIDTH: Final = 220
HEIGHT: Final = 22
_LEAST: Final = 1.5
"""A bar that weighs next to nothing is seen all the same."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One bar: where it begins, how wide it is, and which way it goes (for, against); pixels of a plot WIDTH wide."""

    left: float
    width: float
    way: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Where nothing speaks either way, and a bar for each line of evidence."""

    zero: float
    bars: tuple[Fall, ...]


def waterfall(lines: Sequence[EvidenceLine]) -> Waterfall:
    """Return the bars of a reckoning, all on one scale from the lowest to the highest sum."""
    sums = [0, *(line.running for line in lines)]
    low, span = min(sums), max(max(sums) - min(sums), 1)

    def place(millibits: int) -> float:
        return round((millibits - low) / span * WIDTH, 1)

    bars = tuple(
        Fall(
            left=min(place(before), place(after)),
            width=max(abs(place(after) - place(before)), _LEAST),
            way="for" if after >= before else "against",
        )
        for before, after in pairwise(sums)
    )
    return Waterfall(place(0), bars)
