"""`registry client`: admit the systems that may call."""

from __future__ import annotations

import json

import click

from api.cli.operation import open_services, operator
from registry.law.roles import Region
from registry.services.add_client import AddedClient
from registry.services.add_client import add_client as admit_client
from registry.store.client_repository import ClientRole


@click.group()
def client_group() -> None:
    """Create API clients and their keys."""


@client_group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in ClientRole]), help="What it may do.")
@click.option("--region", type=click.Choice([region.value for region in Region]), help="Where it works.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def add(name: str, role: str, region: str | None, *, as_json: bool) -> None:
    """Create the API client NAME and print its key, once."""
    services = open_services()
    try:
        added = admit_client(services, name, ClientRole(role), region, operator())
    finally:
        services.store.close()
    if as_json:
        click.echo(json.dumps({"client": added.id, "name": name, "role": role, "region": region, "key": added.key}))
        return
    _show(added, name)


def _show(added: AddedClient, name: str) -> None:
    click.echo(f"Client {added.id} ({name}) was added. Its key is shown this once and stored only as a hash:", err=True)
    click.echo(added.key)
