"""Say in plain sentences what agreed or differed and how telling that is.

Stored answers are language-neutral (feature, level, millibits); they are put into words here, for the reader.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from typing import cast

_Sentences = Mapping[str, Mapping[str, Mapping[str, str]]]

_NEUTRAL_MILLIBITS = 140
"""Below a factor of about 1.1 a comparison tells nothing."""

_ZH_UNITS = ((1e12, ""), (1e8, "亿"), (1e4, "万"), (0.0, ""))
_EN_UNITS = ((1e12, ""), (1e9, " billion"), (1e6, " million"), (0.0, ""))
_MOST = {"zh": "一万亿以上", "en": "more than a trillion"}


class Language(StrEnum):
    """The languages answers are written in."""

    ZH = "zh"
    EN = "en"


@functools.cache
def _texts() -> Mapping[str, object]:
    return tomllib.loads(resources.files("registry.services").joinpath("sentences.toml").read_text("utf-8"))


def evidence_sentences() -> _Sentences:
    """Return the sentence of every feature and level, in both languages."""
    return cast("_Sentences", _texts()["evidence"])


def likeness(feature: str, level: str, language: Language) -> str:
    """Return one comparison's result as a sentence, without what it weighs."""
    return evidence_sentences()[feature][level][language.value]


@functools.lru_cache(maxsize=4096)
def explain(feature: str, level: str, millibits: int, language: Language) -> str:
    """Return one line of evidence as a sentence about likeness and one about how telling it is.

    `millibits` are thousandths of log2(likelihood ratio), as matching.evidence gives them.
    """
    gap = " " if language is Language.EN else ""
    return likeness(feature, level, language) + gap + _telling(feature, millibits, language)


def _telling(feature: str, millibits: int, language: Language) -> str:
    phrases = cast("Mapping[str, Mapping[str, str]]", _texts()["telling"])
    if abs(millibits) < _NEUTRAL_MILLIBITS:
        return phrases["neutral"][language.value]
    who = "organisation" if feature.startswith("organisation") else "person"
    direction = "for" if millibits > 0 else "against"
    return phrases[f"{who}_{direction}"][language.value].replace("{}", _times(abs(millibits), language))


def _times(millibits: int, language: Language) -> str:
    """Round 2 ** bits to two figures, in the units the language counts in."""
    ratio = 2 ** min(millibits / 1000, 60)
    units = _ZH_UNITS if language is Language.ZH else _EN_UNITS
    size, unit = next((size, unit) for size, unit in units if ratio >= size)
    if size >= 1e12:
        return _MOST[language.value]
    shown = _two_figures(ratio / (size or 1.0))
    return f" {shown} {unit}" if language is Language.ZH else f"{shown}{unit}"


def _two_figures(value: float) -> str:
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{round(value, 1 - math.floor(math.log10(value))):,.{min(digits, 1)}f}"
