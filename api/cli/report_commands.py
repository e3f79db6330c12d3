"""`registry report`: what the register counts, as a paper."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from api.cli.operation import open_services
from registry.law.roles import Region
from registry.papers.monthly_report import monthly_report_pdf
from registry.services.report_month import report_month

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("report")
def report_group() -> None:
    """Count what was asked, held and decided."""


@report_group.command("month")
@click.argument("month", type=click.DateTime(["%Y-%m"]), metavar="YYYY-MM")
@click.option("--out", type=_OUT, required=True, help="The PDF to write.")
@click.option("--region", type=click.Choice([each.value for each in Region]), help="One region; absent: all four.")
@click.option("--unit", default="食品行业禁入名单库", show_default=True, help="Who answers for the report.")
@click.pass_context
def month_(ctx: click.Context, month: datetime.datetime, out: Path, region: str | None, unit: str) -> None:
    """Write the month's report: figures, plots, and under each the table that says the same. No personal data."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    out.write_bytes(monthly_report_pdf(report_month(services, month.date(), region, unit)))
    click.echo(f"{out}: the report of {month:%Y-%m}.")
