"""Originals: kept sealed, recognised by content, reached by what erases and by the exchange of keys."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select

from registry.errors import ConflictError, NotFoundError
from registry.store.engine import Store
from registry.store.sheet_repository import NewSheet, SheetState
from registry.store.upload_repository import NewOriginal
from registry.store.upload_tables import original, sheet

FILE = NewOriginal("张甲.docx", "word", b"PK\x03\x04 invented")


def test_an_original_comes_back_whole_and_stands_nowhere_in_clear(store: Store) -> None:
    with store.write() as uow:
        kept = uow.originals.keep(FILE, "33", "user:1")
    with store.read() as uow:
        opened = uow.originals.open(kept.id, "33")
        row = uow.transaction.connection.execute(select(original)).one()
    assert (opened.name, opened.form, opened.content) == (FILE.name, FILE.form, FILE.content)
    assert not kept.known
    assert all(b"invented" not in bytes(value) for value in row if isinstance(value, bytes))


def test_the_same_content_is_recognised_within_its_region_and_under_any_name(store: Store) -> None:
    with store.write() as uow:
        first = uow.originals.keep(FILE, "33", "user:1")
    with store.write() as uow:
        again = uow.originals.keep(NewOriginal("b.docx", "word", FILE.content), "33", "user:2")
        elsewhere = uow.originals.keep(FILE, "32", "user:3")
        other = uow.originals.keep(NewOriginal(FILE.name, "word", b"other"), "33", "user:1")
    assert (again.id, again.known) == (first.id, True)
    assert [elsewhere.known, other.known] == [False, False]


def test_an_original_of_another_region_is_not_opened(store: Store) -> None:
    with store.write() as uow:
        kept = uow.originals.keep(FILE, "33", "user:1")
    with store.read() as uow, pytest.raises(NotFoundError):
        uow.originals.open(kept.id, "32")


def test_an_erased_original_cannot_be_opened_or_recognised_and_keeps_nothing(store: Store) -> None:
    with store.write() as uow:
        kept = uow.originals.keep(FILE, "33", "user:1")
    with store.write() as uow:
        assert uow.originals.erase([kept.id]) == 1
        assert uow.originals.erase([kept.id]) == 0
    with store.read() as uow:
        assert uow.originals.find(FILE.content, "33") is None
        row = uow.transaction.connection.execute(select(original)).one()
        with pytest.raises(NotFoundError):
            uow.originals.open(kept.id)
    assert [row.data_key, row.name_enc, row.digest_enc, row.content_enc] == [None] * 4


def test_an_original_is_found_by_the_rows_it_founded(store: Store) -> None:
    with store.write() as uow:
        kept = uow.originals.keep(FILE, "33", "user:1")
        for _ in range(2):
            uow.originals.link(kept.id, [("33", "r-1"), ("33", "r-2")])
    with store.read() as uow:
        assert uow.originals.of_records([("33", "r-2"), ("32", "r-2")]) == [kept.id]
        assert uow.originals.of_records([("32", "r-1")]) == []


def test_originals_are_found_by_age_once(store: Store) -> None:
    with store.write() as uow:
        kept = uow.originals.keep(FILE, "33", "user:1")
        now = uow.transaction.now()
        assert uow.originals.older(now, 10) == []
        assert uow.originals.older(now + datetime.timedelta(seconds=1), 10) == [kept.id]
        uow.originals.erase([kept.id])
        assert uow.originals.older(now + datetime.timedelta(seconds=1), 10) == []


def test_a_number_for_a_row_is_the_same_again_and_another_for_another_row_or_region(store: Store) -> None:
    with store.write() as uow:
        for region in ("33", "32", "33"):
            uow.row_numbering.prepare(region)
        number = uow.row_numbering.number("33", "case|name|charge")
    with store.read() as uow:
        assert uow.row_numbering.number("33", "case|name|charge") == number
        others = {uow.row_numbering.number("33", "case|other"), uow.row_numbering.number("32", "case|name|charge")}
    assert len(others | {number}) == 3


def test_a_mapping_is_remembered_by_name_within_its_region(store: Store) -> None:
    with store.write() as uow:
        assert uow.heading_maps.remember("33", "court", "conviction", "{1}", "user:1") == 1
        assert uow.heading_maps.remember("33", "court", "conviction", "{2}", "user:1") == 2
    with store.read() as uow:
        found = uow.heading_maps.find("33", "court")
        assert found is not None
        assert (found.definition, found.version) == ("{2}", 2)
        assert uow.heading_maps.find("32", "court") is None
        assert [each.name for each in uow.heading_maps.of_region("33")] == ["court"]


def _sheet(store: Store) -> str:
    with store.write() as uow:
        return uow.sheets.add(NewSheet("33", None, "f" * 64, 2, "名.xlsx", "[1]", "user:1"))


def test_a_spreadsheet_is_changed_only_by_who_has_seen_its_last_change(store: Store) -> None:
    number = _sheet(store)
    with store.read() as uow:
        seen = uow.sheets.find(number, "33")
        assert uow.sheets.find(number, "32") is None
    assert seen is not None
    with store.write() as uow:
        uow.sheets.change(seen, state=SheetState.MAPPED, map="{}")
    with store.read() as uow:
        now = uow.sheets.find(number, None)
    assert now is not None
    assert (now.state, now.map, now.table, now.name, now.row_version) == (SheetState.MAPPED, "{}", "[1]", "名.xlsx", 2)
    with store.write() as uow, pytest.raises(ConflictError):
        uow.sheets.change(seen, state=SheetState.DISCARDED)


def test_spreadsheets_are_listed_newest_first_without_opening_their_rows(store: Store) -> None:
    numbers = [_sheet(store) for _ in range(3)]
    with store.read() as uow:
        first = uow.sheets.page("33", [SheetState.RECEIVED], None, 2)
        second = uow.sheets.page("33", [SheetState.RECEIVED], first[-1].id, 2)
        assert uow.sheets.page("33", [SheetState.FILED], None, 2) == []
        assert uow.sheets.page("32", list(SheetState), None, 2) == []
        last = uow.sheets.of_file("f" * 64, "33")
    assert [each.sheet_no for each in (*first, *second)] == numbers[::-1]
    assert {each.table for each in first} == {None}
    assert last is not None
    assert last.sheet_no == numbers[-1]


def test_an_emptied_spreadsheet_holds_nothing_and_is_not_found_by_age_again(store: Store) -> None:
    number = _sheet(store)
    with store.write() as uow:
        (stored,) = uow.sheets.with_rows("33")
        assert list(uow.sheets.with_rows("32")) == []
        later = uow.transaction.now() + datetime.timedelta(seconds=1)
        assert uow.sheets.older(later, 5, placed=False) == [stored.id]
        assert uow.sheets.older(later, 5, placed=True) == uow.sheets.older(uow.transaction.now(), 5, placed=False) == []
        before = uow.transaction.connection.execute(select(sheet.c.data_key)).scalar_one()
        uow.sheets.empty([stored.id])
        assert list(uow.sheets.with_rows("33")) == []
        assert uow.sheets.older(later, 5, placed=False) == []
        kept = uow.sheets.find(number, "33")
        after = uow.transaction.connection.execute(select(sheet.c.data_key)).scalar_one()
    assert kept is not None
    assert (kept.name, kept.table, kept.map, kept.report) == ("", None, None, None)
    assert before != after
