"""Weighs the likeness of two names by how rare the listed name, and every name easily taken for it, is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.model import Model
from matching.name_likeness import ComparedName, level_of
from matching.name_rarity import NameShares, Neighbourhood
from matching.normalize import UNKNOWN_CHARACTER, NameParts, Script
from matching.transcribed_name import name_parts

FORM_SHARE = 0.05
"""For each bearer of a name, how many bear it in another form of the same characters (萧 beside 肖)."""

FEWEST = 5.0e-8
FEWEST_ONE_PART = 1.0e-6
LEAST_GIVEN_SHARE = (1.0, 2.0e-5, 1.0e-6)
"""The rarest given name of one and of two characters, as a share of a surname's bearers."""

_OTHER_NAME_LEVELS = {"exact": "former", "form": "former", "differs": "differs"} | dict.fromkeys(
    ("surname_only", "given_only", "two_errors", "one_other", "shortened"), "differs"
)
_HAN_LEVELS = (
    Neighbourhood.MISHEARD,
    Neighbourhood.MISREAD,
    Neighbourhood.SWAPPED,
    Neighbourhood.SHORTENED,
    Neighbourhood.HOMOPHONE,
    Neighbourhood.ONE_OTHER,
    Neighbourhood.TWO_ERRORS,
    Neighbourhood.SURNAME_ONLY,
    Neighbourhood.GIVEN_ONLY,
)
_ERRORS_OF_FORMER_NAMES = ("misheard", "misread", "homophone", "swapped")
_OTHER_SCRIPT_LEVELS = (Neighbourhood.RESPELT, Neighbourhood.SHORTENED, Neighbourhood.SWAPPED)


@dataclass(frozen=True, slots=True)
class NamePair:
    """The closest pair of two people's names: at which level, its weight in thousandths of a bit, its share."""

    level: str
    millibits: int
    share: float


def best_pair(model: Model, applicant: Sequence[ComparedName], listed: Sequence[ComparedName]) -> NamePair | None:
    """Return the pair of names that speaks most for one person, or None where either side states no name."""
    pairs = (_weigh(model, ours, theirs) for ours in applicant for theirs in listed)
    return max(pairs, key=lambda pair: pair.millibits, default=None)


def closest_names(
    model: Model, applicant: Sequence[ComparedName], listed: Sequence[ComparedName]
) -> tuple[ComparedName, ComparedName]:
    """Return the two names `best_pair` weighs; both sides must state one."""
    pairs = [(ours, theirs) for ours in applicant for theirs in listed]
    return max(pairs, key=lambda pair: _weigh(model, *pair).millibits)


def _weigh(model: Model, ours: ComparedName, theirs: ComparedName) -> NamePair:
    level = level_of(ours, theirs)
    if ours.other or theirs.other:
        level = _OTHER_NAME_LEVELS.get(level, "former_error")
    share = _share(model.names, level, ours, theirs)
    return NamePair(level, model.weight("name", level, share), share)


def _share(shares: NameShares, level: str, ours: ComparedName, theirs: ComparedName) -> float:
    if level == "unknown_character":
        return bearers_share(shares, ours.parts if _is_incomplete(ours) else theirs.parts)
    if level == "married":
        return bearers_share(shares, min(ours.parts, theirs.parts, key=lambda parts: len(parts.surname + parts.given)))
    if level == "romanised":
        spelt = ours if theirs.parts.script is Script.LATIN else theirs
        return max(shares.neighbourhood_share(spelt.parts, Neighbourhood.ROMANISED), bearers_share(shares, spelt.parts))
    return level_share(shares, theirs.parts, level) or level_share(shares, ours.parts, level) or 1.0


@lru_cache(maxsize=1 << 16)
def bearers_share(shares: NameShares, parts: NameParts) -> float:
    """Return the share of residents with this name, never less than the table can vouch for.

    Characters are not drawn independently, names run in families and places: a name put together from
    rare parts still has about a dozen bearers, a transcribed name of one part and a Latin one some hundreds.
    """
    if parts.script is not Script.HAN or len(parts.given) > 2:
        several = parts.script is not Script.LATIN and len(name_parts(parts.given)) > 1
        return max(shares.name_share(parts), FEWEST if several else FEWEST_ONE_PART)
    least = LEAST_GIVEN_SHARE[len(parts.given)] * shares.surname_share(parts.surname)
    return max(shares.name_share(parts), least, FEWEST)


def _is_incomplete(name: ComparedName) -> bool:
    return any(unit == UNKNOWN_CHARACTER or unit.isascii() for unit in name.units)


@lru_cache(maxsize=1 << 16)
def level_share(shares: NameShares, parts: NameParts, level: str) -> float | None:
    """Return the share of residents whose name stands so to this listed name; None where it cannot stand so."""
    exact = bearers_share(shares, parts)
    if level in {"exact", "former"}:
        return exact
    if level == "form":
        return exact * FORM_SHARE
    if level == "former_error":
        return sum(level_share(shares, parts, each) or 0.0 for each in _ERRORS_OF_FORMER_NAMES)
    kinds = _HAN_LEVELS if parts.script is Script.HAN else _OTHER_SCRIPT_LEVELS
    return max(shares.neighbourhood_share(parts, Neighbourhood(level)), exact) if level in kinds else None


def level_shares(shares: NameShares, parts: NameParts) -> dict[str, float]:
    """Return, for each level a listed name foresees, the share of residents whose name stands so to it."""
    kinds = _HAN_LEVELS if parts.script is Script.HAN else _OTHER_SCRIPT_LEVELS
    levels = ("exact", "form", *(kind.value for kind in kinds), "former", "former_error")
    return {level: level_share(shares, parts, level) or 0.0 for level in levels}
