"""For a listed name: how many residents bear a name that speaks so strongly for it, counted and not met by chance.

Every name one place away from the listed one is made and its probability worked out (benchmarks/name_chances.py), so
that a name with a dozen bearers in the country is weighed as it should be; names farther away are drawn and weighted.
What a name weighs is asked of the register itself. Which families of names are made by the matcher's own likeness
changes only the precision: names outside them are drawn among all residents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product

import numpy as np

from benchmarks.draw import Generator, Shares, Whole
from benchmarks.han_names import han_names
from benchmarks.name_chances import (
    COLUMNS,
    GENERATIONS,
    HanChances,
    Transcribed,
    transcribed_names,
    transcribed_parts,
)
from benchmarks.other_names import transcribed_name
from matching.glyph_likeness import similar_characters
from matching.model import DEFAULT
from matching.name_data import rows
from matching.name_likeness import Relation, compared_name, relation
from matching.name_reading import readings, sound_keys
from matching.name_weight import best_pair
from matching.normalize import DOT
from matching.prepare import Prepared
from matching.transcribed_name import known_part

_CERTAIN, _DRAWN = 700, 400
"""Of a family of names the likeliest are all taken, of the others so many are drawn and weighted."""

_FARTHER = 150
"""Names drawn of each generation with the listed surname, and as many with others."""


@dataclass(frozen=True, slots=True, eq=False)
class NearNames:
    """Weights of names in thousandths of a bit, falling, and the share of residents with at least so much."""

    millibits: Whole
    shares: Shares

    def reached(self, needed: Whole) -> Shares:
        """Return, for each weight asked for, the shares of residents (by column) whose names weigh as much."""
        places = np.searchsorted(-self.millibits, -needed, side="right")
        return np.vstack([np.zeros((1, self.shares.shape[1])), self.shares])[places]


class _Gathered:
    """Names and the shares of residents each stands for."""

    def __init__(self, rng: Generator, listed: Prepared) -> None:
        self.rng, self.listed = rng, listed
        self.millibits: list[int] = []
        self.shares: list[Shares] = []

    def add(self, name: str, shares: Shares) -> None:
        compared = compared_name(name)
        pair = best_pair(DEFAULT, [compared] if compared else [], self.listed.names)
        if pair is not None:
            self.millibits.append(pair.millibits)
            self.shares.append(shares)

    def add_family(self, names: Sequence[str], shares: Shares) -> None:
        """Add the likeliest names of a family as they are, and some of the rest for all of it."""
        total = shares.sum(axis=1)
        order = np.argsort(-total, kind="stable")
        for place in order[:_CERTAIN]:
            if total[place] > 0:
                self.add(names[place], shares[place])
        rest = order[_CERTAIN:]
        if total[rest].sum() > 0:
            chances = total[rest] / total[rest].sum()
            for place in self.rng.choice(len(rest), size=_DRAWN, p=chances):
                self.add(names[rest[place]], shares[rest[place]] / (chances[place] * _DRAWN))

    def made(self) -> NearNames:
        millibits = np.array(self.millibits, dtype=np.int64)
        order = np.argsort(-millibits, kind="stable")
        return NearNames(millibits[order], np.cumsum(np.array(self.shares)[order], axis=0))


def near_han_names(rng: Generator, listed: Prepared, county: int) -> NearNames:
    """Weigh Han names beside a listed one; the columns are those of `benchmarks.name_chances`."""
    chances, gathered = HanChances(county), _Gathered(rng, listed)
    texts = [name.text for name in listed.names]
    seen: set[str] = set()
    for family in _families(texts):
        names = [name for name in dict.fromkeys(family) if name not in seen]
        seen.update(names)
        if names:
            gathered.add_family(names, np.array([chances.of(name) for name in names]))
    _add_farther(gathered, chances, texts)
    return gathered.made()


_SURNAMES = tuple(name for name, _ in rows("surnames.tsv"))
_CHARACTERS = tuple(cells[0] for cells in rows("given_names.tsv"))


def _families(texts: Sequence[str]) -> Iterator[Iterable[str]]:
    for text in texts:
        yield (text,)
        for place in range(len(text)):
            units = _SURNAMES if place == 0 else _CHARACTERS
            yield (text[:place] + unit + text[place + 1 :] for unit in units)
            yield (text[:place] + unit + text[place:] for unit in units)
        yield (text + unit for unit in _CHARACTERS)
        yield (text[:place] + text[place + 1 :] for place in range(len(text)))
        yield map("".join, permutations(text))
        for one, other in combinations(range(len(text)), 2):
            yield _replaced(text, {one: _taken_for(text[one]), other: _taken_for(text[other])})
        yield _replaced(text, {place: _said_as(text[place]) for place in range(len(text))})


def _replaced(text: str, within: dict[int, Sequence[str]]) -> Iterator[str]:
    for units in product(*within.values()):
        changed = dict(zip(within, units, strict=True))
        yield "".join(changed.get(place, unit) for place, unit in enumerate(text))


def _by(keys: Callable[[str], Iterable[object]]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = {}
    for unit in dict.fromkeys((*_CHARACTERS, *(name for name in _SURNAMES if len(name) == 1))):
        for key in keys(unit):
            found.setdefault(key, []).append(unit)
    return found


_SAID, _HEARD = _by(readings), _by(sound_keys)


def _said_as(unit: str) -> Sequence[str]:
    return [one for said in readings(unit) for one in _SAID.get(said, ()) if one != unit]


def _taken_for(unit: str) -> Sequence[str]:
    heard = [one for key in sound_keys(unit) for one in _HEARD.get(key, ())]
    return [one for one in dict.fromkeys((*heard, *sorted(similar_characters(unit)))) if one != unit]


def _is_covered(name: str, texts: Sequence[str]) -> bool:
    """Say whether a name belongs to a family made from one of these."""
    return any(_covers(text, name) for text in texts)


def _covers(text: str, name: str) -> bool:
    if len(text) != len(name):
        shorter, longer = sorted((text, name), key=len)
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    differing = [(one, other) for one, other in zip(text, name, strict=True) if one != other]
    if len(differing) <= 1 or sorted(text) == sorted(name):
        return True
    if len(differing) == 2 and all(other in _taken_for(one) for one, other in differing):
        return True
    return len(differing) == len(text) and all(other in _said_as(one) for one, other in differing)


def _add_farther(gathered: _Gathered, chances: HanChances, texts: Sequence[str]) -> None:
    """Draw names of no family: with a listed surname and with others."""
    surnames = dict.fromkeys(text[:1] for text in texts)
    for surname in surnames:
        _add_drawn(gathered, [surname] * _FARTHER, np.array(chances.surname(surname)), texts)
    rest = 1 - np.array([chances.surname(surname) for surname in surnames]).sum(axis=0)
    others = [name for name in han_names().draw_surnames(gathered.rng, None, 4 * _FARTHER) if name not in surnames]
    _add_drawn(gathered, others[:_FARTHER], rest, texts)


def _add_drawn(gathered: _Gathered, surnames: Sequence[str], share: Shares, texts: Sequence[str]) -> None:
    for generation in range(GENERATIONS):
        givens = han_names().draw_givens(gathered.rng, np.full(len(surnames), generation))
        stands_for = np.zeros(COLUMNS)
        stands_for[[generation, GENERATIONS + generation]] = share / len(surnames)
        for surname, given in zip(surnames, givens, strict=True):
            if not _is_covered(surname + given, texts):
                gathered.add(surname + given, stands_for)


def near_transcribed_names(rng: Generator, listed: Prepared) -> NearNames:
    """Weigh transcribed names beside a listed one; the one column is the share among bearers of such names."""
    gathered = _Gathered(rng, listed)
    near = frozenset(
        part for part in transcribed_parts() if any(_sounds_within(part, name.text) for name in listed.names)
    )
    families: dict[bool, list[Transcribed]] = {True: [], False: []}
    for made in transcribed_names(near):
        families[all(part in near for part in made.parts)].append(made)
    for family in families.values():
        if family:
            gathered.add_family([made.name for made in family], np.array([[made.chance] for made in family]))
    others = 1 - float(sum(shares.sum() for shares in gathered.shares))
    drawn = [transcribed_name(rng) for _ in range(4 * _FARTHER)]
    farther = [name for name in drawn if not any(part in near for part in _drawn_parts(name))]
    for name in farther:
        gathered.add(name, np.array([max(others, 0.0) / len(farther)]))
    return gathered.made()


def _drawn_parts(name: str) -> Sequence[str]:
    return name.split(DOT) if DOT in name else [name[:cut] for cut in range(1, 6)] + [name[cut:] for cut in range(1, 6)]


def _alike(part: str, stretch: str) -> int:
    return sum(relation(a, b) is not Relation.OTHER for a, b in zip(part, stretch, strict=True))


def _sounds_within(part: str, name: str) -> bool:
    """Say whether a part could be meant by some stretch of a name: the same known part, or half its sounds."""
    plain = name.replace(DOT, "")
    stretches = [plain[start : start + len(part)] for start in range(len(plain) - len(part) + 1)]
    if any(_alike(part, stretch) * 2 > len(part) for stretch in stretches):
        return True
    meant = known_part(part)
    return meant is not None and any(
        found.standard == meant.standard
        for start in range(len(plain))
        for end in range(start + 1, len(plain) + 1)
        if (found := known_part(plain[start:end])) is not None
    )
