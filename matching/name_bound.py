"""Bounds what the names of two rows can weigh, from the characters the rows show: never below what they weigh.

The cases are those of `matching.name_likeness.level_of`; where a row cannot tell two of them apart, the stronger holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.compiled import compiled
from matching.packed_rows import NAMED, SPECIAL_NAME, UNKNOWN, Row, Weights

SAME, INCOMPLETE, MISTAKEN, MISREAD, ONE_OTHER, TWO_ERRORS, SWAPPED, HOMOPHONE, LENGTH, UNLIKE = range(10)
"""How two names are alike at the most; UNLIKE but perhaps for a surname or a given name. The places of `name_off`."""

_CHARACTER: Any = np.uint64(0xFFFF)
_NEXT: Any = np.uint64(16)

Numbers = npt.NDArray[np.uint32]
Sounds = npt.NDArray[np.uint64]


@compiled
def _units(name: int) -> int:
    """Count the characters of a name."""
    count = 0
    while name != 0:
        count += 1
        name >>= _NEXT
    return count


@compiled
def _place(name: int, number: int) -> int:
    """Return a character of a name, the first being 0."""
    return int(name >> (_NEXT * np.uint64(number)) & _CHARACTER)


@compiled
def _heard(sounds: Sounds, a: int, b: int) -> bool:
    """Say whether two characters may be heard as one another."""
    return bool(sounds[a] & sounds[b])


@compiled
def _read(glyphs: Numbers, a: int, b: int) -> bool:
    """Say whether two characters are listed as looking alike."""
    sought, low, high = a << 16 | b, 0, len(glyphs)
    while low < high:
        middle = (low + high) >> 1
        if glyphs[middle] < sought:
            low = middle + 1
        else:
            high = middle
    return bool(low < len(glyphs) and glyphs[low] == sought)


@compiled
def _shows_all(name: int) -> bool:
    """Say whether no character of a name is unknown."""
    while name != 0:
        if name & _CHARACTER == UNKNOWN:
            return False
        name >>= _NEXT
    return True


@compiled
def _differing(a: int, b: int) -> int:
    """Count the places in which two names of one length differ; what is unknown differs from nothing."""
    count = 0
    while a != 0 and b != 0:
        x, y = a & _CHARACTER, b & _CHARACTER
        count += int(x != y and x != UNKNOWN and y != UNKNOWN)  # noqa: PLR1714 -- numbers, not sets of them
        a >>= _NEXT
        b >>= _NEXT
    return count


@compiled
def _is_rearranged(a: int, b: int, length: int) -> bool:
    """Say whether each character of two names of one length stands in both equally often."""
    for number in range(length):
        sought, more = _place(a, number), 0
        for other in range(length):
            more += int(_place(a, other) == sought) - int(_place(b, other) == sought)
        if more != 0:
            return False
    return True


@compiled
def _is_within(shorter: int, longer: int) -> bool:
    """Say whether a name is the other with one character left out, wherever it stood."""
    while shorter != 0 and shorter & _CHARACTER == longer & _CHARACTER:
        shorter >>= _NEXT
        longer >>= _NEXT
    return bool(shorter == longer >> _NEXT)


@compiled
def _likeness(sounds: Sounds, glyphs: Numbers, a: int, b: int) -> int:
    """Name the closest level at which two names may be alike."""
    length, other = _units(a), _units(b)
    whole = _shows_all(a) and _shows_all(b)
    if length != other:
        if whole:
            near = (length + 1 == other and _is_within(a, b)) or (other + 1 == length and _is_within(b, a))
        else:
            near = abs(length - other) == 1
        return LENGTH if near else UNLIKE
    off = _differing(a, b)
    if not whole:
        return INCOMPLETE if off == 0 else MISTAKEN if off == 1 else SWAPPED
    if off == 0:
        return SAME
    if off > 1 and _is_rearranged(a, b, length):
        return SWAPPED
    return _mistake(sounds, glyphs, a, b, off)


@compiled
def _mistake(sounds: Sounds, glyphs: Numbers, a: int, b: int, off: int) -> int:
    """Say how two names of one length may be mistaken for one another, where so many characters differ."""
    heard, read, length = 0, 0, _units(a)
    for number in range(length):
        x, y = _place(a, number), _place(b, number)
        if x != y:
            if _heard(sounds, x, y):
                heard += 1
            elif off <= 2 and _read(glyphs, x, y):
                read += 1
    if off == 1:
        return MISTAKEN if heard else MISREAD if read else ONE_OTHER
    if heard == off:
        return HOMOPHONE
    return TWO_ERRORS if off == 2 and length > 2 and heard + read == 2 else UNLIKE


@compiled
def _first_names_bound(weights: Weights, sounds: Sounds, glyphs: Numbers, ours: Row, theirs: Row) -> int:
    """Bound the two names neither of which is a former or further one.

    A level weighs by the listed name; a married woman's and an incomplete one by the shorter and by the incomplete.
    """
    like = _likeness(sounds, glyphs, ours.name, theirs.name)
    whole = _shows_all(ours.name) and _shows_all(theirs.name)
    exact = max(ours.name_weight, theirs.name_weight) if like == LENGTH or not whole else theirs.name_weight
    bound = exact - int(weights.name_off[like])
    if not whole or like in (SAME, MISTAKEN, MISREAD, ONE_OTHER, LENGTH):
        return bound
    if like == UNLIKE:
        bound = weights.name_differs
    if _place(ours.name, 0) == _place(theirs.name, 0):
        bound = max(bound, theirs.surname_weight)
    if _place(ours.name, _units(ours.name) - 1) == _place(theirs.name, _units(theirs.name) - 1):
        bound = max(bound, exact - weights.given_off)
    return bound


@compiled
def _other_names_bound(  # noqa: PLR0913, PLR0917 -- plain numbers are what can be compiled
    weights: Weights, sounds: Sounds, glyphs: Numbers, a: int, b: int, exact: int
) -> int:
    """Bound two names one of which is a former or further one: it is equal or mistaken, or says nothing for them."""
    if a == 0 or b == 0:
        return weights.name_differs
    like = _likeness(sounds, glyphs, a, b)
    if like in (SAME, INCOMPLETE):
        return exact - weights.former_off
    if like in (ONE_OTHER, TWO_ERRORS, UNLIKE):
        return weights.name_differs
    return exact - weights.former_error_off


@compiled
def name_bound(weights: Weights, sounds: Sounds, glyphs: Numbers, ours: Row, theirs: Row) -> int:
    """Bound the names by the closest of them; names a row cannot show may be equal."""
    if not ours.flags & theirs.flags & NAMED:
        return 0
    if (ours.flags | theirs.flags) & SPECIAL_NAME:
        most = max(ours.name_weight, ours.second_weight, theirs.name_weight, theirs.second_weight)
        return most - int(weights.name_off[INCOMPLETE])
    bound = weights.name_differs
    if ours.name != 0 and theirs.name != 0:
        bound = _first_names_bound(weights, sounds, glyphs, ours, theirs)
    if ours.second == 0 and theirs.second == 0:
        return bound
    first, second = theirs.name_weight, theirs.second_weight
    return max(
        bound,
        _other_names_bound(weights, sounds, glyphs, ours.name, theirs.second, second),
        _other_names_bound(weights, sounds, glyphs, ours.second, theirs.name, first),
        _other_names_bound(weights, sounds, glyphs, ours.second, theirs.second, second),
    )
