"""`registry province`: the partners that are configured, and what a sample of one would become. Touches no database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from api.cli.main import DONE_WITH_ROWS_LEFT
from registry.clock import SystemClock
from registry.exchange.partner import Partner
from registry.exchange.partner_file import load_partners, read_partner
from registry.exchange.sides import own_name
from registry.intake.headings import ListKind
from registry.law.policy import Policy
from registry.law.provisions import Law
from registry.services.foresee_sample import Foreseen, ForeseenRow, Sampling, foresee_sample
from registry.settings import Settings

_KINDS = click.Choice([str(kind) for kind in ListKind])
_ENDS = {True: "signed", False: "not signed"}


@click.group("province")
def province_group() -> None:
    """Look at the provinces' configurations and try them on samples."""


@province_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the partners as JSON.")
def list_(*, as_json: bool) -> None:
    """Read every partner's file (REGISTRY_PARTNERS) and say what it comes to; a wrong one is named with its line."""
    settings = Settings.from_environment(os.environ)
    partners = load_partners(settings.partner_files)
    if as_json:
        click.echo(json.dumps([_as_json(partner) for partner in partners], ensure_ascii=False))
        return
    for partner in partners:
        click.echo("  ".join(_described(partner)))
    if not partners:
        click.echo(f"No partner is configured: there is no *.toml in {settings.partner_files}.")


@province_group.command("check")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("sample", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--kind",
    type=_KINDS,
    help="The kind of rows, where the file's name does not say.",
)
@click.option("--values", is_flag=True, help="Print what every cell is read as, too; it names people.")
@click.option("--json", "as_json", is_flag=True, help="Print what is foreseen as JSON.")
@click.pass_context
def check(  # noqa: PLR0913 -- the command's own options
    ctx: click.Context, config: Path, sample: Path | None, kind: str | None, *, values: bool, as_json: bool
) -> None:
    """Say what SAMPLE would become by the configuration CONFIG, row by row; nothing is connected or stored.

    SAMPLE is a data file, one of our manifests with its files beside it, a folder that looks like the inbox, the answer
    of a feed, or a table's dump (CSV, XLSX or JSON Lines). Without it only CONFIG is checked. Ends with status 3 where
    a row would not be taken or would wait for a person.
    """
    partner = read_partner(config)
    if sample is None:
        click.echo("  ".join(_described(partner)))
        return
    settings = Settings.from_environment(os.environ)
    own, law = own_name(settings), Law.load(Policy.load(settings.policy))
    sampling = Sampling(partner, own, law, SystemClock().today(), None if kind is None else ListKind(kind))
    found = foresee_sample(sampling, sample)
    if as_json:
        click.echo(json.dumps([_foreseen_as_json(one, values=values) for one in found], ensure_ascii=False))
    else:
        told = "\n".join(line for one in found for line in _lines(one, values=values))
        click.echo(told or _nothing_in(partner))
    if not all(one.complete for one in found):
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _nothing_in(partner: Partner) -> str:
    manifest = getattr(partner.options.get("drop"), "manifest", None)
    awaited = "" if manifest is None else f" that a manifest closes ({manifest})"
    return f"There is nothing in the sample: no file{awaited} is called as the configuration says."


def _described(partner: Partner) -> list[str]:
    where = partner.options.get("url") or getattr(partner.options.get("drop"), "url", "")
    kinds = [str(kind) for kind in getattr(partner.options.get("rows"), "maps", {})]
    valid = f"valid for {partner.valid_until}" if partner.valid_until else "valid as the policy says"
    mapped = [f"own columns of {', '.join(kinds)}s"] if kinds else []
    return [
        f"{partner.name:<4}{partner.adapter:<6}",
        *([where] if where else []),
        _ENDS[partner.signed],
        *mapped,
        valid,
    ]


def _as_json(partner: Partner) -> dict[str, object]:
    schedule = partner.schedule
    return {
        "partner": partner.name,
        "adapter": partner.adapter,
        "signed": partner.signed,
        "keys": len(partner.keys),
        "valid_for_seconds": None if partner.valid_until is None else int(partner.valid_until.total_seconds()),
        "pull_every_seconds": int(schedule.pull_every.total_seconds()),
        "push_every_seconds": int(schedule.push_every.total_seconds()),
        "reconcile_at": schedule.reconcile_at.isoformat("minutes"),
    }


def _lines(foreseen: Foreseen, *, values: bool) -> Iterator[str]:
    if foreseen.held is not None:
        yield f"{foreseen.name}: would be held as a whole [{foreseen.held.code}]: {foreseen.held.reason}"
        return
    yield f"{foreseen.name}: {len(foreseen.rows):,} rows ({foreseen.kind})"
    if foreseen.left_aside:
        yield f"Headings that nothing stands for were left aside: {', '.join(foreseen.left_aside)}"
    for row in foreseen.rows:
        yield from _row_lines(row, values=values)
    counts = {outcome: sum(row.outcome == outcome for row in foreseen.rows) for outcome in _outcomes(foreseen)}
    yield ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())


def _outcomes(foreseen: Foreseen) -> list[str]:
    return list(dict.fromkeys(row.outcome for row in foreseen.rows))


def _row_lines(row: ForeseenRow, *, values: bool) -> Iterator[str]:
    named = f" {row.result.record}" if row.result.record else ""
    yield f"{row.file}, line {row.line}{named}: {row.outcome}"
    for problem in row.result.problems:
        where = f"; say what it means under [codes.{problem.field}]" if problem.code == "unknown_word" else ""
        yield f"    {problem.field}: {problem.reason} [{problem.code}]{where}"
    for note in row.result.notes:
        yield f"    note: {note.field}: {note.reason} [{note.code}]"
    if values:
        yield from (f"    {column}={value}" for column, value in row.values.items())


def _foreseen_as_json(foreseen: Foreseen, *, values: bool) -> dict[str, object]:
    held = foreseen.held
    return {
        "name": foreseen.name,
        "kind": foreseen.kind,
        "held": None if held is None else {"code": held.code, "reason": held.reason},
        "left_aside": list(foreseen.left_aside),
        "rows": [_row_as_json(row, values=values) for row in foreseen.rows],
    }


def _row_as_json(row: ForeseenRow, *, values: bool) -> dict[str, object]:
    faults = [{"field": fault.field, "code": fault.code, "reason": fault.reason} for fault in row.result.problems]
    stated = {"file": row.file, "line": row.line, "record": row.result.record, "outcome": row.outcome}
    said = {"values": dict(row.values)} if values else {}
    return {**stated, "faults": faults, "notes": [note.code for note in row.result.notes], **said}
