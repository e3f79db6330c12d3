"""Bar plots without a script: laid out here as plain shapes, drawn as SVG for pages and for the PDF alike.

Series differ by pattern as well as by colour and carry their names in a legend; the values stand at the bars where
there is room. A value that is not known has no bar and a dash. Whoever shows a plot puts the table that says the same
under it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 18, 30
_ROOM: Final = 176
_LEGEND: Final = 24
_ROW: Final = 26
_SIZE: Final = 11
_NAMES_WIDTH: Final = 230
_MARKS_WIDTH: Final = 96
_FULL: Final = 0x2E80
UNKNOWN: Final = "—"
MOST_MARKED: Final = 16
"""Up to so many columns each bears its value; of more only the highest does."""


@dataclass(frozen=True, slots=True)
class PlotOf:
    """What a plot is of: its title, its values' unit, and a key that makes its ids its own on a page with several."""

    key: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Series:
    """One series of values, a value a label; None where nothing is known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Box:
    """One bar: where it stands, in the plot's own units, and which series it belongs to."""

    left: float
    top: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the scale."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Words:
    """One text: where it stands, how it is anchored (start, middle, end), what it is (scale, label, mark, legend)."""

    x: float
    y: float
    text: str
    anchor: str
    kind: str


@dataclass(frozen=True, slots=True)
class BarPlot:
    """A plot laid out: bars, lines of the scale and texts, in a picture of the given size.

    `of.title` and `says` are read out instead of the picture.
    """

    of: PlotOf
    says: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    words: tuple[Words, ...]


