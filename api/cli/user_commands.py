"""`registry user`: give people accounts for the console, list them, disable them and reset their passwords."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import click

from api.cli.operation import open_services, operator
from api.console_address import password_address
from registry.clock import SHANGHAI
from registry.law.roles import Region
from registry.services.add_user import add_user
from registry.services.change_user import disable_user
from registry.services.password_link import PasswordLink, reset_password
from registry.services.read_users import find_user_named, read_users
from registry.store.account_repository import User, UserRole

if TYPE_CHECKING:
    from registry.services.context import Services


@click.group()
def user_group() -> None:
    """Give people accounts for the console, list them, and disable them."""


@user_group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in UserRole]), help="What they do.")
@click.option("--region", type=click.Choice([region.value for region in Region]), help="For which region; else all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def add(name: str, role: str, region: str | None, *, as_json: bool) -> None:
    """Create the console user NAME and print the one-time link with which they choose a password."""
    services = open_services()
    try:
        added = add_user(services, name, UserRole(role), region, operator())
        _show(services, {"user": added.id, "name": name, "role": role, "region": region}, added.link, as_json=as_json)
    finally:
        services.store.close()


@user_group.command("reset")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def reset(name: str, *, as_json: bool) -> None:
    """Print a new one-time link for the console user NAME; the password holds until it is used."""
    services = open_services()
    try:
        user = find_user_named(services, name)
        link = reset_password(services, user.id, operator())
        _show(services, {"user": user.id, "name": user.name}, link, as_json=as_json)
    finally:
        services.store.close()


def _show(services: Services, told: dict[str, Any], link: PasswordLink, *, as_json: bool) -> None:
    address = password_address(services.settings, link.code)
    if as_json:
        until = link.expires_at.isoformat()
        click.echo(json.dumps({**told, "link": address, "expires_at": until}, ensure_ascii=False))
        return
    until = link.expires_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    click.echo(f"User {told['user']} ({told['name']}) opens this link, once, before {until} (Shanghai):", err=True)
    click.echo(address)


@user_group.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Sign the console user NAME out everywhere and let them sign in no more."""
    services = open_services()
    try:
        disable_user(services, find_user_named(services, name).id, operator())
    finally:
        services.store.close()
    click.echo(f"{name} can no longer sign in.")


@user_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a user instead of text.")
def list_users(*, as_json: bool) -> None:
    """List every console user ever added, with role, region and state."""
    services = open_services()
    try:
        found = read_users(services)
    finally:
        services.store.close()
    for user, seen_at in found:
        told = _told(user, seen_at)
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _line(told))


def _told(user: User, seen_at: datetime.datetime | None) -> dict[str, Any]:
    state = "disabled" if user.disabled_at else "active" if user.has_password else "no password yet"
    return {
        "user": user.id,
        "name": user.name,
        "role": user.role.value,
        "region": user.region,
        "state": state,
        "created_at": user.created_at.isoformat(),
        "seen_at": seen_at and seen_at.isoformat(),
    }


def _line(told: dict[str, Any]) -> str:
    seen = f"last seen {told['seen_at']}" if told["seen_at"] else "never seen"
    return f"{told['user']}  {told['name']}  {told['role']} {told['region'] or 'all regions'}  {told['state']}  {seen}"
