"""`registry quarantine` as an operator uses it: rows not taken are listed without names, corrected and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.settings import Settings
from tests.registry.intake.list_rows_at_hand import conviction, csv_file

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    faulty = [conviction(f"R{n}", name=f"赵{n}", effective_date="2021-02-30") for n in (1, 2)]
    file = csv_file(tmp_path, faulty, "faulty.csv")
    assert CliRunner().invoke(main, ["list", "import", str(file)]).exit_code == 3
    return lambda *arguments: CliRunner().invoke(main, ["quarantine", *map(str, arguments)])


def test_rows_are_listed_without_names_corrected_and_refused(run: Run, tmp_path: Path) -> None:
    first, second = (row["id"] for row in json.loads(run("list", "--json").stdout))
    shown = run("list")
    assert f"{first}  33:R1  line or item 2 of " in shown.output
    assert "impossible_date" in shown.output
    assert "赵" not in run("show", first).output
    assert "name=赵1" in run("show", first, "--content").output
    assert run("retry", first, "--reason", "再试").exit_code == 2
    sound = csv_file(tmp_path, [conviction("R1", name="赵1")], "sound.csv")
    corrected = run("correct", first, sound, "--reason", "法院来函")
    assert (corrected.exit_code, corrected.output) == (0, f"{first}: in_force\n")
    refused = json.loads(run("refuse", second, "--reason", "误报", "--json").stdout)
    assert refused == {"id": second, "state": "resolved", "outcome": "refused"}
    assert "No row waits in quarantine." in run("list", "33").output
    assert run("refuse", second, "--reason", "again").exit_code == 1


def test_a_row_is_written_as_a_list_file_to_be_corrected(run: Run, tmp_path: Path) -> None:
    first = json.loads(run("list", "--json").stdout)[0]["id"]
    draft = tmp_path / "draft.csv"
    assert run("show", first, "--out", draft).exit_code == 0
    text = draft.read_text("utf-8-sig")
    assert "2021-02-30" in text
    assert draft.stat().st_mode & 0o077 == 0
    assert run("show", first, "--out", draft).exit_code == 1
    draft.write_text(text.replace("2021-02-30", "2021-02-28"), "utf-8-sig")
    assert run("correct", first, draft, "--reason", "与判决书核对").output == f"{first}: in_force\n"
