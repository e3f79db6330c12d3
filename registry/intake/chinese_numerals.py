"""Numbers as judgments print them: 二年六个月, 一年半, 四个月十五日, 5万元, 贰拾万元, 人民币3,000元."""

from __future__ import annotations

import re

_DIGITS = {sign: value for value, signs in enumerate(
    ("零〇○Ｏ", "一壹弌", "二贰两貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
) for sign in signs}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GREAT = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}

NUMERAL = "[0-9零〇○一二三四五六七八九两十廿卅百千万亿壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬]"
NUMBER = rf"(?>(?:[0-9][0-9，.]*[0-9]|{NUMERAL})+)"
"""A number with its separators, taken whole or not at all: given back sign by sign, a run of digits before anything
else than what is sought would be tried in every way it can be cut, which doubles with each digit."""

DURATION = re.compile(
    rf"(?:(?P<years>{NUMERAL}+)年(?P<half_year>半)?)?(?:又|零)?"
    rf"(?:(?P<months>{NUMERAL}+)(?:个|個)?(?P<half_month>半)?月(?P<half_after>半)?)?(?:又|零)?"
    rf"(?:(?P<days>{NUMERAL}+)(?:日|天))?"
)
"""A length of time; matches the empty text too."""

DAYS_OF_A_MONTH = 30
_LONGEST = 40
"""Signs of the longest number anybody writes; more are rubbish, and beyond any number a computer has."""


def number(text: str) -> float | None:
    """Return the number a text writes in Arabic or Chinese signs, or both (3万5千); None where it is none."""
    plain = re.sub(r"[，,]", "", text)
    if len(plain) > _LONGEST:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return float(plain)
    total = section = pending = 0.0
    for part in re.findall(r"\d+(?:\.\d+)?|.", plain):
        if part[0].isdigit() and part.isascii():
            pending = float(part)
        elif part in _DIGITS:
            pending = _next_digit(pending, _DIGITS[part])
        elif part in _UNITS:
            section += _UNITS[part] if part in "廿卅" else (pending or 1) * _UNITS[part]
            pending = 0
        elif part in _GREAT:
            total, section, pending = (total + (section + pending or 1) * _GREAT[part]), 0, 0
        else:
            return None
    return total + section + pending if plain else None


def _next_digit(pending: float, digit: int) -> float:
    """Digits in a row without units are read one by one: 二四 is 24, 〇五 is 5."""
    return pending * 10 + digit


def months(found: re.Match[str]) -> float | None:
    """Return a matched duration in months, days as thirtieths; None where it names no time at all."""
    if not any(found[name] for name in ("years", "months", "days")):
        return None
    years, whole, days = (number(found[name]) if found[name] else 0.0 for name in ("years", "months", "days"))
    if years is None or whole is None or days is None:
        return None
    halves = 6 * bool(found["half_year"]) + 0.5 * bool(found["half_month"] or found["half_after"])
    return plain_value(years * 12 + whole + halves + days / DAYS_OF_A_MONTH)


def plain_value(value: float) -> float:
    """Return a whole number as one, another to two places."""
    return int(value) if value == int(value) else round(value, 2)


def yuan(text: str) -> float | None:
    """Return an amount of money in yuan; None where it cannot be read."""
    value = number(text)
    return None if value is None else plain_value(value)
