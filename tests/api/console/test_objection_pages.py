"""Objections and notices at the console: lodged on paper, decided by somebody else, sent again."""

from __future__ import annotations

import datetime
import io
import re

from docx import Document

from registry.clock import FixedClock
from registry.privacy.masking import mask_id, mask_name
from registry.services.context import Services
from registry.services.correct_answers import tell_late_ban
from registry.store.account_repository import UserRole
from registry.store.notice_repository import NoticeView
from registry.store.objection_repository import ObjectionState
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.api.rest.caller import applicant
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.cases_at_hand import blocked, list_somebody, office
from tests.registry.services.register_under_test import listed, take

WORDS = "系同名同号，我从未在该公司任职。"


def lodged(visitor: Visitor, number: str, about: str = "ban", **changes: str) -> str:
    """Lodge an objection by the form; return its number."""
    fields = {"about": about, "number": number, "received_on": "2025-11-20", "objector": "王示例"}
    fields |= {"lodged_through": "某县行政审批局", "statement": WORDS, "csrf": visitor.csrf(), **changes}
    evidence = {"files": (io.BytesIO("公安机关证明。".encode()), "证明.txt")}
    answer = visitor.client.post("/objections/lodge", data={**fields, **evidence})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location).rpartition("/")[2]


def body(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def decided(visitor: Visitor, number: str, decision: str) -> int:
    version = re.search(r'name="row_version" value="(\d+)"', body(visitor, f"/objections/{number}"))
    fields = {"decision": decision, "reason": "再审判决书", "row_version": version[1] if version else "1"}
    return visitor.post(f"/objections/{number}", **fields).status_code


def test_an_objection_on_paper_is_lodged_with_evidence_and_shown_to_its_region(
    services: Services, sign_in_as: SignInAs
) -> None:
    regulator = sign_in_as(UserRole.REGULATOR)
    number = lodged(regulator, list_somebody(services))
    page = body(regulator, f"/objections/{number}")
    assert WORDS in page
    original = re.search(r"files/(O[0-9A-F]+)", page)
    assert original is not None
    given = regulator.post(f"/objections/{number}/files/{original[1]}")
    assert given.get_data(as_text=True) == "公安机关证明。"
    assert number in body(sign_in_as(UserRole.AUDITOR), "/objections")
    elsewhere = sign_in_as(UserRole.REGULATOR, "32")
    assert elsewhere.get(f"/objections/{number}").status_code == 404
    assert number not in body(elsewhere, "/objections")


def test_what_is_wrong_with_the_form_stands_beside_its_field_and_nothing_typed_is_lost(
    services: Services, sign_in_as: SignInAs
) -> None:
    regulator = sign_in_as(UserRole.REGULATOR)
    fields = {"about": "check", "number": "C0", "received_on": "2025-11-20", "objector": "王示例"}
    answer = regulator.post("/objections/lodge", **fields, lodged_through="某局", statement=WORDS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="fault-number"' in page
    assert WORDS in page
    for received_on in ("gestern", "2099-01-01"):
        again = regulator.post("/objections/lodge", **(fields | {"received_on": received_on}))
        assert 'id="fault-received_on"' in again.get_data(as_text=True)


def test_a_decision_needs_a_choice_a_reason_and_somebody_who_saw_it_as_it_is(
    services: Services, sign_in_as: SignInAs
) -> None:
    regulator, other = sign_in_as(UserRole.REGULATOR), sign_in_as(UserRole.REGULATOR)
    number = lodged(regulator, list_somebody(services))
    assert 'id="fault-decision"' in regulator.post(f"/objections/{number}").get_data(as_text=True)
    unsaid = regulator.post(f"/objections/{number}", decision="reject", reason=" ", row_version="1")
    assert 'id="fault-reason"' in unsaid.get_data(as_text=True)
    stale = regulator.post(f"/objections/{number}", decision="reject", reason="证据不足", row_version="7")
    assert "证据不足" in stale.get_data(as_text=True)
    assert decided(other, number, "uphold") == 303
    page = body(regulator, f"/objections/{number}")
    assert "须在文书处更正" in page
    assert "再审判决书" in page
    assert number in body(regulator, "/objections?view=pending")
    assert all(number not in body(regulator, address) for address in ("/objections", "/objections?view=settled"))


def test_an_objection_to_a_hold_is_upheld_and_released_with_one_act(services: Services, sign_in_as: SignInAs) -> None:
    list_somebody(services)
    check_no = blocked(office(services))
    number = lodged(sign_in_as(UserRole.REGULATOR), check_no, "check", received_on="2025-11-21")
    assert decided(sign_in_as(UserRole.REGULATOR), number, "release") == 303
    with services.store.read() as uow:
        objection = uow.objections.find(number)
        (step,) = uow.cases.steps(1)
    assert objection is not None
    assert objection.state is ObjectionState.UPHELD
    assert step.kind == "release_proposed"


def test_an_upheld_objection_to_a_hold_is_carried_over_to_the_listing_with_its_words_and_evidence_once(
    services: Services, sign_in_as: SignInAs
) -> None:
    ban_no = list_somebody(services)
    check_no = blocked(office(services))
    number = lodged(sign_in_as(UserRole.REGULATOR), check_no, "check", received_on="2025-11-21")
    decider = sign_in_as(UserRole.REGULATOR)
    assert decided(decider, number, "release") == 303
    assert f"名单记录 {ban_no} 仍载有异议人的号码" in body(decider, f"/objections/{number}")
    assert str(decider.post(f"/objections/{number}/listing").location).endswith(number)
    with services.store.read() as uow:
        other = uow.objections.statements_of([ban_no])[-1].objection_no
    page = body(decider, f"/objections/{other}")
    assert all(said in page for said in (f"名单记录 {ban_no}", WORDS, "下载 O", "由其他人决定"))
    assert "仍载有异议人的号码" not in body(decider, f"/objections/{number}")
    again = decider.post(f"/objections/{number}/listing").location
    assert str(again).endswith(number)
    with services.store.read() as uow:
        assert len(uow.objections.statements_of([ban_no])) == 2
    assert "已提出解除暂停办理" in written_letter(decider, number)


def written_letter(visitor: Visitor, number: str) -> str:
    answer = visitor.post(f"/objections/{number}/letter", form="docx")
    return "\n".join(each.text for each in Document(io.BytesIO(answer.data)).paragraphs)


def test_who_may_not_decide_is_offered_nothing_but_that_it_was_taken_back(
    services: Services, sign_in_as: SignInAs
) -> None:
    ban_no = list_somebody(services)
    first = sign_in_as(UserRole.REGULATOR)
    number = lodged(first, ban_no)
    offered = [
        re.findall(r'name="decision" value="(\w+)"', body(each, f"/objections/{number}"))
        for each in (first, sign_in_as(UserRole.REGULATOR))
    ]
    assert offered == [["withdraw"], ["uphold", "reject", "withdraw"]]


def test_an_overdue_objection_says_so_in_words(services: Services, clock: FixedClock, sign_in_as: SignInAs) -> None:
    number = lodged(sign_in_as(UserRole.REGULATOR), list_somebody(services))
    clock.advance(datetime.timedelta(days=60))
    later = sign_in_as(UserRole.REGULATOR)
    assert "超期" in body(later, "/objections")
    assert "已过" in body(later, f"/objections/{number}")


def test_notices_past_their_day_are_shown_and_those_given_up_sent_again(
    services: Services, clock: FixedClock, sign_in_as: SignInAs
) -> None:
    list_somebody(services)
    check_no = blocked(office(services))
    with services.store.write() as uow:
        client = uow.clients.listed()[0].client
        notice = tell_late_ban(services, uow, client.id, check_no, 12)
        uow.notices.note_failed(notice.id, 15, "http_503", None)
    clock.advance(datetime.timedelta(days=30))
    page = body(sign_in_as(UserRole.AUDITOR), "/notices")
    assert notice.notice_no in page, "what was given up needs somebody first"
    assert "对方答复状态 503" in page
    assert notice.notice_no not in body(sign_in_as(UserRole.REGULATOR, "32"), "/notices")
    assert notice.notice_no not in body(sign_in_as(UserRole.AUDITOR), "/notices?view=unacknowledged")
    assert "超期" in page
    regulator = sign_in_as(UserRole.REGULATOR)
    assert "503" in body(regulator, "/notices?view=dead")
    assert regulator.post(f"/notices/{notice.notice_no}/resend").status_code == 303
    with services.store.read() as uow:
        assert uow.notices.count(NoticeView.DEAD, services.clock.today()) == 0
        assert uow.notices.count(NoticeView.UNACKNOWLEDGED, services.clock.today()) == 1
    assert "对方没有登记接收地址" in body(regulator, "/notices")


def test_who_decides_sees_what_is_listed_by_which_paper_until_when_and_how_the_person_is_reached(
    services: Services, sign_in_as: SignInAs
) -> None:
    report_fresh(services)
    row = conviction("R1")
    take(services, row)
    regulator = sign_in_as(UserRole.REGULATOR)
    ban_no = listed(services)[0].ban_no
    page = body(regulator, f"/objections/{lodged(regulator, ban_no, contact='电话 0571-1234')}")
    assert all(said in page for said in (ban_no, row["name"], mask_id(row["id_number"])))
    audited = body(sign_in_as(UserRole.AUDITOR), f"/objections/{lodged(regulator, ban_no)}")
    assert mask_name(row["name"]) in audited
    assert row["name"] not in audited
    for said in ("电话 0571-1234", row["document_no"], row["court"], "终身", "33:R1", "从事食品生产经营管理工作"):
        assert said in page, said
    assert "经提出的机关联系" in body(regulator, f"/objections/{lodged(regulator, ban_no)}")
    elsewhere = office(services)
    check_no = str(elsewhere.check(applicant(row["name"], row["id_number"])).get_json()["check_no"])
    assert row["document_no"] in body(
        regulator, f"/objections/{lodged(regulator, check_no, 'check', received_on='2025-11-21')}"
    )
