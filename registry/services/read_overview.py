"""The month at a glance, for a page: the same figures, plots and tables as the monthly report, in either language."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.papers.monthly_report import monthly_report_paper, monthly_report_pdf
from registry.papers.paper import Block
from registry.papers.wording import spoken_in
from registry.services.own_region import province_of
from registry.services.report_month import report_month

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


@dataclass(frozen=True, slots=True)
class Overview:
    """A month block by block; `before` and `after` are the months beside it (after: None for the present one)."""

    month: datetime.date
    blocks: tuple[Block, ...]
    before: datetime.date
    after: datetime.date | None


def read_overview(services: Services, month: datetime.date, actor: DeskActor, language: str) -> Overview:
    """Return the figures of the month a day lies in, of the actor's region. No personal data is read."""
    first = month.replace(day=1)
    with spoken_in(language):
        report = report_month(services, first, province_of(actor), "")
        blocks = tuple(monthly_report_paper(report).blocks)
    this = services.clock.today().replace(day=1)
    following = (first + datetime.timedelta(days=32)).replace(day=1)
    return Overview(
        month=first,
        blocks=blocks,
        before=(first - datetime.timedelta(days=1)).replace(day=1),
        after=following if following <= this else None,
    )


def overview_pdf(services: Services, month: datetime.date, actor: DeskActor, unit: str) -> bytes:
    """Return the month's report as a PDF in Chinese. Raises PaperNotDrawnError where the typesetter fails."""
    return monthly_report_pdf(report_month(services, month, province_of(actor), unit))
