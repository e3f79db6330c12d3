"""How common transcribed names of minorities are among those who bear such names.

A part common among its people is not rare because the people are few. The shares are estimates, as are those of the
parts themselves (matching/data/transcribed_names.tsv); docs/decisions/0003-name-tables.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from matching.transcribed_name import known_part

_USUAL_PART = 2.0e-3
_LANGUAGES = {"ug": 0.35, "kz": 0.03, "bo": 0.2, "mn": 0.2, "yi": 0.12}
"""How the bearers of transcribed names divide among peoples in the four provinces (estimate)."""

_ONE_PART = {"ug": 0.05, "kz": 0.05, "bo": 0.15, "mn": 0.85, "yi": 0.2}
"""Share of a people registered under one part: Mongolian names have no second one, a Uyghur's is the father's name."""
_ONE_PART_UNKNOWN = 0.25

_LEADING_SPELLING = 1 / 3
"""A spelling is taken to be no rarer among its name's bearers than this."""


def share_among_bearers(parts: Sequence[str]) -> float:
    """Return the share of a name of these parts, in whatever spelling, among all transcribed names."""
    one = _one_part_share(parts)
    return share_beginning_with(parts) * (one if len(parts) == 1 else 1 - one)


def share_beginning_with(parts: Sequence[str]) -> float:
    """Return the share of transcribed names that begin with these parts, whatever follows."""
    return _LANGUAGES.get(_language(parts), max(_LANGUAGES.values())) * prod(map(_part_share, parts))


def share_as_spelt(parts_as_spelt: Sequence[str]) -> float:
    """Return how many of the bearers of a transcribed name write it with exactly these characters."""
    found = [part for part in map(known_part, parts_as_spelt) if part is not None]
    return prod(max(1 / part.spellings, _LEADING_SPELLING) for part in found)


def _language(parts: Sequence[str]) -> str:
    return next((found.language for found in map(known_part, parts) if found is not None), "")


def _one_part_share(parts: Sequence[str]) -> float:
    return _ONE_PART.get(_language(parts), _ONE_PART_UNKNOWN)


def _part_share(part: str) -> float:
    found = known_part(part)
    return found.share if found else _USUAL_PART
