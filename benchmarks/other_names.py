"""Draws names that are not Han: transcribed minority names and names of Hong Kong and Taiwan, with their spellings.

Transcribed names take three parts in four from the shipped table (`matching/data/transcribed_names.tsv`) in one of its
spellings, the fourth from a list (benchmarks/data/kept_lists.tsv) that the matcher does not know. How a clerk respells
a name is drawn by exchanging single characters that transcribe one syllable (same lists), never by looking into the
table.
Hong Kong spellings are a list kept by hand after the usage of its identity documents, not made from Jyutping.
"""

from __future__ import annotations

from functools import cache

from benchmarks.draw import Generator, Weighted, any_of
from benchmarks.kept_lists import entries
from matching.name_data import rows

LANGUAGES = {"ug": 0.40, "kz": 0.05, "bo": 0.20, "mn": 0.20, "yi": 0.15}
"""How bearers of transcribed names divide among peoples in the four provinces (estimate)."""

DOTTED = {"ug": 0.9, "kz": 0.9, "bo": 0.05, "mn": 0.05, "yi": 0.3}
ONE_PART = {"ug": 0.05, "kz": 0.05, "bo": 0.15, "mn": 0.85, "yi": 0.2}
UNKNOWN_PARTS = 0.25

_EXCHANGED: dict[str, str] = {}
for _group in entries("syllables"):
    for _character in _group:
        _EXCHANGED[_character] = _EXCHANGED.get(_character, "") + _group.replace(_character, "")

_WADE = {
    "b": "p", "p": "p", "d": "t", "t": "t", "g": "k", "k": "k", "zh": "ch", "ch": "ch", "j": "ch", "q": "ch", "z": "ts",
    "c": "ts", "x": "hs", "r": "j",
}  # fmt: skip
_WADE_WHOLE = {
    "zhi": "chih", "chi": "chih", "shi": "shih", "ri": "jih", "zi": "tzu", "ci": "tzu", "si": "szu",
    "gui": "kuei", "kui": "kuei", "e": "o", "ge": "ko", "ke": "ko", "he": "ho", "shuo": "shuo", "er": "erh",
    "you": "yu",
}  # fmt: skip
_WADE_ENDS = (("ong", "ung"), ("ian", "ien"), ("ie", "ieh"), ("ue", "ueh"), ("uo", "o"), ("yan", "yen"), ("ye", "yeh"))


@cache
def parts_of(language: str) -> Weighted:
    """Return the parts of a language's names, each spelling by itself."""
    listed = [(float(share), spelt.split(" ")) for of, share, spelt in rows("transcribed_names.tsv") if of == language]
    weighted = [(one, share / len(spellings)) for share, spellings in listed for one in spellings]
    known = sum(share for _, share in weighted)
    further = entries(f"parts {language}")
    weighted += [(one, known * UNKNOWN_PARTS / (1 - UNKNOWN_PARTS) / len(further)) for one in further]
    return Weighted(*zip(*weighted, strict=True))


_LANGUAGE = Weighted(LANGUAGES.keys(), LANGUAGES.values())


def transcribed_name(rng: Generator) -> str:
    """Draw the name of somebody whose name is transcribed, as the household register writes it."""
    language = _LANGUAGE.one(rng)
    parts = parts_of(language)
    first = parts.one(rng)
    if rng.random() < ONE_PART[language] and len(first) > 1:
        return first
    return first + ("·" if rng.random() < DOTTED[language] else "") + parts.one(rng)


def respelt(rng: Generator, name: str) -> str | None:
    """Write a transcribed name with another character for one or two of its syllables; None where none has another."""
    places = [place for place, one in enumerate(name) if one in _EXCHANGED]
    if not places:
        return None
    changed = list(name)
    for place in rng.permutation(places)[: 1 + int(rng.random() < 0.4)]:
        changed[place] = any_of(rng, _EXCHANGED[name[place]])
    return "".join(changed)


def _spelt(table: str) -> dict[str, str]:
    pairs = [(entry.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), entry) for entry in entries(table)]
    return {han: entry[len(han) :] for han, entry in pairs}


_SURNAME_SPELT = _spelt("hong kong surnames")
_GIVEN_SPELT = _spelt("hong kong given")
_SURNAME_TABLE = Weighted(_SURNAME_SPELT, [1 / (place + 2) for place in range(len(_SURNAME_SPELT))])
_GIVEN_LIST = tuple(_GIVEN_SPELT)


def hong_kong_name(rng: Generator) -> tuple[str, str]:
    """Draw the surname and given name of somebody of Hong Kong or Macao, in simplified characters."""
    return _SURNAME_TABLE.one(rng), any_of(rng, _GIVEN_LIST) + any_of(rng, _GIVEN_LIST)


def hong_kong_spelling(surname: str, given: str) -> str:
    """Return the name as identity documents of Hong Kong spell it: CHAN TAI MAN."""
    return " ".join([_SURNAME_SPELT[surname], *(_GIVEN_SPELT[one] for one in given)])


def wade_giles(syllable: str) -> str:
    """Return a pinyin syllable as passports of Taiwan spell it, without apostrophes."""
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    length = next((length for length in (2, 1) if syllable[:length] in _WADE), 0)
    initial, final = _WADE.get(syllable[:length], ""), syllable[length:]
    for end, written in _WADE_ENDS:
        if final.endswith(end):
            return initial + final.removesuffix(end) + written
    return initial + final
