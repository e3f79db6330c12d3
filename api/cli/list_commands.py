"""`registry list`: import a file, settle what waits, export the list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from api.cli.main import DONE_WITH_ROWS_LEFT
from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from api.cli.sealing_text import sealing_as_json, sealing_as_text
from api.cli.sheet_commands import faults, headings, stated_mapping
from registry.errors import RegistryError
from registry.law.judgment import RowOutcome
from registry.services.ask_about_waiting import ask_about_waiting
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.export_list import export_list
from registry.services.import_list import import_list, known_region
from registry.services.import_mapped import import_mapped, require_region
from registry.services.list_index import ListIndex
from registry.services.row_results import NOT_IN_FORCE, ImportReport, RowResult
from registry.services.seal_record import seal_record

OUTCOMES = {
    RowOutcome.IN_FORCE: "已列入",
    RowOutcome.PENDING: "尚未生效",
    RowOutcome.WAITING: "待人工认定",
    RowOutcome.NO_BAN: "不产生禁入",
    RowOutcome.KNOWN: "已有，未变更",
    RowOutcome.SUPERSEDED: "已有更高版本",
    RowOutcome.WITHDRAWN: "已撤回",
    RowOutcome.QUARANTINED: "隔离待处理",
    RowOutcome.REFUSED: "依法不予接收",
}
_NOTES_SHOWN = 20


@click.group("list")
def list_group() -> None:
    """Import, settle and export the list of bans."""


list_group.add_command(headings)
list_group.add_command(faults)


@list_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "source", metavar="REGION", help="The region all rows are from: 31, 32, 33 or 34.")
@click.option("--mapping", metavar="NAME", help="A court's own headings: a remembered mapping, or MAPPING.json.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def import_(ctx: click.Context, file: Path, source: str | None, mapping: str | None, *, as_json: bool) -> None:
    """Import convictions or revocations from FILE (CSV or XLSX).

    With --mapping a court's own spreadsheet, at most 20,000 rows, with --source (`registry list headings` proposes a
    mapping). Rows that cannot be taken are given back by `registry list faults`. Ends with status 3 where rows are not
    in force; each is named by its line. Importing a file again is harmless.
    """
    services = _opened(ctx)
    committed = _Committed()
    try:
        with WorkProgress("Importing") as progress:
            report = _imported(services, file, source, mapping, committed.counting(progress))
    except RegistryError:
        committed.tell()
        raise
    ListIndex.put_away_after(services, report.changes)
    click.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else _as_text(report))
    if not report.complete:
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _imported(
    services: Services, file: Path, source: str | None, mapping: str | None, progress: Callable[[int, int], None]
) -> ImportReport:
    if mapping is None:
        return import_list(services, file, actor=operator(), source_region=source, progress=progress)
    region = require_region(known_region(source))
    stated = stated_mapping(mapping)
    return import_mapped(services, file.read_bytes(), stated, region=region, actor=operator(), progress=progress)


@list_group.command("decide")
@click.argument("record")
@click.argument("finding", type=click.Choice(["yes", "no", "unclear"]))
@click.option("--reason", required=True, help="Why; with unclear: what is missing. Kept with the act.")
@click.option("--from", "asked_of", help="With unclear: whom the missing is asked of.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def decide(  # noqa: PLR0913 - what the command states
    ctx: click.Context, record: str, finding: str, reason: str, asked_of: str | None, *, as_json: bool
) -> None:
    """Settle whether the waiting row RECORD (33:R001, or R001 where that is unambiguous) concerned food.

    Where it cannot be told from what is here, `unclear` keeps what is missing and from whom; the row goes on waiting.
    """
    services = _opened(ctx)
    if finding == "unclear":
        _ask(ctx, services, record, reason, asked_of, as_json=as_json)
        return
    settled = decide_food_related(services, record, food_related=finding == "yes", reason=reason, actor=operator())
    if as_json:
        shown = {"record": settled.record, "outcome": str(settled.outcome), "list_version": settled.list_version}
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(
            f"{settled.record}: {settled.outcome}  {OUTCOMES[settled.outcome]} (list version {settled.list_version:,})"
        )
        for problem in settled.problems:
            click.echo(f"  {problem.reason}")
    if settled.outcome in NOT_IN_FORCE:
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _ask(  # noqa: PLR0913 - what is asked, and how it is told
    ctx: click.Context, services: Services, record: str, missing: str, asked_of: str | None, *, as_json: bool
) -> None:
    asked = ask_about_waiting(services, record, missing=missing, asked_of=asked_of, actor=operator())
    if as_json:
        click.echo(json.dumps({"record": asked.record, "outcome": str(RowOutcome.WAITING)}, ensure_ascii=False))
    else:
        noted = "已记录所缺材料 / what is missing is noted"
        click.echo(f"{asked.record}: {RowOutcome.WAITING}  {OUTCOMES[RowOutcome.WAITING]}  {noted}")
    ctx.exit(DONE_WITH_ROWS_LEFT)


@list_group.command("export")
@click.option("--out", "out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The directory.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def export(ctx: click.Context, out: Path, *, as_json: bool) -> None:
    """Write the active list to convictions.csv and revocations.csv, in the columns it is imported with."""
    files = export_list(_opened(ctx), out, actor=operator())
    if as_json:
        shown = [
            {"file": str(file.path), "kind": str(file.kind), "rows": file.rows, "sha256": file.digest} for file in files
        ]
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    for file in files:
        click.echo(f"{file.rows:>9,} {file.kind}s: {file.path}")


@list_group.command("seal")
@click.argument("record")
@click.option("--reason", required=True, help="Why; only its digest is kept.")
@click.option("--order", "order_no", metavar="NO", help="Number of the order or decision to seal.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def seal(ctx: click.Context, record: str, reason: str, order_no: str | None, *, as_json: bool) -> None:
    """Seal the row RECORD (33:R001) by order: erase it wherever it stands, and never take it again.

    Says who had it: exports, answers, bulk screenings, readers of the feed. They have to be told by letter.
    """
    services = _opened(ctx)
    sealed = seal_record(services, record, reason=reason, order_no=order_no, actor=operator())
    click.echo(json.dumps(sealing_as_json(sealed), ensure_ascii=False) if as_json else sealing_as_text(sealed))


def _opened(ctx: click.Context) -> Services:
    """Open the register until the command ends."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    return services


