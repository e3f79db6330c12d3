"""Guesses at what a court's own headings mean: by the list's columns, by earlier mappings, by synonyms, by likeness.

Every guess says what it rests on, and a person confirms it. The words are data: heading_words.toml.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import resources

from registry.intake.heading_map import MONTHS, SENTENCE_TEXT, HeadingMap, word_of
from registry.intake.headings import RETURN_HEADINGS, ListKind, columns
from registry.intake.row_facts import SENTENCES
from registry.intake.sentence_cell import Unit, months_value, sentence_values
from registry.intake.workbook import Cell

_LIKE_ENOUGH = 0.75
_HEADING_LINES = 10
_SIGNS = re.compile(r"[\s*＊()（）【】\[\]:：/、,，.。_\-—]+|必填|选填|yyyy|mm|dd", re.IGNORECASE)
_CITIZENS = re.compile(r"身份证|公民身份")


class Ground(StrEnum):
    """What a guess rests on, the surest first."""

    COLUMN = "column"
    EARLIER = "earlier"
    SYNONYM = "synonym"
    LIKENESS = "likeness"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one heading seems to mean (None: no guess) and why."""

    heading: str
    column: str | None
    ground: Ground | None


@functools.cache
def synonyms(kind: ListKind) -> Mapping[str, str]:
    """Return the column of every known heading of a kind, spelt plainly."""
    stated = tomllib.loads(resources.files(__package__).joinpath("heading_words.toml").read_text("utf-8"))[kind.value]
    return {plain(word): column for column, words in stated.items() for word in words}


