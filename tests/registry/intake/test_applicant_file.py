"""Files of applicants: what is read, what is refused with which reason, and in which encodings."""

from __future__ import annotations

import codecs
import datetime
from pathlib import Path

import pytest

from matching.identity import BirthDate, IdDocument, IdType, Kind, Sex
from registry.errors import InvalidInputError
from registry.intake import applicant_file
from registry.intake.applicant_file import ApplicantRow, inspect
from registry.law.roles import Purpose, Role
from registry.services.admit_applicants import SubjectRequest, faults_of

HEADINGS = "request_no,purpose,role,name,id_type,id_number,birth_date,sex"
GOOD = "A1,food_operation_licence,operator,王小明,resident_id,339900198001010017,1980-01-01,男"


def written(path: Path, *lines: str, headings: str = HEADINGS, encoding: str = "utf-8") -> Path:
    """Write a file of applicants."""
    path.write_bytes("\n".join([headings, *lines, ""]).encode(encoding))
    return path


def rows_of(path: Path) -> list[ApplicantRow]:
    """Read the file as a run does."""
    file = inspect(path)
    rows = [file.understand(line) for batch in file.batches(0, 1) for line in batch]
    assert file.rows == len(rows)
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_read_alike_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    [row] = rows_of(written(tmp_path / "a.csv", GOOD, encoding=encoding))
    assert (row.line, row.request_no, row.faults) == (2, "A1", ())
    assert row.applicant is not None
    assert (row.applicant.purpose, row.applicant.role) == (Purpose.FOOD_OPERATION_LICENCE, Role.OPERATOR)
    assert row.applicant.region is None
    identity = row.applicant.identity
    assert (identity.kind, identity.name, identity.sex) == (Kind.PERSON, "王小明", Sex.MALE)
    assert identity.documents == (IdDocument(IdType.RESIDENT_ID, "339900198001010017"),)
    assert identity.birth == BirthDate(1980, 1, 1)


def test_headings_are_found_in_any_order_and_extra_ones_are_named(tmp_path: Path) -> None:
    headings = "note,region,name,request_no,purpose,role,id_type,id_number,birth_date,sex"
    path = written(tmp_path / "a.csv", "x,330106,王小明,A1,food_filing,staff,,,1980,", headings=headings)
    assert inspect(path).ignored == ("note",)
    [row] = rows_of(path)
    assert row.applicant is not None
    assert (row.applicant.region, row.applicant.identity.birth) == ("330106", BirthDate(1980))


def test_a_credit_code_makes_the_applicant_an_organisation(tmp_path: Path) -> None:
    [row] = rows_of(written(tmp_path / "a.csv", "A1,food_filing,applicant,某食品厂,uscc,91330000000000000X,,"))
    assert row.applicant is not None
    assert row.applicant.identity.kind is Kind.ORGANISATION


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (GOOD.replace("A1", ""), "request_no", "missing"),
        (GOOD.replace("food_operation_licence", "licence"), "purpose", "unknown_word"),
        (GOOD.replace("food_operation_licence", ""), "purpose", "missing"),
        (GOOD.replace("operator", "boss"), "role", "unknown_word"),
        (GOOD.replace("resident_id", "library_card"), "id_type", "unknown_word"),
        (GOOD.replace("resident_id", ""), "id_type", "missing"),
        (GOOD.replace("1980-01-01", "1980-02-30"), "birth_date", "impossible_date"),
        (GOOD.replace("1980-01-01", "01/05/80"), "birth_date", "unreadable_date"),
        (GOOD.replace("男", "先生"), "sex", "unknown_word"),
        (GOOD.removesuffix(",男"), "row", "cells"),
        (GOOD + ",surplus", "row", "cells"),
    ],
)
def test_a_row_that_cannot_be_read_says_field_and_code_and_no_value(
    tmp_path: Path, line: str, field: str, code: str
) -> None:
    [row] = rows_of(written(tmp_path / "a.csv", line))
    assert row.applicant is None
    assert [(fault.field, fault.code) for fault in row.faults] == [(field, code)]
    assert not any(value in row.faults[0].reason for value in line.split(",") if len(value) > 3)


