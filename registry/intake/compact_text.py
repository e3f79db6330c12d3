"""A judgment's text without blanks, line breaks and page numbers, which still knows where each character stood.

Courts break lines in the middle of words and numbers, and mix full-width and half-width signs. Rules are therefore
matched against the compact form; what they find is quoted from the text as it was read.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

Span = tuple[int, int]
"""Start (inclusive) and end (exclusive) in the text as it was read."""

_BRACKETS = str.maketrans("（）〔〕［］【】[]{}", "()" * 6)
_SIGNS = str.maketrans(",;:", "，；：")
# What was taken is never given back (*+, ++): some thousand blank lines would else hold a worker for hours.
_PAGE_NUMBER = re.compile(
    r"^[ \t\u3000.。]*+[^\S\n]*+(?:(?:第\s*+)?(?:[-—－–]\s*+)?\d{1,3}(?:\s*+[-—－–])?(?:\s*+页)?|"
    r"第\s*+\d++\s*+页.{0,3}共\s*+\d++\s*+页)[^\S\n]*+$",
    re.MULTILINE,
)
_FIELD_CODE = re.compile(r"^(?:(?!PAGE).)*+PAGE(?:(?!Arabic).)*+Arabic.*$", re.MULTILINE)
"""What a word processor leaves of its page numbers when a document is turned to text."""


@dataclass(frozen=True, slots=True)
class CompactText:
    """The compact characters, where each stood, and which of them began a line."""

    original: str
    text: str
    places: tuple[int, ...]
    line_starts: frozenset[int]

    def span(self, start: int, end: int) -> Span:
        """Return where a stretch of compact text stands in the original; it must not be empty."""
        return self.places[start], self.places[end - 1] + 1

    def quoted(self, start: int, end: int) -> str:
        """Return a stretch as it was printed, without its blanks and what a page break put between."""
        return "".join(self.original[place] for place in self.places[start:end])

    def words(self, start: int, end: int) -> str:
        """Return a stretch as it was printed, each run of blanks as one: for names in Latin letters."""
        first, last = self.span(start, end)
        return re.sub(r"\s+", " ", self.original[first:last]).strip()

    def begins_line(self, place: int) -> bool:
        """Say whether a compact character was the first of its line."""
        return place in self.line_starts

    def place_of(self, original: int) -> int:
        """Return the first compact place at or after a place of the original."""
        return bisect_left(self.places, original)


def compact(original: str) -> CompactText:
    """Return the compact form of a text; signs are half-width where they are brackets, Chinese where they are stops."""
    dropped = {place for found in _furniture(original) for place in range(*found.span())}
    characters: list[str] = []
    places: list[int] = []
    starts: set[int] = set()
    fresh = True
    for place, character in enumerate(original):
        if character == "\n":
            fresh = True
        shown = "" if place in dropped else _shown(character)
        if not shown:
            continue
        if fresh:
            starts.add(len(characters))
            fresh = False
        characters.append(shown)
        places.append(place)
    return CompactText(original, "".join(characters), tuple(places), frozenset(starts))


def _furniture(original: str) -> list[re.Match[str]]:
    return [*_PAGE_NUMBER.finditer(original), *_FIELD_CODE.finditer(original)]


def _shown(character: str) -> str:
    """Return one character for one, or none for blanks and signs that print nothing."""
    if character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}:
        return ""
    folded = unicodedata.normalize("NFKC", character)
    plain = folded if len(folded) == 1 else character
    if plain.isspace():
        return ""
    return plain.translate(_BRACKETS).translate(_SIGNS)
