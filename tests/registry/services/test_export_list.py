"""The active list written out, and imported again elsewhere."""

from __future__ import annotations

import csv
import hashlib
import shutil
import stat
from pathlib import Path

from registry import bootstrap
from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.decide_food_related import decide_food_related
from registry.services.export_list import export_list
from registry.services.import_list import import_list
from registry.settings import Settings
from seeds.demo import demo_files
from tests.registry.intake.list_rows_at_hand import conviction, revocation
from tests.registry.services.register_under_test import bans, outcomes, take


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_export_imported_into_an_empty_register_gives_the_same_bans(
    services: Services, clock: FixedClock, tmp_path: Path, sqlite_template: Path, key_file: Path
) -> None:
    for path in demo_files():
        import_list(services, path, actor="test")
    decide_food_related(services, "DEMO-32-C003", food_related=True, reason="食用油", actor="test")
    files = export_list(services, tmp_path / "out", actor="test")
    other = tmp_path / "other.sqlite3"
    shutil.copyfile(sqlite_template, other)
    empty = bootstrap.build(Settings(tmp_path, f"sqlite:///{other}", key_file), clock)
    for file in files:
        assert import_list(empty, file.path, actor="test").complete
    assert len(bans(services)) > 50
    assert bans(empty) == bans(services)
    empty.store.close()


def test_rows_that_found_nothing_are_left_out(services: Services, tmp_path: Path) -> None:
    take(
        services,
        conviction("R1"),
        conviction("R1", version="2", sentence_months="15"),
        conviction("R2", document_no="（2022）浙0106刑初2号"),
        conviction("R2", version="2", operation="withdraw", withdraw_reason="改判"),
        conviction("R3", sentence="拘役", sentence_months="5"),
        conviction("R4", charge="生产、销售伪劣产品罪"),
    )
    take(services, revocation("P1"))
    convictions, revocations = export_list(services, tmp_path, actor="test")
    assert [(row["record_no"], row["version"]) for row in read(convictions.path)] == [("R1", "2"), ("R4", "1")]
    assert [row["record_no"] for row in read(revocations.path)] == ["P1"]


def test_the_files_are_private_whole_and_recorded(services: Services, tmp_path: Path) -> None:
    take(services, conviction())
    export_list(services, tmp_path, actor="test")
    files = export_list(services, tmp_path, actor="test")
    for file in files:
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.digest
    assert sorted(path.name for path in tmp_path.glob("*.csv*")) == ["convictions.csv", "revocations.csv"]
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.LIST_EXPORTED]
    assert [(entry.facts["files"], entry.facts["rows"]) for entry in entries] == [(2, 1), (2, 1)]


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text_and_read_back_as_it_was(
    services: Services, tmp_path: Path
) -> None:
    take(services, conviction("=1+1", name="+cmd|'/C calc'!A0"))
    convictions, _ = export_list(services, tmp_path, actor="test")
    (row,) = read(convictions.path)
    assert (row["record_no"], row["name"]) == ("'=1+1", "'+cmd|'/C calc'!A0")
    report = import_list(services, convictions.path, actor="test")
    assert outcomes(report) == {"known": 1}
