"""Cells in which courts' own spreadsheets put a punishment: 有期徒刑一年，缓刑二年，并处罚金5万元; 1年6个月; 5万元.

A cell is taken only where every sign of it is understood; of one that is not, nothing is.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from registry.intake.chinese_numerals import DURATION, NUMBER, months, number, plain_value, yuan
from registry.intake.judgment_punishment import SENTENCE, TIMED
from registry.law.judgment import Sentence

Value = str | float

_STANDARD = {
    "reprieve": Sentence.DEATH_SUSPENDED,
    "death": Sentence.DEATH,
    "life": Sentence.LIFE,
    "exempt": Sentence.EXEMPT,
    "acquitted": Sentence.ACQUITTED,
}
_LONGEST_MONTHS = {"有期徒刑": 25 * 12, "拘役": 12, "管制": 36}
_LONGEST_PROBATION = 60
_SIGNS = str.maketrans(",;:", "，；：")
_BETWEEN = re.compile(r"[，、；。]*(?:并|且|，)*(?:被|宣告|判处|单处|处)*")
_FINE = re.compile(rf"罚金(?:计|共计)?(?:人民币|￥|¥)?(?P<amount>{NUMBER})元?整?(?:人民币)?")
_MONEY = re.compile(rf"(?:罚金)?(?:人民币|￥|¥)?(?P<amount>{NUMBER})元?整?(?:人民币)?")
_PROBATION = re.compile(r"缓刑(?:考验期限?)?(?:为)?")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_SAYS_NOTHING = re.compile(r"[，、；。]*(?:剥夺政治权利(?:终身)?|没收(?:个人)?(?:全部|部分)?财产)")
"""Additional punishments nothing here rests on."""


class Unit(StrEnum):
    """What a bare number in a column counts, where its heading or a person says so."""

    MONTHS = "months"
    YEARS = "years"
    YUAN = "yuan"
    TEN_THOUSAND_YUAN = "ten_thousand_yuan"


def sentence_values(text: str) -> dict[str, Value] | None:
    """Return sentence, months, probation and fine by the list's columns; None where any of it is not understood.

    An empty duration of a sentence that has one is not understood either.
    """
    plain = _plain(text)
    values: dict[str, Value] = {}
    place = 0
    while place < len(plain):
        place = _BETWEEN.match(plain, place).end()  # type: ignore[union-attr]
        if place == len(plain):
            break
        end = _part(plain, place, values)
        if end is None:
            return None
        place = end
    if "sentence" not in values and "fine_yuan" in values:
        values["sentence"] = Sentence.FINE_ONLY.value
    return values if "sentence" in values else None


def _part(plain: str, place: int, values: dict[str, Value]) -> int | None:
    """Read one part of a punishment into the values; return where it ends."""
    for pattern, read in ((SENTENCE, _sentence), (_PROBATION, _probation), (_FINE, _fine)):
        found = pattern.match(plain, place)
        if found is not None:
            return read(plain, found, values)
    found = _SAYS_NOTHING.match(plain, place)
    return None if found is None else _end_of_length(plain, found.end())[0]


def _sentence(plain: str, found: re.Match[str], values: dict[str, Value]) -> int | None:
    if "sentence" in values:
        return None
    if not found["term"]:
        values["sentence"] = next(_STANDARD[name].value for name, told in found.groupdict().items() if told)
        return found.end()
    end, length = _end_of_length(plain, found.end())
    values["sentence"] = found["term"]
    return end if _kept(values, "sentence_months", length, _LONGEST_MONTHS[found["term"]]) else None


def _probation(plain: str, found: re.Match[str], values: dict[str, Value]) -> int | None:
    end, length = _end_of_length(plain, found.end())
    timed = values.get("sentence") in TIMED
    return end if timed and _kept(values, "probation_months", length, _LONGEST_PROBATION) else None


def _fine(_plain: str, found: re.Match[str], values: dict[str, Value]) -> int | None:
    amount = yuan(found["amount"])
    return found.end() if _kept(values, "fine_yuan", amount, float("inf")) else None


def _end_of_length(plain: str, place: int) -> tuple[int, float | None]:
    found = DURATION.match(plain, place)
    return (place, None) if found is None else (found.end(), months(found))


def _kept(values: dict[str, Value], column: str, value: float | None, most: float) -> bool:
    if value is None or not 0 < value <= most or column in values:
        return False
    values[column] = value
    return True


def months_value(text: str, unit: Unit | None) -> float | None:
    """Return a length of time in months: 一年六个月, 18个月, or a bare number where its unit is known."""
    plain = _plain(text)
    if _BARE.fullmatch(plain):
        return _counted(plain, {Unit.MONTHS: 1, Unit.YEARS: 12}.get(unit) if unit else None)
    found = DURATION.fullmatch(plain)
    return None if found is None else months(found)


def yuan_value(text: str, unit: Unit | None) -> float | None:
    """Return an amount in yuan: 5万元, 伍万元整, 50,000; a bare number counts what its unit says, else yuan."""
    plain = _plain(text).replace("，", "")
    if _BARE.fullmatch(plain):
        return _counted(plain, 10_000 if unit is Unit.TEN_THOUSAND_YUAN else 1)
    found = _MONEY.fullmatch(plain)
    return None if found is None else yuan(found["amount"])


def _counted(plain: str, factor: int | None) -> float | None:
    value = number(plain)
    return None if value is None or factor is None else plain_value(value * factor)


def _plain(text: str) -> str:
    """Spell a cell without blanks and width; unlike in a whole judgment, a number alone is no page number."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_SIGNS)
