"""What lies on the desk is sealed, follows the exchange of keys, and is reached by sealing orders and retention."""

from __future__ import annotations

import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.law.retention import Retention, RetentionRule
from registry.privacy.envelope import version_of
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import KeyKind, Keyring
from registry.services.attach_appeal import attach_appeal
from registry.services.context import Services
from registry.services.correct_judgment import withdraw_judgment
from registry.services.decide_objection import Decision, decide_objection
from registry.services.discard_draft import discard_draft
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_desk import DeskDocument, read_document
from registry.services.read_objections import read_objection
from registry.services.receive_judgment import Reception, attach_original, receive_judgment
from registry.services.retain import apply_retention
from registry.services.rotate_keys import retire_keys, rotate_keys
from registry.services.same_subject import document_key
from registry.services.seal_record import seal_record
from registry.settings import Settings
from registry.store.desk_tables import desk_document, desk_filing
from registry.store.desk_values import DeskState
from registry.store.tables import basis
from registry.store.upload_repository import NewOriginal
from registry.store.upload_tables import original
from tests.registry.intake.invented_judgments import CHARGE, XU, ZHOU, appeal, judgment
from tests.registry.services.cases_at_hand import FIRST, SECOND, list_somebody
from tests.registry.services.desk_at_hand import (
    ALONE,
    CLERK,
    NAME,
    NUMBER,
    again,
    certified,
    confirmed,
    filed,
    in_force,
    laid_down,
)
from tests.registry.services.register_under_test import listed, names, rows

BOTH = judgment(
    f"一、被告人周明远犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n"
    f"二、被告人许云犯{CHARGE}，判处有期徒刑八个月，并处罚金人民币一万元。\n",
    ZHOU + XU,
)


