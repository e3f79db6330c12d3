"""`registry retention`: what is kept how long, and erasing what was kept long enough."""

from __future__ import annotations

import json

import click

from api.cli.operation import open_services, operator
from registry.law.retention import Retention
from registry.services.retain import ROWS_AT_A_TIME, RetentionRun, apply_retention


@click.group("retention")
def retention_group() -> None:
    """Show the retention periods and erase what was kept long enough."""


@retention_group.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def run(ctx: click.Context, *, dry_run: bool, as_json: bool) -> None:
    """Erase what is older than its period (the worker does it daily), and carry out open sealing orders."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    done = apply_retention(services, actor=operator(), dry=dry_run)
    click.echo(json.dumps(_as_json(done)) if as_json else _as_text(done))


@retention_group.command("show")
def show() -> None:
    """Print the table of periods with the ground of each."""
    table = Retention.load()
    click.echo(f"version {table.version}")
    for rule, period in table.periods.items():
        click.echo(f"{rule}: {period.days:,} days · {period.says_zh}\n    {period.says_en}\n    {period.ground}")


def _as_json(done: RetentionRun) -> dict[str, object]:
    counts = {rule.value: count for rule, count in done.counts.items()}
    return {"version": done.version, "dry_run": done.dry, "counts": counts}


def _as_text(done: RetentionRun) -> str:
    word = "would be erased" if done.dry else "erased"
    lines = [f"{rule}: {_number(done, count)} {word}" for rule, count in done.counts.items()]
    return "\n".join(lines)


def _number(done: RetentionRun, count: int) -> str:
    """A dry run looks at the first page only."""
    return f"{count:,} or more" if done.dry and count == ROWS_AT_A_TIME else f"{count:,}"
