"""`registry sync` as an operator uses it: partners visited, what is held looked at and decided, all of it told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.settings import Settings
from tests.registry.exchange.test_partner_file import DROP
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, csv_text, id_number

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    settings.partner_files.mkdir(parents=True)
    (settings.partner_files / "32.toml").write_text(DROP, "utf-8")
    (settings.partner_files / "drop" / "in").mkdir(parents=True)
    return lambda *arguments: CliRunner().invoke(main, ["sync", *map(str, arguments)])


def person(number: int, **changes: str) -> dict[str, str]:
    identity = {"name": f"赵{number}", "id_number": id_number(sequence=f"{400 + 2 * number + 1}")}
    return conviction(f"R{number}", source_region="32", **{**identity, **changes})


def lay_down(settings: Settings, number: int, rows: Sequence[dict[str, str]]) -> None:
    """Put a file of Jiangsu into its folder, closed by its marker."""
    inbox = settings.partner_files / "drop" / "in"
    (inbox / f"a_{number}.csv").write_text(csv_text(rows), "utf-8")
    (inbox / f"a_{number}.ok").write_text("", "utf-8")


def hold_of(run: Run, settings: Settings) -> str:
    """Ten people come, then a file that takes four of them back: it is held."""
    lay_down(settings, 1, [person(number) for number in range(1, 11)])
    assert run("run", "32").exit_code == 0
    gone = {"version": "2", "operation": "withdraw", "withdraw_reason": "再审改判无罪"}
    lay_down(settings, 2, [person(number, **gone) for number in range(1, 5)])
    held = run("run", "--json")
    assert held.exit_code == 3, held.output
    (visit,) = json.loads(held.stdout)
    assert visit["outcome"] == "held"
    return str(visit["held"])


def test_a_visit_takes_what_is_new_and_status_says_how_it_stands(run: Run, settings: Settings) -> None:
    lay_down(settings, 1, [person(1), person(2)])
    visited = run("run")
    assert visited.exit_code == 0, visited.output
    assert "32: took 2 items in 1 batches, 2 changes of the list" in visited.output
    (partner,) = json.loads(run("status", "--json").stdout)["partners"]
    assert (partner["partner"], partner["taken_to"], partner["holds"], partner["failures"]) == ("32", 2, 0, 0)
    assert "32: last success" in run("status").output


def test_a_visit_says_how_many_items_came_to_what_and_ends_with_three_where_some_were_not_taken(
    run: Run, settings: Settings
) -> None:
    lay_down(settings, 1, [person(1), person(2, effective_date="2021-02-30")])
    visited = run("run")
    assert visited.exit_code == 3, visited.output
    assert "(1 in_force, 1 quarantined); NOT TAKEN: registry quarantine list" in visited.output
    assert run("run").exit_code == 0
    (settings.partner_files / "drop" / "in").rename(settings.partner_files / "drop" / "other")
    gone = run("run")
    assert gone.exit_code == 1
    assert "there is no folder in below url [missing_folder]" in gone.output


def test_a_held_batch_is_shown_without_names_and_released(run: Run, settings: Settings) -> None:
    hold = hold_of(run, settings)
    assert f"{hold}  32  11–14  mass_withdrawal" in run("holds").output
    shown = run("show", hold)
    assert "4 withdraw" in shown.output
    assert "32:R1" in shown.output
    assert "赵" not in shown.output
    assert run("release", hold).exit_code == 2
    released = run("release", hold, "--reason", "与江苏核实无误")
    assert released.exit_code == 0, released.output
    assert "released; 4 withdrawn; the exchange goes on after 14" in released.output
    assert "Nothing is held." in run("holds").output
    assert run("release", hold, "--reason", "again").exit_code == 1
    assert json.loads(run("holds", "--decided", "--json").stdout)[0]["state"] == "released"


def test_a_held_batch_is_corrected_by_a_file(run: Run, settings: Settings, tmp_path: Path) -> None:
    hold = hold_of(run, settings)
    file = csv_file(tmp_path, [person(1, version="2", sentence_months="15")])
    corrected = run("correct", hold, file, "--reason", "江苏来函", "--json")
    assert corrected.exit_code == 0, corrected.output
    assert json.loads(corrected.stdout)["counts"] == {"in_force": 1, "withdrawn": 3}


def test_a_refused_batch_is_passed_over_and_the_next_visit_goes_on(run: Run, settings: Settings) -> None:
    hold = hold_of(run, settings)
    assert run("refuse", hold, "--reason", "江苏误发").exit_code == 0
    lay_down(settings, 3, [person(11)])
    again = run("run", "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)[0]["changes"] == 1


def test_a_partner_in_trouble_is_told_and_an_unknown_one_is_wrong(run: Run, settings: Settings) -> None:
    lay_down(settings, 1, [person(1)])
    assert run("run").exit_code == 0
    lay_down(settings, 3, [person(2)])
    failed = run("run")
    assert failed.exit_code == 1
    assert "32: failed, number 2 is missing" in failed.output
    assert "1 failures, the last missing_file" in run("status").output
    assert run("run", "34").exit_code == 1


def test_disagreements_and_the_epoch_are_told(run: Run) -> None:
    assert "No two provinces disagree." in run("disagreements").output
    assert run("settle", 1, "--reason", "x").exit_code == 1
    assert run("seen", "32").exit_code == 1
    assert len(run("renew-epoch").output.strip()) == 32
