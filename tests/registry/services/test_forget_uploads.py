"""What sealing orders, retention and backups do to uploads."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from sqlalchemy import select

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.law.retention import Retention, RetentionRule
from registry.services.backup import DATABASE, back_up
from registry.services.context import Services
from registry.services.file_spreadsheet import file_spreadsheet
from registry.services.import_list import import_list
from registry.services.import_spreadsheet import import_spreadsheet
from registry.services.map_headings import map_headings
from registry.services.read_spreadsheets import read_spreadsheet
from registry.services.receive_upload import receive_upload
from registry.services.retain import apply_retention
from registry.services.seal_record import seal_record
from registry.settings import Settings
from registry.store.tables import list_record
from registry.store.upload_tables import original, sheet
from tests.registry.intake.list_rows_at_hand import conviction, csv_file, id_number
from tests.registry.services.sheets_at_hand import CLERK, CONFIRMER, NAMES, brought, court_row, mapped, read_at_once


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read_at_once(monkeypatch)


def contents(services: Services) -> list[bytes | None]:
    with services.store.read() as uow:
        query = select(original.c.content_enc).order_by(original.c.id)
        return list(uow.transaction.connection.execute(query).scalars())


def placed(services: Services, *rows: list[object]) -> str:
    sheet_no = mapped(services, *rows)
    file_spreadsheet(services, sheet_no, actor=CLERK)
    import_spreadsheet(services, sheet_no, actor=CONFIRMER)
    return sheet_no


def record_of(services: Services, place: int = 0) -> str:
    with services.store.read() as uow:
        query = select(list_record.c.record_no).order_by(list_record.c.id)
        numbers = uow.transaction.connection.execute(query).scalars().all()
    return f"33:{numbers[place]}"


def test_a_sealing_order_reaches_the_file_a_record_came_in_and_its_rows_at_the_desk(services: Services) -> None:
    placed(services, court_row(0), court_row(1))
    waiting = mapped(services, court_row(0, 备注="又一份"), court_row(2))
    unexplained = brought(services, court_row(0, 备注="第三份"), court_row(3)).sheet_no
    other = mapped(services, court_row(4))
    assert None not in contents(services)
    seal_record(services, record_of(services), reason="封存", order_no=None, actor="test")
    assert [kept is None for kept in contents(services)] == [True, True, True, False]
    for sheet_no, rows in ((waiting, 1), (unexplained, 1), (other, 1)):
        with services.store.read() as uow:
            stored = uow.sheets.find(sheet_no, None)
        assert stored is not None
        assert NAMES[0] not in str(stored.table)
        assert str(stored.table).count("浙3399刑初") == rows
    again = mapped(services, court_row(0, 备注="第四份"), court_row(5))
    file_spreadsheet(services, again, actor=CLERK)
    assert import_spreadsheet(services, again, actor=CONFIRMER).sheet.counts == {"refused": 1, "in_force": 1}
    assert contents(services)[-1] is None


def test_a_record_that_shows_itself_as_one_of_a_juvenile_later_takes_the_file_it_came_in_with_it(
    services: Services, tmp_path: object
) -> None:
    sheet_no = mapped(services, court_row(0))
    file_spreadsheet(services, sheet_no, actor=CLERK)
    import_spreadsheet(services, sheet_no, actor=CONFIRMER)
    number = record_of(services).removeprefix("33:")
    young = conviction(
        number, version="2", id_number=id_number("20080101"), birth_date="2008-01-01", sentence_months="6",
        judgment_date="2023-05-18", effective_date="2023-05-29",
    )  # fmt: skip
    import_list(services, csv_file(services.settings.home, [young]), actor="test")
    assert contents(services) == [None]


@pytest.mark.parametrize(("rule", "place"), [(RetentionRule.SHEET_DRAFTS, False), (RetentionRule.PLACED_SHEETS, True)])
def test_spreadsheets_and_their_files_are_kept_for_their_time_and_not_longer(
    services: Services, rule: RetentionRule, place: bool
) -> None:
    bad = court_row(1, 判决日期="某日")
    sheet_no = placed(services, court_row(0), bad) if place else mapped(services, court_row(0), bad)
    days = Retention.load().periods[rule].days
    assert _after(services, days - 1, rule) == 0
    assert contents(services) != [None]
    assert _after(services, 2, rule) == 1
    assert contents(services) == [None]
    view = read_spreadsheet(services, sheet_no, CLERK)
    assert (view.name, view.headings, view.faulty) == ("", (), ())
    assert _after(services, 1, rule) == 0


def _after(services: Services, days: int, rule: RetentionRule) -> int:
    clock = FixedClock(services.store.clock.now() + datetime.timedelta(days=days))
    services.store.clock = clock  # type: ignore[misc]
    return apply_retention(dataclasses.replace(services, clock=clock), actor="test").counts[rule]


def test_a_backup_holds_originals_and_opens_them(services: Services, settings: Settings, tmp_path: object) -> None:
    if not services.store.is_sqlite:  # the backup of PostgreSQL is its own
        return
    (file,) = receive_upload(services, b"\xe5\x88\xa4\xe5\x86\xb3\xe4\xb9\xa6", "a.txt", actor=CLERK)
    assert file.document_no is not None

    def opened(url: str) -> Services:
        return build(dataclasses.replace(settings, database_url=url), services.clock)

    out = settings.home / "backup"
    back_up(services, out, opened, "test")
    copied = opened(f"sqlite:///{out / DATABASE}")
    with copied.store.read() as uow:
        assert uow.originals.open(1).content.decode() == "判决书"
    copied.store.close()


def test_a_mapping_explained_again_keeps_what_was_refused_refused(services: Services) -> None:
    young = court_row(1, 公民身份号码=id_number("20080101"), 判决结果="有期徒刑六个月")
    sheet_no = mapped(services, court_row(0), young)
    view = read_spreadsheet(services, sheet_no, CLERK)
    assert view.map is not None
    assert map_headings(services, sheet_no, view.map, actor=CLERK).refused == view.refused != ()
    with services.store.read() as uow:
        assert uow.transaction.connection.execute(select(sheet.c.rows)).scalars().all() == [1]
