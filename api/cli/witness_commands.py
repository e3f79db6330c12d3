"""`registry witness`: watch a log from outside and cosign its heads; and, in the register, say who watches."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import click

from api.cli.operation import open_services, operator
from registry.errors import RegistryError
from registry.services.add_witness import add_witness, remove_witness
from witness.configuration import Configuration
from witness.log_client import LogClient
from witness.observe import Seen, is_refusal, observe
from witness.own_files import alone, make_own_files, read_key

_CONFIG = click.argument("config", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def witness_group() -> None:
    """Watch a log and cosign its heads (init, once, run); name the witnesses of this register (add, remove)."""


@witness_group.command("init")
@_CONFIG
@click.option("--name", required=True, help="Who witnesses, as a name like zhejiang.example (no blanks, no +).")
def init(config: Path, name: str) -> None:
    """Make the witness's key and its empty memory beside CONFIG, and print its public key."""
    key = make_own_files(Configuration.load(config), name)
    click.echo("Give this public key to the register's operator (`registry witness add`):", err=True)
    click.echo(key.verifier().spelt())


@witness_group.command("once")
@_CONFIG
def once(config: Path) -> None:
    """Look at the log once: verify its head against the last one seen, and cosign it."""
    configuration = Configuration.load(config)
    key = read_key(configuration)
    with alone(configuration):
        _say(observe(configuration, key, LogClient(configuration.log_address), int(time.time())))


@witness_group.command("run")
@_CONFIG
def run(config: Path) -> None:
    """Look at the log again and again; ends with an alarm where it is not to be believed."""
    configuration = Configuration.load(config)
    key, log = read_key(configuration), LogClient(configuration.log_address)
    with alone(configuration):
        while True:
            try:
                _say(observe(configuration, key, log, int(time.time())))
            except RegistryError as failure:
                if is_refusal(failure):
                    raise
                click.echo(f"{_now()} {failure}", err=True)
            time.sleep(configuration.every_seconds)


@witness_group.command("add")
@click.argument("name")
@click.argument("public_key")
def add(name: str, public_key: str) -> None:
    """Let NAME cosign this register's log under PUBLIC_KEY, as `registry witness init` printed it."""
    services = open_services()
    try:
        add_witness(services, name, public_key, operator())
    finally:
        services.store.close()
    click.echo(f"{name} witnesses the log from now on.")


@witness_group.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Expect no cosignatures of NAME any more; those it gave stay."""
    services = open_services()
    try:
        remove_witness(services, name, operator())
    finally:
        services.store.close()
    click.echo(f"{name} does not witness the log any more.")


def _say(seen: Seen) -> None:
    click.echo(f"{_now()} {seen.size} entries, {seen.grown} new, consistent with all seen before; cosigned")


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
