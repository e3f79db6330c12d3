"""`registry sync`: exchange with partners now, see how it stands, and decide what waits for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.cli.main import DONE_WITH_ROWS_LEFT, FAILED
from api.cli.operation import open_services, operator
from api.cli.reconcile_command import reconcile
from registry.errors import NotFoundError, RegistryError
from registry.exchange.adapters import open_adapter
from registry.exchange.partner import Partner
from registry.exchange.partner_file import load_partners
from registry.services.context import Services
from registry.services.decide_hold import (
    Decided,
    correct_hold,
    look_at_hold,
    read_hold,
    read_holds,
    refuse_hold,
    release_hold,
)
from registry.services.end_epoch_alarm import end_epoch_alarm
from registry.services.list_index import ListIndex
from registry.services.own_epoch import renew_epoch
from registry.services.pull_partner import Pulled, fault_of, pull_partner
from registry.services.push_partner import Pushed, push_partner
from registry.services.read_partners import PartnerView, read_partners
from registry.services.settle_disagreement import read_disagreements, settle_disagreement

_REASON = click.option("--reason", required=True, help="Why; only its digest is kept.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("sync")
def sync_group() -> None:
    """Exchange the list with partners: provinces, or from a province's own system the regional centre."""


sync_group.add_command(reconcile)


@sync_group.command("run")
@click.argument("regions", nargs=-1, metavar="[REGION]...")
@_JSON
@click.pass_context
def run(ctx: click.Context, regions: tuple[str, ...], *, as_json: bool) -> None:
    """Visit partners now, all or the named ones (31, 32, 33, 34, hub): take what is new, hand over what is new.

    Ends with status 1 where a partner could not be visited, 3 where a batch is held or items were not taken. One
    partner's trouble never keeps another waiting.
    """
    services = _opened(ctx)
    visits = [_visited(services, partner) for partner in _wanted(services, regions)]
    ListIndex.put_away_after(services, sum(visit.get("changes", 0) for visit in visits))
    click.echo(json.dumps(visits, ensure_ascii=False) if as_json else "\n".join(map(_visit_text, visits)))
    if any(visit["outcome"] == "failed" for visit in visits):
        ctx.exit(FAILED)
    if any(visit["outcome"] == "held" or visit["left"] for visit in visits):
        ctx.exit(DONE_WITH_ROWS_LEFT)


@sync_group.command("status")
@_JSON
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Show, partner by partner, the last success, how far behind, what waits and what failed."""
    services = _opened(ctx)
    view = read_partners(services, tuple(partner.name for partner in load_partners(services.settings.partner_files)))
    if as_json:
        shown = {"epoch": view.epoch, "version": view.version, "disagreements": view.disagreements, "ended": view.ended}
        partners = [_status(one) for one in view.partners]
        click.echo(json.dumps({**shown, "partners": partners}, ensure_ascii=False, default=str))
        return
    click.echo(f"List version {view.version:,}; {view.disagreements} disagreements wait for a person.")
    for one in view.partners:
        click.echo(_status_text(one))
    for row in view.ended:
        click.echo(f"{row}: ended elsewhere by a court's decision, and still in force here")


@sync_group.command("holds")
@click.argument("partner", required=False)
@click.option("--decided", is_flag=True, help="What was decided last instead of what waits.")
@_JSON
@click.pass_context
def holds(ctx: click.Context, partner: str | None, *, decided: bool, as_json: bool) -> None:
    """List the batches that wait for a person."""
    found = read_holds(_opened(ctx), partner, decided=decided)
    if as_json:
        click.echo(json.dumps([asdict(held) for held in found], ensure_ascii=False, default=str))
        return
    for held in found:
        numbers = "numbers unread" if held.first is None else f"{held.first}–{held.last}"
        click.echo(f"{held.hold_no}  {held.partner}  {numbers}  {held.reason_code}: {held.detail}  ({held.state})")
    if not found:
        click.echo("Nothing is held.")


@sync_group.command("show")
@click.argument("hold_no")
@click.option("--content", is_flag=True, help="The rows too; they name people, and that you saw them is recorded.")
@_JSON
@click.pass_context
def show(ctx: click.Context, hold_no: str, *, content: bool, as_json: bool) -> None:
    """Show what is known of a held batch: why, which records are in it, and which of the list it would take back."""
    view = look_at_hold(_opened(ctx), hold_no, actor=operator(), content=content)
    if as_json:
        shown = {**asdict(view.held), "operations": view.operations, "records": view.records, "rows": view.rows}
        shown |= {"taken_back": view.taken_back, "standing": view.standing}
        click.echo(json.dumps(shown, ensure_ascii=False, default=str))
        return
    click.echo(f"{view.held.hold_no} of {view.held.partner}: {view.held.reason_code}, {view.held.detail}")
    click.echo("  " + ", ".join(f"{count:,} {name}" for name, count in view.operations.items()))
    _tell_records(view.records, view.rows)
    if view.taken_back:
        click.echo(f"  It would take back {len(view.taken_back):,} rows of the list:")
        _tell_records(view.taken_back, view.standing)


def _tell_records(records: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write a line for each record, with what its row says where that was asked for."""
    for place, record in enumerate(records):
        row = rows[place] if rows else {}
        click.echo("  ".join([f"  {record}", *(f"{column}={cell}" for column, cell in row.items())]))


