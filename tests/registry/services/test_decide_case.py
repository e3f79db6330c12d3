"""Deciding held applications: who may, in which order, and what the licensing system then sees."""

from __future__ import annotations

import datetime

import pytest

from registry.errors import (
    ChangedMeanwhileError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SamePersonError,
)
from registry.services.case_step import Acting
from registry.services.context import Services
from registry.services.decide_case import (
    Hearing,
    Request,
    add_note,
    agree_release,
    ask_for_more,
    find_other,
    find_same,
    note_answer,
    record_hearing,
    reopen_case,
    return_release,
    take_back,
)
from registry.services.desk_actor import NamedActor
from registry.services.read_cases import count_cases, list_cases, read_case
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.store.case_values import CaseFilter, CaseState, Finding, StepKind
from tests.api.rest.caller import Caller, applicant
from tests.registry.services.cases_at_hand import (
    ELSEWHERE,
    FIRST,
    NAME,
    NUMBER,
    REASONS,
    SECOND,
    acting,
    blocked,
    case_of,
    hear,
    list_somebody,
    match_of,
    office,
    reviewed,
    reviewed_with_sound_number,
)


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def outcome(caller: Caller, check_no: str) -> str:
    return str(caller.get(f"/v1/checks/{check_no}").get_json()["outcome"])


