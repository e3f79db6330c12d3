"""Tells whether two whole numbers, packed as integers, are at most two slips of the pen apart; compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.compiled import compiled

MOST_DIGITS = 19
_MOST_SLIPS, _TOO_MANY = 2, 3
_TEN: Any = np.uint64(10)
_ELEVEN: Any = np.uint64(11)
_THREE_ZEROS: Any = np.uint64(11 * 100)

Digits = npt.NDArray[np.uint8]
Slips = npt.NDArray[np.int8]


@compiled
def _unpacked(packed: int, digits: Digits) -> int:
    """Write the digits of a packed number, the last one first, and return how many there are."""
    digits[0] = packed % _ELEVEN
    packed //= _ELEVEN
    length = 1
    while packed != 0:
        digits[length] = packed % _TEN
        packed //= _TEN
        length += 1
    return length


@compiled
def a_slip_apart(a: int, b: int) -> bool:
    """Say whether two packed numbers are at most two slips apart, as `matching.resident_id.slip_distance` counts them.

    Optimal string alignment, row by row. What could not be packed always may be, and so may a number a spreadsheet
    rounded: fifteen digits and three zeros.
    """
    if a == 0 or b == 0 or a == b:  # noqa: PLR1714 -- as above
        return True
    if (a % _THREE_ZEROS == 0 or b % _THREE_ZEROS == 0) and a // _THREE_ZEROS == b // _THREE_ZEROS:
        return True
    return _alignment(a, b) <= _MOST_SLIPS


@compiled
def _alignment(a: int, b: int) -> int:
    """Count the slips between two packed numbers; more than two are not told apart.

    Only places at most two apart can be aligned, and once two rows have no way left the numbers are two.
    """
    ours, theirs = np.empty(MOST_DIGITS + 1, np.uint8), np.empty(MOST_DIGITS + 1, np.uint8)
    length, other = _unpacked(a, ours), _unpacked(b, theirs)
    if abs(length - other) > _MOST_SLIPS:
        return _TOO_MANY
    far = np.full((MOST_DIGITS + 2, MOST_DIGITS + 2), _TOO_MANY, np.int8)
    far[0, 0], far[0, 1], far[0, 2] = 0, 1, 2
    fewest_before = 0
    for i in range(1, length + 1):
        fewest = _align_row(far, ours, theirs, i, other)
        if fewest > _MOST_SLIPS and fewest_before >= _MOST_SLIPS:
            return _TOO_MANY
        fewest_before = fewest
    return int(far[length, other])


@compiled
def _align_row(far: Slips, ours: Digits, theirs: Digits, i: int, other: int) -> int:
    """Fill the places of one row that can be aligned, and return the fewest slips on any way so far."""
    fewest = _TOO_MANY
    if i <= _MOST_SLIPS:
        far[i, 0] = fewest = i
    for j in range(max(1, i - _MOST_SLIPS), min(other, i + _MOST_SLIPS) + 1):
        near = min(far[i - 1, j] + 1, far[i, j - 1] + 1, far[i - 1, j - 1] + (ours[i - 1] != theirs[j - 1]))
        if i > 1 and j > 1 and ours[i - 1] == theirs[j - 2] and ours[i - 2] == theirs[j - 1]:
            near = min(near, far[i - 2, j - 2] + 1)
        far[i, j] = near
        fewest = min(fewest, near)
    return fewest
