"""How many residents of the four provinces bear a name, or one easily taken for it.

Han names: share of the surname times share of the given name; given names of two characters are a mixture of the
general population and of the women and men born before about 1970, so that 秀英 and 建国 are as common as they are.
The leading names follow published counts. Minority and Latin names have models of their own: a name common among its
bearers is not rare because its bearers are few. Sources and corrections: docs/decisions/0003-name-tables.md.

The shares belong to a model version (`matching.model.Model.names`); those shipped are read from `matching/data`, others
come from a model file (`matching.model_file`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from math import fsum
from typing import ClassVar

from matching.glyph_likeness import similar_characters
from matching.name_data import rows
from matching.name_reading import readings, sound_keys
from matching.normalize import UNKNOWN_CHARACTER, NameParts, Script, fold_characters, name_units
from matching.transcribed_name import begins_and_ends_as_transcribed, known_part, name_parts
from matching.transcribed_rarity import share_among_bearers, share_as_spelt, share_beginning_with

RAREST = 1.0 / 238_000_000 / 10
"""No name is rarer than this: that somebody bears it is known."""

_RARE_SURNAME, _RARE_CHARACTER = 2.0e-6, 5.0e-7
_USUAL_LATIN_PART = 3.0e-3
_LATIN_SPELLINGS = 5.0
"""Names that one Latin name may be taken for, beside itself (estimate)."""

Shares = tuple[float, ...]
UNIT = 1_000_000_000
"""The tables state shares in thousand-millionths."""

COLUMNS = 7
"""Shares of a character: in given names of one character, then as first and second of two in the general population,
among older women, among older men."""
ALONE, FIRST, SECOND = 0, (1, 3, 5), (2, 4, 6)
_UNLISTED: Shares = (_RARE_CHARACTER,) * COLUMNS
_ANY: Shares = (1.0,) * COLUMNS


@dataclass(frozen=True, slots=True)
class Proportions:
    """How residents divide by the make of their names; a share of residents unless said otherwise."""

    one_character: float = 0.18
    two_characters: float = 0.815
    three_characters: float = 0.005
    repeated: float = 0.012
    """Share of two-character given names that say one character twice (婷婷)."""
    generations: tuple[float, ...] = (0.63, 0.19, 0.18)
    """The general population, older women, older men: the mixture of two-character given names."""
    double_surnames: float = 8.0e-4
    """Both parents' surnames before the given name (1.1 million in the country)."""
    minority_bearers: float = 2.5e-3
    """A transcribed minority name (Uyghur, Tibetan, Mongolian, Yi …): estimate, rounded up."""
    latin_bearers: float = 3.0e-3
    """A name in Latin letters: foreigners and people of Hong Kong, Macao and Taiwan."""


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


Units = frozenset[str] | None
"""Characters that may stand in a place; None is any."""

SurnameReach = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Reach:
    """What one character may be taken for: the characters, and their shares added up."""

    units: Callable[[str], Units]
    shares: Callable[[str], Shares]


_ANY_CHARACTER = Reach(lambda _: None, lambda _: _ANY)


def _any_surname(_: str) -> float:
    return 1.0


