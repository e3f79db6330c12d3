"""Says whether Latin letters spell a Chinese name: CHAN TAI MAN and CHEN DAWEN are both 陈大文.

Spellings: Hanyu Pinyin, Wade-Giles as passports of Taiwan write it (no apostrophes), and the Cantonese spellings of
Hong Kong and Macao papers, made from Jyutping readings (Unicode Han Database), with surnames of habit (LEE, SZETO).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from matching.name_data import rows
from matching.name_reading import readings

_CANTONESE: dict[str, list[str]] = defaultdict(list)
for _syllable, _characters in rows("cantonese.tsv"):
    for _character in _characters:
        _CANTONESE[_character].append(_syllable)

_WADE_INITIALS = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_WADE_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "szu", "ye": "yeh",
    "yan": "yen", "you": "yu", "yong": "yung", "er": "erh", "gui": "kuei", "kui": "kuei", "ge": "ko", "ke": "ko",
    "he": "ho", "e": "o", "guo": "kuo", "kuo": "kuo", "huo": "huo", "shuo": "shuo", "yi": "i",
}  # fmt: skip
_WADE_FINALS = {"ian": "ien", "ie": "ieh", "ue": "ueh", "ve": "ueh", "ong": "ung", "iong": "iung", "uo": "o", "v": "u"}

_CANTONESE_INITIALS = {
    "b": ("p", "b"), "d": ("t", "d"), "g": ("k", "g"), "gw": ("kw", "gw", "k"), "kw": ("kw", "k"), "j": ("y", "i"),
    "z": ("ch", "ts", "j", "tz"), "c": ("ch", "ts"), "s": ("s", "sh"), "ng": ("ng", ""), "": ("", "ng"),
}  # fmt: skip
_CANTONESE_FINALS = {
    "aa": ("a", "ah"), "aai": ("ai",), "aau": ("au",), "aam": ("am", "aam"), "aan": ("an",), "aang": ("ang",),
    "aap": ("ap",), "aat": ("at",), "aak": ("ak",), "am": ("am", "um"), "an": ("an", "un"), "ap": ("ap", "up"),
    "at": ("at", "ut"), "au": ("au", "ou"), "ei": ("ei", "i", "ee", "ay", "ie"), "i": ("i", "ee", "ze", "ie"),
    "eng": ("eng", "ing"), "ek": ("ek", "ik"), "o": ("o", "oh", "or"), "oi": ("oi", "oy"), "ou": ("o", "ou", "oo"),
    "u": ("u", "oo"), "un": ("un", "oon"), "oe": ("euh",), "oeng": ("eung", "eong"), "oek": ("euk", "eok"),
    "eoi": ("ui", "eui", "oy"), "eon": ("un", "eun"), "eot": ("ut",), "yu": ("yu", "u", "ue"),
    "yun": ("uen", "yuen", "un"), "yut": ("ut", "uet", "yuet"), "iu": ("iu", "ew"), "m": ("ng", "m"), "ng": ("ng",),
}  # fmt: skip
_JYUTPING = re.compile(r"(ng|gw|kw|[bpmfdtnlgkhwzcsj])?([aeiouy].*|m|ng)")
_PINYIN = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")
_SURNAMES_OF_HABIT = {
    "李": ("lee", "lei"), "王": ("wong",), "黄": ("wong",), "张": ("cheung", "cheong"), "吴": ("ng",), "伍": ("ng",),
    "周": ("chow", "chau"), "许": ("hui", "hsu"), "徐": ("tsui", "hsu"), "叶": ("yip", "ip"), "胡": ("woo", "wu"),
    "区": ("au",), "蔡": ("choi", "tsai"), "谢": ("tse", "hsieh"), "郭": ("kwok", "kuo"), "何": ("ho",),
    "司徒": ("szeto",), "欧阳": ("auyeung", "auyeong"), "罗": ("law", "lo"), "杨": ("yeung", "yang"), "简": ("kan",),
    "刘": ("lau", "low"), "梁": ("leung", "leong"), "郑": ("cheng", "cheang"), "高": ("ko", "kou"), "赵": ("chiu",),
}  # fmt: skip
_MOST_UNITS = 6


def spells_name(words: Sequence[str], surname: Sequence[str], given: Sequence[str]) -> bool:
    """Say whether Latin words spell a name of folded characters, surname first or last; nothing spells nothing."""
    letters = "".join(words).lower()
    if not letters or not surname or not given or len(surname) + len(given) > _MOST_UNITS:
        return False
    family, own = _surname_spellings("".join(surname)), [spellings(unit) for unit in given]
    return _spells(letters, [family, *own]) or _spells(letters, [*own, family])


def _spells(letters: str, parts: Sequence[frozenset[str]]) -> bool:
    """Say whether the letters are one spelling of each part in turn."""
    reached = {0}
    for part in parts:
        reached = {
            start + len(spelling) for start in reached for spelling in part if letters.startswith(spelling, start)
        }
    return len(letters) in reached


@lru_cache(maxsize=4096)
def _surname_spellings(surname: str) -> frozenset[str]:
    joined = ("".join(each) for each in product(*(spellings(character) for character in surname)))
    return frozenset((*joined, *_SURNAMES_OF_HABIT.get(surname, ())))


@lru_cache(maxsize=16384)
def spellings(unit: str) -> frozenset[str]:
    """Return the ways a character is written in Latin letters, lower-case."""
    if unit.isascii():
        return frozenset({unit.lower()})
    mandarin = readings(unit)
    pinyin = {form for said in mandarin for form in (said, said.replace("v", "yu"), said.replace("v", "u"))}
    wade = {_wade_giles(said) for said in mandarin}
    cantonese = {form for said in _CANTONESE.get(unit, ()) for form in _cantonese_forms(said)}
    return frozenset(form for form in pinyin | wade | cantonese if form)


def _wade_giles(syllable: str) -> str:
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    found = _PINYIN.fullmatch(syllable)
    if found is None:
        return syllable
    return _WADE_INITIALS.get(found[1], found[1]) + _WADE_FINALS.get(found[2], found[2])


def _cantonese_forms(syllable: str) -> set[str]:
    found = _JYUTPING.fullmatch(syllable)
    if found is None:
        return set()
    initial, final = found[1] or "", found[2]
    heads, tails = _CANTONESE_INITIALS.get(initial, (initial,)), _CANTONESE_FINALS.get(final, (final,))
    forms = {head + tail for head, tail in product(heads, tails)}
    return {"y" + form[2:] if form.startswith(("yy", "iy")) else form for form in forms}
