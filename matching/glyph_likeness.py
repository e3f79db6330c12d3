"""How alike two characters look to a hurried eye or a scanner.

The likeness of two characters is the correlation of their ink, drawn in two openly licensed typefaces
(tools/make_glyph_table.py). Traditional and variant forms are folded before they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from matching.name_data import rows
from matching.normalize import fold_characters

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {digit: place / 62 for place, digit in enumerate(_DIGITS)}
_ALIKE: dict[str, str] = dict(rows("glyphs.tsv"))


@lru_cache(maxsize=16384)
def _look_alikes(character: str) -> dict[str, float]:
    listed = _ALIKE.get(character, "")
    return {listed[place]: _VALUE[listed[place + 1]] for place in range(0, len(listed), 2)}


def look_alikes() -> Iterator[tuple[str, str]]:
    """Yield each character that is listed, with those listed as looking like it."""
    return ((character, listed[::2]) for character, listed in _ALIKE.items())


def likeness(a: str, b: str) -> float:
    """Return how alike two characters look, from 0 (not listed as alike) to 1 (one form); symmetric."""
    if not a or not b:
        return 0.0
    one, other = fold_characters(a), fold_characters(b)
    if one == other:
        return 1.0
    return max(_look_alikes(one).get(other, 0.0), _look_alikes(other).get(one, 0.0))


@lru_cache(maxsize=16384)
def similar_characters(character: str) -> frozenset[str]:
    """Return the characters listed as looking like this one; it itself is not among them."""
    return frozenset(_look_alikes(fold_characters(character)))
