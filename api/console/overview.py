"""The month at a glance: checks, holds, outcomes, false holds, ages, freshness; and as a report to print."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request
from markupsafe import Markup

from api.console.admission import signed_in
from api.console.language import preferred
from api.console.page import region_name, show
from registry.errors import NotFoundError
from registry.papers.bar_plot import BarPlot
from registry.papers.plot_svg import plot_svg
from registry.services.actor import Actor
from registry.services.read_overview import overview_pdf, read_overview
from registry.store.account_repository import UserRole

if TYPE_CHECKING:
    from registry.services.context import Services

overview = Blueprint("overview", __name__)

_SEEING: Final = (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.ADMIN)


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


@overview.get("/overview")
@signed_in(*_SEEING)
def show_month(actor: Actor) -> Response:
    """Show the figures of a month of the user's region, each plot with its table under it."""
    month = _month(request.args.get("month"))
    page = read_overview(_services(), month, actor, preferred().value)
    return show("overview.html", page=page, kind_of=_kind_of, drawn=drawn)


@overview.get("/overview/report")
@signed_in(*_SEEING)
def give_report(actor: Actor) -> Response:
    """Give the month's report as a PDF; it names nobody."""
    month = _month(request.args.get("month"))
    response = Response(
        overview_pdf(_services(), month, actor, region_name(actor.region)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="report-{month:%Y-%m}.pdf"'
    return response


def drawn(plot: BarPlot) -> Markup:
    """Return a plot as it stands in the page; every text in it is escaped by what draws it."""
    return Markup(plot_svg(plot))  # noqa: S704


def _kind_of(block: object) -> str:
    return type(block).__name__


def _month(text: str | None) -> datetime.date:
    """Return the first day of the month asked for, no later than this one. Raises NotFoundError where it is none."""
    today = _services().clock.today().replace(day=1)
    if not text:
        return today
    try:
        month = datetime.datetime.strptime(text, "%Y-%m").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        raise NotFoundError("there is no such month") from None
    if month > today or month.year < _FIRST_YEAR:
        raise NotFoundError("there is no such month")
    return month


_FIRST_YEAR: Final = 2000
