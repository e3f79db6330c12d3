"""What random residents would score on the name beside a listed person, and how that depends on who they are.

A name says more among all residents than among those who resemble the listed person in other ways: neighbours bear one
surname by descent, and people of one age the given names of their time. The weight of a name stays the same for all, so
that a check can be summed by hand; how many others reach as much is counted with the shares that hold for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.identity import Sex
from matching.model import Model
from matching.name_likeness import ComparedName
from matching.name_rarity import NameShares
from matching.name_weight import best_pair, level_share, level_shares
from matching.normalize import UNKNOWN_CHARACTER, NameParts, Script, fold_characters

KINSHIP = 0.005
"""Two residents of one county share a surname by descent so often, beyond chance (villages of one surname: estimate).

The form is Balding and Nichols' (1994) for matches within a population of relatives."""

OLDER_UNTIL, YOUNGER_FROM = 1963, 1975
"""Given names changed between these birth years; between them half of them are the older generation's (estimate)."""
STILL_OLD = 0.05
"""Share of younger people with names of the older generation, as in families that keep them (estimate)."""


@dataclass(frozen=True, slots=True)
class Among:
    """Residents who are alike to a listed person: of one county, and how their given names divide by generation."""

    county: bool = False
    generations: tuple[float, ...] | None = None


EVERYBODY = Among()


def generations_of(year: int, sex: Sex | None) -> tuple[float, ...]:
    """Return how the given names of people born about a year divide: the general population, older women, older men."""
    older = 1.0 if year <= OLDER_UNTIL else STILL_OLD if year >= YOUNGER_FROM else 0.5
    women = {Sex.FEMALE: 1.0, Sex.MALE: 0.0, None: 0.5}[sex]
    return (1 - older, older * women, older * (1 - women))


def name_outlook(
    model: Model, applicant: Sequence[ComparedName], listed: Sequence[ComparedName], among: Among = EVERYBODY
) -> tuple[tuple[int, float], ...]:
    """Return what these residents would score on the name beside this listed person: (millibits, share)."""
    names = tuple((name.parts, name.other) for name in listed)
    outlook = _outlook(model, names, max(len(applicant), 1), among)
    pair = best_pair(model, applicant, listed)
    if pair is None or any(weight == pair.millibits for weight, _ in outlook):
        return outlook
    # How this very pair is alike (an unknown character, another script) is not foreseen by the listed name alone.
    return (*outlook, (pair.millibits, pair.share))


@lru_cache(maxsize=1 << 14)
def _outlook(
    model: Model, listed: tuple[tuple[NameParts, bool], ...], chances: int, among: Among
) -> tuple[tuple[int, float], ...]:
    close = [line for parts, other in listed for line in _close_levels(model, parts, other, among)]
    reached = [(weight, min(share * chances, 1.0)) for weight, share in close]
    rest = max(1.0 - sum(share for _, share in reached), 0.0)
    return (*reached, (model.weight("name", "differs", 1.0), rest))


def _close_levels(model: Model, parts: NameParts, other: bool, among: Among) -> Iterator[tuple[int, float]]:
    for level, share in level_shares(model.names, parts).items():
        if level.startswith("former") == other:
            yield model.weight("name", level, share), _share_among(model.names, parts, level, share, among)


def _share_among(shares: NameShares, parts: NameParts, level: str, share: float, among: Among) -> float:
    if parts.script is not Script.HAN:
        return share
    if among.generations is not None:
        shares = shares.of_generations(among.generations)
        share = level_share(shares, parts, level) or 0.0
    if not among.county or fold_characters(parts.surname) not in shares.surnames:
        return share
    # Relatives bear the surname; of their names only what is given is left to chance.
    given = level_share(shares, parts._replace(surname=UNKNOWN_CHARACTER), level) or 0.0
    return (1 - KINSHIP) * share + KINSHIP * min(given, 1.0)
