"""Uploads: what a file is, told by its content, and files made to do harm, which cost one message and leave nothing."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.intake import parser_limits, sheet_parser
from registry.intake.document_text import UnreadableDocumentError
from registry.intake.sheet_lines import SheetLine, as_json, lines_of, read_sheet
from registry.intake.upload_files import FileForm, UploadedFile, is_table, open_upload, shown_name
from tests.registry.intake.invented_judgments import SENTENCE, judgment
from tests.registry.intake.test_document_text import archive, pdf, word

TEXT = judgment(SENTENCE)
CSV = "案号,姓名,罪名\n1号,周明远,诈骗罪\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one(data: bytes, name: str = "file") -> UploadedFile:
    (found,) = open_upload(data, name)
    return found


def fault_of(data: bytes) -> str | None:
    found = one(data)
    assert found.content == b""
    return None if found.fault is None else found.fault.fault


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (TEXT.encode("gb18030"), FileForm.TEXT),
        (word("<w:p><w:r><w:t>判决</w:t></w:r></w:p>"), FileForm.WORD),
        (pdf("被告人周明远无罪"), FileForm.PDF),
        (workbook(("案号", "姓名"), ("1号", "周明远")), FileForm.WORKBOOK),
        (CSV.encode("gb18030"), FileForm.CSV),
        ("案号\t姓名\t罪名\n".encode(), FileForm.CSV),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_name_says(data: bytes, form: FileForm) -> None:
    for name in ("a.pdf", "a.xlsx", "a"):
        assert one(data, name).form is form
    assert one(data).content == data


def test_a_judgment_with_commas_is_no_table() -> None:
    assert not is_table("判决书,正本,副本\n" + TEXT)
    assert is_table("涉食品犯罪台账\n" + CSV)


def test_an_archive_gives_its_files_and_each_its_own_fault_and_nothing_touches_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = archive({"../../etc/一.txt": TEXT, "b.zip": archive({"a.txt": "x"}), "c.csv": CSV, "x/d.pdf": b"%PDF-"})
    found = open_upload(made, "many.zip")
    assert [each.name for each in found] == ["一.txt", "b.zip", "c.csv", "d.pdf"]
    assert [each.fault.fault if each.fault else None for each in found] == [None, "archive_in_archive", None, "broken"]
    assert [each.form for each in found] == [FileForm.TEXT, None, FileForm.CSV, None]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"PK\x03\x04 torn", "broken"),
        (b"\xd0\xcf\x11\xe0 old", "old_word"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "old_workbook"),
        (archive({}), "broken"),
        (archive({"__MACOSX/x": b"x"}), "empty"),
        (archive({f"{number}.txt": b"" for number in range(501)}), "too_many_files"),
        (b" \n", "empty"),
        (b"x" * ((32 << 20) + 1), "too_large"),
        (b"PK\x03\x04" + b"x" * (64 << 20), "too_large"),
    ],
)
def test_what_cannot_be_taken_costs_one_message_and_keeps_no_byte(data: bytes, fault: str) -> None:
    assert fault_of(data) == fault


def test_an_archive_that_unpacks_to_more_than_an_upload_may_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", b"\0" * (parser_limits.LARGEST_UPLOAD_UNPACKED + 1))
    assert fault_of(out.getvalue()) == "too_large_unpacked"


def test_a_name_is_only_shown_and_paths_in_it_mean_nothing() -> None:
    assert [shown_name(name) for name in ("../../a.txt", "C:\\x\\b.txt", "\x1b[2J", "..", "c" * 999)] == [
        "a.txt", "b.txt", "[2J", "..", "c" * 200,
    ]  # fmt: skip


def test_a_spreadsheet_is_read_in_another_process_with_its_days_and_numbers() -> None:
    day = datetime.datetime(2023, 5, 18, 0, 0)  # noqa: DTZ001 -- a spreadsheet has no time zones
    lines = read_sheet(workbook(("案号", "日期", None), (), ("1号", day, 18), (None, None, None)))
    assert lines == [SheetLine(1, ("案号", "日期")), SheetLine(3, ("1号", datetime.date(2023, 5, 18), 18))]
    assert lines_of(as_json(lines)) == lines  # type: ignore[arg-type]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_table_is_read_in_any_encoding_and_with_any_separator(separator: str) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        lines = read_sheet(CSV.replace(",", separator).encode(encoding))
        assert [line.cells[0] for line in lines] == ["案号", "1号"]


def _refused(data: bytes) -> str:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_sheet(data)
    return caught.value.fault


def test_spreadsheets_made_to_do_harm_cost_one_message() -> None:
    whole = workbook(("案号", "姓名"), ("1号", "周明远"))
    assert _refused(b"only,headings\n") == "no_rows"
    assert _refused(whole[:-60]) == "broken"
    assert _refused(b"a,b\n1,\xff\xfe\x81\n") == "encoding"
    assert _refused(b'a,b\n"1,2\n') == "broken"
    assert _refused(b"a,b\n" + b"1,2\n" * (sheet_parser.MOST_ROWS + 1)) == "too_many_rows"
    assert _refused(b"a,b\n" + b"1," * 201 + b"1\n") == "too_many_rows"
    assert _refused(_with_part(whole, "xl/workbook.xml", _ENTITIES)) == "broken"
    assert _refused(_with_part(whole, "xl/sharedStrings.xml", b"<sst>" + b" " * (65 << 20) + b"</sst>")) in {
        "too_large_unpacked",
        "broken",
    }


_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
)


def _with_part(book: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            if member != name:
                target.writestr(member, source.read(member))
        target.writestr(name, content)
    return out.getvalue()


def test_macros_and_links_of_a_workbook_are_not_looked_at() -> None:
    book = _with_part(workbook(("案号", "姓名"), ("1号", "=1+1")), "xl/vbaProject.bin", b"MZ macro")
    assert [line.cells for line in read_sheet(book)] == [("案号", "姓名"), ("1号",)]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf"]))
def test_the_parser_says_of_any_bytes_lines_or_one_fault(data: bytes, start: bytes) -> None:
    found = sheet_parser.parsed(start + data)
    assert found.keys() in ({"rows"}, {"fault"})
