"""Which characters may be mistaken for one another, as flat arrays that compiled code can look into.

Characters stand under their last sixteen bits, so that a rare one beyond the basic plane shares the place of another:
what is told here may be more than `matching.name_likeness.relation` finds, and is never less.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matching.glyph_likeness import look_alikes
from matching.name_reading import classes_heard

PLACES = 1 << 16
_BITS = 64

Sounds = npt.NDArray[np.uint64]
Glyphs = npt.NDArray[np.uint32]


def place_of(character: str) -> int:
    """Return the place of a character, never 0: its last sixteen bits."""
    return (ord(character) & PLACES - 1) or 1


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """Return the classes of sound of each place as bits; characters heard as one another have one in common."""
    characters, classes = zip(*classes_heard(), strict=True)
    heard = np.zeros(PLACES, dtype=np.uint64)
    bits = np.left_shift(np.uint64(1), np.array(classes, dtype=np.uint64) % np.uint64(_BITS))
    np.bitwise_or.at(heard, _places("".join(characters)), bits)
    return heard


@lru_cache(maxsize=1)
def glyphs() -> Glyphs:
    """Return the pairs of places whose characters look alike, ascending: the upper sixteen bits are the one's."""
    characters, alike = zip(*look_alikes(), strict=True)
    ones = np.repeat(_places("".join(characters)), [len(each) for each in alike])
    others = _places("".join(alike))
    return np.sort(np.concatenate([ones << np.uint32(16) | others, others << np.uint32(16) | ones]))


def _places(text: str) -> Glyphs:
    places: Glyphs = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32) & np.uint32(PLACES - 1)
    return np.where(places == 0, np.uint32(1), places)
