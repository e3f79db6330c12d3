"""Rows of list files typed: values, keys, notes and faults."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow, Operation, RowKey
from registry.intake.list_rows import read_row, reread
from registry.intake.table_file import TableRow
from registry.intake.workbook import Cell
from registry.law.judgment import Capacity, Conviction, OrderKind, ResponsibleRole, Revocation, Sentence
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation


def read(row: dict[str, str], source_region: str | None = None, **cells: Cell) -> ListRow:
    stated: dict[str, Cell] = {column: value for column, value in row.items() if value}
    kind = ListKind.REVOCATION if "organisation" in row else ListKind.CONVICTION
    return read_row(TableRow(7, {**stated, **cells}), kind, source_region)


def person(row: ListRow) -> Identity:
    return next(named.identity for named in row.named if named.identity.kind is Kind.PERSON)


def fact(row: ListRow) -> Conviction:
    found = row.named[0].fact
    assert isinstance(found, Conviction)
    return found


def codes(row: ListRow) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in row.faults}


def notes(row: ListRow) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in row.notes}


def test_a_plain_row_is_read_without_remark() -> None:
    row = read(conviction())
    assert (row.faults, row.notes, row.line) == ((), (), 7)
    assert row.key == RowKey("33", "R001", 1)
    assert person(row) == Identity(
        Kind.PERSON,
        "王建国",
        (),
        (IdDocument(IdType.RESIDENT_ID, id_number()),),
        BirthDate(1976, 3, 9),
        Sex.MALE,
        "339900",
    )
    assert fact(row).sentence is Sentence.FIXED_TERM
    assert fact(row).sentence_months == Decimal(14)
    assert fact(row).effective_date == datetime.date(2021, 5, 29)


def test_every_optional_column_reaches_the_facts() -> None:
    row = read(
        conviction(
            ethnic_group="汉族",
            probation_months="12",
            fine_yuan="50,000",
            offence_from="2019/1/1",
            offence_to="20200601",
            food_related="no",
            capacity="inspection_staff",
            licence_kind="食品经营许可证",
            ban_kind="occupational_ban",
            ban_years="3",
            ban_text="三年内禁止",
            executed_on="二〇二三年七月十七日",
            version="2",
        )
    )
    found = fact(row)
    assert row.faults == ()
    assert row.key == RowKey("33", "R001", 2)
    assert (found.probation_months, found.fine_yuan) == (Decimal(12), Decimal(50_000))
    assert (found.offence_from, found.offence_to) == (datetime.date(2019, 1, 1), datetime.date(2020, 6, 1))
    assert found.food_related is False
    assert found.capacity is Capacity.INSPECTION_STAFF
    assert found.order is not None
    assert (found.order.kind, found.order.years) == (OrderKind.OCCUPATIONAL_BAN, Decimal(3))
    assert found.executed_on == datetime.date(2023, 7, 17)


def test_half_a_month_stays_half_a_month() -> None:
    assert fact(read(conviction(sentence="拘役", sentence_months="4.5"))).sentence_months == Decimal("4.5")


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("CHAN TAI MAN（中文名陈大文）", "陈大文"),
        ("陈大文(CHAN TAI MAN)", "CHAN TAI MAN"),
        ("王建国（曾用名：王小军）", "王小军"),
    ],
)
def test_a_second_name_in_brackets_is_another_name(name: str, second: str) -> None:
    row = read(conviction(name=name, other_names="又名:王军"))
    stated = (OtherName(NameKind.ALSO_KNOWN_AS, "王军"), OtherName(NameKind.ALSO_KNOWN_AS, second))
    assert person(row).other_names == stated


@pytest.mark.parametrize("name", ["王建国（在逃）", "（王建国）", "王䶮（上龙下天）"])
def test_a_remark_in_brackets_is_no_name(name: str) -> None:
    assert person(read(conviction(name=name))).other_names == ()


@pytest.mark.parametrize("name", ["．．", "\u200d\u200d", "□□"])
def test_a_name_of_signs_alone_sends_the_row_to_quarantine(name: str) -> None:
    assert ("name", "says_nothing") in codes(read(conviction(name=name)))


@pytest.mark.parametrize(("colon", "semicolon"), [(":", ";"), ("：", "；")])
def test_other_names_are_read_with_their_kinds(colon: str, semicolon: str) -> None:
    row = read(conviction(other_names=f"曾用名{colon}王小军{semicolon}绰号{colon}“老五”{semicolon}自报{colon}王军"))
    assert person(row).other_names == (OtherName(NameKind.FORMER, "王小军"), OtherName(NameKind.NICKNAME, "老五"))
    assert ("other_names", "self_reported") in notes(row)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("339900********4010", "masked"),
        ("339900760309401", "fifteen_digits"),
        ("33990019760309401", "length"),
        ("3.39900E+17", "excel_damaged"),
        (id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2"), "check_character"),
    ],
)
def test_numbers_in_unusual_states_are_kept_and_noted(number: str, code: str) -> None:
    row = read(conviction(id_number=number))
    assert row.faults == ()
    assert ("id_number", code) in notes(row)
    assert len(person(row).documents) == 1


def test_a_number_from_a_numeric_cell_keeps_its_fifteen_certain_digits() -> None:
    row = read(conviction(id_number=""), id_number=339900197603094010)
    assert person(row).documents == (IdDocument(IdType.RESIDENT_ID, "339900197603094***"),)
    assert ("id_number", "excel_damaged") in notes(row)


@pytest.mark.parametrize("words", ["无", "不详", "/", "－"])
def test_words_that_say_no_number_is_known_are_no_number(words: str) -> None:
    row = read(conviction(id_number=words))
    assert row.faults == ()
    assert person(row).documents == ()


def test_a_number_without_type_is_taken_as_resident_id_only_if_it_looks_like_one() -> None:
    assert person(read(conviction(id_type=""))).documents[0].type is IdType.RESIDENT_ID
    assert codes(read(conviction(id_type="", id_number="H99000001"))) == {("id_type", "missing")}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"record_no": " "}, ("record_no", "missing")),
        ({"source_region": "35"}, ("source_region", "unknown_word")),
        ({"sex": "他"}, ("sex", "unknown_word")),
        ({"birth_date": "1976-02-30"}, ("birth_date", "impossible_date")),
        ({"judgment_date": "2021-05"}, ("judgment_date", "incomplete_date")),
        ({"effective_date": "01/05/2021"}, ("effective_date", "unreadable_date")),
        ({"sentence": "有期"}, ("sentence", "unknown_word")),
        ({"sentence_months": "十四"}, ("sentence_months", "not_a_number")),
        ({"sentence_months": "-1"}, ("sentence_months", "not_a_number")),
        ({"id_type": "uscc"}, ("id_type", "unknown_word")),
        ({"id_number": "王建国的号码"}, ("id_number", "unreadable")),
        ({"version": "0"}, ("version", "not_a_version")),
        ({"version": "1.5"}, ("version", "not_a_version")),
        ({"operation": "delete"}, ("operation", "unknown_word")),
        ({"operation": "withdraw"}, ("withdraw_reason", "missing")),
        ({"ban_years": "3"}, ("ban_kind", "missing")),
        ({"name": "王" * 201}, ("name", "too_long")),
    ],
)
def test_what_cannot_be_taken_is_named_with_field_and_code(changes: dict[str, str], fault: tuple[str, str]) -> None:
    assert codes(read(conviction() | changes)) == {fault}


def test_no_fault_or_note_ever_carries_the_value() -> None:
    values = {"birth_date": "1976-02-31", "id_number": "王建国的号码", "sex": "雄", "domicile_code": "某处"}
    row = read(conviction(**values))
    texts = "".join(said.reason for said in (*row.faults, *row.notes))
    assert len(row.faults) == 3
    assert not any(value in texts for value in (*values.values(), "王建国"))


def test_the_region_of_the_file_fills_in_and_must_not_be_contradicted() -> None:
    assert read(conviction(source_region=""), "33").key == RowKey("33", "R001", 1)
    assert codes(read(conviction(source_region="32"), "33")) == {("source_region", "other_region")}


def test_a_withdrawal_needs_only_its_key_and_reason() -> None:
    row = read(
        {"record_no": "R001", "source_region": "33", "version": "2", "operation": "withdraw", "withdraw_reason": "改判"}
    )
    assert row.faults == ()
    assert (row.operation, row.withdraw_reason, row.named) == (Operation.WITHDRAW, "改判", ())


def test_a_revocation_names_the_organisation_and_the_person_who_answers_for_it() -> None:
    row = read(revocation())
    organisation, responsible = row.named
    assert row.faults == ()
    assert organisation.identity.kind is Kind.ORGANISATION
    assert isinstance(organisation.fact, Revocation)
    assert organisation.fact.organisation
    assert organisation.fact.role is None
    assert responsible.identity.name == "郭启明"
    assert isinstance(responsible.fact, Revocation)
    assert responsible.fact.role is ResponsibleRole.LEGAL_REPRESENTATIVE
    assert not responsible.fact.organisation


def test_a_revocation_without_a_person_is_the_organisation_alone() -> None:
    row = read(revocation(name="", role="", id_type="", id_number="", sex="", birth_date=""))
    assert row.faults == ()
    assert [named.identity.kind for named in row.named] == [Kind.ORGANISATION]


def test_a_revocation_that_names_nobody_or_no_role_cannot_be_taken() -> None:
    nobody = read(revocation(organisation="", name="", role="", id_type="", id_number=""))
    assert ("organisation", "missing") in codes(nobody)
    assert codes(read(revocation(role=""))) == {("role", "missing")}


def test_one_content_has_one_spelling_however_it_came() -> None:
    plain = read(conviction())
    other = read(
        conviction(judgment_date="２０２１/5/18", sentence_months="14.0", source_region="330000", version="1"),
        effective_date=datetime.datetime(2021, 5, 29),  # noqa: DTZ001 -- as a spreadsheet's cell comes
    )
    assert other.canonical == plain.canonical


def test_a_row_is_the_same_row_when_read_again_from_what_is_stored() -> None:
    row = read(conviction(other_names="曾用名:王小军", food_related="yes", ban_kind="禁止令", fine_yuan="20000"))
    again = reread(row.canonical, ListKind.CONVICTION)
    assert (again.key, again.named, again.canonical) == (row.key, row.named, row.canonical)


def test_the_birth_date_of_a_sound_number_counts_where_none_is_stated() -> None:
    assert fact(read(conviction(birth_date=""))).birth == BirthDate(1976, 3, 9)
    assert fact(read(conviction(birth_date="1976", id_number="339900********4010"))).birth == BirthDate(1976)


def test_a_birth_date_that_is_not_the_numbers_is_noted() -> None:
    assert ("birth_date", "differs_from_id") in notes(read(conviction(birth_date="1976-03-08")))
    assert ("sex", "differs_from_id") in notes(read(conviction(sex="女")))
    assert read(conviction(birth_date="1976")).notes == ()
