"""`registry quarantine`: rows that could not be taken: look at them, try again, correct or refuse."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from api.cli.operation import open_services, operator
from registry.errors import ConflictError
from registry.services.context import Services
from registry.services.decide_quarantine import (
    Settled,
    correct_row,
    look_at_row,
    read_quarantine,
    refuse_row,
    retry_row,
    write_correction,
)
from registry.services.list_index import ListIndex
from registry.store.quarantine_repository import Waiting

_REASON = click.option("--reason", required=True, help="Why; only its digest is kept.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("quarantine")
def quarantine_group() -> None:
    """Look at the rows of files and batches that could not be taken, and decide about each."""


@quarantine_group.command("list")
@click.argument("region", required=False)
@_JSON
@click.pass_context
def list_(ctx: click.Context, region: str | None, *, as_json: bool) -> None:
    """List the rows that wait, the oldest 500: of all regions, or of REGION (31, 32, 33, 34)."""
    found = read_quarantine(_opened(ctx), region)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False, default=str))
        return
    for row in found:
        click.echo(_line(row))
    if not found:
        click.echo("No row waits in quarantine.")


@quarantine_group.command("show")
@click.argument("number", type=int)
@click.option("--content", is_flag=True, help="Its cells too; they name people, and that you saw them is recorded.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a list file to correct.")
@_JSON
@click.pass_context
def show(ctx: click.Context, number: int, out: Path | None, *, content: bool, as_json: bool) -> None:
    """Show what is known of row NUMBER, and why it was not taken.

    With --out the row is written as a CSV in the list's own columns, under the next version: correct it, and give the
    file to `registry quarantine correct`. That names people, too, and is recorded.
    """
    services = _opened(ctx)
    view = look_at_row(services, number, actor=operator(), content=content)
    if out is not None and out.exists():
        raise ConflictError(f"{out.name} is there already, and is not written over")
    if out is not None:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(write_correction(services, number, actor=operator()))
    if as_json:
        click.echo(json.dumps({**asdict(view.row), "cells": view.cells}, ensure_ascii=False, default=str))
        return
    click.echo(_line(view.row))
    for column, cell in view.cells.items():
        click.echo(f"  {column}={cell}")


@quarantine_group.command("retry")
@click.argument("number", type=int)
@_REASON
@_JSON
@click.pass_context
def retry(ctx: click.Context, number: int, reason: str, *, as_json: bool) -> None:
    """Take row NUMBER as it came, where nothing is wrong with it any more."""
    services = _opened(ctx)
    _tell(services, retry_row(services, number, reason=reason, actor=operator()), as_json=as_json)


@quarantine_group.command("correct")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_REASON
@_JSON
@click.pass_context
def correct(ctx: click.Context, number: int, file: Path, reason: str, *, as_json: bool) -> None:
    """Take the one row of a list FILE (CSV or XLSX; `show --out` writes it) in the place of row NUMBER."""
    services = _opened(ctx)
    _tell(services, correct_row(services, number, file, reason=reason, actor=operator()), as_json=as_json)


@quarantine_group.command("refuse")
@click.argument("number", type=int)
@_REASON
@_JSON
@click.pass_context
def refuse(ctx: click.Context, number: int, reason: str, *, as_json: bool) -> None:
    """Take nothing of row NUMBER."""
    services = _opened(ctx)
    _tell(services, refuse_row(services, number, reason=reason, actor=operator()), as_json=as_json)


def _opened(ctx: click.Context) -> Services:
    services = open_services()
    ctx.call_on_close(services.store.close)
    return services


def _line(row: Waiting) -> str:
    record = f"{row.source_region or '?'}:{row.record_no or '?'}"
    where = f"line or item {row.line} of {row.file_digest[:8]}"
    return f"{row.id}  {record}  {where}  {row.reason_code}: {row.reason}  ({row.state})"


def _tell(services: Services, settled: Settled, *, as_json: bool) -> None:
    ListIndex.put_away_after(services, settled.changes)
    if as_json:
        click.echo(json.dumps({"id": settled.row.id, "state": settled.row.state, "outcome": settled.outcome}))
        return
    click.echo(f"{settled.row.id}: {settled.outcome}")
