"""How an ID number comes to be written wrongly, in another form, or only in part."""

from __future__ import annotations

from benchmarks.draw import Generator, any_of

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_KEYPAD = dict(zip("0123456789", ["123", "2470", "1350", "260", "175", "2468", "359", "48", "579", "68"], strict=True))
_READ_AS = {
    "0": "68",
    "1": "74",
    "2": "7",
    "3": "85",
    "4": "19",
    "5": "63",
    "6": "085",
    "7": "12",
    "8": "3069",
    "9": "48",
}
"""Digits a scanner or a tired eye takes for one another."""

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def check_character(first: str) -> str:
    """Return the check character for the first seventeen digits (GB 11643)."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def wrong_digit(rng: Generator, number: str) -> str:
    """Write one character as another: beside it on the keypad, like it to the eye, or any."""
    place = int(rng.integers(len(number)))
    digit = number[place]
    tables: tuple[str, ...] = (_KEYPAD.get(digit, "0"), _READ_AS.get(digit, "8"), "0123456789")
    table = tables[int(rng.integers(3))]
    other = any_of(rng, [one for one in table if one != digit])
    return number[:place] + other + number[place + 1 :]


def dropped_digit(rng: Generator, number: str) -> str:
    """Leave one character out."""
    place = int(rng.integers(len(number)))
    return number[:place] + number[place + 1 :]


def doubled_digit(rng: Generator, number: str) -> str:
    """Write one character twice."""
    place = int(rng.integers(len(number)))
    return number[:place] + number[place] + number[place:]


def swapped_digits(rng: Generator, number: str) -> str:
    """Exchange two neighbours that differ."""
    places = [place for place in range(len(number) - 1) if number[place] != number[place + 1]]
    place = any_of(rng, places)
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


_SLIPS = (
    wrong_digit,
    wrong_digit,
    wrong_digit,
    wrong_digit,
    swapped_digits,
    swapped_digits,
    dropped_digit,
    doubled_digit,
)


def one_slip(rng: Generator, number: str) -> str:
    """Make one slip: half of them a wrong digit, a quarter two exchanged, the rest one left out or doubled."""
    return any_of(rng, _SLIPS)(rng, number)


def two_slips(rng: Generator, number: str) -> str:
    """Make two slips that do not undo one another."""
    return next(written for _ in range(100) if (written := one_slip(rng, one_slip(rng, number))) != number)


def other_format(rng: Generator, number: str) -> str:
    """Write the same number in another form: fifteen digits, lower case, full width, spaced."""
    forms = [
        number.translate(_FULL_WIDTH),
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"'{number}",
        f"{number}\u3000",
    ]
    forms += [number.lower(), number.replace("X", "Ⅹ"), number.replace("X", "Х")] if number.endswith("X") else []
    forms += [fifteen(number)] * 3 if number[6:8] == "19" else []
    return any_of(rng, forms)


def fifteen(number: str) -> str:
    """Return the old number of fifteen digits."""
    return number[:6] + number[8:17]


def excel_damage(rng: Generator, number: str) -> str:
    """Lose what a spreadsheet loses of a number taken for a quantity: the last three digits, or all but six."""
    if number.endswith("X"):
        return number
    if rng.random() < 0.7:
        return number[:15] + "000"
    exponent = f"{int(number):.5E}" if rng.random() < 0.5 else f"{int(number):.14E}"
    return exponent.replace("E+0", "E+")


MASKS = ("330106********1234", "3301**********1234", "330***********1234", "**************1234", "330106********123*")
MASKS_WITH_BIRTH = ("3301061975****1234", "33010619750309****", "330106197503****34", "3301061975******34")
"""Usual shapes; a digit stands for a visible place."""

_SIGNS = ("*", "*", "*", "×", "＊", "x")


def masked(rng: Generator, number: str, shape: str) -> str:
    """Hide the places that the shape hides, with one of the signs in use."""
    sign = any_of(rng, _SIGNS)
    return "".join(sign if hidden == "*" else digit for digit, hidden in zip(number, shape, strict=True))


def with_other_birth(number: str, digits: str) -> str:
    """Return the sound number somebody had under another birth date (YYYYMMDD), before it was corrected."""
    first = number[:6] + digits + number[14:17]
    return first + check_character(first)
