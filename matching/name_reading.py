"""How the characters of a name are read, and which readings are heard as one another.

Tones are ignored: names are taken down by ear from speakers of many dialects. The fuzzy classes are those of
southern and Jianghuai speakers of the four provinces: zh/z, ch/c, sh/s; n/l/r; h/f/w before u; an/ang, en/eng, in/ing.
Sources: readings of pypinyin (MIT) and 通用规范汉字字典 by way of the Unicode Han Database; surname readings hand-kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from matching.name_data import rows

_INITIALS = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")
_ALIKE_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}
_ALIKE_FINALS = {
    "ang": "an",
    "eng": "en",
    "ing": "in",
    "uang": "uan",
    "iang": "ian",
}


_AFTER_W = {"i": "ei", "n": "en", "": "u"}


def _fuzzy_form(syllable: str) -> str:
    """Write a syllable so that syllables easily heard as one another come out the same."""
    found = _INITIALS.fullmatch(syllable)
    initial, final = (found[1], found[2]) if found else ("", syllable)
    if initial == "f" or (initial == "h" and final[:1] == "u"):
        initial, final = "w", final if initial == "f" else final[1:]
    if final == "ong" and initial in {"h", "b", "w"}:
        initial, final = "w" if initial == "h" else initial, "eng"
    if initial == "w":
        final = _AFTER_W.get(final, final)
    return _ALIKE_INITIALS.get(initial, initial) + _ALIKE_FINALS.get(final, final)


_FIRST: dict[str, str] = {}
_BESIDES: dict[str, list[str]] = defaultdict(list)
_SYLLABLES: list[str] = []
for _syllable, _first, _besides in rows("readings.tsv"):
    _SYLLABLES.append(_syllable)
    _FIRST |= dict.fromkeys(_first, _syllable)
    for _character in _besides:
        _BESIDES[_character].append(_syllable)

_SURNAME: dict[str, tuple[str, ...]] = {name: tuple(said.split(" ")) for name, said in rows("surname_readings.tsv")}
_COMPOUND: dict[str, tuple[str, ...]] = {name: tuple(said.split(" ")) for name, said in rows("compound_surnames.tsv")}

_CLASSES: dict[str, int] = {form: number for number, form in enumerate(sorted(set(map(_fuzzy_form, _SYLLABLES))), 1)}
_CLASS_OF = {syllable: _CLASSES[_fuzzy_form(syllable)] for syllable in _SYLLABLES}
NO_SOUND = 0
"""The class of what has no reading: it is alike to nothing."""


@lru_cache(maxsize=65536)
def readings(unit: str) -> tuple[str, ...]:
    """Return the toneless readings of a character, the usual one first, its reading as a surname last.

    Pinyin standing in place of a character (YING) is read as itself. Empty where nothing is known.
    """
    if unit.isascii():
        said = unit.lower()
        return (said,) if said in _CLASS_OF else ()
    first = _FIRST.get(unit)
    listed = (*((first,) if first else ()), *_BESIDES.get(unit, ()), *_SURNAME.get(unit, ()))
    return tuple(dict.fromkeys(listed))


def classes_heard() -> Iterator[tuple[str, int]]:
    """Yield each character with the fuzzy class of each of its readings."""
    for character, first in _FIRST.items():
        yield character, _CLASS_OF[first]
    for besides in (_BESIDES, _SURNAME):
        for character, listed in besides.items():
            yield from ((character, _CLASS_OF[said]) for said in listed)


def surname_reading(surname: str) -> tuple[str, ...]:
    """Return how a simplified surname is read, one syllable a character: 曾 zeng, 单 shan, 尉迟 yu chi."""
    if surname in _COMPOUND:
        return _COMPOUND[surname]
    return tuple(_SURNAME.get(character, (_FIRST.get(character, ""),))[0] for character in surname)


def sound_class(syllable: str) -> int:
    """Return the number of the fuzzy class a syllable belongs to; 0 where it is no Mandarin syllable."""
    return _CLASS_OF.get(syllable, NO_SOUND)


def sound_key(unit: str) -> int:
    """Return the fuzzy class of the usual reading of a character; 0 where it has none."""
    said = readings(unit)
    return _CLASS_OF[said[0]] if said else NO_SOUND


@lru_cache(maxsize=65536)
def _sounds(unit: str) -> frozenset[str]:
    return frozenset(readings(unit))


@lru_cache(maxsize=65536)
def sound_keys(unit: str) -> frozenset[int]:
    """Return the fuzzy classes of all readings of a character."""
    return frozenset(_CLASS_OF[said] for said in readings(unit))


@lru_cache(maxsize=65536)
def ordered_sound_keys(unit: str) -> tuple[int, ...]:
    """Return the fuzzy classes of all readings of a character in ascending order."""
    return tuple(sorted(sound_keys(unit)))


def same_sound(a: str, b: str) -> bool:
    """Say whether two characters share a reading (tone ignored); what has no reading sounds like nothing."""
    return not _sounds(a).isdisjoint(_sounds(b))


def near_sound(a: str, b: str) -> bool:
    """Say whether two characters may be heard as one another by ear: a shared reading up to the fuzzy classes."""
    return not sound_keys(a).isdisjoint(sound_keys(b))
