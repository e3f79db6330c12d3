"""A plot of lag over days, drawn into the page itself: bars in hours, one a day; the table under it says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.services.read_lag import DayOfLag

WIDTH: Final = 720
HEIGHT: Final = 220
_LEFT: Final = 48
_BOTTOM: Final = 32
_TOP: Final = 12
_STEPS: Final = (1, 2, 4, 6, 12, 24, 48, 96, 168, 336, 720)
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands and how high, in the plot's own units; hours is None where nothing is known."""

    day: str
    hours: float | None
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where the day's name stands."""
        return round(self.left + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class LagPlot:
    """The bars and the lines of the scale (height in the plot, hours)."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def lag_plot(days: Sequence[DayOfLag]) -> LagPlot:
    """Lay out a plot; the scale ends at a round number of hours no day exceeds."""
    hours = [None if each.worst is None else round(each.worst.total_seconds() / _HOUR, 1) for each in days]
    most = max((each for each in hours if each is not None), default=1.0)
    top = next((step for step in _STEPS if step >= most), math.ceil(most))
    room, span = HEIGHT - _BOTTOM - _TOP, (WIDTH - _LEFT) / max(1, len(days))
    bars = []
    for place, (each, value) in enumerate(zip(days, hours, strict=True)):
        height = 0.0 if value is None else round(room * value / top, 1)
        left = round(_LEFT + place * span + span * 0.15, 1)
        bars.append(
            Bar(each.day.strftime("%m-%d"), value, left, round(_TOP + room - height, 1), round(span * 0.7, 1), height)
        )
    lines = tuple((round(_TOP + room - room * share / 2, 1), round(top * share / 2, 1)) for share in (0, 1, 2))
    return LagPlot(tuple(bars), lines)
