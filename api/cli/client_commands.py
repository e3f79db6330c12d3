"""`registry client`: admit the systems that may call, limit them, list them and end their keys."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from pathlib import Path
from typing import Any

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from api.cli.operation import open_services, operator
from registry.clock import SHANGHAI
from registry.law.roles import Purpose, Region
from registry.services.add_client import AddedClient, Limits, Wanted, add_limited_client
from registry.services.clear_flag import clear_flag
from registry.services.client_notices import resend_notice
from registry.services.disable_clients import disable_clients
from registry.store.client_repository import ClientRole, ListedClient
from registry.store.notice_repository import NoticeView, StoredNotice

_KEY_BYTES = 32
_PEM = b"-----BEGIN"


@click.group()
def client_group() -> None:
    """Create API clients and their keys, list them, and disable them."""


class _PublicKey(click.ParamType[bytes]):
    """An Ed25519 public key: a PEM file, or its 32 bytes in base64."""

    name = "file or base64"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Return the 32 bytes of the key."""
        if isinstance(value, bytes):
            return value
        try:
            return _from_file(Path(value)) if Path(value).is_file() else _from_base64(value)
        except (ValueError, UnsupportedAlgorithm):
            self.fail("is no Ed25519 public key (a PEM file, or 32 bytes in base64)", param, ctx)


def _from_file(path: Path) -> bytes:
    written = path.read_bytes()
    if not written.startswith(_PEM):
        return _from_base64(written.decode("ascii").strip())
    key = load_pem_public_key(written)
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes_raw()
    raise ValueError("another kind of key")


def _from_base64(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    key = base64.b64decode(padded, altchars=b"-_" if set("-_") & set(text) else None, validate=True)
    if len(key) != _KEY_BYTES:
        raise binascii.Error("not 32 bytes")
    return key


@client_group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in ClientRole]), help="What it may do.")
@click.option("--region", type=click.Choice([region.value for region in Region]), help="Where it works.")
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    type=click.Choice([each.value for each in Purpose]),
    help="A purpose it may ask for.",
)
@click.option("--rate", type=click.IntRange(1), help="How many requests a minute.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day its key is good, in Shanghai.")
@click.option("--public-key", "signing_key", type=_PublicKey(), help="Ed25519: its requests must be signed (RFC 9421).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def add(name: str, role: str, region: str | None, *, as_json: bool, **limiting: Any) -> None:
    """Create the API client NAME and print its key, once."""
    wanted = Wanted(name, ClientRole(role), region, _limits(**limiting))
    services = open_services()
    try:
        added = add_limited_client(services, wanted, operator())
    finally:
        services.store.close()
    if as_json:
        click.echo(json.dumps({"client": added.id, "name": name, "role": role, "region": region, "key": added.key}))
        return
    _show(added, name)


def _limits(
    purposes: tuple[str, ...], rate: int | None, expires: datetime.datetime | None, signing_key: bytes | None
) -> Limits:
    """Return the limits; the last day counts whole."""
    ended = None if expires is None else expires.replace(tzinfo=SHANGHAI) + datetime.timedelta(days=1)
    return Limits(frozenset(purposes) or None, rate, ended and ended.astimezone(datetime.UTC), signing_key)


def _show(added: AddedClient, name: str) -> None:
    click.echo(f"Client {added.id} ({name}) was added. Its key is shown this once and stored only as a hash:", err=True)
    click.echo(added.key)


@client_group.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """End every key of the clients called NAME, at once."""
    services = open_services()
    try:
        ended = disable_clients(services, name, operator())
    finally:
        services.store.close()
    if not ended:
        raise click.UsageError(f"no client of that name could call: {name}")
    click.echo(f"{ended} of that name can no longer call.")


@client_group.command("clear-flag")
@click.argument("name")
@click.option("--reason", required=True, help="What was found out; the log keeps its digest.")
def clear_flag_of(name: str, reason: str) -> None:
    """End the probing flag of the clients called NAME, once it is known why they asked so."""
    services = open_services()
    try:
        cleared = clear_flag(services, name, reason, operator())
    finally:
        services.store.close()
    if not cleared:
        raise click.UsageError(f"no client of that name is flagged: {name}")
    click.echo(f"{cleared} of that name is no longer flagged.")


@client_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a client instead of text.")
def list_clients(*, as_json: bool) -> None:
    """List every client ever added, what limits it, and whether its conduct was flagged."""
    services = open_services()
    try:
        with services.store.read() as uow:
            listed = uow.clients.listed()
        now = services.clock.now()
    finally:
        services.store.close()
    for each in listed:
        told = _told(each, now)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _line(told))


def _told(listed: ListedClient, now: datetime.datetime) -> dict[str, Any]:
    client = listed.client
    return {
        "client": client.id,
        "name": client.name,
        "role": client.role.value,
        "region": client.region,
        "may_call": client.admitted(now),
        "purposes": None if client.purposes is None else sorted(client.purposes),
        "rate": None if client.rate is None else client.rate.per_minute,
        "expires_at": client.expires_at and client.expires_at.isoformat(),
        "disabled_at": client.disabled_at and client.disabled_at.isoformat(),
        "signs": client.signing_key is not None,
        "flagged": client.flagged,
        "key_hint": listed.key_hint,
        "created_at": listed.created_at.isoformat(),
    }


def _line(told: dict[str, Any]) -> str:
    state = "may call" if told["may_call"] else "disabled" if told["disabled_at"] else "expired"
    limits = [f"{told['rate']} a minute"] * (told["rate"] is not None) + ["signs"] * told["signs"]
    purposes = [" ".join(told["purposes"])] if told["purposes"] is not None else []
    flagged = ["FLAGGED: probing"] * told["flagged"]
    who = f"{told['client']}  {told['name']}  {told['role']} {told['region'] or 'any region'}  ...{told['key_hint']}"
    return "  ".join([who, "; ".join([state, *limits, *purposes, *flagged])])


@client_group.command("notices")
@click.option("--dead", is_flag=True, help="Only those that were given up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a notice instead of text.")
def list_notices(*, dead: bool, as_json: bool) -> None:
    """List what clients were to be told and did not get."""
    views = (NoticeView.DEAD,) if dead else tuple(NoticeView)
    services = open_services()
    try:
        with services.store.read() as uow:
            found = {each.id: each for view in views for each in uow.notices.seen(view, services.clock.today())}
    finally:
        services.store.close()
    for notice in found.values():
        told = _told_of(notice)
        click.echo(json.dumps(told) if as_json else "  ".join(f"{value}" for value in told.values()))


@client_group.command("resend")
@click.argument("notice_no")
def resend(notice_no: str) -> None:
    """Have the notice NOTICE_NO delivered again, as if it had never been tried."""
    services = open_services()
    try:
        resend_notice(services, notice_no, operator())
    finally:
        services.store.close()
    click.echo(f"{notice_no} is sent again.")


def _told_of(notice: StoredNotice) -> dict[str, Any]:
    state = "dead" if notice.dead_at else "delivered" if notice.delivered_at else "undelivered"
    return {
        "notice": notice.notice_no,
        "client": notice.client_id,
        "kind": notice.kind.value,
        "check": notice.check_no,
        "made_at": notice.made_at.isoformat(),
        "acknowledge_by": notice.due_on and notice.due_on.isoformat(),
        "state": state,
        "attempts": notice.attempts,
        "fault": notice.last_fault,
    }