class NameShares:
    """How common names are, as one model version has it; shares of residents, from 0 to 1.

    What was worked out is kept in this object alone: nothing of one model version is read under another. Sums over
    sets are exact (fsum), so that they come out the same in every process.
    """

    def __init__(
        self,
        surnames: Mapping[str, float],
        characters: Mapping[str, Shares],
        leading: Mapping[str, float],
        proportions: Proportions | None = None,
    ) -> None:
        self.surnames, self.characters, self.leading = surnames, characters, leading
        self.proportions = proportions or Proportions()
        self._given_by_syllable, self._given_by_key = _by_sound(characters)
        self._surnames_by_syllable, self._surnames_by_key = _by_sound(name for name in surnames if len(name) == 1)
        self._of_generations: dict[tuple[float, ...], NameShares] = {}
        self._keep_what_is_worked_out()

    def _keep_what_is_worked_out(self) -> None:
        self.neighbourhood_share = lru_cache(maxsize=65536)(self._neighbourhood_share)
        self._exactly = lru_cache(maxsize=16384)(self._exact_shares)
        self._sounding = self._reach(self._said_as)
        self._near_sounding = self._reach(self._heard_as)
        self._looking = self._reach(similar_characters)
        self._either = self._reach(lambda unit: self._heard_as(unit) | similar_characters(unit))
        self._surname_sounding = self._surname_reach(self._surnames_said_as)
        self._surname_near = self._surname_reach(self._surnames_heard_as)
        self._surname_looking = self._surname_reach(similar_characters)
        self._surname_either = self._surname_reach(lambda one: self._surnames_heard_as(one) | similar_characters(one))
        self._pairs_beginning, self._pairs_ending = defaultdict(list), defaultdict(list)
        self._beyond = self._pairs_beyond()
        for pair in self._beyond:
            self._pairs_beginning[pair[0]].append(pair)
            self._pairs_ending[pair[1]].append(pair)

    def of_generations(self, generations: tuple[float, ...]) -> NameShares:
        """Return the shares among residents whose given names divide so: the general population, older women, men."""
        if generations not in self._of_generations:
            among = copy(self)
            among.proportions = replace(self.proportions, generations=generations)
            among.leading = {}
            among.leading = {given: self._leading_among(among, given) for given in self.leading}
            among._keep_what_is_worked_out()
            self._of_generations[generations] = among
        return self._of_generations[generations]

    def _leading_among(self, among: NameShares, given: str) -> float:
        """Share out a leading name over the generations as its characters are."""
        columns = [self._exactly(unit) for unit in given]
        return self.leading[given] * among._given(columns) / self._given(columns)

    @classmethod
    def shipped(cls) -> NameShares:
        """Return the shares of the tables in `matching/data`."""
        return cls(
            {name: int(share) / UNIT for name, share in rows("surnames.tsv")},
            {cells[0]: tuple(int(share) / UNIT for share in cells[1:]) for cells in rows("given_names.tsv")},
            {given: int(share) / UNIT for given, share in rows("leading_given_names.tsv")},
        )

    def surname_share(self, surname: str) -> float:
        """Return the share of residents with this surname; a rare one counts as one in half a million."""
        return self._surname(fold_characters(surname))

    def _surname(self, surname: str) -> float:
        if surname == UNKNOWN_CHARACTER:
            return 1.0
        if len(surname) == 2 and surname not in self.surnames:
            return self.proportions.double_surnames * self._surname(surname[0]) * self._surname(surname[1])
        return self.surnames.get(surname, _RARE_SURNAME)

    def given_share(self, given: str) -> float:
        """Return the share of residents with this given name of one to three characters (pinyin may stand for one)."""
        units = name_units(fold_characters(given))
        return max(self._given([self._exactly(unit) for unit in units], "".join(units)), RAREST)

    def _given(self, columns: Sequence[Shares], plain: str = "") -> float:
        """Add up the given names with these shares of characters; `plain` is the one exact name asked for."""
        if plain in self.leading:
            return max(self.leading[plain], self._given(columns))
        if len(columns) == 1:
            return self.proportions.one_character * columns[0][ALONE]
        if len(columns) == 2:
            return self._two_given(columns[0], columns[1], plain)
        share = self.proportions.three_characters
        for column in columns:
            share *= column[SECOND[0]]
        return share

    def _two_given(self, first: Shares, second: Shares, plain: str) -> float:
        made = self.proportions
        places = zip(made.generations, FIRST, SECOND, strict=True)
        pairs = sum(weight * first[one] * second[two] for weight, one, two in places)
        repeated = first[ALONE] if plain and plain[0] == plain[1:] else 0.0
        return made.two_characters * ((1 - made.repeated) * pairs + made.repeated * repeated)

    def _exact_shares(self, unit: str) -> Shares:
        if unit == UNKNOWN_CHARACTER:
            return _ANY
        if unit.isascii():
            return self._sum(self._given_by_syllable.get(unit.lower(), ()))
        return self.characters.get(unit, _UNLISTED)

    def _sum(self, characters: Iterable[str]) -> Shares:
        listed = [self.characters[one] for one in characters if one in self.characters]
        return tuple(fsum(column) for column in zip(*listed, strict=True)) if listed else _UNLISTED

    def _reach(self, alike: Callable[[str], frozenset[str]]) -> Reach:
        within = lru_cache(maxsize=16384)(lambda unit: alike(unit) | {unit})
        return Reach(within, lru_cache(maxsize=16384)(lambda unit: self._sum(within(unit))))

    def _said_as(self, unit: str) -> frozenset[str]:
        return frozenset(one for syllable in readings(unit) for one in self._given_by_syllable.get(syllable, ()))

    def _heard_as(self, unit: str) -> frozenset[str]:
        return frozenset(one for key in sound_keys(unit) for one in self._given_by_key.get(key, ()))

    def _surname_reach(self, alike: Callable[[str], frozenset[str]]) -> SurnameReach:
        return lru_cache(maxsize=4096)(lambda surname: self._surnames_within(surname, alike))

    def _surnames_within(self, surname: str, alike: Callable[[str], frozenset[str]]) -> float:
        if len(surname) != 1:
            return self._surname(surname)
        within = alike(surname) | {surname}
        return fsum(self._surname(one) for one in within if one in self.surnames or one == surname)

    def _surnames_said_as(self, one: str) -> frozenset[str]:
        return frozenset(name for said in readings(one) for name in self._surnames_by_syllable.get(said, ()))

    def _surnames_heard_as(self, one: str) -> frozenset[str]:
        return frozenset(name for key in sound_keys(one) for name in self._surnames_by_key.get(key, ()))

    def name_share(self, parts: NameParts) -> float:
        """Return the probability that a random resident of the four provinces bears exactly this name."""
        if parts.script is Script.LATIN:
            words = len(parts.given.split(" "))
            return max(self.proportions.latin_bearers * _USUAL_LATIN_PART**words, RAREST)
        if parts.script is Script.MINORITY:
            return max(self._transcribed(parts.given) * share_as_spelt(_parts(parts.given)), RAREST)
        han = self.surname_share(parts.surname) * self.given_share(parts.given)
        return max(han + self._read_as_transcribed(parts.surname + parts.given), RAREST)

    def _read_as_transcribed(self, text: str) -> float:
        """Share of residents who bear a name of Han form as a transcribed one: 巴图 and 乌兰 are both."""
        folded = fold_characters(text)
        if not begins_and_ends_as_transcribed(folded):
            return 0.0
        parts = name_parts(folded)
        known = all(known_part(part) for part in parts)
        return self._transcribed(text) * share_as_spelt(parts) if known else 0.0

    def _neighbourhood_share(self, parts: NameParts, kind: Neighbourhood) -> float:
        """Return the probability that a random resident's name lies in this neighbourhood, the name left out."""
        if parts.script is Script.MINORITY:
            return max(self._transcribed_neighbourhood(parts.given, kind), RAREST)
        if parts.script is Script.LATIN:
            return min(self.name_share(parts) * _LATIN_SPELLINGS, 1.0)
        surname = fold_characters(parts.surname)
        units = name_units(fold_characters(parts.given))
        return max(self._OF_KIND[kind](self, surname, units), RAREST)

    def _transcribed(self, text: str) -> float:
        """Share of residents with this transcribed name in whatever spelling: how common it is among its people."""
        return self.proportions.minority_bearers * share_among_bearers(_parts(text))

    def _transcribed_neighbourhood(self, text: str, kind: Neighbourhood) -> float:
        if kind is Neighbourhood.SWAPPED:
            return self._transcribed(text)
        if kind in {Neighbourhood.SHORTENED, Neighbourhood.SURNAME_ONLY, Neighbourhood.GIVEN_ONLY}:
            return self.proportions.minority_bearers * share_beginning_with(_parts(text)[:1])
        return self._transcribed(text) * (1 - share_as_spelt(_parts(text)))

    def _whole(self, surname: str, units: Sequence[str]) -> float:
        return self._surname(surname) * self._given([self._exactly(unit) for unit in units], "".join(units))

    def _product(
        self, surname: str, units: Sequence[str], places: Iterable[int], heard: SurnameReach, reach: Reach
    ) -> float:
        """Share of names that agree everywhere but at `places` (0 is the surname), where they are within reach."""
        at = set(places)
        first = heard(surname) if 0 in at else self._surname(surname)
        spelt = [reach.shares(unit) if place in at else self._exactly(unit) for place, unit in enumerate(units, 1)]
        meant = [reach.units(unit) if place in at else self._meant(unit) for place, unit in enumerate(units, 1)]
        return first * (self._given(spelt) + (self._pairs_within(*meant) if len(meant) == 2 else 0.0))

    def _meant(self, unit: str) -> Units:
        if unit == UNKNOWN_CHARACTER:
            return None
        return frozenset(self._given_by_syllable.get(unit.lower(), ())) if unit.isascii() else frozenset(unit)

    def _pairs_within(self, firsts: Units, seconds: Units) -> float:
        """Share of the pairs within reach that is beyond what their characters make: 婷婷 beside 婷廷."""
        if firsts is None:
            found = [pair for second in seconds or () for pair in self._pairs_ending[second]]
        else:
            found = [pair for first in firsts for pair in self._pairs_beginning[first]]
        return fsum(self._beyond[pair] for pair in found if seconds is None or pair[1] in seconds)

    def _pairs_beyond(self) -> dict[str, float]:
        """Return the leading and the repeated pairs, with their shares beyond that of their characters."""
        made = self.proportions
        beyond = {one * 2: made.two_characters * made.repeated * row[ALONE] for one, row in self.characters.items()}
        for pair in self.leading:
            if len(pair) == 2:
                beyond[pair] = max(self.leading[pair] - self._given([self._exactly(unit) for unit in pair]), 0.0)
        return beyond

    def _one_place(self, surname: str, units: Sequence[str], heard: SurnameReach, reach: Reach) -> float:
        whole = self._product(surname, units, (), heard, reach)
        places = range(len(units) + 1)
        return sum(self._product(surname, units, (place,), heard, reach) - whole for place in places)

    def _misheard(self, surname: str, units: Sequence[str]) -> float:
        return self._one_place(surname, units, self._surname_near, self._near_sounding)

    def _misread(self, surname: str, units: Sequence[str]) -> float:
        return self._one_place(surname, units, self._surname_looking, self._looking)

    def _one_other(self, surname: str, units: Sequence[str]) -> float:
        return self._one_place(surname, units, _any_surname, _ANY_CHARACTER)

    def _two_places(self, surname: str, units: Sequence[str]) -> float:
        pairs = combinations(range(len(units) + 1), 2)
        reached = sum(self._product(surname, units, pair, self._surname_either, self._either) for pair in pairs)
        return reached - self._product(surname, units, (), self._surname_either, self._either)

    def _homophone(self, surname: str, units: Sequence[str]) -> float:
        everywhere = range(len(units) + 1)
        sounding = self._product(surname, units, everywhere, self._surname_sounding, self._sounding)
        return sounding - self._product(surname, units, (), self._surname_sounding, self._sounding)

    def _romanised(self, surname: str, units: Sequence[str]) -> float:
        return self._whole(surname, units) + self._homophone(surname, units)

    def _swapped(self, surname: str, units: Sequence[str]) -> float:
        if len(units) == 2:
            return self._whole(surname, units[::-1]) if units[0] != units[1] else RAREST
        return self._whole(units[0], [surname]) if len(units) == 1 else RAREST

    def _shortened(self, surname: str, units: Sequence[str]) -> float:
        columns = [self._exactly(unit) for unit in units]
        if len(units) == 1:
            kept = self._meant(units[0])
            pairs = self._pairs_within(kept, None) + self._pairs_within(None, kept)
            return self._surname(surname) * (self._given([columns[0], _ANY]) + self._given([_ANY, columns[0]]) + pairs)
        return self._surname(surname) * sum(self._given([column]) for column in columns)

    def _surname_only(self, surname: str, units: Sequence[str]) -> float:  # noqa: ARG002 -- as its neighbours are called
        return self._surname(surname)

    def _given_only(self, surname: str, units: Sequence[str]) -> float:  # noqa: ARG002 -- as its neighbours are called
        return self._given([self._exactly(unit) for unit in units], "".join(units))

    _OF_KIND: ClassVar[Mapping[Neighbourhood, Callable[[NameShares, str, Sequence[str]], float]]] = {
        Neighbourhood.HOMOPHONE: _homophone,
        Neighbourhood.ROMANISED: _romanised,
        Neighbourhood.MISHEARD: _misheard,
        Neighbourhood.MISREAD: _misread,
        Neighbourhood.ONE_OTHER: _one_other,
        Neighbourhood.UNKNOWN_CHARACTER: _one_other,
        Neighbourhood.TWO_ERRORS: _two_places,
        Neighbourhood.SWAPPED: _swapped,
        Neighbourhood.SHORTENED: _shortened,
        Neighbourhood.SURNAME_ONLY: _surname_only,
        Neighbourhood.GIVEN_ONLY: _given_only,
        Neighbourhood.RESPELT: _homophone,
    }


def _parts(text: str) -> tuple[str, ...]:
    return name_parts(fold_characters(text))


SHIPPED = NameShares.shipped()
