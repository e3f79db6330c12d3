"""The documents keep their word: commands, settings, links and targets they name exist."""

from __future__ import annotations

import re

import click
import pytest

from api.cli.main import main
from tests.contracts.source_tree import ROOT

README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"\bregistry ((?:[a-z]+(?:-[a-z]+)* ?)+)")
OPTION = re.compile(r"--[a-z][a-z-]*")


def resolved(words: list[str]) -> click.Command | None:
    """Follow the words of a command line as far as they name commands."""
    command: click.Command | None = main
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return command


def command_lines() -> list[str]:
    """Return every `registry …` of the README's code blocks and code spans."""
    code = [*re.findall(r"```\n(.*?)```", README, re.DOTALL), *re.findall(r"`(registry [^`]+)`", README)]
    return [line for block in code for line in block.splitlines() if line.startswith("registry ")]


def test_the_readme_names_commands() -> None:
    assert len(command_lines()) > 8


@pytest.mark.parametrize("line", command_lines())
def test_every_command_and_option_of_the_readme_exists(line: str) -> None:
    named = COMMAND.match(line)
    assert named is not None
    command = resolved(named[1].split())
    assert command is not None, line
    assert not isinstance(command, click.Group), line
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(OPTION.findall(line.partition("#")[0])) <= options


def test_the_readme_lists_exactly_the_settings_there_are() -> None:
    settings = (ROOT / "registry" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'"(REGISTRY_[A-Z_]+)"', settings))
    assert set(re.findall(r"\| `(REGISTRY_[A-Z_]+)`", README)) == read


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) | set(re.findall(r"`make ([a-z]+)`", README))
    assert {"run", "test", "lock", "clean"} <= named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: object) -> None:
    path = ROOT / str(document)
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