class _Committed:
    """How many rows are committed, for the case that an import fails on the way."""

    def __init__(self) -> None:
        self._rows = 0

    def counting(self, progress: WorkProgress) -> Callable[[int, int], None]:
        """Return a callback that counts and shows."""

        def called(done: int, total: int) -> None:
            self._rows = done
            progress(done, total)

        return called

    def tell(self) -> None:
        """Say what stands although the import failed."""
        if self._rows:
            click.echo(f"{self._rows:,} rows were committed before this and stand; importing again goes on.", err=True)


def _as_text(report: ImportReport) -> str:
    lines = [f"{report.rows:,} rows read ({report.kind}s); list version {report.list_version:,}"]
    lines += [
        f"  {outcome:<12}{report.counts[outcome]:>9,}  {says}"
        for outcome, says in OUTCOMES.items()
        if report.counts[outcome]
    ]
    if report.unknown_headings:
        lines.append(f"Headings that mean nothing here were left aside: {', '.join(report.unknown_headings)}")
    lines += [line for result in report.not_in_force for line in _problem_lines(result)]
    remarks = [line for result in report.remarked for line in _note_lines(result)]
    lines += remarks[:_NOTES_SHOWN]
    more = len(remarks) - _NOTES_SHOWN
    return "\n".join([*lines, *([f"... and {more:,} more remarks (--json shows all)"] if more > 0 else [])])


def _problem_lines(result: RowResult) -> list[str]:
    named = f" {result.record}" if result.record else ""
    if result.outcome is RowOutcome.REFUSED:
        return [f"Line {result.line}: {result.outcome} [{result.problems[0].code}]"]
    return [
        f"Line {result.line}{named}: {result.outcome}, {problem.field}: {problem.reason} [{problem.code}]"
        for problem in result.problems
    ]


def _note_lines(result: RowResult) -> list[str]:
    return [f"Line {result.line} {result.record}: {note.field}: {note.reason} [{note.code}]" for note in result.notes]