def test_a_held_application_is_a_case_at_once_and_a_clear_one_is_none(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    case = case_of(services, check_no)
    assert (case.state, case.verdict, case.region, case.rule) == (CaseState.OPEN, "block", "33", "id_number/equal")
    assert case.due_on > services.clock.today()
    clear = caller.check(applicant("赵无关", "339900198801150771")).get_json()
    with services.store.read() as uow:
        assert uow.cases.find(clear["check_no"]) is None


def test_the_same_person_needs_a_hearing_first_and_the_hold_then_stands(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    with pytest.raises(ConflictError, match="heard"):
        find_same(services, acting(services, check_no), match.id, REASONS)
    hear(services, check_no)
    find_same(services, acting(services, check_no), match.id, REASONS)
    assert case_of(services, check_no).state is CaseState.CONFIRMED
    assert outcome(caller, check_no) == "confirmed"


def test_a_hearing_that_is_yet_to_come_counts_for_nothing(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    tomorrow = services.clock.today() + datetime.timedelta(days=1)
    with pytest.raises(InvalidInputError):
        record_hearing(services, acting(services, check_no), Hearing(False, tomorrow, "当面", "没有异议"))


def test_an_equal_number_is_released_by_two_people_and_never_by_one(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    find_other(services, acting(services, check_no), match.id, "重号：公安机关证明为两人")
    assert outcome(caller, check_no) == "open"
    with pytest.raises(SamePersonError):
        agree_release(services, acting(services, check_no), match.id, "")
    agree_release(services, acting(services, check_no, SECOND), match.id, "已核对")
    assert outcome(caller, check_no) == "released"
    assert caller.check(applicant("王示例", NUMBER)).get_json()["verdict"] == "block"  # the list must be put right


def test_a_release_that_was_proposed_can_be_given_back(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    find_other(services, acting(services, check_no), match.id, "不像")
    return_release(services, acting(services, check_no, SECOND), match.id, "请补充公安机关证明")
    assert (case_of(services, check_no).state, match_of(services, check_no).finding) == (CaseState.OPEN, Finding.OPEN)


def test_a_near_match_found_to_be_another_person_is_released_and_not_asked_again(services: Services) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：出生地与照片均不同")
    assert outcome(caller, check_no) == "released"
    again = caller.check(applicant(NAME, NUMBER)).get_json()
    assert again["verdict"] == "clear"
    (cleared,) = again["subjects"][0]["cleared"]
    assert cleared.keys() == {"clearance_no", "given_at"}


def test_who_decided_before_a_case_was_opened_again_does_not_decide_it_anew(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    hear(services, check_no)
    find_same(services, acting(services, check_no), match.id, REASONS)
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "异议成立", SECOND.text)
    hear(services, check_no)
    with pytest.raises(SamePersonError):
        find_same(services, acting(services, check_no), match.id, REASONS)
    with pytest.raises(SamePersonError):
        find_other(services, acting(services, check_no), match.id, "不像")
    find_same(services, acting(services, check_no, SECOND), match.id, REASONS)
    assert outcome(caller, check_no) == "confirmed"


def test_a_hearing_of_before_the_check_is_none(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    before = services.clock.today() - datetime.timedelta(days=1)
    with pytest.raises(InvalidInputError, match="before the check"):
        record_hearing(services, acting(services, check_no), Hearing(False, before, "当面", "没有异议"))


def test_who_decided_before_a_case_was_opened_again_does_not_agree_to_its_release(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    hear(services, check_no)
    find_same(services, acting(services, check_no), match.id, REASONS)
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "异议成立", SECOND.text)
    find_other(services, acting(services, check_no, SECOND), match.id, "重号")
    with pytest.raises(SamePersonError):
        agree_release(services, acting(services, check_no), match.id, "")
    agree_release(services, acting(services, check_no, NamedActor("user:9", "33")), match.id, "")
    assert outcome(caller, check_no) == "released"


def test_a_wrong_finding_is_taken_back_and_the_application_held_until_others_decide(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    with pytest.raises(ConflictError):
        take_back(services, acting(services, check_no), "看错了")
    match = match_of(services, check_no)
    hear(services, check_no)
    find_same(services, acting(services, check_no), match.id, REASONS)
    with pytest.raises(InvalidInputError):
        take_back(services, acting(services, check_no), " ")
    take_back(services, acting(services, check_no), "看错了证件")
    assert outcome(caller, check_no) == "open"
    with pytest.raises(SamePersonError):
        find_other(services, acting(services, check_no), match.id, "不像")
    find_other(services, acting(services, check_no, SECOND), match.id, "重号")


def test_what_is_asked_for_keeps_the_case_waiting_until_it_is_answered(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    ask_for_more(services, acting(services, check_no), Request("身份证原件", "申请人", None))
    assert case_of(services, check_no).state is CaseState.ASKED
    note_answer(services, acting(services, check_no), "已出示原件")
    assert case_of(services, check_no).state is CaseState.OPEN
    kinds = [step.kind for step in read_case(services, check_no, FIRST).steps]
    assert kinds == [StepKind.ASKED, StepKind.ANSWERED]


def test_two_people_in_one_case_are_told(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    mine, theirs = acting(services, check_no), acting(services, check_no, SECOND)
    add_note(services, mine, "先看")
    with pytest.raises(ChangedMeanwhileError):
        add_note(services, theirs, "后看")


def test_a_case_of_another_region_is_nobodys_to_see_or_to_decide(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    with pytest.raises(NotFoundError):
        read_case(services, check_no, ELSEWHERE)
    with pytest.raises(NotFoundError):
        find_other(services, Acting(check_no, ELSEWHERE), match_of(services, check_no).id, "不像")
    assert list_cases(services, CaseFilter(region="33"), ELSEWHERE).cases == ()
    assert count_cases(services, CaseFilter(), FIRST) == 1


def test_a_case_shows_both_people_the_reckoning_and_the_law(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    view = read_case(services, check_no, FIRST)
    (match,) = view.matches
    assert match.applicant.identity.name == match.faces[0].identity.name == "王示例"
    assert match.lines[-1].running == match.millibits
    assert match.wordings["fsl-135-2"].text
    assert read_case(services, reviewed(caller), FIRST).earlier == ()


def test_other_cases_of_the_same_applicant_are_named(services: Services, caller: Caller) -> None:
    first, second = blocked(caller), blocked(caller)
    assert [case.check_no for case in read_case(services, second, FIRST).earlier] == [first]


def test_the_log_knows_every_outcome_and_finds_one_that_was_altered(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "不是同一人")
    sequence_log(services.store)
    assert decision_faults(services) == []
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET outcome = 'confirmed'")
    assert decision_faults(services) == ["decision_altered"]


def decision_faults(services: Services) -> list[str]:
    kinds = [fault.kind.value for fault in verify_log(services.store).faults]
    return [kind for kind in kinds if kind.startswith("decision")]