@pytest.mark.parametrize("region", ["35", "330", "浙江", "3301061"])
def test_a_region_outside_the_four_is_refused(tmp_path: Path, region: str) -> None:
    [row] = rows_of(written(tmp_path / "a.csv", f"{GOOD},{region}", headings=f"{HEADINGS},region"))
    assert [fault.field for fault in row.faults] == ["region"]


def test_blank_lines_are_passed_over_and_lines_counted_as_in_an_editor(tmp_path: Path) -> None:
    quoted = GOOD.replace("王小明", '"王\n小明"')
    rows = rows_of(written(tmp_path / "a.csv", "", quoted, ",,,,,,,", GOOD.replace("A1", "A2")))
    assert [(row.line, row.request_no) for row in rows] == [(3, "A1"), (6, "A2")]


def test_each_part_reads_its_own_batches_and_together_they_read_every_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applicant_file, "ROWS_AT_A_TIME", 3)
    names = ["王小明", "王小芳", '"王\n小明"']
    lines = [GOOD.replace("A1", f"A{number}").replace("王小明", names[number % 3]) for number in range(20)]
    file = inspect(written(tmp_path / "a.csv", *lines))
    whole = [line for batch in file.batches(0, 1) for line in batch]
    parts = [list(file.batches(part, 3)) for part in range(3)]
    in_turn = [parts[number % 3][number // 3] for number in range(sum(map(len, parts)))]
    assert [line for batch in in_turn for line in batch] == whole
    assert len(whole) == file.rows == 20
    assert [len(batch) for batch in in_turn] == [3] * 6 + [2]


ODD_CELLS: list[dict[str, str]] = [
    {},
    {"request_no": " A1 "},
    {"request_no": "'=1"},
    {"request_no": "A" * 101},
    {"purpose": "FOOD_FILING "},
    {"role": "Staff"},
    {"name": "王某明"},
    {"name": "王小明（曾用名王大明）"},
    {"name": " 王小明"},
    {"name": "买买提·阿不都拉"},
    {"name": ""},
    {"id_number": "33990019800101001x"},
    {"id_number": "339900800101001"},
    {"id_number": "3399********010017"},
    {"id_type": "passport", "id_number": "E12345678"},
    {"id_type": "uscc"},
    {"id_type": ""},
    {"birth_date": ""},
    {"birth_date": "1980年1月1日"},
    {"birth_date": "1980-02-30"},
    {"birth_date": "1980"},
    {"birth_date": "1780-01-01"},
    {"sex": ""},
    {"sex": "女"},
    {"sex": "M"},
    {"region": "33"},
    {"region": "330106"},
    {"region": "330"},
    {"region": "44"},
    {"region": " 31"},
]


@pytest.mark.parametrize("odd", ODD_CELLS, ids=str)
def test_the_quick_reading_of_a_plain_row_is_the_careful_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: dict[str, str]
) -> None:
    cells = dict(zip(f"{HEADINGS},region".split(","), f"{GOOD},".split(","), strict=True)) | odd
    path = written(tmp_path / "a.csv", ",".join(cells.values()), headings=f"{HEADINGS},region")
    [quick] = rows_of(path)
    monkeypatch.setattr(applicant_file, "_plain_row", lambda line, cells: None)
    [careful] = rows_of(path)
    assert quick._replace(plain=False) == careful
    if quick.plain:
        assert careful.applicant is not None
        assert (
            faults_of(
                SubjectRequest("1", careful.applicant.role, careful.applicant.identity), datetime.date(2026, 1, 1)
            )
            == []
        )


def test_nearly_all_rows_are_plain_ones(tmp_path: Path) -> None:
    assert [row.plain for row in rows_of(written(tmp_path / "a.csv", GOOD))] == [True]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing_heading"),
        (HEADINGS.replace("purpose,", "").encode(), "missing_heading"),
        (f"{HEADINGS},sex".encode(), "repeated_heading"),
        (codecs.BOM_UTF8 + HEADINGS.encode() + b"\n\xd5\xc5", "encoding"),
        (f'{HEADINGS}\n{GOOD}\nA2,"unclosed'.encode(), "unreadable_csv"),
        (b"PK\x03\x04 and so on", "workbook"),
    ],
)
def test_a_broken_file_is_refused_before_any_row_is_judged(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError) as refused:
        inspect(path)
    assert refused.value.faults[0].code == code


def test_a_file_that_is_not_there_is_named_as_unreadable(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        inspect(tmp_path / "nowhere.csv")
