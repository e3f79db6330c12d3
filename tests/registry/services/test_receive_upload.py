"""Uploads: judgments go to the desk, spreadsheets to be mapped; hostile files cost one message and leave nothing."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import NotFoundError
from registry.privacy.keyring import KeyKind
from registry.services.context import Services
from registry.services.read_desk import read_document
from registry.services.read_original import read_original
from registry.services.receive_upload import UploadOutcome, receive_upload
from registry.services.rotate_keys import key_states, retire_keys, rotate_keys
from registry.settings import Settings
from registry.store.desk_tables import desk_document
from registry.store.tables import ledger_entry
from registry.store.upload_tables import original, sheet
from tests.registry.intake.invented_judgments import CHARGE, SENTENCE, XU, ZHOU, judgment
from tests.registry.intake.test_document_text import archive, word
from tests.registry.services.sheets_at_hand import CLERK, ELSEWHERE, court_row, workbook

TEXT = judgment(SENTENCE)
YOUNG = judgment(SENTENCE, ZHOU.replace("1981年5月6日", "2004年5月6日"))
HOSTILE = [b"%PDF-1.7 torn", b"PK\x03\x04 torn", b"\xd0\xcf\x11\xe0 macro", word("<w:p>" * 200_000)]


def kept(services: Services) -> list[int]:
    with services.store.read() as uow:
        tables = (original, desk_document, sheet, ledger_entry)
        counts = [select(func.count()).select_from(table) for table in tables]
        return [int(uow.transaction.connection.execute(count).scalar_one()) for count in counts]


def test_a_judgment_and_its_file_are_kept_and_given_back_to_those_of_its_region(services: Services) -> None:
    (file,) = receive_upload(services, TEXT.encode("gb18030"), "C:\\判决\\周.txt", actor=CLERK)
    assert (file.outcome, file.name) == (UploadOutcome.JUDGMENT, "周.txt")
    assert file.document_no is not None
    number = read_document(services, file.document_no, CLERK).original_id
    assert number is not None
    opened = read_original(services, number, actor=CLERK)
    assert (opened.name, opened.content) == ("周.txt", TEXT.encode("gb18030"))
    with pytest.raises(NotFoundError):
        read_original(services, number, actor=ELSEWHERE)
    with services.store.read() as uow:
        kinds = [entry.kind for _, entry, _, _ in uow.ledger.entries()]
    assert kinds == ["document_received", "original_kept", "original_read"]


def test_the_same_judgment_uploaded_twice_is_recognised_and_kept_once(services: Services) -> None:
    first = receive_upload(services, TEXT.encode(), "a.txt", actor=CLERK)[0]
    again = receive_upload(services, TEXT.encode(), "b.txt", actor=CLERK)[0]
    assert (again.outcome, again.document_no) == (UploadOutcome.KNOWN, first.document_no)
    third = receive_upload(services, TEXT.encode(), "b.txt", actor=CLERK, although_known=True)[0]
    assert third.outcome is UploadOutcome.JUDGMENT
    assert kept(services)[:2] == [1, 2]


def test_an_archive_of_all_sorts_is_received_file_by_file(services: Services) -> None:
    data = archive({"a.txt": TEXT, "b.xlsx": workbook(court_row()), "c.pdf": b"%PDF-", "d.zip": archive({"x": "y"})})
    found = receive_upload(services, data, "many.zip", actor=CLERK)
    assert [file.outcome for file in found] == ["judgment", "spreadsheet", "unreadable", "unreadable"]
    assert [file.code for file in found] == [None, None, "broken", "archive_in_archive"]
    assert found[1].sheet_no is not None
    assert kept(services)[:3] == [2, 1, 1]


def test_a_hostile_file_costs_one_message_and_leaves_nothing(services: Services) -> None:
    for data in HOSTILE:
        (file,) = receive_upload(services, data, "判决书.docx", actor=CLERK)
        assert file.outcome is UploadOutcome.UNREADABLE
        assert file.says
    assert kept(services) == [0, 0, 0, 0]


def test_a_judgment_of_a_juvenile_is_refused_and_neither_its_words_nor_its_file_are_kept(services: Services) -> None:
    assert YOUNG != TEXT
    (file,) = receive_upload(services, YOUNG.encode(), "a.txt", actor=CLERK)
    assert file.outcome is UploadOutcome.REFUSED
    assert kept(services)[:3] == [0, 0, 0]


def test_where_one_of_two_may_not_be_kept_the_other_goes_on_and_the_file_is_not_kept(services: Services) -> None:
    two = f"一、{SENTENCE}二、被告人许云犯{CHARGE}，判处有期徒刑六个月，并处罚金人民币一万元。\n"
    text = judgment(two, ZHOU + XU.replace("1982年5月6日", "2004年5月6日"))
    (file,) = receive_upload(services, text.encode(), "a.txt", actor=CLERK)
    assert file.outcome is UploadOutcome.JUDGMENT
    assert file.received is not None
    assert len(file.received.refused) == 1
    assert kept(services)[:2] == [0, 1]


@pytest.fixture
def register(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Services]:
    """A register with a key file of its own, which may be changed."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    built = build(dataclasses.replace(settings, keys=keys), clock)
    yield built
    built.store.close()


def test_originals_follow_the_exchange_of_both_keys_and_are_recognised_after_it(register: Services) -> None:
    file = receive_upload(register, TEXT.encode(), "a.txt", actor=CLERK)[0]
    assert file.document_no is not None
    rotate_keys(register, KeyKind, actor="test")
    assert [state.left for state in key_states(register)] == [0, 0]
    retire_keys(register, KeyKind, actor="test")
    number = read_document(register, file.document_no, CLERK).original_id
    assert number is not None
    assert read_original(register, number, actor=CLERK).content == TEXT.encode()
    with register.store.read() as uow:
        found = uow.originals.find(TEXT.encode(), "33")
    assert found is not None
    assert found.id == number
