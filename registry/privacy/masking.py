"""What is shown of a name or number: enough for its owner to recognise it, too little for others to use it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from matching.normalize import split_name

_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[0-9*xX×]{9,12}(?![0-9A-Za-z])")
_BORN: Final = re.compile(r"([0-9]{4})年[0-9]{1,2}月[0-9]{1,2}日(出?生)")

# How many characters stay at each end, by the length of the number (a resident ID: region and last four).
_SHOWN = ((15, 6, 4), (7, 2, 2), (4, 1, 1), (0, 0, 0))


def mask_id(number: str) -> str:
    """Return an ID number with its middle hidden: 330106********1234; a short one shows less, a stub nothing."""
    head, tail = next((head, tail) for least, head, tail in _SHOWN if len(number) >= least)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def mask_name(name: str) -> str:
    """Return a name with all but the surname hidden: 张*, 欧阳**.

    Of a dotted name (买买提·艾力) the first part stays, of a name in Latin letters the first letter of each word.
    """
    if "·" in name:
        first, _, rest = name.partition("·")
        return first + "·" + "".join(sign if sign == "·" else "*" for sign in rest)
    if name.isascii():
        return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
    shown = len(split_name(name).surname) or 1
    if shown >= len(name):
        # Nothing would be hidden: two characters may be surname and given name after all (欧阳), one is a whole name.
        shown = len(name) - 1
    return name[:shown] + "*" * (len(name) - shown)


def mask_in_text(text: str, names: Iterable[str]) -> str:
    """Return a text with these names, longest first, every number that may be an ID card's and days of birth masked."""
    for name in sorted(filter(None, set(names)), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    text = _NUMBER.sub(lambda found: mask_id(found[0]), text)
    return _BORN.sub(r"\1年**月**日\2", text)
