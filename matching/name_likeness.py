"""Says how two names are alike: the level of their likeness, and nothing about how rare they are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from matching.glyph_likeness import likeness
from matching.name_reading import near_sound, ordered_sound_keys, readings, same_sound
from matching.normalize import (
    DOT,
    UNKNOWN_CHARACTER,
    NameParts,
    Script,
    fold_characters,
    fold_name,
    hides_name,
    is_masked_name,
    joined_name,
    name_units,
    normalize_name,
    split_folded,
)
from matching.resident_id import slip_distance
from matching.romanisation import spells_name
from matching.transcribed_name import known_part, name_parts, same_parts, shortened_parts

_MOST_KEYS = 8
_CONSONANTS_ALONE = 3
"""Transcriptions of so many characters are told apart by their consonants."""

_ONE_CONSONANT = dict(zip("bpdtgkhzjcqsxlrnyaoew", "bbddgggzzzzssllnyyyyw", strict=True))
"""First letters of syllables that transcribe one sound: b for p, g for k and h, j for z and q, a for y."""


class ComparedName(NamedTuple):
    """A name ready to be compared.

    `units` are its characters in folded form (a run of Latin letters is one unit); `other` says that
    it is a former or further name; `sounds` are the keys under which it is looked for by ear.
    """

    text: str
    folded: str
    parts: NameParts
    units: tuple[str, ...]
    surname_length: int
    other: bool
    sounds: tuple[str, ...]

    @property
    def given(self) -> tuple[str, ...]:
        """Return the units after the surname."""
        return self.units[self.surname_length :]


def compared_name(name: str | None, other: bool = False) -> ComparedName | None:
    """Return the name in compared form; None where it is blank or a pure mask (张某某 names nobody)."""
    text = _legible(name or "")
    if not text:
        return None
    characters = fold_characters(text)
    parts = split_folded(text, characters)
    folded = fold_name(text) if UNKNOWN_CHARACTER in text else joined_name(characters)
    units = name_units(folded if parts.script is Script.HAN else characters)
    length = len(name_units(parts.surname)) if len(parts.surname) > 1 else len(parts.surname)
    return ComparedName(text, folded, parts, units, length, other, _sounds(parts, units))


def _legible(name: str) -> str:
    """Return the name with struck-out characters shown as unknown; nothing where nobody is named by what is left."""
    text = normalize_name(name).replace("×", UNKNOWN_CHARACTER)
    hidden = is_masked_name(text) if UNKNOWN_CHARACTER in text else hides_name(text)
    if hidden or not text.strip(UNKNOWN_CHARACTER + DOT):
        return ""
    return text


def _sounds(parts: NameParts, units: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys that do not change when a name is misheard, or the order of its characters confused."""
    if parts.script is Script.LATIN:
        return ("latin " + " ".join(sorted(units_of_latin(units))),)
    if parts.script is Script.MINORITY:
        return tuple(f"minority {key}" for key in _minority_keys(units))
    keys = [ordered_sound_keys(unit) for unit in units]
    if not all(keys):
        return ()
    if max(map(len, keys)) == 1:
        return ("-".join(map(str, sorted([only for (only,) in keys]))),)
    spoken = islice(product(*keys), _MOST_KEYS)
    return tuple({"-".join(map(str, sorted(said))): None for said in spoken})


