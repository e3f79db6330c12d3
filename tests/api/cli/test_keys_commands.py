"""`registry keys`: what an operator is shown, and that a rotation can be done with commands alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import keys_commands
from api.cli.main import main
from tests.registry.intake.list_rows_at_hand import conviction, csv_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    assert _run("init").exit_code == 0
    assert _run("list", "import", str(csv_file(tmp_path, [conviction()]))).exit_code == 0
    return tmp_path / "home"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def test_keys_are_rotated_and_retired_with_commands_alone(home: Path) -> None:
    assert "master key: version 1 in use" in _run("keys", "status").output
    rotated = _run("keys", "rotate", "all")
    assert rotated.exit_code == 0
    assert "master key: version 2 is in use; 2 rows rewritten" in rotated.output
    assert ", can be retired" in _run("keys", "status").output
    retired = _run("keys", "retire", "all", "--yes", "--json")
    assert json.loads(retired.output) == [{"key": "master", "version": 1}, {"key": "index", "version": 1}]
    state = json.loads(_run("keys", "status", "--json").output)
    assert [(each["in_use"], list(each["at_hand"])) for each in state] == [(2, ["2"]), (2, ["2"])]
    assert _run("list", "export", "--out", str(home / "out")).exit_code == 0


def test_retiring_asks_on_a_terminal_and_does_nothing_without_a_yes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("keys", "rotate", "master")
    before = (home / "keys.json").read_text()
    monkeypatch.setattr(keys_commands, "_asks", lambda: True)
    assert CliRunner().invoke(main, ["keys", "retire", "master"], input="n\n").exit_code == 1
    assert (home / "keys.json").read_text() == before


def test_an_added_key_is_shown_as_not_used_yet(home: Path) -> None:
    assert _run("keys", "add", "index").exit_code == 0
    assert ", not used yet" in _run("keys", "status").output
    assert "index key: version 2 is in use" in _run("keys", "rotate", "index").output


@pytest.mark.usefixtures("home")
def test_there_is_nothing_to_retire_before_a_rotation() -> None:
    assert "no former key" in _run("keys", "retire", "all", "--yes").output


def test_no_command_shows_a_secret(home: Path) -> None:
    shown = "".join(_run("keys", *words).output for words in (["status"], ["status", "--json"], ["rotate", "all"]))
    document = json.loads((home / "keys.json").read_text())
    entries = [*document["master"], *document["index"]]
    assert len(entries) == 4
    assert not any(entry["secret"] in shown for entry in entries)
