"""Days as people and spreadsheets write them, taken only where they can mean one thing.

Read: 2023-05-01, 2023/5/1, 2023.5.1, 20230501, 2023年5月1日, 二〇二三年五月一日, full-width digits, a spreadsheet's
day cell or its serial number. Not guessed: 01/05/2023, 5/1/23.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

from matching.identity import BirthDate

_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"○": "0", "零": "0", "Ｏ": "0", "O": "0", "o": "0", "◯": "0", "元": "1"}
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?(Z|\+00:00|\+08:00)?$")
_PARTS = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.0+)?")
_SERIAL_START = datetime.date(1899, 12, 30)
_EARLIEST, _LATEST = 1850, 2150


class UnreadableDateError(ValueError):
    """The text is no date, or could be more than one; says which, never the text."""


class ImpossibleDateError(ValueError):
    """The text is written as a date that no calendar has."""


def read_date(value: str | float | datetime.date) -> BirthDate:
    """Read a day, month or year as stated, with the precision stated.

    Raises UnreadableDateError or ImpossibleDateError, both without the value.
    """
    if isinstance(value, datetime.date):
        return BirthDate(value.year, value.month, value.day)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    plain = _ISO.fullmatch(value) if isinstance(value, str) else None
    if plain is not None:  # as our own rows travel: most of what is read
        return _possible(int(plain[1]), int(plain[2]), int(plain[3]))
    text = _MIDNIGHT.sub("", _arabic(unicodedata.normalize("NFKC", str(value)).strip()))
    serial = _SERIAL.fullmatch(text)
    if serial is not None:
        return read_date(_SERIAL_START + datetime.timedelta(days=int(serial[1])))
    found = _COMPACT.fullmatch(text) or _PARTS.fullmatch(re.sub(r"\s", "", text))
    if found is None:
        raise UnreadableDateError("not a date that can be read in one way only")
    return _possible(*(int(part) if part else None for part in found.groups()))


def _possible(year: int | None, month: int | None = None, day: int | None = None) -> BirthDate:
    if year is None or not _EARLIEST <= year <= _LATEST:
        raise ImpossibleDateError("the year is outside 1850 to 2150")
    try:
        datetime.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ImpossibleDateError("no such day in the calendar") from None
    return BirthDate(year, month, day)


_CHINESE = re.compile(
    r"([〇○零ＯOo◯一二三四五六七八九]{4})年(?:([元一二三四五六七八九十]{1,3})月)?(?:([一二三四五六七八九十廿卅]{1,4})日)?"
)


def _arabic(text: str) -> str:
    """Turn 二〇二三年五月一日 into 2023年5月1日; anything else is returned as it is."""
    found = _CHINESE.fullmatch(text)
    if found is None:
        return text
    year = "".join(_DIGITS[character] for character in found[1])
    month = f"{_small_number(found[2])}月" if found[2] else ""
    day = f"{_small_number(found[3])}日" if found[3] else ""
    return f"{year}年{month}{day}"


def _small_number(text: str) -> int:
    """Read 一 … 三十一 (also 廿一, 卅); an ill-formed number becomes 0, which no calendar has."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, ten, units = text.rpartition("十")
    if len(tens) > 1 or len(units) > 1:
        return 0
    value = int(_DIGITS.get(units, "0"))
    return value + 10 * int(_DIGITS.get(tens, "1")) if ten else value
