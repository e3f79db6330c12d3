"""A stretch of a judgment's operative part that rules are matched against, with its places in the text as read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.intake.compact_text import CompactText
from registry.intake.judgment_reading import Quoted

BLANK = "\0"
"""Stands for each sign that says nothing here: what is in brackets, or another's share of a common sentence."""

_ITEM = re.compile(r"\(?[一二三四五六七八九十]{1,3}[、\)]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the operative part, what stands in brackets blanked out (刑期自……起 is no sentence)."""

    compact: CompactText
    text: str
    start: int

    @classmethod
    def of_decision(cls, compact: CompactText, start: int, end: int) -> Stretch:
        """Return the operative part without its asides."""
        return cls(compact, _without_asides(compact.text[start:end]), start)

    def part(self, start: int, end: int) -> Stretch:
        """Return a part of this stretch."""
        return Stretch(self.compact, self.text[start:end], self.start + start)

    def quote(self, value: str, start: int, end: int) -> Quoted[str]:
        """Return a value with the place it stands at."""
        return Quoted(value, self.compact.span(self.start + start, self.start + end))

    def measured(self, value: float | None, start: int, end: int) -> Quoted[float] | None:
        """Return a number with the place it stands at; None stays None."""
        return None if value is None else Quoted(value, self.compact.span(self.start + start, self.start + end))

    def next_item(self, place: int, end: int | None = None) -> int:
        """Return where the next numbered item (二、) of the decision begins, or where the stretch (or `end`) is."""
        limit = len(self.text) if end is None else end
        for found in _ITEM.finditer(self.text, place, limit):
            before = self.text[found.start() - 1] if found.start() else "。"
            if before in "。；" + BLANK or self.compact.begins_line(self.start + found.start()):
                return found.start()
        return limit


def as_one_word(name: str) -> str:
    """Return a name without its blanks, as the compact text holds it."""
    return re.sub(r"\s", "", name)


def _without_asides(text: str) -> str:
    """Blank what stands in brackets, whatever is nested in it, so that places stay what they are."""
    depth, blanked = 0, []
    for sign in text:
        depth += sign == "("
        blanked.append(BLANK if depth > 0 else sign)
        depth -= sign == ")" and depth > 0
    return "".join(blanked) if depth == 0 else re.sub(r"\([^()]*\)", lambda found: BLANK * len(found[0]), text)
