"""The month in figures, as a PDF: plots people can read and, under each, the table that says the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from registry.papers.bar_plot import UNKNOWN, PlotOf, Series, bars_beside, columns_over_time
from registry.papers.paper import Block, Figure, Heading, Paper, Paragraph, Signature, Table, chinese_minute
from registry.papers.typesetting import Look, paper_pdf
from registry.papers.wording import wording

_Figures = TypeVar("_Figures")


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One day or month: how many checks were answered, and how many of them block or review (the rest is clear)."""

    label: str
    checks: int
    blocks: int
    reviews: int

    @property
    def clear(self) -> int:
        """How many checks were answered with clear."""
        return self.checks - self.blocks - self.reviews


@dataclass(frozen=True, slots=True)
class PeriodOutcomes:
    """One day or month: how many held applications were confirmed, released, withdrawn, or are still open."""

    label: str
    confirmed: int
    released: int
    withdrawn: int
    open: int


@dataclass(frozen=True, slots=True)
class FalseShare:
    """Of the decided holds of one month, rule or region, how many were somebody else (not the listed person).

    `misstated`: those whose application stated a number that is not the applicant's; they are no false holds.
    """

    name: str
    decided: int
    false: int
    misstated: int

    @property
    def percent(self) -> float | None:
        """The share of false holds, in percent; None where nothing was decided."""
        return 100 * self.false / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class AgeBand:
    """How many open cases are of one age, such as 0–5 working days, and how many of them are past their time limit."""

    label: str
    cases: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ProvinceFreshness:
    """How fresh one province's list is: its last success (aware; None: never), the hours since, its state in words."""

    name: str
    as_of: datetime.datetime | None
    hours: float | None
    state: str


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often one reason stood behind a hold, in words."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """The figures of one month for one unit's area; sequences are printed in the order given."""

    month: datetime.date
    """Any day of the month reported on."""
    area: str
    unit: str
    made_on: datetime.date
    periods: Sequence[PeriodFigures]
    outcomes: Sequence[PeriodOutcomes]
    false_over_time: Sequence[FalseShare]
    """One entry a month, named by it, the month reported on last."""
    false_by_rule: Sequence[FalseShare]
    false_by_region: Sequence[FalseShare]
    ages: Sequence[AgeBand]
    provinces: Sequence[ProvinceFreshness]
    reasons: Sequence[ReasonCount]


def monthly_report_pdf(report: MonthlyReport) -> bytes:
    """Return the report as an A4 PDF; the same report gives the same bytes.

    Raises PaperNotDrawnError where the typesetter fails.
    """
    return paper_pdf(monthly_report_paper(report), Look.REPORT)


def monthly_report_paper(report: MonthlyReport) -> Paper:
    """Return what the report says, block by block; a part without figures says so."""
    words = wording("monthly_report")
    month = f"{report.month.year}年{report.month.month}月"
    return Paper(
        title=words.say("title", month=month),
        number=words.say("number", area=report.area),
        addressee=None,
        blocks=(
            Paragraph(_lead(report)),
            *_part("checks", report.periods, _checks),
            *_part("outcomes", report.outcomes, _outcomes),
            *_part("false_over_time", report.false_over_time, _false_over_time),
            *_part("false_by_rule", report.false_by_rule, partial(_false_beside, "false_by_rule")),
            *_part("false_by_region", report.false_by_region, partial(_false_beside, "false_by_region")),
            *_part("ages", report.ages, _ages),
            *_part("provinces", report.provinces, _provinces),
            *_part("reasons", report.reasons, _reasons),
        ),
        signature=Signature(words.row("signed", unit=report.unit), report.made_on),
    )


def _lead(report: MonthlyReport) -> str:
    checks, blocks, reviews = (
        sum(getattr(each, name) for each in report.periods) for name in ("checks", "blocks", "reviews")
    )
    confirmed, released = (sum(getattr(each, name) for each in report.outcomes) for name in ("confirmed", "released"))
    return wording("monthly_report").say(
        "lead",
        checks=checks,
        blocks=blocks,
        reviews=reviews,
        clear=checks - blocks - reviews,
        decided=confirmed + released,
        confirmed=confirmed,
        released=released,
    )


def _part(
    name: str, figures: Sequence[_Figures], drawn: Callable[[Sequence[_Figures]], Sequence[Block]]
) -> Sequence[Block]:
    words = wording("monthly_report")
    return (Heading(words.say(name)), *(drawn(figures) if figures else [Paragraph(words.say("nothing"))]))


