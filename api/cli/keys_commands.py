"""`registry keys`: how it stands with the keys, exchange them while checks run, destroy former ones."""

from __future__ import annotations

import json
import sys

import click

from api.cli.operation import open_services, operator
from api.cli.progress import WorkProgress
from registry.privacy.choose_keys import key_provider
from registry.privacy.keyring import KeyKind
from registry.services.context import Services
from registry.services.publish_keys import publish_keys
from registry.services.rotate_keys import KeyState, add_keys, key_states, retire_keys, rotate_keys
from registry.services.rotate_signing_key import rotate_signing_key

_KEY = click.Choice([*(kind.value for kind in KeyKind), "all"])
_SIGNING = "signing"
_ROTATED = click.Choice([*(kind.value for kind in KeyKind), _SIGNING, "all"])


@click.group("keys")
def keys_group() -> None:
    """Show, rotate and retire the keys that protect the store."""


@keys_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print the state as JSON.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Show which versions are in use, which are at hand, and what each still holds."""
    services = _opened(ctx)
    states = key_states(services)
    if as_json:
        click.echo(json.dumps([_as_json(state) for state in states], ensure_ascii=False))
        return
    click.echo(f"Keys: {key_provider(services.settings).says}")
    for state in states:
        _show(state)


@keys_group.command("add")
@click.argument("key", type=_KEY)
@click.pass_context
def add(ctx: click.Context, key: str) -> None:
    """Make a new version of KEY without using it yet, so that every machine can be given it before it is used."""
    services = _opened(ctx)
    add_keys(services, _kinds(key))
    click.echo(f"Added to {key_provider(services.settings).says}.")
    click.echo(f"Give it to every machine, then: registry keys rotate {key}")


@keys_group.command("public")
@click.pass_context
def public(ctx: click.Context) -> None:
    """Print the public keys document: what anybody needs to verify receipts and the log, and nothing secret."""
    click.echo(json.dumps(publish_keys(_opened(ctx).store), indent=2))


@keys_group.command("rotate")
@click.argument("key", type=_ROTATED)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def rotate(ctx: click.Context, key: str, *, as_json: bool) -> None:
    """Use a new version of KEY from now on and rewrite what needs the former one, while checks run.

    Killed in the middle, it goes on where it was when it is begun again.
    """
    services = _opened(ctx)
    if key == _SIGNING:
        _rotate_signing(services, as_json=as_json)
        return
    with WorkProgress("Rewriting") as progress:
        rotations = rotate_keys(services, _kinds(key), actor=operator(), progress=progress)
    if as_json:
        shown = [{"key": each.key, "version": each.version, "rows": each.rows} for each in rotations]
        click.echo(json.dumps(shown))
        return
    for each in rotations:
        began = "is in use" if each.switched else "was in use already"
        click.echo(f"{each.key} key: version {each.version} {began}; {each.rows:,} rows rewritten")
    click.echo("Nothing needs the former keys any more. Copy the new keys to where copies are kept, then destroy the")
    click.echo(f"former ones: registry keys retire {key}")


@keys_group.command("retire")
@click.argument("key", type=_KEY)
@click.option("--yes", is_flag=True, help="Do not ask, on a terminal either.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def retire(ctx: click.Context, key: str, *, yes: bool, as_json: bool) -> None:
    """Destroy the former versions of KEY for good; backups made before the rotation cannot be read afterwards."""
    services = _opened(ctx)
    if not yes and _asks():
        click.confirm("Backups made before the rotation will be unreadable. Destroy the former keys?", abort=True)
    retired = retire_keys(services, _kinds(key), actor=operator())
    if as_json:
        click.echo(json.dumps([{"key": kind, "version": version} for kind, version in retired]))
        return
    for kind, version in retired:
        click.echo(f"{kind} key version {version} was destroyed.")
    if not retired:
        click.echo("There is no former key.")


def _rotate_signing(services: Services, *, as_json: bool) -> None:
    key = rotate_signing_key(services, operator())
    if as_json:
        click.echo(json.dumps([{"key": _SIGNING, "version": key.version, "thumbprint": key.thumbprint}]))
        return
    click.echo(f"signing key: version {key.version} ({key.thumbprint}) signs from now on; former ones still verify.")
    click.echo("Copy the new keys to where copies are kept, and give the new public key to every witness and to")
    click.echo("whoever verifies receipts: registry keys public")


def _asks() -> bool:
    """A script that runs this knows what it does."""
    return sys.stdin.isatty()


def _opened(ctx: click.Context) -> Services:
    services = open_services()
    ctx.call_on_close(services.store.close)
    return services


def _kinds(key: str) -> tuple[KeyKind, ...]:
    return tuple(KeyKind) if key == "all" else (KeyKind(key),)


def _as_json(state: KeyState) -> dict[str, object]:
    held = {table: {str(version): rows for version, rows in counts.items()} for table, counts in state.held.items()}
    at_hand = {str(version): fingerprint for version, fingerprint in state.at_hand.items()}
    return {"key": state.key, "in_use": state.in_use, "at_hand": at_hand, "former": state.former, "held": held}


def _show(state: KeyState) -> None:
    click.echo(f"{state.key} key: version {state.in_use} in use")
    for version, fingerprint in state.at_hand.items():
        rows = sum(counts[version] for counts in state.held.values())
        click.echo(f"  version {version} ({fingerprint}): {rows:,} rows{_fate(state, version)}")


def _fate(state: KeyState, version: int) -> str:
    if version == state.in_use:
        return ""
    if version > state.in_use:
        return ", not used yet"
    return ", rotation unfinished" if state.left else ", can be retired"
