"""A plot of lag over days, in hours, one bar a day; the table under it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from api.console.drawn_plot import drawn
from registry.papers.bar_plot import PlotOf, Series, columns_over_time
from registry.services.read_lag import DayOfLag

_STEPS: Final = (1, 2, 4, 8, 12, 24, 48, 96, 168, 336, 720)
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class LagPlot:
    """The drawing, and the days with their hours (None: nothing known), today last."""

    drawing: Markup
    hours: tuple[tuple[str, float | None], ...]


def lag_plot(days: Sequence[DayOfLag], title: str, says: str) -> LagPlot:
    """Draw a plot; the scale ends at a round number of hours no day exceeds."""
    hours = tuple((each.day.strftime("%m-%d"), _hours(each)) for each in days)
    plot = columns_over_time(
        PlotOf("lag-plot", title, "", says),
        [day for day, _ in hours],
        [Series("", [value for _, value in hours])],
        _STEPS,
    )
    return LagPlot(drawn(plot), hours)


def _hours(day: DayOfLag) -> float | None:
    return None if day.worst is None else round(day.worst.total_seconds() / _HOUR, 1)
