"""Draws from weighted tables, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Texts = npt.NDArray[np.object_]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]
Generator = np.random.Generator
_Entry = TypeVar("_Entry")


class Weighted:
    """A table of entries and weights to draw from; the weights need not add up to one."""

    def __init__(self, entries: Iterable[str], weights: Iterable[float]) -> None:
        self.entries = texts(list(entries))
        steps = np.cumsum(np.array(list(weights), dtype=np.float64))
        self._steps = steps / steps[-1]
        self._shares: dict[str, float] = {}
        for entry, share in zip(self.entries, np.diff(self._steps, prepend=0.0).tolist(), strict=True):
            self._shares[entry] = self._shares.get(entry, 0.0) + share

    def places(self, rng: Generator, count: int) -> Whole:
        """Return the positions of `count` entries, drawn by weight."""
        return self.at(rng.random(count))

    def at(self, fractions: Shares) -> Whole:
        """Return the positions that numbers from 0 to 1 fall on."""
        return np.searchsorted(self._steps, fractions, side="right").astype(np.int64)

    def draw(self, rng: Generator, count: int) -> Texts:
        """Return `count` entries, drawn by weight."""
        return self.entries[self.places(rng, count)]

    def share(self, entry: str) -> float:
        """Return with which probability an entry is drawn; 0 for one that is not in the table."""
        return float(self._shares.get(entry, 0.0))

    def only(self, entries: frozenset[str]) -> Weighted:
        """Return the part of the table with these entries."""
        kept = [one for one in self.entries if one in entries]
        return Weighted(kept, map(self.share, kept))

    def one(self, rng: Generator) -> str:
        """Return one entry, drawn by weight."""
        return str(self.entries[np.searchsorted(self._steps, rng.random(), side="right")])


def texts(values: Sequence[str]) -> Texts:
    """Return texts as an array of objects, so that they can be joined and picked from many at a time."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def any_of(rng: Generator, choices: Sequence[_Entry]) -> _Entry:
    """Return one of the choices, each as likely."""
    return choices[int(rng.integers(len(choices)))]