@sync_group.command("release")
@click.argument("hold_no")
@_REASON
@_JSON
@click.pass_context
def release(ctx: click.Context, hold_no: str, reason: str, *, as_json: bool) -> None:
    """Take a held batch as it is."""
    services = _opened(ctx)
    partner = _partner_of(services, hold_no)
    _tell(services, release_hold(services, partner, hold_no, reason=reason, actor=operator()), as_json=as_json)


@sync_group.command("correct")
@click.argument("hold_no")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_REASON
@_JSON
@click.pass_context
def correct(ctx: click.Context, hold_no: str, file: Path, reason: str, *, as_json: bool) -> None:
    """Take a held batch with the rows of a list FILE (CSV or XLSX) in the place of its rows of the same number."""
    services = _opened(ctx)
    partner = _partner_of(services, hold_no)
    decided = correct_hold(services, partner, hold_no, file, reason=reason, actor=operator())
    _tell(services, decided, as_json=as_json)


@sync_group.command("refuse")
@click.argument("hold_no")
@_REASON
@_JSON
@click.pass_context
def refuse(ctx: click.Context, hold_no: str, reason: str, *, as_json: bool) -> None:
    """Take nothing of a held batch; where it is the next in turn the exchange goes on behind it."""
    services = _opened(ctx)
    partner = _partner_of(services, hold_no)
    _tell(services, refuse_hold(services, partner, hold_no, reason=reason, actor=operator()), as_json=as_json)


@sync_group.command("disagreements")
@click.option("--all", "every", is_flag=True, help="Those that were settled, too.")
@_JSON
@click.pass_context
def disagreements(ctx: click.Context, *, every: bool, as_json: bool) -> None:
    """List where two provinces say different things of one person's document; the stricter holds meanwhile."""
    found = read_disagreements(_opened(ctx), every=every)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        gone = "" if one.both_stand else ", one of them stands no more"
        click.echo(f"{one.id}  ban {one.ban_no}: {one.one} and {one.other} differ in {', '.join(one.fields)}{gone}")
    if not found:
        click.echo("No two provinces disagree.")


@sync_group.command("settle")
@click.argument("number", type=int)
@_REASON
@click.pass_context
def settle(ctx: click.Context, number: int, reason: str) -> None:
    """Note that somebody has looked into disagreement NUMBER; what is wrong in a row its own province corrects."""
    settled = settle_disagreement(_opened(ctx), number, reason=reason, actor=operator())
    click.echo(f"{settled.id}: settled ({settled.one}, {settled.other})")


@sync_group.command("seen")
@click.argument("partner")
@click.pass_context
def seen(ctx: click.Context, partner: str) -> None:
    """End the alarm that PARTNER's epoch changed, once somebody has seen to what it had lost."""
    end_epoch_alarm(_opened(ctx), partner, actor=operator())
    click.echo(f"{partner}: seen")


