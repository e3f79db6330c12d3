"""`registry policy`: try a policy before it is adopted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from matching.score import FLOOR_MILLIBITS
from registry.law.policy import Policy
from registry.law.roles import Purpose, Role
from registry.services.adopt_rule import OPERATOR, Party, propose_rule, rehearse_rule
from registry.services.policy_effect import PolicyEffect
from registry.services.review_forecast import hours
from registry.services.try_policy import Trial, TriedPolicy, try_policy
from registry.store.rule_repository import Rule

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NAMES = ("purpose", "rule", "by_policy_in_force", "by_policy_tried")


@click.group("policy")
def policy_group() -> None:
    """Try a policy, propose it, rehearse it; another person adopts it at the console."""


@policy_group.command("try")
@click.option("--policy", "path", type=_FILE, required=True, help="The policy file to try.")
@click.option(
    "--days", type=click.IntRange(0), default=30, show_default=True, help="Judge these days' decisions again."
)
@click.option("--roster", type=_FILE, help="CSV of people who apply in the trial: name, id_number, birth_date, sex.")
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), default="food_operation_licence")
@click.option("--role", type=click.Choice([each.value for each in Role]), default="operator", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def try_(ctx: click.Context, /, path: Path, *, as_json: bool, **trial: Any) -> None:
    """Show what a policy would newly stop or release, and how much review it costs; recorded, nothing changes.

    Recent decisions and the roster are judged by the policy in force and by the one tried, against the same list;
    --purpose and --role are the roster's. To adopt it: `registry policy propose`.
    """
    services = open_services()
    ctx.call_on_close(services.store.close)
    tried = Trial(trial["days"], trial["roster"], Purpose(trial["purpose"]), Role(trial["role"]))
    with WorkProgress("Judging", unit="subjects") as progress:
        found = try_policy(services, path, tried, actor=operator(), progress=progress)
    click.echo(json.dumps(_as_json(found), ensure_ascii=False) if as_json else "\n".join(_as_text(found)))


@policy_group.command("propose")
@click.argument("path", type=_FILE)
@click.option("--reason", required=True, help="Why: shown to whoever adopts it.")
@click.pass_context
def propose(ctx: click.Context, path: Path, reason: str) -> None:
    """Put the policy file PATH before a second person; recorded. It is rehearsed and adopted at the console."""
    put_forward(ctx, Rule.POLICY, path, reason)


@policy_group.command("rehearse")
@click.argument("proposal", type=int)
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="Judge these days' checks again.")
@click.pass_context
def rehearse(ctx: click.Context, proposal: int, days: int) -> None:
    """Judge the checks of the last days by a proposed policy or model, each as of the list it names; recorded."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    with WorkProgress("Rehearsing", unit="checks") as progress:
        found = rehearse_rule(services, proposal, actor=operator(), days=days, progress=progress)
    click.echo(json.dumps(found))


def put_forward(ctx: click.Context, rule: Rule, path: Path, reason: str) -> None:
    """Propose a rule's file and say under which number."""
    services = open_services()
    ctx.call_on_close(services.store.close)
    text = path.read_text("utf-8", errors="replace")
    number = propose_rule(services, rule, text, reason, Party(operator(), OPERATOR))
    click.echo(f"Proposal {number}: rehearse it with `registry policy rehearse {number}`.")
    click.echo("Another person adopts it at the console.")


def _remarks(found: TriedPolicy) -> Iterator[str]:
    if found.not_replayable:
        yield f"{found.not_replayable:,} decisions were made before requests were kept and are left out."
    if found.left_out:
        yield f"{found.left_out:,} rows of the roster state too little to be screened and are left out."
    if found.other_questions:
        yield f"Not tried, because it changes what a row of the list founds: {', '.join(found.other_questions)}."
    if found.tried.default_threshold.millibits < FLOOR_MILLIBITS:
        yield f"Matches below {FLOOR_MILLIBITS / 1000:g} bits are never looked at, whatever the threshold."


def _as_json(found: TriedPolicy) -> dict[str, Any]:
    return {
        "policy_in_force": found.former.version,
        "policy_tried": found.tried.version,
        "decisions": _effect_json(found, found.decisions),
        "roster": _effect_json(found, found.roster),
        "forecast": [
            {"policy": each.policy, "reviews_per_100_000": each.reviews, "hours": each.hours} for each in found.forecast
        ],
        "remarks": list(_remarks(found)),
    }


def _effect_json(found: TriedPolicy, effect: PolicyEffect) -> dict[str, Any]:
    loads = [effect.reviews_per_100_000(policy) for policy in (0, 1)]
    return {
        "subjects": effect.subjects,
        "newly_stopped": _counts(effect.stopped),
        "newly_released": _counts(effect.released),
        "reviews_per_100_000": loads,
        "hours_per_100_000": [hours(policy, load) for policy, load in zip(_both(found), loads, strict=True)],
        "examples": [example.as_json() for example in effect.examples],
    }


def _both(found: TriedPolicy) -> tuple[Policy, Policy]:
    return found.former, found.tried


def _counts(counts: Mapping[tuple[str, str, str, str], int]) -> list[dict[str, Any]]:
    return [{**dict(zip(_NAMES, reason, strict=True)), "subjects": count} for reason, count in sorted(counts.items())]


def _as_text(found: TriedPolicy) -> Iterator[str]:
    yield f"Policy {found.tried.version}, tried beside {found.former.version}, which stays in force."
    for title, effect in (("Decisions", found.decisions), ("Roster", found.roster)):
        if effect.subjects or title == "Decisions":
            yield from _effect_text(title, effect, found)
    yield f"\nFrom the list alone, random applicants who are nobody on it ({found.forecast[0].purpose}):"
    for each in found.forecast:
        yield f"  {each.policy:12} {each.reviews:>10.3g} reviews per 100,000 applications, {each.hours:.3g} hours"
    yield from ("", *_remarks(found), "One entry was recorded in the ledger; nothing else has changed.")


def _effect_text(title: str, effect: PolicyEffect, found: TriedPolicy) -> Iterator[str]:
    yield f"\n{title}: {effect.subjects:,} subjects judged by both."
    for words, counts in (("newly stopped", effect.stopped), ("newly released", effect.released)):
        yield f"  {words}: {sum(counts.values()):,}"
        for (purpose, rule, before, after), count in sorted(counts.items()):
            yield f"    {count:>7,}  {purpose}, {rule}: {before} -> {after}"
    for number, policy in enumerate(_both(found)):
        load = effect.reviews_per_100_000(number)
        yield f"  {policy.version:12} {load:>10,.1f} reviews per 100,000 subjects, {hours(policy, load):,.1f} hours"
    for example in effect.examples:
        bits = (
            "" if example.bits is None else f", {example.bits:.3f} bits, {example.expected_coincidences:.2g} expected"
        )
        beside = "" if example.ban_no is None else f" beside ban {example.ban_no}"
        yield f"  e.g. {example.where} {example.name}{beside}: {example.reason[2]} -> {example.reason[3]}{bits}"
