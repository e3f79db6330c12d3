"""Two spellings side by side: which characters agree, which differ, and which nobody can see."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from matching.normalize import UNKNOWN_CHARACTER

HIDDEN: Final = frozenset(f"*×{UNKNOWN_CHARACTER}")
"""Signs that stand for a character nobody sees: they agree with nothing and differ from nothing."""


class Fit(StrEnum):
    """How a character stands to the one beside it: the same, another (or none), or not to be told."""

    SAME = "same"
    DIFFERS = "differs"
    HIDDEN = "hidden"


class Piece(NamedTuple):
    """Characters in a row that stand alike to what is beside them."""

    text: str
    fit: Fit


class Aligned(NamedTuple):
    """Two spellings in pieces; joined, the texts of each are what was given. `differing`: in how many places."""

    one: tuple[Piece, ...]
    other: tuple[Piece, ...]
    differing: int

    @property
    def hidden(self) -> bool:
        """Whether some characters cannot be told."""
        return any(piece.fit is Fit.HIDDEN for side in (self.one, self.other) for piece in side)


def align(one: str, other: str) -> Aligned:
    """Return two spellings with as few differing characters as any reading of them leaves.

    A dropped or added character moves the rest, so that only it differs; masked characters never do.
    """
    pairs = _pairs(one, other)
    differing = sum(fit is Fit.DIFFERS for _, _, fit in pairs)
    return Aligned(_pieces([(a, fit) for a, _, fit in pairs]), _pieces([(b, fit) for _, b, fit in pairs]), differing)


def _fit(a: str, b: str) -> Fit:
    if a in HIDDEN or b in HIDDEN:
        return Fit.HIDDEN
    return Fit.SAME if a == b else Fit.DIFFERS


def _pairs(one: str, other: str) -> list[tuple[str, str, Fit]]:
    """Walk back through the table of costs; at equal costs characters stay in their places."""
    costs = _costs(one, other)
    found: list[tuple[str, str, Fit]] = []
    i, j = len(one), len(other)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + _cost(one[i - 1], other[j - 1]):
            i, j = i - 1, j - 1
            found.append((one[i], other[j], _fit(one[i], other[j])))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            found.append((one[i], "", Fit.DIFFERS))
        else:
            j -= 1
            found.append(("", other[j], Fit.DIFFERS))
    return found[::-1]


def _cost(a: str, b: str) -> int:
    return int(_fit(a, b) is Fit.DIFFERS)


def _costs(one: str, other: str) -> list[list[int]]:
    """Return the least number of differing characters of every two beginnings (Levenshtein, masks agree)."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(rows[-1][j - 1] + _cost(a, b), rows[-1][j] + 1, row[-1] + 1))
        rows.append(row)
    return rows


def _pieces(characters: Sequence[tuple[str, Fit]]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for character, fit in characters:
        if not character:
            continue
        if found and found[-1].fit is fit:
            found[-1] = Piece(found[-1].text + character, fit)
        else:
            found.append(Piece(character, fit))
    return tuple(found)
