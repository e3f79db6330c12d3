"""CSV and XLSX files as rows with line numbers."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from registry.errors import InvalidInputError
from registry.intake.headings import REQUIRED, ListKind
from registry.intake.table_file import TableRow, open_table
from registry.intake.workbook import LARGEST_UNPACKED, LONGEST_CELL, BrokenTableError
from tests.registry.intake.list_rows_at_hand import conviction, csv_text, revocation


def rows_of(data: bytes) -> list[TableRow]:
    with open_table(io.BytesIO(data)) as table:
        return list(table.rows())


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_rows_come_out_of_every_encoding(encoding: str) -> None:
    rows = rows_of(csv_text([conviction("R1"), conviction("R2", name="欧阳娜")]).encode(encoding))
    assert [(row.line, row.cells["record_no"], row.cells["name"]) for row in rows] == [
        (2, "R1", "王建国"),
        (3, "R2", "欧阳娜"),
    ]


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    text = csv_text([conviction("R1", court="杭州市\n西湖区人民法院"), conviction("R2")])
    assert [row.line for row in rows_of(text.encode())] == [2, 4]


def test_blank_lines_are_left_out_and_still_counted() -> None:
    heading, row = csv_text([conviction("R1")]).splitlines()
    rows = rows_of(f"{heading}\n\n{',' * 15}\n{row}\n".encode())
    assert [row.line for row in rows] == [4]


def test_the_kind_is_told_from_the_headings() -> None:
    for rows, kind in (([conviction()], ListKind.CONVICTION), ([revocation()], ListKind.REVOCATION)):
        with open_table(io.BytesIO(csv_text(rows, kind).encode())) as table:
            assert table.kind is kind


def test_missing_headings_are_all_named() -> None:
    text = csv_text([conviction()]).replace("court,", "").replace("domicile_code,", "")
    with pytest.raises(InvalidInputError) as refused:
        rows_of(text.encode())
    assert {fault.field for fault in refused.value.faults} == {"court", "domicile_code"}


def test_a_heading_the_caller_implies_may_be_missing() -> None:
    text = "\n".join(line for line in csv_text([conviction()]).replace(",source_region", "").splitlines()[:1])
    with open_table(io.BytesIO(text.encode()), implied=frozenset({"source_region"})) as table:
        assert table.kind is ListKind.CONVICTION


def test_a_heading_of_no_meaning_is_left_aside_and_named() -> None:
    text = csv_text([conviction()]).replace("record_no,", "备注,record_no,").replace("R001,", "x,R001,")
    with open_table(io.BytesIO(text.encode())) as table:
        assert table.headings.unknown == ("备注",)
        assert [row.cells["record_no"] for row in table.rows()] == ["R001"]


def test_a_misspelt_heading_is_refused_rather_than_ignored() -> None:
    text = csv_text([conviction(food_related="yes")]).replace("food_related", "food_realted")
    with pytest.raises(InvalidInputError) as refused:
        rows_of(text.encode())
    assert refused.value.faults[0].reason == "no such heading; was food_related meant?"


def test_a_repeated_heading_is_refused() -> None:
    text = csv_text([conviction()]).replace("court,", "court,court,")
    with pytest.raises(InvalidInputError, match="more than once"):
        rows_of(text.encode())


def test_a_file_that_is_neither_kind_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="neither those of convictions"):
        rows_of("姓名,电话\n王,1\n".encode())
    with pytest.raises(InvalidInputError):
        rows_of(b"")


def test_a_row_with_cells_too_few_or_too_many_has_a_fault_and_keeps_its_cells() -> None:
    heading, row = csv_text([conviction("R1")]).splitlines()
    short, long = rows_of(f"{heading}\n{row.rpartition(',')[0]}\n{row},x\n".encode())
    assert short.fault is not None
    assert long.fault is not None
    assert short.cells["name"] == long.cells["name"] == "王建国"


def test_an_open_quotation_mark_is_refused_with_its_line_before_any_row_is_taken() -> None:
    heading, row = csv_text([conviction("R1")]).splitlines()
    with pytest.raises(InvalidInputError, match="line 3"):
        rows_of(f'{heading}\n{row}\nR2,"王\n{row}\n'.encode())


def test_a_workbook_gives_numbers_dates_and_text_as_they_are() -> None:
    headings: list[object] = list(REQUIRED[ListKind.CONVICTION])
    values: list[object] = [conviction()[str(heading)] for heading in headings]
    values[headings.index("id_number")] = 339900197603094010
    values[headings.index("judgment_date")] = datetime.date(2021, 5, 18)
    values[headings.index("effective_date")] = 44345
    (row,) = rows_of(workbook([headings, [], values]))
    assert row.line == 3
    assert row.fault is None
    assert isinstance(row.cells["id_number"], int | float)
    assert row.cells["judgment_date"] == datetime.datetime(2021, 5, 18)  # noqa: DTZ001 -- as openpyxl gives it
    assert row.cells["effective_date"] == 44345


def test_a_broken_workbook_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="cannot be opened"):
        rows_of(b"PK\x03\x04 broken")


def test_a_workbook_broken_on_the_way_names_the_line() -> None:
    headings: list[object] = list(REQUIRED[ListKind.CONVICTION])
    row: list[object] = ["R1"] * len(headings)
    data = workbook([headings, *([row] * 50)])
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet[: sheet.index(b'<row r="20"')]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as broken:
        for name, part in parts.items():
            broken.writestr(name, part)
    with pytest.raises(BrokenTableError, match="after line 19"):
        rows_of(out.getvalue())


def test_a_workbook_that_unpacks_to_far_more_than_a_list_is_refused_before_it_is_read() -> None:
    out = io.BytesIO(workbook([["record_no"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/blank.bin", b"0" * (LARGEST_UNPACKED + 1))
    with pytest.raises(InvalidInputError, match="far more than its size"):
        rows_of(out.getvalue())


def test_a_cell_longer_than_a_spreadsheet_allows_ends_the_reading_at_its_line() -> None:
    headings: list[object] = list(REQUIRED[ListKind.CONVICTION])
    sound: list[object] = ["R1"] * len(headings)
    data = workbook([headings, sound, ["@"] * len(headings)])
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    longer = b"A" * (LONGEST_CELL + 1)
    parts = {name: part.replace(b">@</t>", b">" + longer + b"</t>") for name, part in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as larger:
        for name, part in parts.items():
            larger.writestr(name, part)
    with pytest.raises(BrokenTableError, match="in line 3"):
        rows_of(out.getvalue())


def test_a_file_is_read_from_its_path_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(csv_text([conviction()]), encoding="gbk")
    with open_table(path) as table:
        assert len(list(table.rows())) == 1
        assert table.expected_rows == 1
