"""The command `registry`: which commands there are, and how their failures become exit statuses.

Each command lives in a module of its own, imported only when it is called. Exit statuses: 0 done; 1 failed;
2 wrong use; 3 done, but some rows are not in force or could not be screened (commands end with it themselves).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import click

from registry.errors import InvalidInputError, RegistryError, SettingsError

FAILED = 1
WRONG_USE = 2
DONE_WITH_ROWS_LEFT = 3


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a command lives and the line `registry --help` shows for it."""

    module: str
    attribute: str
    says: str


COMMANDS = {
    "init": Mount("api.cli.init_command", "init", "Create or migrate the database and create keys."),
    "demo": Mount("api.cli.demo", "demo", "Serve invented demo data and show three checks with their answers."),
    "serve": Mount("api.cli.serve", "serve", "Serve the REST API and the console."),
    "worker": Mount("api.cli.worker", "worker", "Run the jobs that run by themselves, the log's sequencer among them."),
    "log": Mount("api.cli.log_commands", "log_group", "Verify the record of acts and prove what is in it."),
    "list": Mount("api.cli.list_commands", "list_group", "Import, settle and export the list of bans."),
    "province": Mount("api.cli.province_commands", "province_group", "Try provinces' configurations on samples."),
    "sync": Mount("api.cli.sync_commands", "sync_group", "Exchange the list with partners, decide what is held."),
    "quarantine": Mount("api.cli.quarantine_commands", "quarantine_group", "Look at rows not taken, and decide."),
    "judgment": Mount("api.cli.judgment_commands", "judgment_group", "Read judgments."),
    "screen": Mount("api.cli.screen_commands", "screen", "Screen a file of applicants."),
    "explain": Mount("api.cli.explain_commands", "explain", "Show how evidence between two identities adds up."),
    "policy": Mount("api.cli.policy_commands", "policy_group", "Try a policy before it is adopted."),
    "check": Mount("api.cli.replay_command", "check_group", "Make decisions again, as of another list, day or rule."),
    "look-back": Mount("api.cli.look_back_command", "look_back_command", "Compare past answers with later changes."),
    "report": Mount("api.cli.report_commands", "report_group", "Write the monthly report of checks and holds."),
    "replay": Mount("api.cli.replay_command", "replay", "Make a decision again by the rules it was made by."),
    "model": Mount("api.cli.model_commands", "model_group", "Re-estimate the matching model, adopt a version."),
    "bench": Mount("api.cli.bench_commands", "bench", "Measure accuracy, calibration and speed on this machine."),
    "receipt": Mount("api.cli.receipt_commands", "receipt_group", "Verify receipts offline."),
    "witness": Mount("api.cli.witness_commands", "witness_group", "Watch a log from outside and cosign its heads."),
    "keys": Mount("api.cli.keys_commands", "keys_group", "Show, rotate and retire the keys."),
    "backup": Mount("api.cli.backup_commands", "backup", "Copy the store while it is in use."),
    "restore": Mount("api.cli.backup_commands", "restore", "Bring a backup back, verified."),
    "retention": Mount("api.cli.retention_commands", "retention_group", "Erase what was kept long enough."),
    "client": Mount("api.cli.client_commands", "client_group", "Create API clients and their keys."),
    "user": Mount("api.cli.user_commands", "user_group", "Give people accounts for the console."),
}


class Failure(click.ClickException):
    """The register refused or could not: exit status 1 and a clear text."""

    exit_code = FAILED


class WrongUse(click.ClickException):
    """The operator's input or settings are wrong: exit status 2 and a clear text."""

    exit_code = WRONG_USE


def told_to_operator(error: RegistryError) -> click.ClickException:
    """Translate an error of the register into what the command line says and the status it ends with."""
    text = str(error) or error.code
    return WrongUse(text) if isinstance(error, InvalidInputError | SettingsError) else Failure(text)


class LazyCommands(click.Group):
    """The command group: loads a command's module when it is called, and translates its errors once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Name the commands in the order an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Load one command, or None where there is none of that name."""
        mount = COMMANDS.get(cmd_name)
        if mount is None:
            return None
        command = getattr(importlib.import_module(mount.module), mount.attribute)
        assert isinstance(command, click.Command)  # noqa: S101 -- the table above names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """List the commands from the table, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, mount.says) for name, mount in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a RegistryError becomes a text and an exit status here and nowhere else."""
        try:
            return super().invoke(ctx)
        except RegistryError as error:
            raise told_to_operator(error) from error


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="food-ban-registry")
def main() -> None:
    """Keep and query the register of people barred from the food industry.

    Settings come from environment variables that begin with REGISTRY_ (README.md lists them).
    """
