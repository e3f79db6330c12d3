"""Takes transcribed names of minorities apart, so that one name spelt two ways is seen as one.

阿卜杜拉·买买提, 阿不都拉买买提 and 阿卜都拉·麦麦提 are the same two parts. The parts and their spellings are a table
kept by hand (matching/data/transcribed_names.tsv); a part it does not hold is compared as written. Texts are expected
in folded form, with or without the separator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from matching.name_data import rows

DOT = "·"
"""The separator of the standard (U+00B7, GB18030 A1A4; notice 民委发〔2016〕33号)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A known part of transcribed names: its standard spelling, its language, its share there, its spellings."""

    standard: str
    language: str
    share: float
    spellings: int


def _read() -> dict[str, Part]:
    known: dict[str, Part] = {}
    for language, per_mille, listed in rows("transcribed_names.tsv"):
        spellings = tuple(dict.fromkeys(listed.split(" ")))
        part = Part(spellings[0], language, int(per_mille) / 1000, len(spellings))
        for spelling in spellings:
            known.setdefault(spelling, part)
    return known


_KNOWN = _read()
_LONGEST = max(map(len, _KNOWN))
# Nearly every Han name is told from a transcribed one by its first or last character alone.
_OPENING = frozenset(spelling[0] for spelling in _KNOWN)
_CLOSING = frozenset(spelling[-1] for spelling in _KNOWN)


def known_part(standard: str) -> Part | None:
    """Return what is known of a part by any of its spellings; None where the table does not hold it."""
    return _KNOWN.get(standard)


@lru_cache(maxsize=65536)
def name_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a transcribed name in their standard spelling, an unknown stretch as it stands."""
    return tuple(part for word in text.split(DOT) for part in _parts_of_word(word))


def _parts_of_word(word: str) -> Iterator[str]:
    start = unknown = 0
    while start < len(word):
        found = _longest_known(word, start)
        if found is None:
            start += 1
            continue
        if unknown < start:
            yield word[unknown:start]
        yield _KNOWN[found].standard
        start = unknown = start + len(found)
    if unknown < len(word):
        yield word[unknown:]


def _longest_known(word: str, start: int) -> str | None:
    candidates = (word[start : start + length] for length in range(_LONGEST, 0, -1) if start + length <= len(word))
    return next((text for text in candidates if text in _KNOWN), None)


def begins_and_ends_as_transcribed(text: str) -> bool:
    """Say quickly whether a name without separator may be put together of known parts."""
    return text[:1] in _OPENING and text[-1:] in _CLOSING


def is_transcribed(text: str) -> bool:
    """Say whether a name without separator is put together of known parts alone (扎西卓玛, 买买提).

    Two characters count only where they are one Tibetan part: too many Han names look like the others.
    """
    if not begins_and_ends_as_transcribed(text):
        return False
    parts = name_parts(text)
    known = [part for part in map(known_part, parts) if part is not None]
    if len(known) != len(parts):
        return False
    return len(text) > 2 or (len(known) == 1 and known[0].language == "bo")


def same_parts(a: str, b: str) -> bool:
    """Say whether two transcriptions write the same name, spelling and separators apart."""
    return bool(a) and name_parts(a) == name_parts(b)


def shortened_parts(a: str, b: str) -> bool:
    """Say whether one name is the other with its last parts left out (阿卜杜拉 for 阿卜杜拉·买买提)."""
    shorter, longer = sorted((name_parts(a), name_parts(b)), key=len)
    return (
        bool(shorter) and len("".join(shorter)) > 1 and len(shorter) < len(longer) and longer[: len(shorter)] == shorter
    )
