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
_LINES: Final = 4
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
    """What a plot is of: its title, its values' unit, and a key that makes its ids its own on a page with several.

    `says` is what is read out instead of the picture; None makes a Chinese sentence of the figures.
    """

    key: str
    title: str
    unit: str
    says: str | None = None


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
    """A plot laid out: bars, lines of the scale and texts, in a picture of the given size; `says` is never empty."""

    of: PlotOf
    says: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where columns stand: the axis on the left, the floor, the room of one column, and the end of the scale."""

    left: float
    floor: float
    span: float
    top: float
    unit: str

    def height(self, value: float | None) -> float:
        return _ROOM * (value or 0) / self.top

    def middle(self, place: int, text: str) -> float:
        """Return the middle of a column, or as near to it as a text on it can stand without leaving the picture."""
        return round(min(self.left + self.span * (place + 0.5), WIDTH - text_width(text) / 2), 1)

    def steps(self) -> Sequence[float]:
        """Return how high the lines of the scale stand in the picture."""
        return [round(self.floor - _ROOM * number / _LINES, 1) for number in range(_LINES + 1)]


def columns_over_time(
    of: PlotOf, labels: Sequence[str], series: Sequence[Series], steps: Sequence[float] | None = None
) -> BarPlot:
    """Lay out columns, one a label, the series stacked from the axis up in the order given.

    The scale ends at a round number no column exceeds: one of `steps` where given, else 1, 2, 4 or 8 times a power of
    ten. Raises ValueError where a series has another number of values than there are labels.
    """
    totals = [_total([each.values[place] for each in series]) for place in range(_agreed(labels, series))]
    frame = _frame(totals, steps, of.unit, legend=len(series) > 1)
    words = (
        *_scale_words(frame),
        *_label_words(labels, frame),
        *_marks_over(totals, frame),
        *(_legend(series) if len(series) > 1 else ()),
    )
    lines = tuple(Line(frame.left, y, WIDTH - _RIGHT, y) for y in frame.steps())
    says = of.says or _column_sentence(labels, totals, of.unit)
    return BarPlot(of, says, WIDTH, frame.floor + _BOTTOM, tuple(_columns(series, frame)), lines, words)


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
    says = "；".join(
        f"{label}：{mark}{of.unit if marks is None and value is not None else ''}" for label, value, mark in rows
    )
    return BarPlot(of, of.says or says, WIDTH, 16 + len(rows) * _ROW, tuple(boxes), (axis,), tuple(words))


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
    return next(power * factor for factor in (1, 2, 4, 8, 10) if power * factor >= most)


def _frame(totals: Sequence[float | None], steps: Sequence[float] | None, unit: str, *, legend: bool) -> _Frame:
    top = _scale_end(totals, steps)
    left = max(_LEFT, 12 + max(text_width(text) for text in _scale_texts(top, unit)))
    return _Frame(
        left, (_LEGEND if legend else 0) + _TOP + _ROOM, (WIDTH - left - _RIGHT) / max(1, len(totals)), top, unit
    )


def _scale_texts(top: float, unit: str) -> Sequence[str]:
    return [_number(top * share / _LINES) + (unit if share == _LINES else "") for share in range(_LINES + 1)]


def _columns(series: Sequence[Series], frame: _Frame) -> Iterator[Box]:
    for place in range(len(series[0].values) if series else 0):
        base = frame.floor
        for number, each in enumerate(series):
            height = round(frame.height(each.values[place]), 1)
            base = round(base - height, 1)
            if height:
                yield Box(
                    round(frame.left + frame.span * (place + 0.15), 1), base, round(frame.span * 0.7, 1), height, number
                )


def _scale_words(frame: _Frame) -> Iterator[Words]:
    for y, text in zip(frame.steps(), _scale_texts(frame.top, frame.unit), strict=True):
        yield Words(frame.left - 6, round(y + 4, 1), text, "end", "scale")


def _label_words(labels: Sequence[str], frame: _Frame) -> Iterator[Words]:
    """Name every column there is room for: all, or every second, third …"""
    widest = max((text_width(label) for label in labels), default=0) + 8
    every = max(1, math.ceil(widest / frame.span))
    for place, label in list(enumerate(labels))[::every]:
        yield Words(frame.middle(place, label), frame.floor + 18, label, "middle", "label")


def _marks_over(totals: Sequence[float | None], frame: _Frame) -> Iterator[Words]:
    highest = max((total for total in totals if total is not None), default=None)
    roomy = len(totals) <= MOST_MARKED and max(text_width(_number(total)) for total in totals) < frame.span
    for place, total in enumerate(totals):
        if roomy or total is None or place == totals.index(highest):
            y = round(frame.floor - frame.height(total) - 5, 1)
            yield Words(frame.middle(place, _number(total)), y, _number(total), "middle", "mark")


def _legend(series: Sequence[Series]) -> Iterator[Words]:
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
    stretch = labels[0] if len(labels) == 1 else f"{labels[0]}至{labels[-1]}"
    return f"{stretch}，最高{_number(most)}{unit}（{when}），最低{_number(least)}{unit}"