def plain(heading: str) -> str:
    """Return a heading without the signs and remarks that say nothing: 刑期（月）* becomes 刑期月."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", heading).lower())


def find_headings(lines: Sequence[Sequence[object]], earlier: Iterable[HeadingMap] = ()) -> int:
    """Return the place of the heading line among a file's first lines: the one with most headings that are known.

    Titles and notes above it are passed over; where no line has two known headings it is the first of three cells.
    """
    head = lines[:_HEADING_LINES]
    scores = [_known(cells, tuple(earlier)) for cells in head]
    if scores and max(scores) > 1:
        return scores.index(max(scores))
    return next((place for place, cells in enumerate(head) if sum(cell is not None for cell in cells) > 2), 0)


def _known(cells: Sequence[object], earlier: Sequence[HeadingMap]) -> int:
    names = [str(cell) for cell in cells if cell is not None]
    return max(known_headings(names, kind, earlier) for kind in ListKind)


def known_headings(names: Iterable[str], kind: ListKind, earlier: Sequence[HeadingMap] = ()) -> int:
    """Return how many names are headings that are known for sure, without guessing by likeness."""
    return sum(_known_guess(name, kind, earlier)[0] is not None for name in names)


def likely_kind(headings: Sequence[str]) -> ListKind:
    """Return which of the two lists the headings rather speak of."""
    revocation, conviction = (_telling(headings, kind) for kind in (ListKind.REVOCATION, ListKind.CONVICTION))
    return ListKind.REVOCATION if revocation > conviction else ListKind.CONVICTION


_TELLING = {
    ListKind.CONVICTION: {"court", "charge", "sentence", "sentence_months", SENTENCE_TEXT, "judgment_date"},
    ListKind.REVOCATION: {"organisation", "uscc", "licence_no", "authority", "penalty", "decided_on"},
}


def _telling(headings: Sequence[str], kind: ListKind) -> int:
    return sum(_known_guess(heading, kind, ())[0] in _TELLING[kind] for heading in headings)


def suggest(headings: Sequence[str], kind: ListKind, earlier: Sequence[HeadingMap] = ()) -> list[Suggestion]:
    """Return a guess for every heading, in order; of two headings that seem to mean one column the surer gets it."""
    same = [one for one in earlier if one.kind is kind]
    guesses = {heading: _guess(heading, kind, same) for heading in headings}
    order = list(Ground)
    taken: dict[str, str] = {}
    for ground in order:
        for heading, (column, why) in guesses.items():
            if column is not None and why is ground:
                taken.setdefault(column, heading)
    return [
        Suggestion(heading, column, why) if column and taken[column] == heading else Suggestion(heading, None, None)
        for heading, (column, why) in guesses.items()
    ]


def suggested_map(headings: Sequence[str], kind: ListKind, earlier: Sequence[HeadingMap] = ()) -> HeadingMap:
    """Return the mapping all guesses make together, with what earlier ones say of values and units."""
    found = {one.heading: one.column for one in suggest(headings, kind, earlier) if one.column is not None}
    last = next((one for one in earlier if one.kind is kind and set(found) & set(one.columns)), None)
    units = {column: unit for heading, column in found.items() if (unit := unit_of(heading, column)) is not None}
    constants = {} if last is None else {c: v for c, v in last.constants.items() if c not in found.values()}
    if "id_type" not in found.values() and any(_CITIZENS.search(h) for h, c in found.items() if c == "id_number"):
        constants.setdefault("id_type", "resident_id")
    return HeadingMap(
        kind, found, constants, {} if last is None else last.words, units | dict(last.units if last else {})
    )


def fitted_to_values(found: HeadingMap, headings: Sequence[str], rows: Sequence[Sequence[Cell | None]]) -> HeadingMap:
    """Return the mapping with its punishment column understood by what stands in it: a word, a length, or the whole.

    Courts head all three alike: 主刑, 刑期 and 判决结果 may each hold 有期徒刑一年六个月，缓刑二年.
    """
    meant = dict(found.columns)
    for heading in [heading for heading, column in meant.items() if column in _PUNISHMENTS]:
        place = headings.index(heading)
        values = [str(row[place]) for row in rows[:_SAMPLES] if place < len(row) and row[place] is not None]
        fits = [
            column for column, reads in _PUNISHMENTS.items() if values and _mostly(reads(value) for value in values)
        ]
        if fits and meant[heading] not in fits and fits[0] not in meant.values():
            meant[heading] = fits[0]
    return replace(found, columns=meant)


_PUNISHMENTS: Mapping[str, Callable[[str], bool]] = {
    SENTENCE_TEXT: lambda value: sentence_values(value) is not None and word_of(value) not in SENTENCES,
    "sentence": lambda value: word_of(value) in SENTENCES,
    "sentence_months": lambda value: months_value(value, Unit.MONTHS) is not None,
}
_SAMPLES = 50


def _mostly(true: Iterable[bool]) -> bool:
    found = list(true)
    return sum(found) * 2 > len(found)


def unit_of(heading: str, column: str) -> Unit | None:
    """Return what bare numbers under a heading count, where the heading says so: 刑期（月）, 罚金（万元）."""
    name = plain(heading)
    if column in MONTHS:
        return Unit.MONTHS if "月" in name else Unit.YEARS if name.endswith("年") else None
    if column == "fine_yuan":
        return Unit.TEN_THOUSAND_YUAN if "万" in name else None
    return None


def _guess(heading: str, kind: ListKind, earlier: Sequence[HeadingMap]) -> tuple[str | None, Ground | None]:
    found = _known_guess(heading, kind, earlier)
    if found[0] is not None or heading in RETURN_HEADINGS:
        return found
    known = synonyms(kind)
    like = difflib.get_close_matches(plain(heading), known, n=1, cutoff=_LIKE_ENOUGH)
    return (known[like[0]], Ground.LIKENESS) if like else (None, None)


def _known_guess(heading: str, kind: ListKind, earlier: Sequence[HeadingMap]) -> tuple[str | None, Ground | None]:
    name, own = plain(heading), heading.strip().lower()
    if own in columns(kind):
        return own, Ground.COLUMN
    before = next((one.columns[heading] for one in earlier if one.kind is kind and heading in one.columns), None)
    if before is not None:
        return before, Ground.EARLIER
    column = synonyms(kind).get(name)
    return (None, None) if column is None else (column, Ground.SYNONYM)