def units_of_latin(units: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a Latin name."""
    return tuple(unit for unit in units if unit.strip() and unit != DOT)


def _minority_keys(units: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first part in its standard spelling, and the opening consonants of a part no table knows."""
    first = name_parts("".join(units))[0]
    return (first,) if known_part(first) else (_consonants(first[:3]),)


def _begin_alike(a: str, b: str) -> bool:
    """Say whether two characters may transcribe one consonant: voice and breath are written as it comes, vowels too."""
    return a == b or bool(_openings(a) & _openings(b))


@lru_cache(maxsize=4096)
def _openings(character: str) -> frozenset[str]:
    return frozenset(_ONE_CONSONANT.get(said[:1], said[:1]) for said in readings(character))


def _consonants(word: str) -> str:
    first = (readings(character) for character in word)
    return "".join(said[0][0] if said else "" for said in first)


class Relation(StrEnum):
    """How two characters in the same place of two names differ."""

    EQUAL = "equal"
    UNKNOWN = "unknown"
    HEARD = "heard"
    READ = "read"
    OTHER = "other"


@lru_cache(maxsize=1 << 16)
def relation(a: str, b: str) -> Relation:
    """Return how two folded units differ: mistaken by ear, by eye, unknown on one side, or otherwise."""
    if UNKNOWN_CHARACTER in (a, b):
        return Relation.UNKNOWN
    if a == b:
        return Relation.EQUAL
    if near_sound(a, b):
        return Relation.UNKNOWN if a.isascii() != b.isascii() else Relation.HEARD
    return Relation.READ if likeness(a, b) > 0 else Relation.OTHER


def level_of(a: ComparedName, b: ComparedName) -> str:
    """Return the level (of the model's feature `name`) at which two names are alike."""
    if a.text == b.text:
        return "exact"
    if a.folded == b.folded:
        return "form"
    scripts = {a.parts.script, b.parts.script}
    if Script.LATIN in scripts:
        return _latin_level(a, b)
    if Script.MINORITY in scripts:
        return _minority_level(a, b)
    if len(a.units) == len(b.units):
        return _same_length_level(a, b)
    return _other_length_level(a, b)


_ONE_DIFFERENCE = {
    Relation.UNKNOWN: "unknown_character",
    Relation.HEARD: "misheard",
    Relation.READ: "misread",
    Relation.OTHER: "one_other",
}
_MISTAKEN = {Relation.HEARD, Relation.READ, Relation.UNKNOWN}


def _same_length_level(a: ComparedName, b: ComparedName) -> str:
    differing = [found for found in map(relation, a.units, b.units) if found is not Relation.EQUAL]
    if len(differing) == 1:
        return _one_difference_level(a, b, differing[0])
    if sorted(a.units) == sorted(b.units):
        return "swapped"
    if set(differing) == {Relation.HEARD} and all(map(_said_alike, a.units, b.units)):
        return "homophone"
    if len(differing) == 2 and len(a.units) > 2 and set(differing) <= _MISTAKEN:
        return "two_errors"
    return _surname_or_given(a, b)


def _said_alike(a: str, b: str) -> bool:
    return a == b or same_sound(a, b)


def _one_difference_level(a: ComparedName, b: ComparedName, found: Relation) -> str:
    """Where nothing but an arbitrary other surname differs, only the given name is left."""
    if found is Relation.OTHER and a.units[0] != b.units[0]:
        return "given_only"
    return _ONE_DIFFERENCE[found]


def _surname_or_given(a: ComparedName, b: ComparedName) -> str:
    if a.given and a.given == b.given:
        return "given_only"
    return "surname_only" if a.units[: a.surname_length] == b.units[: b.surname_length] else "differs"


def _other_length_level(a: ComparedName, b: ComparedName) -> str:
    shorter, longer = sorted((a.units, b.units), key=len)
    if len(longer) - len(shorter) == 1 and _is_within(shorter, longer):
        return "shortened"
    if len(longer) - len(shorter) == 1 and tuple(longer[1:]) == tuple(shorter):
        return "married"
    return _surname_or_given(a, b)


def _is_within(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Say whether one name is the other with one character left out, the surname kept."""
    return shorter[0] == longer[0] and any(
        tuple(shorter) == (*longer[:place], *longer[place + 1 :]) for place in range(1, len(longer))
    )


def _latin_level(a: ComparedName, b: ComparedName) -> str:
    if a.parts.script is b.parts.script:
        return _two_latin_level(units_of_latin(a.units), units_of_latin(b.units))
    latin, han = (a, b) if a.parts.script is Script.LATIN else (b, a)
    spelt = spells_name(units_of_latin(latin.units), han.units[: han.surname_length], han.given)
    return "romanised" if spelt else "differs"


def _two_latin_level(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if sorted(a) == sorted(b):
        return "swapped"
    joined = ("".join(sorted(a)), "".join(sorted(b)))
    return "respelt" if min(map(len, joined)) > 5 and slip_distance(*joined) <= 1 else "differs"


def _minority_level(a: ComparedName, b: ComparedName) -> str:
    ours, theirs = "".join(a.units), "".join(b.units)
    if same_parts(ours, theirs) or _sound_alike(ours.replace(DOT, ""), theirs.replace(DOT, "")):
        return "respelt"
    return "shortened" if shortened_parts(ours, theirs) else "differs"


def _sound_alike(a: str, b: str) -> bool:
    """Say whether two transcriptions write the same sounds, one character in four apart, or the same consonants."""
    if len(a) != len(b):
        return False
    if len(a) >= _CONSONANTS_ALONE and all(map(_begin_alike, a, b)):
        return True
    differing = [found for found in map(relation, a, b) if found is not Relation.EQUAL]
    others = sum(found is Relation.OTHER for found in differing)
    return len(differing) <= max(2, len(a) // 2) and others <= len(a) // 4
