"""Reads citizen identity numbers as they really arrive: old, masked, damaged, mistyped.

Source: GB 11643-1999 (18 characters, check by ISO 7064 MOD 11-2). The county code is never held
against the birth year: genuine numbers carry codes younger or older than their bearers.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.identity import BirthDate, Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_WEIGHT_OF_ZEROS = sum(_WEIGHTS) * ord("0")
UNKNOWN = "*"

# Sequence numbers 996 to 999 were kept for people born before 1900, so a 15-digit number says its century.
_CENTENARIAN_SEQUENCES = ("996", "997", "998", "999")

_SIGNS_OF_MASKING = "*×✕✖╳＊﹡⁎∗●■□▇█#＃?？某"
_LOOKS_LIKE_X = "ⅩⅹХхΧχ"
_KEEP = {ord(sign): UNKNOWN for sign in _SIGNS_OF_MASKING} | {ord(sign): "X" for sign in _LOOKS_LIKE_X}
# Scanned papers print these for digits; a citizen number knows no letter but X.
_SCANNED_DIGITS = str.maketrans({"O": "0", "〇": "0", "○": "0", "零": "0", "I": "1", "L": "1", "|": "1", "一": "1"})
_PLAIN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_FLOAT_TAIL = re.compile(r"(?<=[0-9]{15})\.0+$")
_SCIENTIFIC = re.compile(r"([1-9])(?:\.([0-9]{0,16}))?E\+?(1[47])")
_MASK_WITHIN = re.compile(r"([0-9]*)(\*+)([0-9]*X?)")


class Shape(StrEnum):
    """In what state a number arrived."""

    COMPLETE = "complete"
    MASKED = "masked"
    FIFTEEN = "fifteen"
    WRONG_LENGTH = "wrong_length"
    EXCEL_DAMAGED = "excel_damaged"
    UNREADABLE = "unreadable"


def normalize_id(text: str) -> str:
    """Bring a citizen number into one spelling: half width, no blanks or dashes, X upper-case, `*` for masked.

    An X inside the number, or a run of them, is masking; a single `×` after seventeen digits is the
    check character X where the arithmetic says so. Applying it twice changes nothing.
    """
    text = _FLOAT_TAIL.sub("", text.strip())
    plain = text.upper() if text.isascii() else unicodedata.normalize("NFKC", text.translate(_KEEP)).upper()
    if _PLAIN_NUMBER.fullmatch(plain):
        return plain
    return _without_inner_x("".join(kept for kept in map(_kept, plain) if kept))


def _kept(character: str) -> str:
    if character in _SIGNS_OF_MASKING:
        return UNKNOWN
    return character if character.isalnum() or character in "*.+|" else ""


def _without_inner_x(text: str) -> str:
    if "E+" in text:
        return text
    body = text[:-1].replace("X", UNKNOWN).replace("+", "").replace(".", "")
    last = text[-1:].replace("+", "").replace(".", "")
    if last == "X" and body.endswith(UNKNOWN) and text[-2:-1] == "X":
        last = UNKNOWN
    return body + last


def check_character(first17: str) -> str:
    """Return the check character of seventeen digits (GB 11643, MOD 11-2).

    Raises ValueError where these are not seventeen digits.
    """
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise ValueError("a check character is computed from seventeen digits")
    total = sum(map(mul, _WEIGHTS, first17.encode())) - _WEIGHT_OF_ZEROS
    return _CHECK_CHARACTERS[total % 11]


def slip_distance(a: str, b: str, limit: int = 2) -> int:
    """Count the slips of the pen between two numbers: wrong, dropped, added or swapped neighbours.

    Optimal string alignment; beyond `limit` the answer is `limit + 1`. An empty number is never near anything.
    """
    if not a or not b:
        return limit + 1
    return OSA.distance(a, b, score_cutoff=limit)


class ResidentId(NamedTuple):
    """A citizen number as far as it can be read.

    `digits` has eighteen characters with `*` where unknown (15-digit numbers are upgraded); of a number of the
    wrong length it holds the characters as stated, so that a dropped digit can still be seen as a slip. `check_ok`:
    the check character fits; an old number has none, there it says that the calendar has its day of birth.
    """

    digits: str
    shape: Shape
    check_ok: bool
    area: str | None
    birth: BirthDate | None
    sex: Sex | None

    @property
    def complete(self) -> bool:
        """Say whether all eighteen characters are known."""
        return self.shape in {Shape.COMPLETE, Shape.FIFTEEN}

    @property
    def sound(self) -> bool:
        """Say whether all characters are known, the check character fits and the calendar has the birth day."""
        return self.complete and self.check_ok and self.birth is not None

    @property
    def was_15(self) -> bool:
        """Say whether the number arrived in its old form of fifteen digits."""
        return self.shape is Shape.FIFTEEN

    @property
    def damaged(self) -> bool:
        """Say whether a spreadsheet lost the last digits."""
        return self.shape is Shape.EXCEL_DAMAGED

    @classmethod
    def parse(cls, text: str) -> ResidentId:
        """Read a number in whatever state it arrives; never raises, `shape` says what was found."""
        shape, digits = _recognise(text if _PLAIN_NUMBER.fullmatch(text) else _legible(text))
        if len(digits) != 18:
            return cls(digits, shape, check_ok=False, area=None, birth=None, sex=None)
        birth = _birth(digits[6:14])
        check_ok = birth is not None if shape is Shape.FIFTEEN else _check_fits(digits)
        return cls(digits, shape, check_ok, _area(digits), birth, _sex(digits))


def _legible(text: str) -> str:
    """Return a number in one spelling, with digits in place of the letters scanners print for them."""
    number = _with_check_sign(normalize_id(text), text)
    return number if number.isascii() and _is_number_like(number) else number.translate(_SCANNED_DIGITS)


def _with_check_sign(number: str, text: str) -> str:
    """Read a lone × in the last place as the check character X where the seventeen digits before it demand X."""
    first = number[:17]
    if len(number) != 18 or number[17] != UNKNOWN or not text.rstrip().endswith(("×", "✕", "╳")) or not first.isdigit():
        return number
    return first + "X" if check_character(first) == "X" else number


def _is_number_like(number: str) -> bool:
    return not set(number) - set("0123456789X*")


def _recognise(number: str) -> tuple[Shape, str]:
    if _PLAIN_NUMBER.fullmatch(number):
        return _complete_or_damaged(number)
    scientific = _SCIENTIFIC.fullmatch(number)
    if scientific:
        return _from_scientific(scientific)
    if not number or not _is_number_like(number):
        return Shape.UNREADABLE, ""
    if UNKNOWN in number:
        return _masked(number)
    if len(number) == 15 and number.isdigit():
        return Shape.FIFTEEN, upgrade_fifteen(number)
    return Shape.WRONG_LENGTH, number


def _complete_or_damaged(number: str) -> tuple[Shape, str]:
    """A spreadsheet keeps fifteen digits and writes 000 behind them; the check character then rarely fits."""
    if number.endswith("000") and not _check_fits(number):
        return Shape.EXCEL_DAMAGED, number[:15] + UNKNOWN * 3
    return Shape.COMPLETE, number


def _from_scientific(found: re.Match[str]) -> tuple[Shape, str]:
    """Keep the digits a spreadsheet still shows of a number (3.30106E+17); what it dropped is unknown."""
    shown = (found[1] + (found[2] or ""))[:15]
    if found[3] == "17":
        return Shape.EXCEL_DAMAGED, shown.ljust(18, UNKNOWN)
    if len(shown) == 15:
        return Shape.FIFTEEN, upgrade_fifteen(shown)
    return Shape.EXCEL_DAMAGED, _insert_century(shown.ljust(15, UNKNOWN)) + UNKNOWN


def _masked(number: str) -> tuple[Shape, str]:
    if len(number) == 18:
        return Shape.MASKED, number
    if len(number) == 15 and not number.endswith("X"):
        return Shape.MASKED, _insert_century(number) + UNKNOWN
    return _masked_with_any_number_of_stars(number)


def _masked_with_any_number_of_stars(number: str) -> tuple[Shape, str]:
    """Read 330106****1234: what stands left belongs left, what stands right belongs right, stars are not counted."""
    found = _MASK_WITHIN.fullmatch(number)
    if found is None or len(found[1]) + len(found[3]) > 17 or len(found[1]) > 14:
        return Shape.WRONG_LENGTH, number
    return Shape.MASKED, found[1] + UNKNOWN * (18 - len(found[1]) - len(found[3])) + found[3]


def upgrade_fifteen(fifteen: str) -> str:
    """Return the eighteen-character form of an old number of fifteen digits."""
    first17 = _insert_century(fifteen)
    return first17 + check_character(first17)


def _insert_century(fifteen: str) -> str:
    century = "18" if fifteen[12:] in _CENTENARIAN_SEQUENCES else "19"
    return fifteen[:6] + century + fifteen[6:]


def _check_fits(digits: str) -> bool:
    return UNKNOWN not in digits and check_character(digits[:17]) == digits[17]


def _area(digits: str) -> str | None:
    return None if UNKNOWN in digits[:6] else digits[:6]


def _sex(digits: str) -> Sex | None:
    if digits[16] == UNKNOWN:
        return None
    return Sex.MALE if int(digits[16]) % 2 else Sex.FEMALE


@lru_cache(maxsize=1 << 16)
def _birth(digits: str) -> BirthDate | None:
    """Read a birth date of eight digits as far as the mask leaves it; None where the calendar has no such day."""
    year, month, day = digits[:4], digits[4:6], digits[6:]
    if UNKNOWN in year:
        return None
    known_month = None if UNKNOWN in month else int(month)
    known_day = None if known_month is None or UNKNOWN in day else int(day)
    try:
        datetime.date(int(year), 1 if known_month is None else known_month, 1 if known_day is None else known_day)
    except ValueError:
        return None
    return BirthDate(int(year), known_month, known_day)
