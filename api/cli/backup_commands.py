"""`registry backup` and `registry restore`: a copy of a SQLite store made online, and brought back verified."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import click

from api.cli.operation import open_services, operator
from registry import bootstrap
from registry.services.backup import OpenOn, back_up
from registry.services.context import Services
from registry.services.restore import restore as bring_back
from registry.settings import Settings


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def backup(out: Path, *, as_json: bool) -> None:
    """Copy the store, while it is in use, into the new directory OUT, with a manifest. Keys are not in it.

    PostgreSQL has tools of its own for this: docs/runbooks/database-restored.md.
    """
    services = open_services()
    try:
        manifest = back_up(services, out, _open_on(services.settings), operator())
    finally:
        services.store.close()
    if as_json:
        click.echo(json.dumps(asdict(manifest)))
        return
    click.echo(f"Backed up to {out}: list version {manifest.list_version}, {manifest.bytes:,} bytes.")
    click.echo(f"sha256 {manifest.sha256}")
    click.echo("The keys are not in it: keep the key file elsewhere, and former keys as long as backups need them.")


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed head the backup must reach, as a witness keeps it; may be given more than once.",
)
def restore(backup: Path, heads: tuple[Path, ...]) -> None:
    """Bring BACKUP back where there is no store, after verifying its file, its keys and its whole log.

    Stop every server and worker first. An existing store is never overwritten: move it away, and keep it.
    """
    settings = Settings.from_environment(os.environ)
    written = [head.read_text("utf-8") for head in heads]
    restored = bring_back(settings, backup, written, _open_on(settings), operator())
    click.echo(f"Restored: list version {restored.manifest.list_version}, as of {restored.manifest.made_at}.")
    click.echo(f"Verified {restored.entries:,} entries of the ledger; sealed again {restored.sealed_again}.")
    click.echo("What was decided after the backup is not in it: see docs/runbooks/database-restored.md.")


def _open_on(settings: Settings) -> OpenOn:
    def opened(url: str) -> Services:
        return bootstrap.build(replace(settings, database_url=url))

    return opened