@sync_group.command("renew-epoch")
@click.pass_context
def renew(ctx: click.Context) -> None:
    """Begin a new epoch after this store was brought back by other means than `registry restore` (PostgreSQL)."""
    click.echo(renew_epoch(_opened(ctx), actor=operator()))


def _opened(ctx: click.Context) -> Services:
    """Open the register until the command ends."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    return services


def _wanted(services: Services, regions: tuple[str, ...]) -> list[Partner]:
    partners = {partner.name: partner for partner in load_partners(services.settings.partner_files)}
    unknown = sorted(set(regions) - partners.keys())
    if unknown:
        raise NotFoundError(f"no partner is configured as {', '.join(unknown)} in {services.settings.partner_files}")
    return [partners[name] for name in sorted(set(regions) or partners)]


def _partner_of(services: Services, hold_no: str) -> Partner:
    held = read_hold(services, hold_no)
    return _wanted(services, (held.partner,))[0]


def _visited(services: Services, partner: Partner) -> dict[str, Any]:
    """Visit one partner; what goes wrong is told, and is no other partner's affair."""
    try:
        adapter = open_adapter(partner, services.settings, services.store.keyring)
        try:
            pulled, pushed = pull_partner(services, partner, adapter), push_partner(services, partner, adapter)
        finally:
            adapter.close()
    except RegistryError as error:
        fault = fault_of(error)
        return {"partner": partner.name, "outcome": "failed", "fault": fault, "says": str(error) or fault, "left": 0}
    return _visit(partner, pulled, pushed)


def _visit(partner: Partner, pulled: Pulled, pushed: Pushed) -> dict[str, Any]:
    return {
        "partner": partner.name,
        "outcome": "done" if pulled.held is None else "held",
        "batches": pulled.batches,
        "items": pulled.items,
        "changes": pulled.changes,
        "counts": pulled.counts,
        "left": pulled.left,
        "held": pulled.held,
        "behind": pulled.behind,
        "handed_over": pushed.items,
    }


def _visit_text(visit: dict[str, Any]) -> str:
    if visit["outcome"] == "failed":
        return f"{visit['partner']}: failed, {visit['says']} [{visit['fault']}]"
    held = f"; HELD {visit['held']}: registry sync show {visit['held']}" if visit["held"] else ""
    outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in visit["counts"].items())
    taken = f"{visit['items']:,} items in {visit['batches']:,} batches, {visit['changes']:,} changes of the list"
    taken += f" ({outcomes})" if outcomes else ""
    taken += "; NOT TAKEN: registry quarantine list" if visit["left"] else ""
    return f"{visit['partner']}: took {taken}; handed over {visit['handed_over']:,}; {visit['behind']:,} behind{held}"


def _status(view: PartnerView) -> dict[str, Any]:
    lag = None if view.lag is None else int(view.lag.total_seconds())
    stated = {"holds": view.holds, "queue": view.queue, "covered_at": view.covered_at, "lag_seconds": lag}
    return {**asdict(view.state), **stated, "runs": [asdict(run) for run in view.runs]}


def _status_text(view: PartnerView) -> str:
    state = view.state
    last = "never" if state.last_success_at is None else f"{state.last_success_at:%Y-%m-%d %H:%M:%S}Z"
    fault = f"; {state.failures} failures, the last {state.last_fault}" if state.failures else ""
    runs = f"; last run {view.runs[0].work} {view.runs[0].outcome}" if view.runs else ""
    numbers = f"taken to {state.taken_to:,}, given to {state.given_to:,} ({view.queue:,} to give)"
    return f"{state.partner}: last success {last}; {numbers}; {view.holds} held{fault}{runs}"


def _tell(services: Services, decided: Decided, *, as_json: bool) -> None:
    ListIndex.put_away_after(services, sum(decided.counts.values()))
    held = decided.held
    if as_json:
        shown = {"hold_no": held.hold_no, "state": held.state, "counts": decided.counts, "taken_to": decided.taken_to}
        click.echo(json.dumps(shown))
        return
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in decided.counts.items())
    click.echo(f"{held.hold_no}: {held.state}; {counts}; the exchange goes on after {decided.taken_to:,}")
