"""A court's own spreadsheet on its way to the list: mapped, filed by one person, placed by another, given back."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from registry.errors import ChangedMeanwhileError, ConflictError, InvalidInputError, NotFoundError, SamePersonError
from registry.intake.document_text import UnreadableDocumentError
from registry.services.context import Services
from registry.services.discard_spreadsheet import discard_spreadsheet
from registry.services.file_spreadsheet import file_spreadsheet
from registry.services.import_spreadsheet import PlacedSheet, import_spreadsheet
from registry.services.map_headings import map_headings, read_headings_to_map
from registry.services.preview_spreadsheet import preview_spreadsheet
from registry.services.read_spreadsheets import read_spreadsheet, read_spreadsheets
from registry.services.receive_spreadsheet import receive_spreadsheet
from registry.services.return_rows import ReturnForm, return_rows
from registry.services.return_spreadsheet import return_spreadsheet
from registry.store.sheet_repository import SheetState
from registry.store.tables import list_record, quarantine_row, refused_row, region_coverage
from registry.store.upload_repository import NewOriginal
from registry.store.upload_tables import original, sheet
from tests.registry.intake.list_rows_at_hand import id_number
from tests.registry.services.sheets_at_hand import (
    CLERK,
    CONFIRMER,
    ELSEWHERE,
    HEADINGS,
    NAMES,
    brought,
    court_row,
    mapped,
    read_at_once,
    workbook,
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read_at_once(monkeypatch)


def placed(services: Services, sheet_no: str) -> PlacedSheet:
    file_spreadsheet(services, sheet_no, actor=CLERK)
    return import_spreadsheet(services, sheet_no, actor=CONFIRMER)


def counted(services: Services, table: Any) -> int:
    with services.store.read() as uow:
        return int(uow.transaction.connection.execute(select(func.count()).select_from(table)).scalar_one())


def returned(services: Services, sheet_no: str) -> list[tuple[object, ...]]:
    given = return_rows(services, sheet_no, actor=CLERK)
    book = openpyxl.load_workbook(io.BytesIO(given.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def test_a_courts_own_spreadsheet_is_mapped_previewed_filed_and_placed_by_a_second_person(services: Services) -> None:
    received = brought(services, court_row(0), court_row(1))
    assert (received.known, received.state, received.rows) == (False, SheetState.RECEIVED, 2)
    asked = read_headings_to_map(services, received.sheet_no, CLERK)
    assert asked.samples["被告人姓名"] == NAMES[:2]
    view = map_headings(services, received.sheet_no, asked.proposed, actor=CLERK)
    assert (view.state, view.counts) == (SheetState.MAPPED, {"in_force": 2})
    preview = preview_spreadsheet(services, received.sheet_no, CLERK)
    assert preview.rows[0].values["sentence_months"] == "18"
    assert preview.rows[0].values["fine_yuan"] == "50000"
    assert preview.rows[0].original["判决结果"].startswith("有期徒刑一年六个月")
    assert counted(services, list_record) == 0
    result = placed(services, received.sheet_no)
    assert (result.sheet.state, result.sheet.counts) == (SheetState.PLACED, {"in_force": 2})
    assert result.sheet.list_version == result.report.list_version == 2
    assert counted(services, list_record) == 2


def test_whoever_filed_a_spreadsheet_may_not_place_it(services: Services) -> None:
    sheet_no = mapped(services, court_row())
    with pytest.raises(ConflictError):
        import_spreadsheet(services, sheet_no, actor=CONFIRMER)
    file_spreadsheet(services, sheet_no, actor=CLERK)
    with pytest.raises(SamePersonError):
        import_spreadsheet(services, sheet_no, actor=CLERK)
    assert counted(services, list_record) == 0


def test_bad_rows_come_back_with_their_reasons_and_the_corrected_file_places_only_what_is_new(
    services: Services,
) -> None:
    bad = court_row(1, 性别="@cmd|'/c calc'!A1", 判决日期="2023年13月40日", 备注="原样")
    sheet_no = mapped(services, court_row(0), bad, court_row(2, 被告人姓名=""), remember_as="德川法院")
    result = placed(services, sheet_no)
    assert result.sheet.counts == {"in_force": 1, "quarantined": 2}
    headings, first, second = returned(services, sheet_no)
    assert headings == (*HEADINGS, "原文件行号", "错误字段", "错误说明")
    given = dict(zip([str(heading) for heading in headings], first, strict=True))
    assert (given["性别"], given["备注"], given["原文件行号"]) == ("'@cmd|'/c calc'!A1", "原样", 4)
    assert given["错误字段"] == "性别；判决日期"
    assert "日历上没有这一天" in str(given["错误说明"])
    assert "缺少必填内容" in str(second[-1])
    corrected = [*first]
    corrected[3], corrected[7] = "女", "2023-05-18"
    book = workbook(corrected, court_row(0), headings=headings)
    again = receive_spreadsheet(services, NewOriginal("更正.xlsx", "workbook", book), actor=CLERK)
    assert again.state is SheetState.MAPPED  # what the headings mean is remembered
    assert placed(services, again.sheet_no).sheet.counts == {"known": 1, "in_force": 1}
    with services.store.read() as uow:
        states = uow.transaction.connection.execute(select(quarantine_row.c.line, quarantine_row.c.state)).all()
    assert sorted(map(tuple, states)) == [(4, "resolved"), (5, "open")]


def test_bad_rows_are_given_back_as_csv_that_no_program_runs(services: Services) -> None:
    sheet_no = mapped(services, court_row(0), court_row(1, 被告人姓名="@SUM(A1)", 判决结果="不详"))
    given = return_rows(services, sheet_no, actor=CLERK, form=ReturnForm.CSV)
    lines = list(csv.reader(io.StringIO(given.content.decode("utf-8-sig"))))
    assert (given.rows, lines[1][2]) == (1, "'@SUM(A1)")
    with pytest.raises(NotFoundError):
        return_rows(services, mapped(services, court_row(3)), actor=CLERK)


def test_words_a_column_does_not_know_are_shown_and_can_be_given_a_meaning(services: Services) -> None:
    sheet_no = mapped(services, court_row(0, 性别="M"))
    view = read_spreadsheet(services, sheet_no, CLERK)
    assert (view.words, view.counts) == ({"sex": ("M",)}, {"quarantined": 1})
    with pytest.raises(ConflictError):
        file_spreadsheet(services, sheet_no, actor=CLERK)
    proposed = read_headings_to_map(services, sheet_no, CLERK).proposed
    view = map_headings(services, sheet_no, {**proposed, "words": {"sex": {"m": "男"}}}, actor=CLERK)
    assert view.counts == {"in_force": 1}


def test_a_mapping_is_remembered_for_its_region_and_offered_by_name(services: Services) -> None:
    mapped(services, court_row(0), remember_as="德川法院")
    assert brought(services, court_row(1)).state is SheetState.MAPPED
    other = brought(services, court_row(2), actor=ELSEWHERE)
    assert other.state is SheetState.RECEIVED
    asked = read_headings_to_map(services, brought(services, court_row(3)).sheet_no, CLERK, like="德川法院")
    assert asked.remembered == ("德川法院",)
    assert asked.proposed["columns"]


def test_a_mapping_that_lacks_a_column_or_a_heading_is_refused_and_changes_nothing(services: Services) -> None:
    sheet_no = brought(services, court_row()).sheet_no
    with pytest.raises(InvalidInputError) as caught:
        map_headings(services, sheet_no, {"kind": "conviction", "columns": {"无此栏": "name"}}, actor=CLERK)
    codes = {(fault.field, fault.code) for fault in caught.value.faults}
    assert {("无此栏", "unknown_heading"), ("court", "missing_heading")} <= codes
    assert read_spreadsheet(services, sheet_no, CLERK).state is SheetState.RECEIVED


def test_the_same_file_brought_twice_is_recognised_and_a_discarded_one_is_not(services: Services) -> None:
    book = workbook(court_row())
    first, again = (
        receive_spreadsheet(services, NewOriginal(name, "workbook", book), actor=CLERK) for name in ("a.xlsx", "b")
    )
    assert (again.known, again.sheet_no) == (True, first.sheet_no)
    assert counted(services, sheet) == counted(services, original) == 1
    discard_spreadsheet(services, first.sheet_no, actor=CLERK)
    with services.store.read() as uow:
        kept = uow.transaction.connection.execute(
            select(sheet.c.table_enc, original.c.content_enc).join(original)
        ).one()
    assert tuple(kept) == (None, None)
    assert not receive_spreadsheet(services, NewOriginal("a", "workbook", book), actor=CLERK).known


def test_of_a_record_that_may_not_be_kept_stays_its_line_and_a_code_and_of_the_file_nothing(services: Services) -> None:
    young = court_row(1, 公民身份号码=id_number("20080101", "401"), 判决结果="有期徒刑六个月")
    received = brought(services, court_row(0), young)
    assert (received.rows, received.refused) == (1, 1)
    assert counted(services, original) == 0
    view = read_spreadsheet(services, received.sheet_no, CLERK)
    assert [line for line, _ in view.refused] == [4]
    with services.store.read() as uow:
        stored = uow.sheets.find(received.sheet_no, None)
        refused = uow.transaction.connection.execute(select(refused_row.c.line, refused_row.c.code)).all()
    assert stored is not None
    assert NAMES[1] not in str(stored.table)
    assert NAMES[0] in str(stored.table)
    assert [row.line for row in refused] == [4]


def test_a_record_recognised_only_once_its_headings_are_mapped_takes_the_file_with_it(services: Services) -> None:
    headings = tuple(
        {"公民身份号码": "号", "判决日期": "某日", "判决结果": "某栏"}.get(name, name) for name in HEADINGS
    )
    young = court_row(1, 公民身份号码=id_number("20080101", "401"), 判决结果="有期徒刑六个月")
    book = workbook(court_row(0), young, headings=headings)
    received = receive_spreadsheet(services, NewOriginal("x.xlsx", "workbook", book), actor=CLERK)
    assert received.refused == 0
    proposed: dict[str, Any] = dict(read_headings_to_map(services, received.sheet_no, CLERK).proposed)
    more = {"号": "id_number", "某日": "judgment_date", "某栏": "sentence_text"}
    stated = {**proposed, "columns": {**proposed["columns"], **more}, "constants": {"id_type": "resident_id"}}
    view = map_headings(services, received.sheet_no, stated, actor=CLERK)
    assert [line for line, _ in view.refused] == [4]
    with services.store.read() as uow:
        assert uow.transaction.connection.execute(select(original.c.content_enc)).scalars().all() == [None]
        stored = uow.sheets.find(received.sheet_no, None)
    assert stored is not None
    assert NAMES[1] not in str(stored.table)


def test_a_spreadsheet_goes_back_with_a_note_and_can_be_filed_again(services: Services) -> None:
    sheet_no = mapped(services, court_row())
    filed = file_spreadsheet(services, sheet_no, actor=CLERK)
    with pytest.raises(ConflictError):
        discard_spreadsheet(services, sheet_no, actor=CLERK)
    with pytest.raises(InvalidInputError):
        return_spreadsheet(services, sheet_no, actor=CONFIRMER, note=" ")
    back = return_spreadsheet(services, sheet_no, actor=CONFIRMER, note="请核对", expected=filed.row_version)
    assert (back.state, back.note, back.decided_by) == (SheetState.RETURNED, "请核对", "user:2")
    assert placed(services, sheet_no).sheet.state is SheetState.PLACED


def test_two_people_at_one_spreadsheet_are_told(services: Services) -> None:
    sheet_no = mapped(services, court_row())
    seen = read_spreadsheet(services, sheet_no, CLERK).row_version
    file_spreadsheet(services, sheet_no, actor=CLERK, expected=seen)
    with pytest.raises(ChangedMeanwhileError):
        return_spreadsheet(services, sheet_no, actor=CONFIRMER, note="x", expected=seen)


def test_a_spreadsheet_of_another_region_is_not_there(services: Services) -> None:
    sheet_no = mapped(services, court_row())
    with pytest.raises(NotFoundError):
        read_spreadsheet(services, sheet_no, ELSEWHERE)
    assert read_spreadsheets(services, ELSEWHERE).items == ()
    assert [item.sheet_no for item in read_spreadsheets(services, CLERK).items] == [sheet_no]


def test_placing_that_was_cut_short_is_taken_up_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet_no = mapped(services, court_row(0), court_row(1))
    file_spreadsheet(services, sheet_no, actor=CLERK)

    def killed(*_arguments: object, **_named: object) -> None:
        raise ConnectionError("the process was killed")

    with monkeypatch.context() as patch:
        patch.setattr("registry.services.import_spreadsheet._settled", killed)
        with pytest.raises(ConnectionError):
            import_spreadsheet(services, sheet_no, actor=CONFIRMER)
    assert read_spreadsheet(services, sheet_no, CLERK).state is SheetState.PLACING
    with pytest.raises(SamePersonError):
        import_spreadsheet(services, sheet_no, actor=CLERK)
    again = import_spreadsheet(services, sheet_no, actor=CONFIRMER).sheet
    assert (again.state, again.counts) == (SheetState.PLACED, {"known": 2})


def test_a_hostile_spreadsheet_costs_one_message_and_leaves_nothing(services: Services) -> None:
    with pytest.raises(UnreadableDocumentError):
        receive_spreadsheet(services, NewOriginal("x", "workbook", workbook(court_row())[:-80]), actor=CLERK)
    assert counted(services, sheet) == counted(services, original) == 0


def test_a_clerks_spreadsheet_does_not_make_its_region_fresh(services: Services) -> None:
    placed(services, mapped(services, court_row()))
    assert counted(services, region_coverage) == 0
