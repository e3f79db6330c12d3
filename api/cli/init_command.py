"""`registry init`: create or migrate the database and create keys; safe to repeat."""

from __future__ import annotations

import os

import click

from registry import bootstrap
from registry.privacy.choose_keys import key_provider
from registry.settings import Settings


@click.command()
def init() -> None:
    """Create or migrate the database and create keys where absent; safe to repeat."""
    settings = Settings.from_environment(os.environ)
    provider = key_provider(settings)
    had_keys = provider.exists()
    services = bootstrap.initialise(settings)
    services.store.close()
    kind = "SQLite" if services.store.is_sqlite else "PostgreSQL"
    click.echo(f"The database ({kind}) is ready.")
    if had_keys:
        click.echo(f"The keys are those of {provider.says}.")
    else:
        click.echo(f"Keys were made: {provider.says}")
        click.echo("Keep a copy of them apart from the database: without them nothing in it can be read.")
