"""Objections: lodged, kept with the ban, decided by somebody else, and what follows from it."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.errors import (
    ChangedMeanwhileError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SamePersonError,
)
from registry.law.retention import Retention, RetentionRule
from registry.law.working_days import add_working_days
from registry.services.context import Services
from registry.services.decide_case import find_other, find_same
from registry.services.decide_objection import Decision, decide_objection, withdraw_objection
from registry.services.deliver_notices import event_of
from registry.services.desk_actor import NamedActor
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.services.read_cases import read_case
from registry.services.read_objections import (
    count_objections,
    list_objections,
    read_attachment,
    read_objection,
    read_own_objection,
)
from registry.services.retain import apply_retention
from registry.services.seal_record import seal_record
from registry.store.case_values import CaseState, Finding
from registry.store.notice_repository import NoticeKind
from registry.store.objection_repository import ObjectionFilter, ObjectionState, StoredObjection
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.cases_at_hand import (
    ELSEWHERE,
    FIRST,
    REASONS,
    SECOND,
    acting,
    blocked,
    case_of,
    list_somebody,
    match_of,
    office,
    reviewed,
    waive,
)
from tests.registry.services.register_under_test import take

WORDS = "我从未在该公司任职，系同名同号。"
UPHELD = Decision(upheld=True, reason="身份证件与判决书不符")
EVIDENCE = ("证明.txt", "公安机关证明：两人。".encode())


@pytest.fixture
def ban_no(services: Services) -> str:
    return list_somebody(services)


@pytest.fixture
def caller(services: Services, ban_no: str) -> Caller:
    return office(services)


def lodging(services: Services, **about: object) -> Lodging:
    stated: dict[str, object] = {"ban_no": None, "check_no": None, "objector": "王示例", "statement": WORDS}
    stated |= {"received_on": services.clock.today(), "lodged_through": "某县行政审批局"}
    return Lodging(**(stated | about))  # type: ignore[arg-type]


def lodged(services: Services, actor: NamedActor = FIRST, **about: object) -> StoredObjection:
    return lodge_objection(services, lodging(services, **about), actor)


def confirmed(services: Services, caller: Caller) -> str:
    """A held application whose applicant was found to be the listed person."""
    check_no = blocked(caller)
    waive(services, check_no)
    find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)
    return check_no


def found(services: Services, objection_no: str) -> StoredObjection:
    with services.store.read() as uow:
        stored = uow.objections.find(objection_no)
    assert stored is not None
    return stored


def test_an_objection_is_due_by_the_policy_and_its_statement_is_sealed(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no)
    days = services.policy.desk.decide_objection
    assert objection.due_on == add_working_days(services.clock.today(), days)
    assert (objection.state, objection.region, objection.statement) == (ObjectionState.OPEN, "33", WORDS)
    with services.store.read() as uow:
        raw = uow.transaction.connection.exec_driver_sql("SELECT statement_enc FROM objection").scalar_one()
    assert WORDS.encode() not in bytes(raw)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({}, "ban_no"),
        ({"ban_no": "x", "check_no": "y"}, "ban_no"),
        ({"ban_no": "nobody's"}, "ban_no"),
        ({"check_no": "C0"}, "check_no"),
        ({"ban_no": "b", "statement": " "}, "statement"),
        ({"ban_no": "b", "objector": ""}, "objector"),
        ({"ban_no": "b", "received_on": datetime.date(2099, 1, 1)}, "received_on"),
        ({"ban_no": "b", "files": [("x.exe", b"MZ\0\0\0\xff")]}, "files"),
    ],
)
def test_what_is_wrong_with_an_objection_is_named_by_its_field(
    services: Services, about: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        lodge_objection(services, lodging(services, **about), FIRST)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_the_statement_is_kept_with_the_ban_and_shown_to_later_reviewers(services: Services, caller: Caller) -> None:
    first = confirmed(services, caller)
    lodged(services, check_no=first)
    later = read_case(services, blocked(caller), SECOND)
    assert [each.statement for each in later.statements] == [WORDS]


def test_evidence_is_kept_sealed_and_given_to_whoever_decides(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no, files=[EVIDENCE])
    (attachment,) = read_objection(services, objection.objection_no, SECOND).attachments
    opened = read_attachment(services, objection.objection_no, attachment.original_no, SECOND)
    assert (opened.name, opened.content) == EVIDENCE
    with pytest.raises(NotFoundError):
        read_attachment(services, objection.objection_no, "O0", SECOND)


def test_whoever_typed_an_objection_in_does_not_decide_it(services: Services, caller: Caller) -> None:
    objection = lodged(services, SECOND, check_no=confirmed(services, caller))
    assert not read_objection(services, objection.objection_no, SECOND).may_decide
    with pytest.raises(SamePersonError):
        decide_objection(services, objection.objection_no, UPHELD, SECOND)


def test_whoever_settled_the_case_does_not_decide_the_objection_to_it(services: Services, caller: Caller) -> None:
    objection = lodged(services, check_no=confirmed(services, caller))
    assert not read_objection(services, objection.objection_no, FIRST).may_decide
    with pytest.raises(SamePersonError):
        decide_objection(services, objection.objection_no, UPHELD, FIRST)
    assert found(services, objection.objection_no).state is ObjectionState.OPEN
    decide_objection(services, objection.objection_no, UPHELD, SECOND)
    assert found(services, objection.objection_no).reason == UPHELD.reason


def test_an_upheld_objection_opens_the_case_again_and_its_system_is_told(services: Services, caller: Caller) -> None:
    check_no = confirmed(services, caller)
    decide_objection(services, lodged(services, check_no=check_no).objection_no, UPHELD, SECOND)
    assert case_of(services, check_no).state is CaseState.OPEN
    assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "open"
    assert told(services) == [NoticeKind.OUTCOME_CONFIRMED, NoticeKind.OUTCOME_REOPENED]


def test_a_release_with_the_decision_needs_a_second_person_against_an_equal_number(
    services: Services, caller: Caller
) -> None:
    check_no = confirmed(services, caller)
    released = Decision(upheld=True, reason="两人", release=True)
    decide_objection(services, lodged(services, check_no=check_no).objection_no, released, SECOND)
    assert match_of(services, check_no).finding is Finding.OTHER_PROPOSED
    near = reviewed(caller)
    waive(services, near)
    find_same(services, acting(services, near), match_of(services, near).id, REASONS)
    decide_objection(services, lodged(services, check_no=near).objection_no, released, SECOND)
    assert case_of(services, near).state is CaseState.RELEASED


def test_a_rejected_objection_changes_nothing_and_its_reasons_are_kept(services: Services, caller: Caller) -> None:
    check_no = confirmed(services, caller)
    objection = lodged(services, check_no=check_no)
    decide_objection(services, objection.objection_no, Decision(False, "证据不足"), SECOND)
    assert case_of(services, check_no).state is CaseState.CONFIRMED
    assert found(services, objection.objection_no).state is ObjectionState.REJECTED
    with pytest.raises(ConflictError):
        decide_objection(services, objection.objection_no, UPHELD, SECOND)


def test_an_upheld_objection_to_a_listing_waits_until_the_list_is_corrected(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no)
    decide_objection(services, objection.objection_no, UPHELD, SECOND)
    assert found(services, objection.objection_no).correction_pending
    waiting, met = (
        count_objections(services, ObjectionFilter(pending_correction=each), SECOND) for each in (True, False)
    )
    assert (waiting, met) == (1, 0)


def test_who_objects_may_take_it_back_and_the_statement_stays(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no)
    withdraw_objection(services, objection.objection_no, "本人书面撤回", FIRST)
    assert found(services, objection.objection_no).state is ObjectionState.WITHDRAWN
    with services.store.read() as uow:
        assert [each.statement for each in uow.objections.statements_of([ban_no])] == [WORDS]


def test_two_people_at_one_objection_are_told(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no)
    withdraw_objection(services, objection.objection_no, "撤回", FIRST, expected=objection.row_version)
    with pytest.raises(ChangedMeanwhileError):
        decide_objection(services, objection.objection_no, UPHELD, SECOND, expected=objection.row_version)


def test_an_objection_of_another_region_is_nobodys_to_see_or_decide(services: Services, ban_no: str) -> None:
    objection = lodged(services, ban_no=ban_no)
    for act in (
        lambda: read_objection(services, objection.objection_no, ELSEWHERE),
        lambda: decide_objection(services, objection.objection_no, UPHELD, ELSEWHERE),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert list_objections(services, ObjectionFilter(region="33"), ELSEWHERE).objections == ()


def test_the_office_it_came_through_is_told_the_decision_and_no_other(services: Services, caller: Caller) -> None:
    with services.store.read() as uow:
        client = uow.clients.listed()[0].client
    objection = lodged(services, NamedActor(client.actor, "33"), check_no=blocked(caller), client_id=client.id)
    decide_objection(services, objection.objection_no, Decision(False, "证据不足"), SECOND)
    assert told(services) == [NoticeKind.OBJECTION_DECIDED]
    with services.store.read() as uow:
        (notice,) = uow.notices.page(client.id, 0, 9)
    assert notice.application_no == case_of(services, objection.check_no or "").application_no
    assert read_own_objection(services, objection.objection_no, client).state is ObjectionState.REJECTED
    other = lodged(services, check_no=blocked(caller))
    with pytest.raises(NotFoundError):
        read_own_objection(services, other.objection_no, client)


def test_an_office_learns_no_application_number_of_anothers_check_nor_a_check_of_a_ban(
    services: Services, caller: Caller, ban_no: str
) -> None:
    office(services, "32")
    with services.store.read() as uow:
        other = next(each.client for each in uow.clients.listed() if each.client.region == "32")
    about_check = lodged(services, check_no=blocked(caller), client_id=other.id)
    about_ban = lodged(services, ban_no=ban_no, client_id=other.id)
    for each in (about_check, about_ban):
        decide_objection(services, each.objection_no, Decision(False, "证据不足"), SECOND)
    with services.store.read() as uow:
        notices = uow.notices.page(other.id, 0, 9)
    assert [each.application_no for each in notices] == [None, None]
    assert [event_of(each).subject for each in notices] == [about_check.check_no, about_ban.objection_no]


def test_an_objection_to_a_hold_cannot_have_come_before_it(services: Services, caller: Caller) -> None:
    yesterday = services.clock.today() - datetime.timedelta(days=1)
    with pytest.raises(InvalidInputError) as refused:
        lodged(services, check_no=blocked(caller), received_on=yesterday)
    assert [(each.field, each.code) for each in refused.value.faults] == [("received_on", "before_the_check")]


def test_a_settled_objection_goes_when_its_ban_has_ended_and_its_files_with_it(
    services: Services, clock: FixedClock, caller: Caller, ban_no: str
) -> None:
    near = reviewed(caller)
    about_case = lodged(services, check_no=near, files=[EVIDENCE])
    about_ban = lodged(services, ban_no=ban_no)
    for each in (about_case, about_ban):
        decide_objection(services, each.objection_no, Decision(False, "证据不足"), SECOND)
    find_other(services, acting(services, near), match_of(services, near).id, "两人")
    periods = Retention.load().periods
    clock.advance(datetime.timedelta(days=periods[RetentionRule.STOPPED_DECISIONS].days + 1))
    apply_retention(services, actor="test")
    with services.store.read() as uow:
        assert uow.objections.find(about_case.objection_no) is None, "the check is erased"
        assert uow.objections.find(about_ban.objection_no) is not None, "the ban is for life"
        assert uow.originals.find(EVIDENCE[1], "33") is None
        assert uow.notices.of_check(near) == []


def test_a_sealed_record_takes_the_objections_to_it_and_to_its_answers_along(services: Services) -> None:
    report_fresh(services)
    row = conviction("R1")
    take(services, row)
    caller = office(services)
    check_no = str(caller.check(applicant(row["name"], row["id_number"])).get_json()["check_no"])
    about = [lodged(services, ban_no=match_of(services, check_no).ban_no, files=[EVIDENCE])]
    about.append(lodged(services, check_no=check_no))
    seal_record(services, "33:R1", reason="封存决定", order_no="1", actor="test")
    with services.store.read() as uow:
        assert [uow.objections.find(each.objection_no) for each in about] == [None, None]
        assert uow.originals.find(EVIDENCE[1], "33") is None


def told(services: Services) -> list[NoticeKind]:
    with services.store.read() as uow:
        client = uow.clients.listed()[0].client
        return [each.kind for each in uow.notices.page(client.id, 0, 50)]