def columns_over_time(
    of: PlotOf, labels: Sequence[str], series: Sequence[Series], steps: Sequence[float] | None = None
) -> BarPlot:
    """Lay out columns, one a label, the series stacked from the axis up in the order given.

    The scale ends at a round number no column exceeds: one of `steps` where given, else of 1, 2 and 5 times powers of
    ten. Raises ValueError where a series has another number of values than there are labels.
    """
    totals = [_total([each.values[place] for each in series]) for place in range(_agreed(labels, series))]
    top, lift = _scale_end(totals, steps), _LEGEND if len(series) > 1 else 0
    height = lift + _TOP + _ROOM + _BOTTOM
    floor, span = lift + _TOP + _ROOM, (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    boxes = tuple(_columns(series, span, floor, _ROOM / top))
    words = (
        *_scale_words(top, floor, of.unit),
        *_day_words(labels, span, floor),
        *_marks_over(totals, span, floor, top),
        *_legend(series),
    )
    lines = tuple(
        Line(_LEFT, y, WIDTH - _RIGHT, y) for y in (round(floor - _ROOM * share / 4, 1) for share in range(5))
    )
    return BarPlot(of, _column_sentence(labels, totals, of.unit), WIDTH, height, boxes, lines, words)


def bars_beside(
    of: PlotOf, labels: Sequence[str], values: Sequence[float | None], marks: Sequence[str] | None = None
) -> BarPlot:
    """Lay out horizontal bars, one a label, from the top down, each with its value (or its own mark) at its end.

    A label too long for its place is shortened with an ellipsis; the table under the plot has it whole.
    Raises ValueError where values or marks are more or fewer than the labels.
    """
    rows = list(zip(labels, values, marks or [_number(value) for value in values], strict=True))
    most = max((value for value in values if value), default=1.0)
    room, left = WIDTH - _NAMES_WIDTH - _MARKS_WIDTH, float(_NAMES_WIDTH)
    boxes, words = [], []
    for place, (label, value, mark) in enumerate(rows):
        y, width = 8.0 + place * _ROW, round(room * (value or 0) / most, 1)
        boxes.append(Box(left, y, width, _ROW - 8, 0))
        words.append(Words(left - 8, y + 13, shortened(label, _NAMES_WIDTH - 16), "end", "label"))
        words.append(Words(left + width + 6, y + 13, mark, "start", "mark"))
    axis = Line(left, 4, left, 8 + len(rows) * _ROW)
    says = "；".join(f"{label}：{mark}{of.unit if marks is None else ''}" for label, _, mark in rows)
    return BarPlot(of, says, WIDTH, 16 + len(rows) * _ROW, tuple(boxes), (axis,), tuple(words))


def text_width(text: str) -> float:
    """Return about how wide a text stands at the plot's size of letters: wide characters count one square."""
    return sum(_SIZE if ord(sign) >= _FULL else _SIZE * 0.58 for sign in text)


def shortened(text: str, room: float) -> str:
    """Return the text, ended by an ellipsis where it would be wider than the room."""
    if text_width(text) <= room:
        return text
    kept = text
    while kept and text_width(kept) + _SIZE > room:
        kept = kept[:-1]
    return kept + "…"


def _agreed(labels: Sequence[str], series: Sequence[Series]) -> int:
    wrong = [each.name for each in series if len(each.values) != len(labels)]
    if wrong:
        raise ValueError(f"{len(labels)} labels, but another number of values in series {', '.join(wrong)}")
    return len(labels)


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _scale_end(totals: Sequence[float | None], steps: Sequence[float] | None) -> float:
    most = max((total for total in totals if total), default=1.0)
    if steps is not None:
        return next((step for step in steps if step >= most), math.ceil(most))
    power = 10.0 ** math.floor(math.log10(most))
    # Four lines of equal height: the ends are multiples of four or of twenty, so that a count has whole lines.
    return next(power * factor for factor in (1, 2, 4, 8, 10) if power * factor >= most)


def _columns(series: Sequence[Series], span: float, floor: float, scale: float) -> Iterator[Box]:
    for place in range(len(series[0].values) if series else 0):
        base = floor
        for number, each in enumerate(series):
            height = round((each.values[place] or 0) * scale, 1)
            base = round(base - height, 1)
            if height:
                yield Box(round(_LEFT + span * (place + 0.15), 1), base, round(span * 0.7, 1), height, number)


def _scale_words(top: float, floor: float, unit: str) -> Iterator[Words]:
    for share in range(5):
        text = _number(top * share / 4) + (unit if share == 4 else "")
        yield Words(_LEFT - 6, round(floor - _ROOM * share / 4 + 4, 1), text, "end", "scale")


def _day_words(labels: Sequence[str], span: float, floor: float) -> Iterator[Words]:
    widest = max((text_width(label) for label in labels), default=0) + 8
    every = max(1, math.ceil(widest / span))
    for place, label in list(enumerate(labels))[::every]:
        yield Words(_middle(place, span), floor + 18, label, "middle", "label")


def _marks_over(totals: Sequence[float | None], span: float, floor: float, top: float) -> Iterator[Words]:
    highest = max((total for total in totals if total is not None), default=None)
    for place, total in enumerate(totals):
        if len(totals) <= MOST_MARKED or total == highest or total is None:
            y = floor - _ROOM * (total or 0) / top - 5
            yield Words(_middle(place, span), round(y, 1), _number(total), "middle", "mark")


def _middle(place: int, span: float) -> float:
    return round(_LEFT + span * (place + 0.5), 1)


def _legend(series: Sequence[Series]) -> Iterator[Words]:
    if len(series) < 2:
        return
    x = float(_LEFT)
    for each in series:
        yield Words(round(x + 18, 1), 15, each.name, "start", "legend")
        x += 18 + text_width(each.name) + 20


def _number(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _column_sentence(labels: Sequence[str], totals: Sequence[float | None], unit: str) -> str:
    known = [(total, label) for label, total in zip(labels, totals, strict=True) if total is not None]
    if not known:
        return f"{len(labels)}个时段，均无数据"
    (most, when), least = max(known, key=lambda each: each[0]), min(total for total, _ in known)
    return f"{labels[0]}至{labels[-1]}，最高{_number(most)}{unit}（{when}），最低{_number(least)}{unit}"
