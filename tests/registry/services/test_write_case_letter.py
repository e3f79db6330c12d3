"""Letters that end a hold or open a case again: what they say, and what they keep back."""

from __future__ import annotations

import io

import pytest
from docx import Document

from registry.errors import ConflictError
from registry.law.roles import Purpose
from registry.services.context import Services
from registry.services.decide_case import Request as Wanted
from registry.services.decide_case import agree_release, ask_for_more, find_other, find_same, reopen_case
from registry.services.desk_actor import NamedActor
from registry.services.write_case_letter import CaseLetter, letters_of, write_case_letter
from registry.services.write_notice import Naming, PaperForm, write_notice, write_want_letter
from registry.store.case_values import ReleaseCause
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, organisation, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import (
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
    one_slip,
    reviewed,
)

COMPANY = "91339900MA00000018"
NAMING = Naming(str, str, str, str)
WHY = "两人：照片与出生地不同"


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def said(content: bytes) -> str:
    return "\n".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


def letter(services: Services, check_no: str, kind: CaseLetter, form: PaperForm = PaperForm.DOCX) -> bytes:
    return write_case_letter(services, acting(services, check_no), kind, form, NAMING)


def due(services: Services, check_no: str) -> tuple[CaseLetter, ...]:
    with services.store.read() as uow:
        case = case_of(services, check_no)
        return letters_of(case, uow.cases.steps(case.id))


def test_a_release_names_neither_the_listed_person_nor_why_the_applicant_is_another(
    services: Services, caller: Caller
) -> None:
    check_no = reviewed(caller)
    match = match_of(services, check_no)
    with pytest.raises(ConflictError):
        letter(services, check_no, CaseLetter.RELEASE)
    assert due(services, check_no) == ()
    find_other(services, acting(services, check_no), match.id, WHY)
    assert due(services, check_no) == (CaseLetter.RELEASE,)
    words = said(letter(services, check_no, CaseLetter.RELEASE))
    case = case_of(services, check_no)
    wanted = ("解除暂停办理", case.application_no, check_no, NAME, "office 33", "不是同一人", "是否准予许可")
    assert [each for each in wanted if each not in words] == []
    assert [each for each in (WHY, match.ban_no, one_slip(), "正确的号码") if each in words] == []
    assert letter(services, check_no, CaseLetter.RELEASE, PaperForm.PDF).startswith(b"%PDF")
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "认定有误", SECOND.text)
    with pytest.raises(ConflictError):
        letter(services, check_no, CaseLetter.RELEASE)


def test_a_case_opened_again_is_told_with_the_reason_and_that_nothing_is_issued_meanwhile(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    hear(services, check_no)
    find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "身份证件与判决书不符", SECOND.text)
    assert due(services, check_no) == (CaseLetter.REOPENING,)
    words = said(letter(services, check_no, CaseLetter.REOPENING))
    assert [each for each in ("重新办理", "身份证件与判决书不符", "继续暂停办理") if each not in words] == []
    with pytest.raises(ConflictError):
        letter(services, check_no, CaseLetter.RELEASE)


def every_letter(services: Services, check_no: str) -> tuple[str, str, str, str]:
    """Write all letters of a case on its way: what is asked for, the finding, that it is opened again, the release."""
    ask_for_more(services, acting(services, check_no), Wanted("身份证原件", "本人", None))
    want = said(write_want_letter(services, acting(services, check_no), PaperForm.DOCX, NAMING))
    hear(services, check_no)
    match = match_of(services, check_no).id
    find_same(services, acting(services, check_no), match, REASONS)
    notice = said(write_notice(services, acting(services, check_no), match, PaperForm.DOCX, NAMING))
    with services.store.write() as uow:
        reopen_case(services, uow, case_of(services, check_no), "两人", SECOND.text)
    again = said(letter(services, check_no, CaseLetter.REOPENING))
    find_other(services, acting(services, check_no, SECOND), match, WHY)
    agree_release(services, acting(services, check_no, NamedActor("user:5", "33")), match, "")
    return want, notice, again, said(letter(services, check_no, CaseLetter.RELEASE))


def test_a_release_under_a_wrong_number_tells_the_office_to_check_again_and_of_no_day_to_go_on(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    find_other(services, acting(services, check_no), match, WHY, ReleaseCause.WRONG_NUMBER)
    agree_release(services, acting(services, check_no, SECOND), match, "")
    words = said(letter(services, check_no, CaseLetter.RELEASE))
    wanted = ("以正确号码重新核查的通知", "不是申请人员本人的号码", "重新核查的结论作出之前，不得办理")
    assert [each for each in wanted if each not in words] == []
    assert [each for each in ("解除暂停办理", "恢复办理") if each in words] == []


def test_letters_about_an_organisation_speak_of_no_person(services: Services) -> None:
    report_fresh(services)
    put_on_list(services, Listing(organisation("示例食品有限公司", COMPANY), provision="fsl-135-1"))
    asked = applicant("示例食品有限公司", COMPANY, kind="organisation", role="applicant", id_type="uscc")
    check_no = str(office(services).check(asked).get_json()["check_no"])
    for words in every_letter(services, check_no):
        assert COMPANY in words or "重新办理" in words
        assert [each for each in ("申请人员", "名单人员", "证件号码", "上述人员", "个人信息") if each in words] == []


def test_letters_about_an_appointment_speak_of_employing_and_of_no_licence(services: Services) -> None:
    assert {each for each in Purpose if each.is_appointment} == {Purpose.STAFF_APPOINTMENT, Purpose.INSPECTION_STAFF}
    list_somebody(services)
    asked = application(applicant(NAME, NUMBER, role="food_safety_officer"), purpose="staff_appointment")
    check_no = str(office(services).post("/v1/checks", asked).get_json()["check_no"])
    letters = every_letter(services, check_no)
    for words in letters:
        assert "聘用" in words
        assert [each for each in ("许可申请", "不予许可", "准予许可", "行政许可法") if each in words] == []
