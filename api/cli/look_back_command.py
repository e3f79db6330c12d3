"""`registry look-back`: compare past answers with what has changed on the list since."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict

import click

from api.cli.operation import open_services
from api.cli.progress import WorkProgress
from registry.services.look_back import SETTLED_AFTER, look_back

_AT_ONCE = datetime.timedelta(0)


@click.command("look-back")
@click.option("--now", "at_once", is_flag=True, help="Take up changes of the last two minutes, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def look_back_command(ctx: click.Context, /, *, at_once: bool, as_json: bool) -> None:
    """Find past answers that later changes of the list would have made others; recorded. The worker does it by itself.

    With --now an answer that is being given this very moment may be missed.
    """
    services = open_services()
    ctx.call_on_close(services.store.close)
    with WorkProgress("Looking back", unit="checks") as progress:
        done = look_back(services, settled_after=_AT_ONCE if at_once else SETTLED_AFTER, progress=progress)
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(f"List versions {done.from_version:,} to {done.to_version:,}: {done.checks:,} checks looked at.")
    click.echo(f"  {done.listed:,} would be stricter now, {done.lifted:,} less strict.")
