"""The command `registry`: what it lists, and which exit status a failure gets."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from api.cli import main as entry
from api.cli.main import LazyCommands
from registry.errors import (
    FieldFault,
    InvalidInputError,
    KeysMissingError,
    NotFoundError,
    RegistryError,
    SettingsError,
    UnavailableError,
)


def status_after(error: RegistryError) -> tuple[int, str]:
    """Run a command that raises the error; return the exit status and what was said."""

    @click.group(cls=LazyCommands)
    def group() -> None: ...

    @click.command()
    def failing() -> None:
        raise error

    group.get_command = lambda ctx, cmd_name: failing  # type: ignore[method-assign]
    outcome = CliRunner().invoke(group, ["failing"])
    return outcome.exit_code, outcome.output


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInputError([FieldFault("purpose", "unknown", "no such purpose")]), 2),
        (SettingsError("REGISTRY_HOME is not a directory"), 2),
        (KeysMissingError("the key file is missing"), 1),
        (UnavailableError("the database does not answer"), 1),
        (NotFoundError("no such record"), 1),
    ],
)
def test_each_refusal_ends_with_its_exit_status_and_its_text(error: RegistryError, status: int) -> None:
    assert status_after(error) == (status, f"Error: {error}\n")


def test_wrong_use_ends_with_status_two() -> None:
    assert CliRunner().invoke(entry.main, ["no-such-command"]).exit_code == 2


def test_help_lists_every_command_without_loading_any() -> None:
    code = (
        "import sys; from api.cli.main import main, COMMANDS\n"
        "main(['--help'], standalone_mode=False)\n"
        "sys.exit(any(mount.module in sys.modules for mount in COMMANDS.values()))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert all(f"  {name} " in ended.stdout for name in entry.COMMANDS)


@pytest.mark.parametrize("name", list(entry.COMMANDS))
def test_every_listed_command_can_be_called(name: str) -> None:
    assert CliRunner().invoke(entry.main, [name, "--help"]).exit_code == 0
