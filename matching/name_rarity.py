"""How many residents of the four provinces bear a name, or one easily taken for it.

Han names: share of the surname times share of the given name; given names of two characters are a mixture of the
general population and of the women and men born before about 1970, so that 秀英 and 建国 are as common as they are.
The leading names follow published counts. Minority and Latin names have models of their own: a name common among its
bearers is not rare because its bearers are few. Sources and corrections: docs/decisions/0003-name-tables.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from matching.glyph_likeness import similar_characters
from matching.name_data import rows
from matching.name_reading import readings, sound_keys
from matching.normalize import UNKNOWN_CHARACTER, NameParts, Script, fold_characters, name_units
from matching.transcribed_name import known_part, name_parts

ONE_CHARACTER, TWO_CHARACTERS, THREE_CHARACTERS = 0.18, 0.815, 0.005
"""Shares of residents by length of the given name."""

REPEATED = 0.012
"""Share of two-character given names that say one character twice (婷婷)."""

_WEIGHTS = (0.63, 0.19, 0.18)
"""The general population, older women, older men: the mixture of two-character given names."""

DOUBLE_SURNAMES = 8.0e-4
"""Share of residents with both parents' surnames before the given name (1.1 million in the country)."""

MINORITY_BEARERS = 2.5e-3
"""Share of residents with a transcribed minority name (Uyghur, Tibetan, Mongolian, Yi …): estimate, rounded up."""

LATIN_BEARERS = 3.0e-3
"""Share of residents known by a name in Latin letters: foreigners and people of Hong Kong, Macao and Taiwan."""

RAREST = 1.0 / 238_000_000 / 10
"""No name is rarer than this: that somebody bears it is known."""

_RARE_SURNAME, _RARE_CHARACTER = 2.0e-6, 5.0e-7
_USUAL_LATIN_PART, _USUAL_MINORITY_PART = 3.0e-3, 2.0e-3
_LATIN_SPELLINGS = 5.0
"""Names that one Latin name may be taken for, beside itself (estimate)."""

_LANGUAGES = {"ug": 0.35, "kz": 0.03, "bo": 0.2, "mn": 0.2, "yi": 0.12}
"""How the bearers of transcribed names divide among peoples in the four provinces (estimate)."""

ONE_PART = 0.1
"""Share of transcribed names registered with one part only."""

_LEADING_SPELLING = 1 / 3
"""A spelling is taken to be no rarer among its name's bearers than this."""

_SURNAMES = {name: int(share) / 1e9 for name, share in rows("surnames.tsv")}
_COLUMNS = 7
_CHARACTERS = {cells[0]: tuple(int(share) / 1e9 for share in cells[1:]) for cells in rows("given_names.tsv")}
_LEADING = {given: int(share) / 1e9 for given, share in rows("leading_given_names.tsv")}
_ALONE, _FIRST, _SECOND = 0, (1, 3, 5), (2, 4, 6)

Shares = tuple[float, ...]
_UNLISTED: Shares = (_RARE_CHARACTER,) * _COLUMNS
_ANY: Shares = (1.0,) * _COLUMNS


class Neighbourhood(StrEnum):
    """In which way another's name may be taken for a name; the name itself is never in its own neighbourhood."""

    HOMOPHONE = "homophone"
    MISHEARD = "misheard"
    MISREAD = "misread"
    ONE_OTHER = "one_other"
    TWO_ERRORS = "two_errors"
    SWAPPED = "swapped"
    SHORTENED = "shortened"
    UNKNOWN_CHARACTER = "unknown_character"
    SURNAME_ONLY = "surname_only"
    GIVEN_ONLY = "given_only"
    RESPELT = "respelt"
    ROMANISED = "romanised"


def _by_sound(characters: Iterable[str]) -> tuple[dict[str, list[str]], dict[int, list[str]]]:
    exact: dict[str, list[str]] = defaultdict(list)
    fuzzy: dict[int, list[str]] = defaultdict(list)
    for character in characters:
        for syllable in readings(character):
            exact[syllable].append(character)
        for key in sound_keys(character):
            fuzzy[key].append(character)
    return exact, fuzzy


_GIVEN_BY_SYLLABLE, _GIVEN_BY_KEY = _by_sound(_CHARACTERS)
_SURNAMES_BY_SYLLABLE, _SURNAMES_BY_KEY = _by_sound(name for name in _SURNAMES if len(name) == 1)


def surname_share(surname: str) -> float:
    """Return the share of residents with this surname; a rare one counts as one in a million."""
    return _surname(fold_characters(surname))


def _surname(surname: str) -> float:
    if surname == UNKNOWN_CHARACTER:
        return 1.0
    if len(surname) == 2 and surname not in _SURNAMES:
        return DOUBLE_SURNAMES * _surname(surname[0]) * _surname(surname[1])
    return _SURNAMES.get(surname, _RARE_SURNAME)


