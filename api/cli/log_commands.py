"""`registry log`: verify the record of acts, prove what is in it, and trust it again after a doubt was settled."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from registry.errors import FieldFault, InvalidInputError, UnavailableError
from registry.ledger.checkpoint import Checkpoint, open_checkpoint
from registry.ledger.signed_note import SignatureError
from registry.services.context import Services
from registry.services.log_report import LogReport
from registry.services.prove_log import newest_checkpoint, prove_check, prove_growth
from registry.services.sequence_log import log_keys, verifier_keys
from registry.services.verify_log import resume_log, verify_log

KEPT = "verified-head"
FAULTS_SHOWN = 50
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")


@click.group()
def log_group() -> None:
    """Verify the record of acts and prove what is in it."""


@contextmanager
def _opened() -> Iterator[Services]:
    services = open_services()
    try:
        yield services
    finally:
        services.store.close()


@log_group.command("verify")
@click.option("--since", "incremental", is_flag=True, help="Look only at what came after the head verified last.")
@click.option(
    "--head",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the verifier keeps that head; best off this machine.",
)
@_AS_JSON
def verify(*, incremental: bool, kept: Path | None, as_json: bool) -> None:
    """Verify the whole record and say what was verified; status 1 where a fault is found.

    The head of the last sound verification is kept in a file (REGISTRY_HOME/verified-head) and must be contained in
    the log: only so is a log found out whose end was cut off with all it spoke of.
    """
    with _opened() as services:
        kept = kept or services.settings.home / KEPT
        known = _known(services, kept)
        if incremental and known is None:
            raise InvalidInputError([FieldFault("--since", "no_head", f"{kept} is not there: verify the whole first")])
        with WorkProgress("verifying", unit="entries") as progress:
            report = verify_log(services.store, known, incremental=incremental, progress=progress)
    _show(report, as_json=as_json)
    if not report.sound:
        raise UnavailableError(f"the record does not verify: {report.faults_in_all} faults (docs/runbooks)")
    if report.checkpoint:
        _keep(kept, report.checkpoint)


@log_group.command("head")
def head() -> None:
    """Print the head signed last, with its cosignatures."""
    with _opened() as services, services.store.read() as uow:
        click.echo(newest_checkpoint(uow), nl=False)


@log_group.command("prove")
@click.argument("check_no")
@click.option("--size", type=click.IntRange(1), help="Under the head of so many leaves; the newest if not stated.")
@_AS_JSON
def prove(check_no: str, size: int | None, *, as_json: bool) -> None:
    """Print the proof that the decision of CHECK_NO is in the log, as a C2SP tlog-proof."""
    with _opened() as services, services.store.read() as uow:
        proven = prove_check(uow, check_no, size)
    click.echo(json.dumps(proven.as_json()) if as_json else proven.written(), nl=as_json)


@log_group.command("consistency")
@click.argument("first", type=click.IntRange(1))
@click.argument("second", type=click.IntRange(1))
@_AS_JSON
def consistency(first: int, second: int, *, as_json: bool) -> None:
    """Print the proof that the head of SECOND leaves begins with that of FIRST, a hash a line."""
    with _opened() as services, services.store.read() as uow:
        hashes = [each.hex() for each in prove_growth(uow, first, second)]
    click.echo(json.dumps({"first": first, "second": second, "hashes": hashes}) if as_json else "\n".join(hashes))


@log_group.command("resume")
@_AS_JSON
def resume(*, as_json: bool) -> None:
    """Trust a log in doubt again, if a full verification finds nothing; a recorded act."""
    with _opened() as services:
        report = resume_log(services.store, operator())
    _show(report, as_json=as_json)
    if not report.sound:
        raise UnavailableError("the log stays in doubt: see the faults above and the runbook")


def _known(services: Services, kept: Path) -> Checkpoint | None:
    """Return the head kept by this verifier; None where it has none yet."""
    if not kept.exists():
        return None
    keys = log_keys(services.store)
    try:
        return open_checkpoint(kept.read_text("utf-8"), verifier_keys(keys), keys.log)
    except (SignatureError, UnicodeDecodeError):
        says = "holds no head of this log; move it away if another register was verified with it"
        raise InvalidInputError([FieldFault(str(kept.name), "no_head", says)]) from None


def _keep(kept: Path, checkpoint: str) -> None:
    beside = kept.with_name(kept.name + ".new")
    beside.write_text(checkpoint, "utf-8")
    os.replace(beside, kept)


def _show(report: LogReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json()))
        return
    begun = f"after leaf {report.since:,}" if report.since else "from the first leaf"
    click.echo(f"Verified {begun}:")
    for line in _lines(report):
        click.echo(f"  {line}")
    for fault in report.faults[:FAULTS_SHOWN]:
        where = "" if fault.first is None else f" [leaves {fault.first} to {fault.last}]"
        entry = "" if fault.entry is None else f" [entry {fault.entry}]"
        click.echo(f"FAULT {fault.kind.value}: {fault.says}{where}{entry}")
    if report.faults_in_all > FAULTS_SHOWN:
        click.echo(f"... and {report.faults_in_all - FAULTS_SHOWN:,} more faults")
    if report.since:
        click.echo("What was recorded before that head, and the rows it speaks of, a full verification looks at.")


def _lines(report: LogReport) -> Iterator[str]:
    yield f"{report.entries:,} entries: {report.opened:,} opened, {report.sealed:,} whose facts were erased"
    yield f"{report.tiles:,} tiles, {report.heads:,} signed heads, {report.waiting:,} entries yet to be placed"
    yield f"{report.cosignatures:,} cosignatures" + "".join(
        f"; {name} up to {size:,}" for name, size in sorted(report.witnesses.items())
    )
    yield f"{report.decisions:,} decisions of checks, {report.changes:,} list changes, {report.subjects:,} on the list"
    yield f"{report.screenings:,} bulk runs and {report.rules:,} wordings of models and policies"
    yield f"head: {report.size:,} leaves, root {report.root}"
