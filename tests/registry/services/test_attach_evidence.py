"""Files on a case: kept sealed, seen by the second person, on record, and gone with the case or a sealing."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.errors import InvalidInputError, NotFoundError
from registry.law.retention import Retention, RetentionRule
from registry.ledger.events import EventKind
from registry.services.attach_evidence import attach_to_case, read_case_file
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_cases import read_case
from registry.services.retain import apply_retention
from registry.services.seal_record import seal_record
from registry.store.attachment_repository import AttachedTo
from registry.store.case_values import StepKind
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.intake.test_photographs import JPEG
from tests.registry.services.cases_at_hand import (
    ELSEWHERE,
    FIRST,
    SECOND,
    acting,
    list_somebody,
    match_of,
    office,
    reviewed,
)
from tests.registry.services.register_under_test import take

PHOTOGRAPH = ("身份证.jpg", JPEG)
ANSWER = ("答复.txt", "法院答复：被告人身份证号不同。".encode())
NOTE = "吴江区人民法院 11 月 20 日答复"


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def attach(services: Services, check_no: str, *files: tuple[str, bytes]) -> None:
    attach_to_case(services, acting(services, check_no), files or (ANSWER, PHOTOGRAPH), NOTE)


def test_files_are_kept_sealed_shown_to_the_second_person_and_steps_of_the_case(
    services: Services, caller: Caller
) -> None:
    check_no = reviewed(caller)
    attach(services, check_no)
    view = read_case(services, check_no, SECOND)
    assert [(step.kind, step.content["text"]) for step in view.steps] == [(StepKind.FILE_ATTACHED, NOTE)] * 2
    assert [file.form for file in view.files] == ["text", "jpeg"]
    given = [read_case_file(services, check_no, file.original_no, SECOND) for file in view.files]
    assert [(each.name, each.content) for each in given] == [ANSWER, PHOTOGRAPH]
    with services.store.read() as uow:
        raw = uow.transaction.connection.exec_driver_sql("SELECT content_enc FROM original ORDER BY id").scalars()
        assert all(JPEG not in bytes(each) and ANSWER[1] not in bytes(each) for each in raw)
        kinds = [entry.kind for _, entry, _, _ in uow.ledger.entries()]
    assert kinds.count(EventKind.ORIGINAL_READ) == kinds.count(EventKind.ORIGINAL_KEPT) == 2


def test_a_file_is_nobody_elses_and_needs_a_note(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    attach(services, check_no)
    number = read_case(services, check_no, FIRST).files[0].original_no
    for actor, named in ((ELSEWHERE, number), (FIRST, "O0")):
        with pytest.raises(NotFoundError):
            read_case_file(services, check_no, named, actor)
    for files, note, field in (((), NOTE, "files"), ((ANSWER,), " ", "note"), (((ANSWER,) * 11), NOTE, "files")):
        with pytest.raises(InvalidInputError) as refused:
            attach_to_case(services, acting(services, check_no), files, note)
        assert [fault.field for fault in refused.value.faults] == [field]


def test_files_go_with_their_case_but_not_what_an_objection_still_needs(
    services: Services, caller: Caller, clock: FixedClock
) -> None:
    check_no = reviewed(caller)
    attach(services, check_no)
    ban_no, day = match_of(services, check_no).ban_no, services.clock.today()
    lodge_objection(services, Lodging(ban_no, None, "王示例", "两人", day, "某局", files=[ANSWER]), FIRST)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人")
    clock.advance(datetime.timedelta(days=Retention.load().periods[RetentionRule.STOPPED_DECISIONS].days + 1))
    apply_retention(services, actor="test")
    with services.store.read() as uow:
        assert uow.originals.find(JPEG, "33") is None
        assert uow.originals.find(ANSWER[1], "33") is not None
        assert uow.attachments.of(AttachedTo.CASE, 1) == []


def test_a_sealed_record_takes_the_files_of_its_cases_along(services: Services) -> None:
    report_fresh(services)
    row = conviction("R1")
    take(services, row)
    check_no = str(office(services).check(applicant(row["name"], row["id_number"])).get_json()["check_no"])
    attach(services, check_no)
    seal_record(services, "33:R1", reason="封存决定", order_no="1", actor="test")
    with services.store.read() as uow:
        assert (uow.originals.find(JPEG, "33"), uow.originals.find(ANSWER[1], "33")) == (None, None)