def given_share(given: str) -> float:
    """Return the share of residents with this given name of one to three characters (pinyin may stand for one)."""
    units = name_units(fold_characters(given))
    return max(_given([_exactly(unit) for unit in units], "".join(units)), RAREST)


def _given(columns: Sequence[Shares], plain: str = "") -> float:
    """Add up the given names with these shares of characters; `plain` names the one exact name that is asked for."""
    if plain in _LEADING:
        return max(_LEADING[plain], _given(columns))
    if len(columns) == 1:
        return ONE_CHARACTER * columns[0][_ALONE]
    if len(columns) == 2:
        first, second = columns
        places = zip(_WEIGHTS, _FIRST, _SECOND, strict=True)
        pairs = sum(weight * first[one] * second[two] for weight, one, two in places)
        repeated = first[_ALONE] if plain and plain[0] == plain[1:] else 0.0
        return TWO_CHARACTERS * ((1 - REPEATED) * pairs + REPEATED * repeated)
    share = THREE_CHARACTERS
    for column in columns:
        share *= column[_SECOND[0]]
    return share


@lru_cache(maxsize=16384)
def _exactly(unit: str) -> Shares:
    if unit == UNKNOWN_CHARACTER:
        return _ANY
    if unit.isascii():
        return _sum(_GIVEN_BY_SYLLABLE.get(unit.lower(), ()))
    return _CHARACTERS.get(unit, _UNLISTED)


def _sum(characters: Iterable[str]) -> Shares:
    listed = [_CHARACTERS[one] for one in characters if one in _CHARACTERS]
    return tuple(sum(column) for column in zip(*listed, strict=True)) if listed else _UNLISTED


@lru_cache(maxsize=16384)
def _sounding(unit: str) -> Shares:
    return _sum({one for syllable in readings(unit) for one in _GIVEN_BY_SYLLABLE.get(syllable, ())} | {unit})


@lru_cache(maxsize=16384)
def _near_sounding(unit: str) -> Shares:
    return _sum({one for key in sound_keys(unit) for one in _GIVEN_BY_KEY.get(key, ())} | {unit})


@lru_cache(maxsize=16384)
def _looking(unit: str) -> Shares:
    return _sum(similar_characters(unit) | {unit})


@lru_cache(maxsize=16384)
def _either(unit: str) -> Shares:
    heard = {one for key in sound_keys(unit) for one in _GIVEN_BY_KEY.get(key, ())}
    return _sum(heard | similar_characters(unit) | {unit})


def _any_character(_: str) -> Shares:
    return _ANY


Reach = Callable[[str], Shares]
SurnameReach = Callable[[str], float]


def _surnames(alike: Callable[[str], set[str]]) -> SurnameReach:
    @lru_cache(maxsize=4096)
    def share(surname: str) -> float:
        if len(surname) != 1:
            return _surname(surname)
        return sum(_surname(one) for one in alike(surname) if one in _SURNAMES or one == surname)

    return share


_surname_sounding = _surnames(lambda one: {s for said in readings(one) for s in _SURNAMES_BY_SYLLABLE[said]} | {one})
_surname_near = _surnames(lambda one: {s for key in sound_keys(one) for s in _SURNAMES_BY_KEY[key]} | {one})
_surname_looking = _surnames(lambda one: set(similar_characters(one)) | {one})
_surname_either = _surnames(
    lambda one: {s for key in sound_keys(one) for s in _SURNAMES_BY_KEY[key]} | similar_characters(one) | {one}
)


def _any_surname(_: str) -> float:
    return 1.0


def name_share(parts: NameParts) -> float:
    """Return the probability that a random resident of the four provinces bears exactly this name."""
    if parts.script is Script.LATIN:
        return max(LATIN_BEARERS * _USUAL_LATIN_PART ** len(parts.given.split(" ")), RAREST)
    if parts.script is Script.MINORITY:
        return max(_transcribed(parts.given) * _as_spelt(parts.given), RAREST)
    return max(surname_share(parts.surname) * given_share(parts.given), RAREST)


@lru_cache(maxsize=65536)
def neighbourhood_share(parts: NameParts, kind: Neighbourhood) -> float:
    """Return the probability that a random resident's name lies in this neighbourhood of a name, itself left out."""
    if parts.script is Script.MINORITY:
        return max(_transcribed_neighbourhood(parts.given, kind), RAREST)
    if parts.script is Script.LATIN:
        return min(name_share(parts) * _LATIN_SPELLINGS, 1.0)
    surname = fold_characters(parts.surname)
    units = name_units(fold_characters(parts.given))
    return max(_NEIGHBOURHOODS[kind](surname, units), RAREST)


