"""`registry province` as an engineer uses it: a wrong file with its line, a sample row by row, no database touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.exchange.drop import DropAdapter
from registry.exchange.folder import Folder
from registry.intake.headings import ListKind
from tests.registry.exchange.partners_at_hand import HUB_KEY, batch_of, item, keyed, partner_of, penalty
from tests.registry.exchange.test_partner_file import DROP, FEED, KEY
from tests.registry.intake.list_rows_at_hand import conviction, csv_text, id_number, revocation

Run = Callable[..., Result]
JUVENILE = {"birth_date": "2004-03-09", "id_number": id_number("20040309"), "name": "柳小冬"}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("REGISTRY_ROLE", raising=False)
    return lambda *arguments: CliRunner().invoke(main, ["province", *map(str, arguments)])


def file_of(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def rows_of(folder: Path, *rows: dict[str, str], name: str = "a_1.csv") -> Path:
    kind = ListKind.REVOCATION if "organisation" in rows[0] else ListKind.CONVICTION
    return file_of(folder, name, csv_text([{**row, "source_region": "32"} for row in rows], kind))


def test_every_row_is_told_with_its_line_outcome_field_and_reason(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP)
    sample = rows_of(
        tmp_path,
        conviction("R1"),
        conviction("R2", charge="生产、销售伪劣产品罪"),
        conviction("R3", effective_date="2021-02-30"),
        conviction("R4", **JUVENILE),
    )
    result = run("check", config, sample)
    assert result.exit_code == 3
    assert "a_1.csv, line 2 32:R1: in_force\n" in result.output
    assert "a_1.csv, line 3 32:R2: waiting\n    food_related: " in result.output
    assert "effective_date: no such day in the calendar [impossible_date]" in result.output
    assert "a_1.csv, line 5: refused\n" in result.output
    assert "柳小冬" not in result.output
    assert "王建国" not in result.output
    assert result.output.endswith("1 in_force, 1 waiting, 1 quarantined, 1 refused\n")


def test_nothing_is_made_or_stored(run: Run, tmp_path: Path) -> None:
    assert run("check", file_of(tmp_path, "32.toml", DROP), rows_of(tmp_path, conviction())).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["32.toml", "a_1.csv"]


def test_a_sample_is_told_as_json(run: Run, tmp_path: Path) -> None:
    result = run("check", file_of(tmp_path, "32.toml", DROP), rows_of(tmp_path, conviction(name="")), "--json")
    [foreseen] = json.loads(result.output)
    assert foreseen["held"] is None
    [row] = foreseen["rows"]
    assert (row["file"], row["line"], row["outcome"]) == ("a_1.csv", 2, "quarantined")
    assert [(fault["field"], fault["code"]) for fault in row["faults"]] == [("name", "missing")]


def test_a_wrong_configuration_is_wrong_use_and_names_the_line(run: Run, tmp_path: Path) -> None:
    result = run(
        "check", file_of(tmp_path, "32.toml", DROP.replace("inbox", "in_box")), rows_of(tmp_path, conviction())
    )
    assert result.exit_code == 2
    assert "32.toml, line 6: drop.inbox: a drop needs a folder" in result.output


def test_another_provinces_row_in_a_file_is_shown_with_its_region(run: Run, tmp_path: Path) -> None:
    sample = file_of(tmp_path, "a_1.csv", csv_text([conviction("R1", source_region="33")]))
    assert "a_1.csv, line 2 33:R1" in run("check", file_of(tmp_path, "32.toml", DROP), sample).output


def test_a_folder_is_looked_at_as_the_inbox_would_be_and_left_as_it_is(run: Run, tmp_path: Path) -> None:
    config, inbox = file_of(tmp_path, "32.toml", DROP), tmp_path / "inbox"
    inbox.mkdir()
    rows_of(inbox, conviction("R1"))
    rows_of(inbox, revocation("P1"), name="b_1.csv")
    for name in ("a_1.ok", "b_1.ok"):
        (inbox / name).touch()
    (inbox / "a_2.csv").touch()
    result = run("check", config, inbox)
    assert "a_1.csv, line 2 32:R1: in_force" in result.output
    assert "b_1.csv, line 2 32:P1" in result.output
    assert "a_2" not in result.output
    assert len(list(inbox.iterdir())) == 5


def test_a_file_that_would_be_held_says_why(run: Run, tmp_path: Path) -> None:
    sample = tmp_path / "a_1.csv"
    sample.write_bytes(b"record_no,name\n\xff\xff\n")
    result = run("check", file_of(tmp_path, "32.toml", DROP), sample)
    assert result.exit_code == 3
    assert "a_1.csv: would be held as a whole [unreadable]" in result.output


def test_a_manifest_of_ours_is_verified_and_read(run: Run, tmp_path: Path) -> None:
    text = (
        DROP[: DROP.index("[[drop.files]]")].replace('manifest = "{stem}.ok"', 'done = "done"').replace('"32"', '"hub"')
    )
    giver = keyed(partner_of(tmp_path, text.replace("inbox = ", 'outbox = "out"\ninbox = '), "giver.toml"))
    adapter = DropAdapter(giver, "hub", Folder.open(str(tmp_path), {}, tmp_path, 5.0), HUB_KEY)
    adapter.deliver(batch_of([item(1), penalty(2)], addressee="hub"), b"")
    [manifest] = (tmp_path / "out").glob("*.manifest.json")
    signed = text.replace("signed = false", f'keys = ["{HUB_KEY.public.hex()}"]')
    assert run("check", file_of(tmp_path, "hub.toml", signed), manifest).exit_code == 2
    result = run("check", file_of(tmp_path, "hub.toml", text), manifest)
    assert "2 rows (changes)" in result.output
    assert "2 in_force" in result.output
    other = text.replace("signed = false", f'keys = ["{KEY}"]')
    assert "[unknown_key]" in run("check", file_of(tmp_path, "hub.toml", other), manifest).output


def test_a_dump_of_a_table_is_a_sample_of_exchange_tables(run: Run, tmp_path: Path) -> None:
    config = """\
