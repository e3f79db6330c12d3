"""A judgment's text with the places its fields were read from: cut where a quote begins or ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from registry.store.desk_values import Content

_PARTS: Final = ("other_names", "counts", "bans")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text, and the fields that were read from it; `first_of` those that begin with it."""

    text: str
    fields: tuple[str, ...]
    first_of: tuple[str, ...]


def pieces(text: str, quotes: Mapping[str, tuple[int, int]]) -> list[Piece]:
    """Return the text in pieces; each is covered by one set of quotes. Offsets count characters (Unicode)."""
    edges = sorted({0, len(text), *(edge for span in quotes.values() for edge in span if 0 < edge < len(text))})
    return [
        Piece(
            text[start:end],
            tuple(field for field, span in quotes.items() if span[0] <= start and end <= span[1]),
            tuple(field for field, span in quotes.items() if span[0] == start),
        )
        for start, end in pairwise(edges)
    ]


def quotes_of(reading: Mapping[str, Any] | None, content: Content) -> dict[str, tuple[int, int]]:
    """Return where each field of the content was read, by the field's present path.

    Defendants are told by number; a list whose length has changed leads nowhere, rather than to the wrong place.
    """
    if reading is None:
        return {}
    own = {each["no"] - 1: place for place, each in enumerate(content["defendants"]) if each.get("no")}
    kept = {}
    for path, (start, end) in reading.get("quotes", {}).items():
        here = _moved(path, own)
        if here is not None and _is_of_same_list(path, here, reading, content):
            kept[here] = (int(start), int(end))
    return kept


def moved_path(path: str, content: Content) -> str | None:
    """Return where a field of the reading stands in the content now; None where its defendant was taken away."""
    return _moved(path, {each["no"] - 1: place for place, each in enumerate(content["defendants"]) if each.get("no")})


def _moved(path: str, own: Mapping[int, int]) -> str | None:
    head, bracket, rest = path.partition("[")
    number, _, tail = rest.partition("]")
    if head != "defendants" or not bracket:
        return path
    place = own.get(int(number))
    return None if place is None else f"defendants[{place}]{tail}"


def _is_of_same_list(path: str, here: str, reading: Mapping[str, Any], content: Content) -> bool:
    part = next((part for part in _PARTS if f".{part}[" in path), None)
    if part is None:
        return True
    read = reading["defendants"][_position(path)][part]
    return len(read) == len(content["defendants"][_position(here)][part])


def _position(path: str) -> int:
    return int(path.partition("[")[2].partition("]")[0])