def _transcribed(text: str) -> float:
    """Share of residents with this transcribed name in whatever spelling: how common it is among its people."""
    parts = name_parts(fold_characters(text))
    share = MINORITY_BEARERS * _language_share(parts)
    for part in parts:
        share *= _part_share(part)
    return share * (ONE_PART if len(parts) == 1 else 1 - ONE_PART)


def _language_share(parts: Sequence[str]) -> float:
    known = [found.language for found in map(known_part, parts) if found is not None]
    return _LANGUAGES[known[0]] if known else max(_LANGUAGES.values())


def _part_share(part: str) -> float:
    found = known_part(part)
    return found.share if found else _USUAL_MINORITY_PART


def _as_spelt(text: str) -> float:
    """Share of the bearers of a transcribed name who write it with exactly these characters."""
    share = 1.0
    for found in map(known_part, name_parts(fold_characters(text))):
        share *= max(1 / found.spellings, _LEADING_SPELLING) if found else 1.0
    return share


def _transcribed_neighbourhood(text: str, kind: Neighbourhood) -> float:
    if kind is Neighbourhood.SWAPPED:
        return _transcribed(text)
    if kind in {Neighbourhood.SHORTENED, Neighbourhood.SURNAME_ONLY, Neighbourhood.GIVEN_ONLY}:
        first = name_parts(fold_characters(text))[:1]
        return MINORITY_BEARERS * _language_share(first) * _part_share("".join(first))
    return _transcribed(text) * (1 - _as_spelt(text))


def _whole(surname: str, units: Sequence[str]) -> float:
    return _surname(surname) * _given([_exactly(unit) for unit in units], "".join(units))


def _product(surname: str, units: Sequence[str], places: Iterable[int], heard: SurnameReach, reach: Reach) -> float:
    """Share of names that agree everywhere but at `places` (0 is the surname), where they are within reach."""
    at = set(places)
    first = heard(surname) if 0 in at else _surname(surname)
    return first * _given([reach(unit) if place in at else _exactly(unit) for place, unit in enumerate(units, 1)])


def _one_place(surname: str, units: Sequence[str], heard: SurnameReach, reach: Reach) -> float:
    whole = _product(surname, units, (), heard, reach)
    places = range(len(units) + 1)
    return sum(_product(surname, units, (place,), heard, reach) - whole for place in places)


def _two_places(surname: str, units: Sequence[str]) -> float:
    pairs = combinations(range(len(units) + 1), 2)
    reached = sum(_product(surname, units, pair, _surname_either, _either) for pair in pairs)
    return reached - _product(surname, units, (), _surname_either, _either)


def _homophone(surname: str, units: Sequence[str]) -> float:
    everywhere = range(len(units) + 1)
    sounding = _product(surname, units, everywhere, _surname_sounding, _sounding)
    return sounding - _product(surname, units, (), _surname_sounding, _sounding)


def _romanised(surname: str, units: Sequence[str]) -> float:
    return _whole(surname, units) + _homophone(surname, units)


def _swapped(surname: str, units: Sequence[str]) -> float:
    if len(units) == 2:
        return _whole(surname, units[::-1]) if units[0] != units[1] else RAREST
    return _whole(units[0], [surname]) if len(units) == 1 else RAREST


def _shortened(surname: str, units: Sequence[str]) -> float:
    columns = [_exactly(unit) for unit in units]
    if len(units) == 1:
        return _surname(surname) * (_given([columns[0], _ANY]) + _given([_ANY, columns[0]]))
    return _surname(surname) * sum(_given([column]) for column in columns)


_NEIGHBOURHOODS: dict[Neighbourhood, Callable[[str, Sequence[str]], float]] = {
    Neighbourhood.HOMOPHONE: _homophone,
    Neighbourhood.ROMANISED: _romanised,
    Neighbourhood.MISHEARD: lambda surname, units: _one_place(surname, units, _surname_near, _near_sounding),
    Neighbourhood.MISREAD: lambda surname, units: _one_place(surname, units, _surname_looking, _looking),
    Neighbourhood.ONE_OTHER: lambda surname, units: _one_place(surname, units, _any_surname, _any_character),
    Neighbourhood.UNKNOWN_CHARACTER: lambda surname, units: _one_place(surname, units, _any_surname, _any_character),
    Neighbourhood.TWO_ERRORS: _two_places,
    Neighbourhood.SWAPPED: _swapped,
    Neighbourhood.SHORTENED: _shortened,
    Neighbourhood.SURNAME_ONLY: lambda surname, _: _surname(surname),
    Neighbourhood.GIVEN_ONLY: lambda _, units: _given([_exactly(unit) for unit in units], "".join(units)),
    Neighbourhood.RESPELT: _homophone,
}
