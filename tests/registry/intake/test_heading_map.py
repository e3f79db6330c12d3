"""What a court's own headings mean: guessed, stated, stored and applied to rows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import InvalidInputError
from registry.intake.heading_map import SENTENCE_TEXT, HeadingMap, heading_names, own_headings, parse_map
from registry.intake.heading_suggestions import (
    Ground,
    find_headings,
    fitted_to_values,
    likely_kind,
    suggest,
    suggested_map,
)
from registry.intake.headings import ListKind, columns
from registry.intake.mapped_rows import MappedReader
from registry.intake.sentence_cell import Unit
from registry.intake.sheet_lines import SheetLine
from registry.law.judgment import Conviction

HEADINGS = (
    "序号",
    "案号",
    "审理法院",
    "被告人姓名",
    "性别",
    "公民身份号码",
    "罪名",
    "刑期（月）",
    "主刑",
    "罚金（万元）",
    "判决日期",
    "判决生效日期",
)
LINE = SheetLine(
    3, (1, "（2023）浙0106刑初12号", "浙江省德川县人民法院", "周明远", "男", "330106197603094010",
        "生产、销售有毒、有害食品罪", 18, "有期徒刑", 5, "2023年5月18日", datetime.date(2023, 5, 29)),
)  # fmt: skip
STATED: dict[str, object] = {
    "kind": "conviction",
    "columns": {
        "案号": "document_no",
        "法院": "court",
        "姓名": "name",
        "罪名": "charge",
        "判决": SENTENCE_TEXT,
        "日期": "judgment_date",
    },
}


def codes(stated: Mapping[str, object], headings: tuple[str, ...] | None = None) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as caught:
        parse_map(stated, headings)
    return {(fault.field, fault.code) for fault in caught.value.faults}


def test_a_courts_own_headings_are_guessed_and_each_guess_says_why() -> None:
    found = {one.heading: (one.column, one.ground) for one in suggest(HEADINGS, ListKind.CONVICTION)}
    assert found["被告人姓名"] == ("name", Ground.SYNONYM)
    assert found["判决生效日期"] == ("effective_date", Ground.SYNONYM)
    assert found["序号"] == (None, None)
    assert suggest(["判决书的案号"], ListKind.CONVICTION)[0].ground is Ground.LIKENESS
    assert suggest(["court"], ListKind.CONVICTION)[0].ground is Ground.COLUMN


def test_what_was_said_of_a_heading_before_weighs_more_than_a_synonym() -> None:
    before = HeadingMap(ListKind.CONVICTION, {"案由": "ban_text"}, {"court": "某法院"})
    assert suggest(["案由"], ListKind.CONVICTION, [before])[0].column == "ban_text"
    assert suggested_map(["案由"], ListKind.CONVICTION, [before]).constants == {"court": "某法院"}


def test_two_headings_never_mean_one_column_and_the_surer_gets_it() -> None:
    found = {one.heading: one.column for one in suggest(["犯罪嫌疑人姓名", "姓名", "被告人"], ListKind.CONVICTION)}
    assert [found["姓名"], found["被告人"], found["犯罪嫌疑人姓名"]] == ["name", None, None]


def test_the_heading_line_is_found_below_titles_and_the_kind_by_what_it_speaks_of() -> None:
    lines = [("涉食品犯罪案件台账",), ("填报单位", "某法院", "填报日期"), HEADINGS, LINE.cells]
    assert find_headings(lines) == 2
    assert likely_kind(HEADINGS) is ListKind.CONVICTION
    assert likely_kind(["企业名称", "统一社会信用代码", "处罚机关", "处罚决定日期"]) is ListKind.REVOCATION


def test_a_punishment_column_is_understood_by_what_stands_in_it() -> None:
    headings = ("案号", "主刑", "刑期")
    rows = [("1号", "有期徒刑", "有期徒刑一年，缓刑二年"), ("2号", "拘役", "拘役五个月")]
    fitted = fitted_to_values(suggested_map(headings, ListKind.CONVICTION), headings, rows)
    assert fitted.columns == {"案号": "document_no", "主刑": "sentence", "刑期": SENTENCE_TEXT}
    whole = fitted_to_values(HeadingMap(ListKind.CONVICTION, {"主刑": "sentence"}), ("主刑",), [("有期徒刑一年",)])
    assert whole.columns == {"主刑": SENTENCE_TEXT}


def test_a_row_under_a_courts_own_headings_becomes_a_row_of_the_list_and_keeps_its_own_cells() -> None:
    found = fitted_to_values(suggested_map(HEADINGS, ListKind.CONVICTION), HEADINGS, [LINE.cells])
    row = MappedReader(HEADINGS, found, "33", lambda about: f"T-{len(about)}").read(LINE)
    assert row.faults == ()
    fact = row.named[0].fact
    assert isinstance(fact, Conviction)
    assert (fact.sentence_months, fact.fine_yuan) == (Decimal(18), Decimal(50_000))
    assert fact.judgment_date == datetime.date(2023, 5, 18)
    assert row.named[0].identity.documents[0].number == "330106197603094010"
    assert row.key is not None
    assert row.key.record_no.startswith("T-")
    assert row.original["被告人姓名"] == "周明远"
    assert row.original["判决生效日期"] == "2023-05-29"


def test_the_same_row_in_another_width_has_the_same_number_and_another_charge_another() -> None:
    reader = MappedReader(("案号", "姓名", "罪名"), parse_map(_minimal()), "33", lambda about: about)
    rows = [("（2023）浙0106刑初12号", "周 明远", "诈骗罪"), ("(2023)浙0106刑初12号", "周明远", "诈骗罪")]
    rows.append(("(2023)浙0106刑初12号", "周明远", "销售罪"))
    numbers = [reader.read(SheetLine(2, cells)).canonical.get("record_no") for cells in rows]
    assert numbers[0] == numbers[1] != numbers[2]


def _minimal() -> dict[str, object]:
    constants = {"court": "法院", "sentence": "有期徒刑", "judgment_date": "2023-05-18"}
    return {
        "kind": "conviction",
        "columns": {"案号": "document_no", "姓名": "name", "罪名": "charge"},
        "constants": constants,
    }


def test_a_bare_length_without_a_unit_is_a_fault_and_not_a_guess() -> None:
    stated = _minimal()
    assert isinstance(stated["columns"], dict)
    stated["columns"]["刑期"] = "sentence_months"
    headings, line = ("案号", "姓名", "罪名", "刑期"), SheetLine(2, ("1号", "周明远", "诈骗罪", 18))
    row = MappedReader(headings, parse_map(stated), "33", str).read(line)
    assert [fault.code for fault in row.faults] == ["unit_unknown"]
    told = MappedReader(headings, parse_map({**stated, "units": {"sentence_months": "years"}}), "33", str).read(line)
    assert isinstance(told.named[0].fact, Conviction)
    assert told.named[0].fact.sentence_months == 216


def test_words_of_a_court_stand_for_values_of_the_list() -> None:
    found = parse_map({**_minimal(), "words": {"charge": {"食安": "生产、销售有毒、有害食品罪"}}})
    cells, _ = found.cells(("案号", "姓名", "罪名"), ("1号", "周明远", " 食安"))
    assert cells["charge"] == "生产、销售有毒、有害食品罪"


def test_a_mapping_must_name_known_columns_once_and_all_that_is_needed() -> None:
    assert codes({"kind": "list"}) == {("kind", "unknown_kind")}
    lacking = {"document_no", "court", "charge", "sentence", "judgment_date", "name"}
    assert codes({"kind": "conviction"}) == {(column, "missing_heading") for column in lacking}
    assert isinstance(STATED["columns"], dict)
    wrong = {**STATED, "columns": {**STATED["columns"], "x": "name", "y": "nothing", "z": "sentence"}}
    assert codes(wrong) == {("name", "meant_twice"), ("nothing", "unknown_column"), ("sentence", "meant_twice")}
    assert codes({**STATED, "units": {"fine_yuan": "dollars"}}) == {("fine_yuan", "unknown_unit")}
    assert codes({**STATED, "words": []}) == {("words", "not_a_table")}
    assert codes({**STATED, "constants": {"court": "x"}}) == {("court", "meant_twice")}
    assert codes(STATED, ("案号", "法院", "姓名", "罪名", "判决")) == {("日期", "unknown_heading")}


def test_a_mapping_comes_back_from_json_as_it_was() -> None:
    found = parse_map({**STATED, "words": {"sex": {"Ｍ": "男"}}, "units": {"fine_yuan": "yuan"}})
    assert parse_map(found.as_json()) == found
    assert found.units == {"fine_yuan": Unit.YUAN}
    assert found.words == {"sex": {"m": "男"}}
    assert found.heading_of("sentence_months") == "判决"
    assert found.heading_of("sex") is None


def test_a_file_in_the_lists_own_columns_needs_no_mapping() -> None:
    names = columns(ListKind.CONVICTION)
    found = own_headings(ListKind.CONVICTION, [*names, "备注"])
    assert set(found.columns) == set(names)
    assert parse_map(found.as_json()) == found
    assert found.cells(("sentence_months",), ("18",)) == ({"sentence_months": 18}, [])


@given(st.lists(st.none() | st.text(max_size=5) | st.integers(), max_size=12))
def test_every_heading_has_a_name_of_its_own(cells: list[object]) -> None:
    names = heading_names(cells)
    assert len(set(names)) == len(names) == len(cells)
    assert all(names)
