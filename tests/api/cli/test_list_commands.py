"""`registry list` as an operator uses it: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.services import list_index
from registry.services.index_snapshot import FILE_NAME
from registry.settings import Settings
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, id_number

Run = Callable[..., Result]
JUVENILE = {"birth_date": "2004-03-09", "id_number": id_number("20040309"), "name": "柳小冬"}


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    return lambda *arguments: CliRunner().invoke(main, ["list", *map(str, arguments)])


def test_an_import_without_rows_left_ends_with_0(run: Run, tmp_path: Path) -> None:
    result = run("import", csv_file(tmp_path, [conviction()]))
    assert result.exit_code == 0, result.output
    assert "1 rows read (convictions); list version 1" in result.output
    assert "in_force" in result.output


def test_a_large_import_leaves_a_snapshot_so_that_the_next_start_is_quick(
    run: Run, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_index, "WORTH_PUTTING_AWAY", 1)
    monkeypatch.setattr(list_index, "SLOW_TO_FOLLOW", 2)
    assert run("import", csv_file(tmp_path, [conviction()])).exit_code == 0
    assert not (settings.home / FILE_NAME).exists()
    people = [conviction(f"R{n}", name=name) for n, name in enumerate(["赵一", "钱二"], 2)]
    assert run("import", csv_file(tmp_path, people)).exit_code == 0
    assert (settings.home / FILE_NAME).exists()


def test_rows_not_in_force_are_each_named_and_end_it_with_3(run: Run, tmp_path: Path) -> None:
    rows = [
        conviction("R1"),
        conviction("R2", charge="生产、销售伪劣产品罪", document_no="（2021）浙0106刑初2号"),
        conviction("R3", effective_date="2021-02-30"),
        conviction("R4", **JUVENILE),
    ]
    result = run("import", csv_file(tmp_path, rows))
    assert result.exit_code == 3
    assert "Line 3 33:R2: waiting" in result.output
    assert "Line 4 33:R3: quarantined, effective_date: no such day in the calendar [impossible_date]" in result.output
    assert "Line 5: refused [sealed_juvenile]" in result.output
    assert "R4" not in result.output
    assert not any(name in result.output for name in ("王建国", "柳小冬", id_number()))


def test_json_is_for_machines(run: Run, tmp_path: Path) -> None:
    result = run("import", csv_file(tmp_path, [conviction(), conviction("R2", name="")]), "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 3
    assert report["outcomes"] == {"in_force": 1, "quarantined": 1}
    assert report["not_in_force"] == [
        {
            "line": 3,
            "record": "33:R2",
            "outcome": "quarantined",
            "details": [{"field": "name", "code": "missing", "reason": "the value is missing"}],
        }
    ]


def test_the_region_of_a_file_can_be_stated(run: Run, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [conviction(source_region="")])
    assert run("import", path, "--source", "33").exit_code == 0
    assert run("import", path, "--source", "35").exit_code == 2


def test_a_file_that_is_no_list_or_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("import", path).exit_code == 2
    assert run("import", tmp_path / "missing.csv").exit_code == 2


def test_a_waiting_row_is_settled_with_a_reason(run: Run, tmp_path: Path) -> None:
    run("import", csv_file(tmp_path, [conviction(charge="生产、销售伪劣产品罪")]))
    assert run("decide", "R001", "yes").exit_code == 2
    unclear = run("decide", "R001", "unclear", "--reason", "起诉书", "--from", "检察院", "--json")
    assert (unclear.exit_code, json.loads(unclear.stdout)) == (3, {"record": "33:R001", "outcome": "waiting"})
    settled = run("decide", "R001", "yes", "--reason", "过期冻肉", "--json")
    assert settled.exit_code == 0, settled.output
    assert json.loads(settled.stdout) == {"record": "33:R001", "outcome": "in_force", "list_version": 1}
    again = run("decide", "R001", "yes", "--reason", "过期冻肉")
    assert again.exit_code == 1
    assert "does not wait" in again.output


def test_the_list_is_exported_and_taken_again(run: Run, tmp_path: Path) -> None:
    run("import", csv_file(tmp_path, [conviction()]))
    exported = run("export", "--out", tmp_path / "out", "--json")
    assert exported.exit_code == 0
    assert [(file["kind"], file["rows"]) for file in json.loads(exported.stdout)] == [
        ("conviction", 1),
        ("revocation", 0),
    ]
    again = run("import", tmp_path / "out" / "convictions.csv")
    assert again.exit_code == 0
    assert "known" in again.output
    assert run("import", tmp_path / "out" / "revocations.csv").exit_code == 0
