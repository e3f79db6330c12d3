"""Courts' own spreadsheets at the command line: a mapping proposed, an import by it, and rows to be corrected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.services.context import Services
from registry.settings import Settings
from tests.registry.intake.list_rows_at_hand import conviction, csv_file
from tests.registry.services.sheets_at_hand import HEADINGS, court_row, mapped, workbook

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    return lambda *arguments: CliRunner().invoke(main, ["list", *map(str, arguments)])


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def corrected(path: Path, heading: str, value: str) -> Path:
    """Correct one column of every row of a file that was given back."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index(heading) + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, place).value = value
    book.save(path)
    return path


def test_a_court_s_spreadsheet_is_imported_by_a_proposed_mapping_and_its_bad_rows_corrected(
    run: Run, tmp_path: Path
) -> None:
    file = written(tmp_path / "court.xlsx", workbook(court_row(0), court_row(1, 判决日期="某日")))
    proposed = run("headings", file, "--source", "33")
    mapping = written(tmp_path / "mapping.json", proposed.output.encode())
    assert json.loads(proposed.output)["columns"]["被告人姓名"] == "name"
    result = run("import", file, "--mapping", mapping, "--source", "33")
    assert result.exit_code == 3
    assert "judgment_date" in result.output
    assert run("faults", file, "--out", tmp_path / "bad.xlsx").exit_code == 0
    again = run(
        "import", corrected(tmp_path / "bad.xlsx", "判决日期", "2023-05-18"), "--mapping", mapping, "--source", "33"
    )
    assert again.exit_code == 0, again.output
    assert run("faults", file, "--out", tmp_path / "none.xlsx").exit_code == 1
    assert not (tmp_path / "none.xlsx").exists()


def test_a_mapping_remembered_at_the_desk_is_known_by_its_name(run: Run, services: Services, tmp_path: Path) -> None:
    mapped(services, court_row(0), remember_as="德川法院")
    file = written(tmp_path / "court.xlsx", workbook(court_row(1)))
    result = run("import", file, "--mapping", "德川法院", "--source", "33", "--json")
    assert (result.exit_code, json.loads(result.output)["outcomes"]) == (0, {"in_force": 1})
    assert run("import", file, "--mapping", "别的法院", "--source", "33").exit_code == 1
    assert run("import", file, "--mapping", "德川法院").exit_code == 2


def test_rows_in_the_list_s_own_columns_come_back_with_all_of_them_and_are_taken_once_corrected(
    run: Run, tmp_path: Path
) -> None:
    file = csv_file(tmp_path, [conviction(), conviction("R2", effective_date="2021-02-30")])
    assert run("import", file).exit_code == 3
    assert run("faults", file, "--out", tmp_path / "bad.xlsx").exit_code == 0
    again = run("import", corrected(tmp_path / "bad.xlsx", "effective_date", "2021-05-29"))
    assert again.exit_code == 0, again.output
    assert "Headings that mean nothing" not in again.output


def test_wrong_use_is_told_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "court.xlsx", workbook(court_row(), headings=HEADINGS))
    assert run("faults", file, "--out", tmp_path / "bad.txt").exit_code == 2
    (tmp_path / "broken.json").write_text("{")
    assert run("import", file, "--mapping", tmp_path / "broken.json", "--source", "33").exit_code == 2
    (tmp_path / "list.json").write_text("[]")
    assert run("import", file, "--mapping", tmp_path / "list.json", "--source", "33").exit_code == 2
