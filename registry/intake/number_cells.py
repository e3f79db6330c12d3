"""Numbers of identity documents out of spreadsheet cells, with what the spreadsheet lost marked as unknown.

A spreadsheet keeps 15 significant digits: 330106197603094010 typed as a number is stored as 330106197603094000 and
often shown, or saved to CSV, as 3.30106E+17. The digits that are still certain are kept, the others become `*`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from matching.resident_id import ResidentId, check_character

_SIGNIFICANT = 15
_AREA = 6
_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.IGNORECASE)


# A row's number is looked at several times while its batch is placed; reading it anew was a quarter of the work.
@lru_cache(maxsize=2_048)
def resident_id(number: str) -> ResidentId:
    """Take a resident ID apart, in whatever state it is."""
    return ResidentId.parse(number)


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number as text; `damaged` where a spreadsheet had lost digits, which are now `*`."""

    text: str
    damaged: bool = False


def read_number(cell: str | float) -> NumberCell:
    """Return the cell's number as text, with every digit a spreadsheet may have changed as `*`."""
    if isinstance(cell, str):
        return _from_text(cell)
    if isinstance(cell, float) and not cell.is_integer():
        return NumberCell(repr(cell))
    whole = f"{cell:.0f}" if abs(cell) < 10**_SIGNIFICANT else _fifteen(cell)
    return NumberCell(whole, damaged="*" in whole)


def _fifteen(cell: float) -> str:
    """Write a large number with its 15 certain digits; the rest is unknown even where it shows zeros."""
    mantissa, exponent = f"{cell:.{_SIGNIFICANT - 1}e}".split("e")
    return mantissa.replace(".", "") + "*" * (int(exponent) + 1 - _SIGNIFICANT)


def _from_text(text: str) -> NumberCell:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").lstrip("'")
    shown = _EXPONENT.fullmatch(plain)
    if shown is not None:
        return _from_exponent(shown[1] + (shown[2] or ""), int(shown[3]) + 1)
    if len(plain) == 18 and plain.isdecimal() and plain.endswith("000") and check_character(plain[:17]) != plain[17]:
        return NumberCell(plain[:_SIGNIFICANT] + "***", damaged=True)
    return NumberCell(text)


def _from_exponent(digits: str, length: int) -> NumberCell:
    """Keep the digits shown; the last is in doubt where it may have been rounded.

    Six digits of an 18-digit number are never rounded up, since a 1 or a 2 (the century) follows.
    """
    if len(digits) >= length:
        return NumberCell(digits)
    certain = len(digits) if len(digits) >= _SIGNIFICANT or (len(digits) == _AREA and length == 18) else len(digits) - 1
    return NumberCell(digits[:certain] + "*" * (length - certain), damaged=True)
