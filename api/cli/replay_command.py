"""`registry replay`: a decision made again under the rules it was made by."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from api.cli.main import FAILED
from api.cli.operation import open_services, operator
from registry.services.replay_check import Differing, Replay, replay_check

SAYS = {
    "only_then": "matched then and does not now",
    "only_now": "matches now and did not then",
    "verdict": "comes to another verdict",
    "evidence": "gives other evidence",
    "expected_coincidences": "has other expected coincidences",
    "bases": "rests on other bases",
}


@click.command()
@click.argument("check_no")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def replay(ctx: click.Context, check_no: str, *, as_json: bool) -> None:
    """Make the decision CHECK_NO again, by the model and policy it was made by, against today's list; recorded.

    Ends with status 1 where the answer differs from the one that was given.
    """
    services = open_services()
    ctx.call_on_close(services.store.close)
    found = replay_check(services, check_no, actor=operator())
    click.echo(json.dumps({**asdict(found), "equal": found.equal}) if as_json else _as_text(found))
    if not found.equal:
        ctx.exit(FAILED)


def _as_text(found: Replay) -> str:
    rules = f"model {found.model}, policy {found.policy}"
    versions = f"list version {found.list_version:,} then, {found.replayed_at_version:,} now"
    result = "EQUAL to the answer given" if found.equal else "DIFFERS from the answer given"
    return "\n".join([f"{found.check_no}: {result} ({rules}; {versions})", *map(_line, found.differing)])


def _line(one: Differing) -> str:
    whose = f"Subject {one.subject_no}" + ("" if one.ban_no is None else f", ban {one.ban_no}")
    since = "; the list has changed here since" if one.changed_since else "; NOT explained by a change of the list"
    return f"  {whose}: {SAYS[one.difference]}{since}"