@pytest.fixture
def register(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Services]:
    """A register with a key file of its own, which may be changed."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    built = build(dataclasses.replace(settings, keys=keys), clock)
    yield built
    built.store.close()


def _with_original(services: Services, document: DeskDocument) -> int:
    with services.store.write() as uow:
        kept = uow.originals.keep(NewOriginal("判决书.txt", "text", ALONE.encode()), "33", CLERK.text)
    attach_original(services, document.document_no, kept.id, actor=CLERK)
    return kept.id


def _is_erased(services: Services, number: int) -> bool:
    with services.store.read() as uow:
        query = select(original.c.erased_at).where(original.c.id == number)
        return uow.transaction.connection.execute(query).scalar_one() is not None


def _later(services: Services, days: int) -> Services:
    clock = FixedClock(services.store.clock.now() + datetime.timedelta(days=days))
    services.store.clock = clock  # type: ignore[misc]
    return dataclasses.replace(services, clock=clock)


def _retained(services: Services, rule: RetentionRule, more: int) -> tuple[Services, int]:
    later = _later(services, Retention.load().periods[rule].days + more)
    return later, apply_retention(later, actor="test").counts[rule]


def test_nothing_of_a_judgment_stands_in_clear(services: Services) -> None:
    in_force(services)
    stored = [repr(tuple(row)) for table in (desk_document, desk_filing) for row in rows(services, table)]
    for plain in (NAME, NUMBER, "刑初7号"):
        written = [repr(plain.encode())[2:-1], plain]
        assert not any(each in row for row in stored for each in written)


def test_after_both_keys_were_exchanged_the_desk_opens_and_recognises(register: Services) -> None:
    document = in_force(register)
    rotate_keys(register, tuple(KeyKind), actor="test")
    assert again(register, document) == document
    assert {version_of(row.data_key) for table in (desk_document, desk_filing) for row in rows(register, table)} == {2}
    assert {row.index_version for row in rows(register, desk_document)} == {2}
    former = Keyring.load(register.settings.keys)
    retire_keys(register, tuple(KeyKind), actor="test")
    received = receive_judgment(register, ALONE, actor=CLERK)
    assert [each.document_no for each in received.known] == [document.document_no]
    guessed = KeyedIndex(former).under(1, IndexPurpose.CASE_NUMBER, document_key("（2020）浙0599刑初7号"))
    assert guessed is not None
    assert guessed not in {row.case_index for row in rows(register, desk_document)}


def test_a_sealing_order_reaches_the_desk_and_leaves_the_others(services: Services) -> None:
    document = in_force(services, BOTH)
    ruling = laid_down(services, appeal("驳回上诉，维持原判。", "裁定"))
    confirmed(services, attach_appeal(services, ruling.document_no, actor=CLERK, expected=ruling.row_version))
    kept = _with_original(services, document)
    seal_record(services, f"33:{document.document_no}-1-1", reason="封存决定", order_no=None, actor="operator:test")
    assert names(services) == [{"许云"}]
    now, of_appeal = again(services, document), again(services, ruling)
    assert (now.text, of_appeal.text, of_appeal.content) == (None, None, None)
    assert now.content is not None
    assert [each["name"] for each in now.content["defendants"]] == ["许云"]
    assert all(NAME not in repr(step.content) for step in now.history)
    assert NAME not in repr(now.reading)
    assert _is_erased(services, kept)


def test_sealing_the_only_one_leaves_a_refused_document_that_says_nothing(services: Services) -> None:
    document = in_force(services)
    seal_record(services, f"33:{document.document_no}-1-1", reason="封存决定", order_no=None, actor="operator:test")
    now = again(services, document)
    assert (now.state, now.text, now.reading, now.content) == (DeskState.REFUSED, None, None, None)
    assert all(step.content in (None, {}) or step.content["defendants"] == [] for step in now.history)
    assert listed(services) == []


def test_a_draft_nobody_works_on_is_erased_in_time(services: Services) -> None:
    document = laid_down(services)
    kept = _with_original(services, document)
    later, count = _retained(services, RetentionRule.DESK_DRAFTS, 0)
    assert count == 0
    later, count = _retained(later, RetentionRule.DESK_DRAFTS, 1)
    assert count == 1
    now = read_document(later, document.document_no, CLERK)
    assert (now.state, now.text, now.content) == (DeskState.DISCARDED, None, None)
    assert _is_erased(later, kept)
    assert receive_judgment(later, ALONE, actor=CLERK).reception is Reception.DRAFT


def test_a_discarded_draft_takes_its_original_with_it(services: Services) -> None:
    document = laid_down(services)
    kept = _with_original(services, document)
    now = again(services, document)
    discard_draft(services, document.document_no, expected=now.row_version, actor=CLERK)
    assert _is_erased(services, kept)
    assert again(services, document).original_id is None


@pytest.mark.parametrize("ends", ["discarded", "too old"])
def test_a_file_that_is_an_objections_evidence_too_stays_when_its_draft_goes(services: Services, ends: str) -> None:
    ban_no = list_somebody(services)
    document = laid_down(services)
    kept = _with_original(services, document)
    objection_no = _objected(services, ban_no)
    if ends == "discarded":
        now = again(services, document)
        discard_draft(services, document.document_no, expected=now.row_version, actor=CLERK)
    else:
        services, _ = _retained(services, RetentionRule.DESK_DRAFTS, 1)
    assert not _is_erased(services, kept)
    (evidence,) = read_objection(services, objection_no, SECOND).attachments
    assert evidence.original_id == kept
    with services.store.write() as uow:
        uow.originals.release(uow.objections.erase(uow.objections.about_bans([ban_no])))
    assert _is_erased(services, kept), "nothing holds it any more"


def test_a_file_that_is_a_documents_original_stays_when_the_objection_goes(services: Services) -> None:
    ban_no = list_somebody(services)
    document = laid_down(services)
    kept = _with_original(services, document)
    objection_no = _objected(services, ban_no)
    decide_objection(services, objection_no, Decision(False, "证据不足"), SECOND)
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(basis).values(ended_at=services.clock.now()))
    now = again(services, document)
    confirmed(services, filed(services, now, certified(now)))
    _, count = _retained(services, RetentionRule.OBJECTIONS, 1)
    assert count == 1
    assert not _is_erased(services, kept)


def _objected(services: Services, ban_no: str) -> str:
    """Object to a ban with the judgment's own file as evidence."""
    files = [("判决书.txt", ALONE.encode())]
    lodging = Lodging(ban_no, None, "王示例", "不是我", services.clock.today(), "某局", files=files)
    return lodge_objection(services, lodging, FIRST).objection_no


def test_what_a_ban_rests_on_stays_and_what_none_rests_on_is_erased_in_time(services: Services) -> None:
    document, other = in_force(services), laid_down(services, BOTH.replace("刑初7号", "刑初9号"))
    confirmed(services, filed(services, other, certified(other)))
    now = again(services, other)
    step = withdraw_judgment(services, other.document_no, actor=CLERK, expected=now.row_version, reason="文书有误")
    confirmed(services, step)
    later, count = _retained(services, RetentionRule.DESK_DOCUMENTS, 1)
    assert count == 1
    gone = read_document(later, other.document_no, CLERK)
    assert (gone.state, gone.text, gone.content) == (DeskState.WITHDRAWN, None, None)
    assert [step.content for step in gone.history] == [None, None]
    assert read_document(later, document.document_no, CLERK).text == ALONE
    assert apply_retention(later, actor="test").counts[RetentionRule.DESK_DOCUMENTS] == 0
