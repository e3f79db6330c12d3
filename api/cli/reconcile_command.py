"""`registry sync reconcile`: compare with partners what both hold, mend what may be mended, name what differs."""

from __future__ import annotations

import json
from typing import Any

import click

from api.cli.main import DONE_WITH_ROWS_LEFT, FAILED
from api.cli.operation import open_services
from registry.errors import NotFoundError, RegistryError
from registry.exchange.adapters import open_adapter
from registry.exchange.partner import Partner
from registry.exchange.partner_file import load_partners
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.reconcile_partner import Reconciled, reconcile_partner


@click.command("reconcile")
@click.argument("regions", nargs=-1, metavar="[REGION]...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def reconcile(ctx: click.Context, regions: tuple[str, ...], *, as_json: bool) -> None:
    """Compare with partners, all or the named ones, what both hold: equal, or exactly the rows that differ.

    Rows a partner speaks for are mended from its copy; rows this side lost wait for a person (`registry sync holds`).
    Ends with status 1 where a partner could not be compared with, 3 where rows differ that were not mended.
    """
    services = open_services()
    ctx.call_on_close(services.store.close)
    found = [_compared(services, partner) for partner in _wanted(services, regions)]
    ListIndex.put_away_after(services, sum(len(each.get("restated", ())) for each in found))
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(map(_text, found)))
    if any("fault" in each for each in found):
        ctx.exit(FAILED)
    if any(each.get("held") or each.get("left") for each in found):
        ctx.exit(DONE_WITH_ROWS_LEFT)


def _wanted(services: Services, regions: tuple[str, ...]) -> list[Partner]:
    partners = {partner.name: partner for partner in load_partners(services.settings.partner_files)}
    strange = [region for region in regions if region not in partners]
    if strange:
        raise NotFoundError(f"no partner's file names {', '.join(strange)}")
    return [partners[name] for name in regions or partners]


def _compared(services: Services, partner: Partner) -> dict[str, Any]:
    """One partner's trouble keeps no other from being compared with."""
    try:
        adapter = open_adapter(partner, services.settings, services.store.keyring)
        try:
            return _shown(reconcile_partner(services, partner, adapter))
        finally:
            adapter.close()
    except RegistryError as error:
        return {"partner": partner.name, "fault": getattr(error, "fault", error.code), "says": str(error)}


def _shown(done: Reconciled) -> dict[str, Any]:
    return {
        "partner": done.partner,
        "equal": done.equal,
        "complete": done.complete,
        "version": done.version,
        "their_version": done.other_version,
        "compared": done.compared,
        "differences": [{"record": ":".join(one.key), "what": one.says} for one in done.differences],
        "restated": [":".join(key) for key in done.restated],
        "held": done.held,
        "left": [":".join(key) for key in done.left],
        "traffic": done.traffic,
    }


def _text(found: dict[str, Any]) -> str:
    if "fault" in found:
        return f"{found['partner']}: could not be compared with ({found['fault']}): {found['says']}"
    head = f"{found['partner']}: {found['compared']:,} rows, our version {found['version']:,}"
    if not found["complete"]:
        return f"{head}: a statement was left; the partner's is still to come"
    head += f", theirs {found['their_version']:,}"
    if found["equal"]:
        return f"{head}: both hold the same"
    lines = [f"{head}: {len(found['differences']):,} rows differ, {len(found['restated']):,} mended"]
    lines += [f"  {one['record']}  {one['what']}" for one in found["differences"]]
    if found["held"]:
        lines.append(f"  rows lost here wait for a person: registry sync show {found['held']}")
    if found["left"]:
        lines.append(f"  left to the partner: {', '.join(found['left'])}")
    return "\n".join(lines)
