"""What a paper says, block by block; how it looks is decided where it is drawn (PDF) or written (docx)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from registry.clock import SHANGHAI
from registry.papers.bar_plot import BarPlot
from registry.papers.wording import wording


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part, numbered by whoever words it (一、…)."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its first line indented by two characters as official papers have it."""

    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a law or of a draft somebody else may use, set off from the paper's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `shares` are the columns' relative widths, columns from `figures_from` on hold numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[int]
    figures_from: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot; the table that says the same stands under it."""

    plot: BarPlot


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for the paper, line by line, and the day it bears."""

    lines: Sequence[str]
    day: datetime.date
    sealed: bool = False
    """Whether the authority's seal goes beside it."""


Block: TypeAlias = Heading | Paragraph | Quotation | Table | Figure


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper in Chinese: title, number, whom it addresses, what it says, who signs."""

    title: str
    number: str
    addressee: str | None
    blocks: Sequence[Block]
    signature: Signature


def chinese_day(day: datetime.date) -> str:
    """Return a day as official papers write it: 2026年3月1日 (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_term(since: datetime.date, until: datetime.date | None) -> str:
    """Return the term of a ban in words; `until` is inclusive, None for life."""
    words = wording("paper")
    if until is None:
        return words.say("life_term", since=chinese_day(since))
    return words.say("term", since=chinese_day(since), until=chinese_day(until))


def chinese_minute(instant: datetime.datetime) -> str:
    """Return an aware instant as the minute it was in Shanghai: 2026-03-01 09:30."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
