"""`registry model`: re-estimate the matching model from a roster, adopt a version, list the versions."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from api.cli.operation import open_services, operator
from api.cli.policy_commands import put_forward
from api.cli.progress import WorkProgress
from registry.services.context import Services
from registry.services.estimate_model import Estimate, Sources, estimate_model
from registry.services.use_model import list_models, use_model
from registry.store.rule_repository import Rule

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("model")
def model_group() -> None:
    """Re-estimate the matching model from your own roster, adopt a version, list the versions."""


@model_group.command("estimate")
@click.option("--roster", type=_FILE, required=True, help="CSV: name, and birth_date, sex, id_number where known.")
@click.option("--pairs", type=_FILE, help="CSV: person_no beside the same; a person's rows follow one another.")
@click.option("--from-list", is_flag=True, help="Also compare records the list holds of one ID number.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The model file to write.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def estimate(ctx: click.Context, /, out: Path, *, as_json: bool, **sources: Any) -> None:
    """Estimate how rare names are, and how often records err, from your own people; write a new model version.

    Nothing of a person is kept: counts alone, none below ten. Nothing is judged by it before `registry model use`.
    """
    with WorkProgress("Counting") as progress:
        found = estimate_model(_opened(ctx), Sources(**sources), out, actor=operator(), progress=progress)
    click.echo(json.dumps(asdict(found)) if as_json else _as_text(found, out))


@model_group.command("use")
@click.argument("version")
@click.pass_context
def use(ctx: click.Context, version: str) -> None:
    """Adopt VERSION: a model file, or a version kept already. An operator's act; at the console two people adopt."""
    adopted = use_model(_opened(ctx, shipped_model=True), version, actor=operator())
    click.echo(f"The model in use is {adopted}, recorded in the ledger; every process takes it up at its next check.")
    click.echo("Decisions already made keep the version they state.")


@model_group.command("propose")
@click.argument("path", type=_FILE)
@click.option("--reason", required=True, help="Why: shown to whoever adopts it.")
@click.pass_context
def propose(ctx: click.Context, path: Path, reason: str) -> None:
    """Put the model file PATH before a second person; recorded. It is rehearsed and adopted at the console."""
    put_forward(ctx, Rule.MODEL, path, reason)


@model_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the versions as JSON.")
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """List the model versions that judged here or were adopted; all of them are kept for replays."""
    models = list_models(_opened(ctx, shipped_model=True))
    if as_json:
        click.echo(json.dumps([asdict(model) for model in models]))
        return
    for model in models:
        remarks = [word for word, holds in (("in use", model.in_use), ("shipped", model.shipped)) if holds]
        click.echo(f"{model.version:32} {model.digest[:16]}  {', '.join(remarks)}".rstrip())


def _as_text(found: Estimate, out: Path) -> str:
    return "\n".join(
        [
            f"Model {found.version}: {out}",
            f"  {found.rows:>9,} rows of the roster read, {found.left_out:,} left out, {found.names:,} names counted",
            f"  {found.pairs:>9,} pairs of records compared"
            + ("" if found.pairs else ": the error rates are those of the former model"),
            f"Adopt it with: registry model use {out}",
        ]
    )


def _opened(ctx: click.Context, *, shipped_model: bool = False) -> Services:
    """Open the register until the command ends."""
    services = open_services(shipped_model=shipped_model)
    ctx.call_on_close(services.store.close)
    return services
