"""A number typed wrongly by an office: said where the release is told, and carried until it was checked again."""

from __future__ import annotations

import io

import pytest
from docx import Document

from registry.services.context import Services
from registry.services.decide_case import agree_release, find_other, reopen_case
from registry.services.find_rechecks import Recheck
from registry.services.read_cases import CaseView, read_case
from registry.services.write_case_letter import CaseLetter, write_case_letter
from registry.services.write_notice import Naming, PaperForm
from registry.store.case_values import ReleaseCause
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import invented_id
from tests.registry.services.cases_at_hand import (
    FIRST,
    NAME,
    NUMBER,
    SECOND,
    acting,
    blocked,
    case_of,
    list_somebody,
    match_of,
    office,
    reviewed,
)

RIGHT = invented_id(7, "19851216")


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def released(services: Services, check_no: str, cause: ReleaseCause | None = ReleaseCause.WRONG_NUMBER) -> None:
    match = match_of(services, check_no).id
    find_other(services, acting(services, check_no), match, "窗口抄错号码", cause)
    agree_release(services, acting(services, check_no, SECOND), match, "")


def view_of(services: Services, check_no: str) -> CaseView:
    return read_case(services, check_no, FIRST)


def told(services: Services, caller: Caller, check_no: str) -> tuple[object, object, object]:
    answer = caller.get(f"/v1/checks/{check_no}").get_json()
    notice = caller.get("/v1/notices?after=0").get_json()["notices"][-1]
    return answer["outcome"], answer["outcome_reason"], notice["content"].get("outcome_reason")


def test_the_answer_and_the_notice_say_that_the_office_must_check_again(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    released(services, check_no)
    assert told(services, caller, check_no) == ("released", "wrong_number", "wrong_number")
    other = blocked(caller)
    released(services, other, None)
    assert told(services, caller, other) == ("released", None, None)


def test_the_case_carries_it_until_the_application_is_checked_under_another_number(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    caller.check(applicant(NAME, RIGHT))
    other = blocked(caller)
    released(services, other)
    assert view_of(services, other).recheck is None
    again = blocked(caller)  # under the wrong number once more
    assert view_of(services, other).recheck is None
    assert {case.check_no for case in view_of(services, other).earlier} == {check_no, again}
    assert view_of(services, other).same_application == ()
    clear = caller.check(applicant(NAME, RIGHT)).get_json()
    found = view_of(services, other).recheck
    assert found == Recheck(clear["check_no"], services.clock.now(), "clear", is_case=False)

    near = reviewed(caller)
    assert [case.check_no for case in view_of(services, check_no).same_application] == [near]


def test_a_case_opened_again_does_not_say_so_any_more(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    released(services, check_no)
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "异议成立", SECOND.text)
    assert case_of(services, check_no).release_cause is None
    assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome_reason"] is None


def test_the_letter_of_the_release_asks_for_the_check(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    released(services, check_no)
    naming = Naming(str, str, str, str)
    content = write_case_letter(services, acting(services, check_no), CaseLetter.RELEASE, PaperForm.DOCX, naming)
    said = "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)
    assert "以正确的号码、同一受理号重新核查" in said
    assert NUMBER not in said