def _checks(periods: Sequence[PeriodFigures]) -> Sequence[Block]:
    words = wording("monthly_report")
    labels, times = [each.label for each in periods], words.say("times")
    stops = [
        Series(words.say("block"), [each.blocks for each in periods]),
        Series(words.say("review"), [each.reviews for each in periods]),
    ]
    asked = Series(words.say("asked"), [each.checks for each in periods])
    rows = [(each.label, each.checks, each.blocks, each.reviews, each.clear) for each in periods]
    return (
        Figure(columns_over_time(PlotOf("checks", words.say("checks_plot"), times), labels, [asked])),
        Figure(columns_over_time(PlotOf("holds", words.say("holds_plot"), times), labels, stops)),
        _summed("checks", rows),
    )


def _outcomes(periods: Sequence[PeriodOutcomes]) -> Sequence[Block]:
    words, names = wording("monthly_report"), ("confirmed", "released", "withdrawn", "open")
    series = [Series(words.say(name), [getattr(each, name) for each in periods]) for name in names]
    rows = [(each.label, each.confirmed, each.released, each.withdrawn, each.open) for each in periods]
    named = PlotOf("outcomes", words.say("outcomes_plot"), words.say("cases"))
    plot = columns_over_time(named, [each.label for each in periods], series)
    return (Figure(plot), _summed("outcomes", rows))


def _summed(name: str, rows: Sequence[tuple[str, *tuple[int, ...]]]) -> Table:
    words = wording("monthly_report")
    sums = [sum(figures) for figures in zip(*(row[1:] for row in rows), strict=True)]
    written = [[str(cell) for cell in row] for row in (*rows, (words.say("sum"), *sums))]
    return Table(words.say(f"{name}_table"), words.row(f"{name}_head"), written, (2, *[1] * len(sums)), figures_from=1)


def _false_over_time(shares: Sequence[FalseShare]) -> Sequence[Block]:
    words = wording("monthly_report")
    plot = columns_over_time(
        PlotOf("false-over-time", words.say("false_over_time_plot"), "%"),
        [each.name for each in shares],
        [Series("", [each.percent for each in shares])],
    )
    return (Paragraph(words.say("false_lead")), Figure(plot), _false_table("false_over_time", shares))


def _false_beside(name: str, shares: Sequence[FalseShare]) -> Sequence[Block]:
    marks = [f"{_percent(each)}（{each.false}/{each.decided}）" if each.decided else UNKNOWN for each in shares]
    named = PlotOf(name.replace("_", "-"), wording("monthly_report").say(f"{name}_plot"), "%")
    plot = bars_beside(named, [each.name for each in shares], [each.percent for each in shares], marks)
    return (Figure(plot), _false_table(name, shares))


def _false_table(name: str, shares: Sequence[FalseShare]) -> Table:
    words = wording("monthly_report")
    rows = [(each.name, str(each.decided), str(each.false), str(each.misstated), _percent(each)) for each in shares]
    return Table(words.say(f"{name}_plot"), words.row("false_head"), rows, (5, 1, 1, 1, 1), figures_from=1)


def _percent(share: FalseShare) -> str:
    return UNKNOWN if share.percent is None else f"{share.percent:.1f}%"


def _ages(bands: Sequence[AgeBand]) -> Sequence[Block]:
    words = wording("monthly_report")
    named = PlotOf("ages", words.say("ages_plot"), words.say("cases"))
    plot = bars_beside(named, [each.label for each in bands], [each.cases for each in bands])
    rows = [(each.label, str(each.cases), str(each.overdue)) for each in bands]
    return (Figure(plot), Table(words.say("ages_plot"), words.row("ages_head"), rows, (4, 1, 1), figures_from=1))


def _provinces(provinces: Sequence[ProvinceFreshness]) -> Sequence[Block]:
    words = wording("monthly_report")
    named = PlotOf("provinces", words.say("provinces_plot"), words.say("hours"))
    plot = bars_beside(named, [each.name for each in provinces], [each.hours for each in provinces])
    rows = [
        (
            each.name,
            words.say("never") if each.as_of is None else chinese_minute(each.as_of),
            UNKNOWN if each.hours is None else f"{each.hours:.1f}",
            each.state,
        )
        for each in provinces
    ]
    return (Figure(plot), Table(words.say("provinces_plot"), words.row("provinces_head"), rows, (2, 4, 2, 2)))


def _reasons(reasons: Sequence[ReasonCount]) -> Sequence[Block]:
    words = wording("monthly_report")
    named = PlotOf("reasons", words.say("reasons_plot"), words.say("times"))
    plot = bars_beside(named, [each.reason for each in reasons], [each.count for each in reasons])
    rows = [(each.reason, str(each.count)) for each in reasons]
    return (Figure(plot), Table(words.say("reasons_plot"), words.row("reasons_head"), rows, (6, 1), figures_from=1))
