"""`registry replay`, `registry check replay`, `registry check replay-period`: decisions made again."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import click

from api.cli.main import FAILED
from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from registry.services.remake_decision import AsOf, Difference, Differing
from registry.services.replay_check import Replay, replay_check
from registry.services.replay_period import Days, DifferingCheck, PeriodReplay, replay_period

SAYS = {
    "only_then": "matched then and does not now",
    "only_now": "matches now and did not then",
    "verdict": "comes to another verdict",
    "evidence": "gives other evidence",
    "expected_coincidences": "has other expected coincidences",
    "bases": "rests on other bases",
}
_DAY = click.DateTime(["%Y-%m-%d"])
_AS_OF = (
    click.option("--list-version", type=click.IntRange(0), help="Against the list as it was at this version."),
    click.option("--on", "day", type=_DAY, help="As of a day: the list at its end, and bans reckoned for it."),
    click.option("--today", is_flag=True, help="Against today's list."),
    click.option("--model", help="By this kept model (`registry model list`), not that of then."),
    click.option("--policy", help="By this kept policy, not that of then."),
    click.option("--json", "as_json", is_flag=True, help="Print JSON: of a period one line for each difference."),
)


def _as_of_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_AS_OF):
        command = option(command)
    return command


@click.group("check")
def check_group() -> None:
    """Make decisions again, as of another list, day, model or policy."""


@click.command()
@click.argument("check_no")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def replay(ctx: click.Context, check_no: str, *, as_json: bool) -> None:
    """Make the decision CHECK_NO again, by the model and policy it was made by, against today's list; recorded.

    The same as `registry check replay CHECK_NO --today`. Ends with status 1 where the answer differs.
    """
    _replay(ctx, check_no, AsOf(today=True), as_json=as_json)


@check_group.command("replay")
@click.argument("check_no")
@_as_of_options
@click.pass_context
def replay_one(ctx: click.Context, /, check_no: str, *, as_json: bool, **stated: Any) -> None:
    """Make the decision CHECK_NO again; recorded.

    Without options against the list version it names, by the model and policy it was made by. Ends with status 1 where
    the answer differs from the one that was given.
    """
    _replay(ctx, check_no, _as_of(stated), as_json=as_json)


@check_group.command("replay-period")
@click.option("--from", "first", type=_DAY, required=True, help="First day, in Shanghai.")
@click.option("--to", "last", type=_DAY, required=True, help="Last day, included.")
@click.option("--region", help="Only checks of this region (area code, or its beginning).")
@click.option("--verdict", type=click.Choice(["block", "review", "clear"]), help="Only checks that came to this.")
@click.option("--after", type=click.IntRange(0), default=0, help="Go on after this decision, as a run named it.")
@click.option("--limit", "most", type=click.IntRange(1), help="End after so many decisions.")
@_as_of_options
@click.pass_context
def replay_days(ctx: click.Context, /, *, as_json: bool, first: Any, last: Any, **stated: Any) -> None:
    """Make the decisions of a period again, list each that differs, and count the others; recorded.

    Without options each against the list version it names, by the model and policy it was made by. Ends with status 1
    where any differs.
    """
    chosen = {name: stated.pop(name) for name in ("region", "verdict", "after", "most")}
    days = Days(first.date(), last.date(), **chosen)
    as_of = _as_of(stated)
    services = open_services()
    ctx.call_on_close(services.store.close)
    with WorkProgress("Replaying", unit="checks") as progress:
        tell = _tell_json if as_json else _tell
        found = replay_period(services, days, as_of, actor=operator(), differs=tell, progress=progress)
    click.echo(json.dumps(_counts(found)) if as_json else _in_words(found))
    if found.differing:
        ctx.exit(FAILED)


def _as_of(stated: dict[str, Any]) -> AsOf:
    day: datetime.datetime | None = stated.pop("day")
    return AsOf(day=None if day is None else day.date(), **stated)


def _replay(ctx: click.Context, check_no: str, as_of: AsOf, *, as_json: bool) -> None:
    services = open_services()
    ctx.call_on_close(services.store.close)
    found = replay_check(services, check_no, actor=operator(), as_of=as_of)
    click.echo(json.dumps({**asdict(found), "equal": found.equal}, default=str) if as_json else _as_text(found))
    if not found.equal:
        ctx.exit(FAILED)


def _as_text(found: Replay) -> str:
    rules = f"model {found.model}, policy {found.policy}, for {found.day}"
    versions = f"list version {found.list_version:,} then, {found.replayed_at_version:,} now"
    result = "EQUAL to the answer given" if found.equal else "DIFFERS from the answer given"
    lines = [f"{found.check_no}: {result} ({rules}; {versions})", *_lines(found.differing, found.other_rules)]
    if found.erased_since:
        lines.append(f"  {found.erased_since:,} rows that listed somebody at that version were erased by law since.")
    return "\n".join(lines)


def _lines(differing: Iterable[Differing], other_rules: bool) -> Iterable[str]:
    for one in differing:
        whose = f"Subject {one.subject_no}" + ("" if one.ban_no is None else f", ban {one.ban_no}")
        yield f"  {whose}: {SAYS[one.difference]}{_verdicts(one)}{_reason(one, other_rules)}"


def _verdicts(one: Differing) -> str:
    return f" ({one.was} -> {one.is_now})" if one.difference is Difference.VERDICT else ""


def _reason(one: Differing, other_rules: bool) -> str:
    if one.changed_since:
        return "; the list has changed here since"
    return "; by another rule or day" if other_rules else "; NOT explained by a change of the list"


def _tell(check: DifferingCheck) -> None:
    click.echo(f"{check.check_no} ({check.verdict}, {check.decided_at:%Y-%m-%d %H:%M}Z)")
    for line in _lines(check.differing, other_rules=True):
        click.echo(line)


def _tell_json(check: DifferingCheck) -> None:
    click.echo(json.dumps(asdict(check), default=str))


def _counts(found: PeriodReplay) -> dict[str, Any]:
    became = [{"was": was, "is_now": now, "subjects": count} for (was, now), count in sorted(found.became.items())]
    counts = {"checks": found.checks, "differing": found.differing, "not_replayable": found.not_replayable}
    return {**counts, "became": became, "last": found.last, "ended": found.ended}


def _in_words(found: PeriodReplay) -> str:
    lines = [f"{found.checks:,} decisions, {found.differing:,} differ, {found.not_replayable:,} cannot be made again."]
    lines += [f"  {count:,} subjects: {was} -> {now}" for (was, now), count in sorted(found.became.items())]
    if not found.ended:
        lines.append(f"There are more: go on with --after {found.last}.")
    return "\n".join(lines)
