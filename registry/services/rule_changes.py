"""What differs between two wordings of a model or policy: every value, by its place, with what was removed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One value that differs: its place as a dotted key, and both spellings (None: not there)."""

    place: str
    before: str | None
    after: str | None


def rule_changes(before: str | None, after: str) -> list[RuleChange]:
    """Return each value that differs, in the order of the former wording and then of the new one.

    Wordings are TOML; comments and the order of entries say nothing. Without a former wording everything is new.
    """
    former, latter = _values(before or ""), _values(after)
    places = dict.fromkeys((*former, *latter))
    return [
        RuleChange(place, former.get(place), latter.get(place))
        for place in places
        if former.get(place) != latter.get(place)
    ]


def _values(text: str) -> dict[str, str]:
    return dict(_flat("", tomllib.loads(text)))


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every value with its place; a table or list without entries is one itself."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            yield from _flat(f"{place}.{name}" if place else name, each)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value, 1):
            yield from _flat(f"{place}[{number}]", each)
    elif place:
        yield place, orjson.dumps(value).decode()