partner = "33"
adapter = "table"
signed = false
[table]
database = "env:NEVER_ASKED"
[[table.incoming]]
name = "pj"
kind = "conviction"
"""
    sample = file_of(tmp_path, "pj.csv", csv_text([conviction("R1")]))
    result = run("check", file_of(tmp_path, "33.toml", config), sample)
    assert result.exit_code == 0, result.output
    assert "pj.csv, line 2 33:R1: in_force" in result.output


def test_partners_are_listed_without_their_credentials(run: Run, tmp_path: Path) -> None:
    partners = tmp_path / "home" / "partners"
    partners.mkdir(parents=True)
    file_of(partners, "31.toml", FEED.replace('"31"', '"31"\nvalid_until = "36h"', 1))
    file_of(partners, "32.toml", DROP)
    shown = run("list").output
    assert "31  feed  " in shown.replace("31   ", "31  ")
    assert "FEED_KEY" not in shown
    told = {partner["partner"]: partner for partner in json.loads(run("list", "--json").output)}
    assert told["31"]["valid_for_seconds"] == 129600
    assert (told["32"]["adapter"], told["32"]["signed"]) == ("drop", False)
    file_of(partners, "33.toml", "partner = 33\n")
    wrong = run("list")
    assert (wrong.exit_code, "33.toml, line 1: partner: must be of type str" in wrong.output) == (2, True)


def test_what_cells_are_read_as_is_told_where_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP)
    sample = rows_of(tmp_path, conviction("R1"))
    assert "sentence_months=" not in run("check", config, sample).output
    assert f"    sentence_months={conviction()['sentence_months']}\n" in run("check", config, sample, "--values").output
    (told,) = json.loads(run("check", config, sample, "--values", "--json").output)
    assert told["rows"][0]["values"]["name"] == conviction()["name"]


def test_a_folder_without_what_closes_its_files_says_what_is_awaited(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP)
    (tmp_path / "inbox").mkdir()
    rows_of(tmp_path / "inbox", conviction("R1"))
    assert "no file that a manifest closes ({stem}.ok)" in run("check", config, tmp_path / "inbox").output


def test_two_rows_of_a_full_file_with_one_number_are_both_in_doubt(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP.replace('kind = "conviction"', 'kind = "conviction"\ncontent = "full"'))
    same, other = conviction("R1"), conviction("R1", name="方一舟", id_number=id_number(sequence="407"))
    result = run("check", config, rows_of(tmp_path, same, other, conviction("R2", id_number=id_number(sequence="409"))))
    assert result.output.count("[stated_twice]") == 2
    assert result.output.endswith("2 quarantined, 1 in_force\n")


def test_a_misspelt_entry_is_named_before_what_it_leaves_out(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP.replace("signed = false", "sined = false"))
    assert "sined: is not an entry known here" in run("check", config).output


def test_a_misspelt_heading_of_the_lists_own_holds_the_file(run: Run, tmp_path: Path) -> None:
    config = file_of(tmp_path, "32.toml", DROP)
    text = rows_of(tmp_path, conviction("R1")).read_text("utf-8").replace("id_number", "id_nubmer")
    result = run("check", config, file_of(tmp_path, "a_2.csv", text))
    assert result.exit_code == 3
    assert "headings that are none of the list's: id_nubmer" in result.output
