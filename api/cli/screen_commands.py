"""`registry screen`: a verdict for every row of a file of applicants."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.cli.main import DONE_WITH_ROWS_LEFT
from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from registry.services.screen_file import ScreeningReport, screen_file

VERDICTS = {"block": "拦截（暂停办理）", "review": "人工复核", "clear": "未发现", "refused": "无法核查"}


@click.command()
@click.argument("applicants", type=click.Path(path_type=Path))
@click.option("--out", "out", type=click.Path(path_type=Path), required=True, help="Where the verdicts are written.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def screen(ctx: click.Context, applicants: Path, out: Path, *, as_json: bool) -> None:
    """Screen APPLICANTS.csv: a verdict for every row, in the same order.

    The same matcher, law and policy as the API. Ends with status 3 where rows could not be screened.
    """
    services = open_services()
    try:
        with WorkProgress("Screening", unit="applicants") as progress:
            report = screen_file(services, applicants, out, actor=operator(), progress=progress)
    finally:
        services.store.close()
    click.echo(_as_json(report) if as_json else _as_text(report, out))
    if report.counts.get("refused"):
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _as_json(report: ScreeningReport) -> str:
    return json.dumps(
        {
            "run_no": report.run_no,
            "list_version": report.list_version,
            "rows": report.rows,
            "counts": {verdict: report.counts.get(verdict, 0) for verdict in VERDICTS},
            "refused": [{"line": row.line, "reason": row.reason} for row in report.refused],
            "ignored_headings": list(report.ignored_headings),
        },
        ensure_ascii=False,
    )


def _as_text(report: ScreeningReport, out: Path) -> str:
    lines = [f"{report.rows:,} applicants screened against list version {report.list_version:,}: {out}"]
    lines += [f"  {verdict:8} {report.counts.get(verdict, 0):>9,}  {says}" for verdict, says in VERDICTS.items()]
    lines += [f"  run {report.run_no}, recorded in the ledger"]
    if report.ignored_headings:
        lines += [f"Headings that mean nothing here were left aside: {', '.join(report.ignored_headings)}"]
    lines += [f"Line {row.line} refused: {row.reason}" for row in report.refused]
    unnamed = report.counts.get("refused", 0) - len(report.refused)
    return "\n".join([*lines, *([f"... and {unnamed:,} more, named in the file"] if unnamed > 0 else [])])
