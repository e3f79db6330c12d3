"""The regulators' pages: which cases wait, one case with all it takes to decide it, and every step taken there."""

from __future__ import annotations

import hashlib
import html
import io
import re

import pytest
from docx import Document

from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.decide_case import add_note
from registry.store.account_repository import UserRole
from registry.store.case_values import CaseState, Finding
from registry.store.tables import ledger_entry
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.api.rest.caller import Caller, applicant
from tests.registry.services.cases_at_hand import (
    NUMBER,
    SECOND,
    acting,
    blocked,
    case_of,
    list_somebody,
    match_of,
    office,
    one_slip,
    reviewed,
    reviewed_with_sound_number,
)
from tests.registry.services.register_under_test import rows

HEARD = {"hearing_kind": "heard", "hearing_manner": "当面", "hearing_said": "没有异议"}


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


@pytest.fixture
def regulator(sign_in_as: SignInAs) -> Visitor:
    return sign_in_as(UserRole.REGULATOR)


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def version(services: Services, check_no: str) -> str:
    return str(case_of(services, check_no).row_version)


def step(visitor: Visitor, services: Services, check_no: str, act: str, **fields: str) -> int:
    """Send one form of a case's page as it stands now; return the status."""
    stated = {"act": act, "row_version": version(services, check_no), **fields}
    return visitor.post(f"/cases/{check_no}/steps", **stated).status_code


def heard(visitor: Visitor, services: Services, check_no: str) -> int:
    return step(visitor, services, check_no, "hearing", hearing_held_on=str(services.clock.today()), **HEARD)


def test_the_list_says_of_each_case_what_a_regulator_picks_it_by(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = blocked(caller)
    shown = words(regulator, "/cases")
    assert f'href="/cases/{check_no}?state=to_do"' in shown
    for said in ("待办", "拦截", "身份证号码完全相同。", "食品经营许可", "浙江", "0 天", "还有"):
        assert said in shown, said
    assert "共 1 件" in shown
    assert NUMBER not in shown


def test_a_case_of_another_region_is_in_nobody_elses_list_and_opens_for_nobody_else(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no = blocked(caller)
    elsewhere = sign_in_as(UserRole.REGULATOR, "32")
    assert check_no not in words(elsewhere, "/cases?region=33")
    assert elsewhere.get(f"/cases/{check_no}").status_code == 404
    assert heard(elsewhere, services, check_no) == 404


def test_the_list_is_narrowed_by_state_verdict_purpose_application_and_time_limit(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    one, other = blocked(caller), reviewed(caller)
    for query, found in {
        "verdict=block": {one},
        "verdict=review": {other},
        "purpose=slaughter_licence": set(),
        f"application={case_of(services, one).application_no}": {one, other},
        "application=nowhere": set(),
        "overdue=yes": set(),
        "state=asked": set(),
        "state=nonsense&verdict=nonsense&after=nonsense": {one, other},
    }.items():
        assert set(re.findall(r'href="/cases/([^"/?]+)', words(regulator, f"/cases?{query}"))) == found, query


def test_the_list_goes_on_where_a_page_ended(
    services: Services, caller: Caller, regulator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.services.read_cases.list_cases.__defaults__", (None, 1))
    check_nos = {blocked(caller), reviewed(caller)}
    first = words(regulator, "/cases")
    (after,) = re.findall(r'href="(/cases\?[^"]*after=[^"]+)" rel="next"', first)
    both = re.findall(r'href="/cases/([^"/?]+)', first + words(regulator, after))
    assert len(both) == 2
    assert set(both) == check_nos


def test_a_filter_is_kept_under_a_name_opens_the_list_and_is_deleted(
    services: Services, caller: Caller, regulator: Visitor, sign_in_as: SignInAs
) -> None:
    assert regulator.post("/cases/views", query="state=all&verdict=review", name=" ").status_code == 422
    regulator.post("/cases/views", query="state=all&verdict=review", name="近似 匹配")
    shown = words(regulator, "/cases?state=to_do")
    (number,) = re.findall(r"/cases/views/(\d+)/first", shown)
    assert "近似 匹配" not in words(sign_in_as(UserRole.REGULATOR), "/cases?state=to_do")
    regulator.post(f"/cases/views/{number}/first")
    assert regulator.get("/cases").location == "/cases?state=all&verdict=review"
    assert sign_in_as(UserRole.REGULATOR).post(f"/cases/views/{number}/delete").status_code == 404
    regulator.post(f"/cases/views/{number}/delete")
    assert regulator.get("/cases").status_code == 200


def test_a_case_shows_both_people_what_differs_the_reckoning_and_the_law(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = reviewed(caller)
    shown = words(regulator, f"/cases/{check_no}")
    assert f'<mark class="differs">{one_slip()[15]}</mark>' in shown
    assert f'<mark class="differs">{NUMBER[15]}</mark>' in shown
    assert "≠ 不同 1 处" in shown
    assert shown.count("<rect") == shown.count('<td class="number">+') + shown.count('<td class="number">-') - 1
    assert "终身" in shown
    assert "从事食品生产经营管理工作" in shown
    assert "四省市中" in shown
    regulator.post("/language", language="en", back="/")
    assert "may not for life manage food production" in words(regulator, f"/cases/{check_no}")
    assert "may not for life manage food production" not in shown
    assert [row.kind for row in rows(services, ledger_entry)].count(EventKind.CASE_READ) == 2


def test_who_does_not_act_sees_numbers_and_names_masked_and_no_forms(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no = reviewed(caller)
    for role in (UserRole.AUDITOR, UserRole.ADMIN):
        shown = words(sign_in_as(role, None), f"/cases/{check_no}")
        assert NUMBER not in shown
        assert one_slip() not in shown
        assert "王**" in re.sub("<[^>]+>", "", shown)
        assert f'action="/cases/{check_no}/steps"' not in shown


def test_the_same_person_is_offered_only_after_a_hearing_and_then_found_with_its_reasons(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    assert f'name="same_{match}_reason"' not in words(regulator, f"/cases/{check_no}")
    fields = {
        "match": str(match),
        f"same_{match}_reason": "当面核对一致",
        f"same_{match}_legal_basis": "第一百三十五条",
    }
    assert step(regulator, services, check_no, "same", **fields) == 409
    assert heard(regulator, services, check_no) == 303
    assert f'name="same_{match}_reason"' in words(regulator, f"/cases/{check_no}")
    lacking = regulator.post(
        f"/cases/{check_no}/steps", act="same", row_version=version(services, check_no), match=str(match)
    )
    assert lacking.status_code == 422
    assert f'id="fault-same_{match}_reason"' in lacking.get_data(as_text=True)
    assert step(regulator, services, check_no, "same", **fields) == 303
    assert case_of(services, check_no).state is CaseState.CONFIRMED
    assert "当面核对一致" in words(regulator, f"/cases/{check_no}")


def test_an_equal_number_is_released_by_two_regulators_at_their_pages(
    services: Services, caller: Caller, regulator: Visitor, sign_in_as: SignInAs
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    assert "须另一名监管人员同意才放行" in words(regulator, f"/cases/{check_no}")
    step(regulator, services, check_no, "other", match=str(match), **{f"other_{match}_reason": "重号"})
    mine = words(regulator, f"/cases/{check_no}")
    assert 'value="agree"' not in mine
    assert step(regulator, services, check_no, "agree", match=str(match)) == 409
    second = sign_in_as(UserRole.REGULATOR)
    listed = words(second, "/cases?state=second")
    assert "提出，2025-11-21" in listed
    assert "重号" not in listed
    assert "重号" in words(second, f"/cases/{check_no}")
    assert step(second, services, check_no, "agree", match=str(match)) == 303
    assert case_of(services, check_no).state is CaseState.RELEASED


def test_a_proposed_release_is_returned_with_a_note(
    services: Services, caller: Caller, regulator: Visitor, sign_in_as: SignInAs
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    step(regulator, services, check_no, "other", match=str(match), **{f"other_{match}_reason": "重号"})
    second = sign_in_as(UserRole.REGULATOR)
    assert step(second, services, check_no, "return", match=str(match)) == 422
    fields = {f"return_{match}_note": "缺公安机关证明"}
    assert step(second, services, check_no, "return", match=str(match), **fields) == 303
    assert match_of(services, check_no).finding is Finding.OPEN


def test_a_clearance_of_a_near_match_is_shown_and_revoked_with_a_reason(services: Services, regulator: Visitor) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    match = match_of(services, check_no).id
    step(regulator, services, check_no, "other", match=str(match), **{f"other_{match}_reason": "两人"})
    assert caller.check(applicant("王示例", NUMBER)).get_json()["verdict"] == "clear"
    shown = words(regulator, f"/cases/{check_no}")
    (number,) = re.findall(r'name="clearance" value="([^"]+)"', shown)
    assert step(regulator, services, check_no, "revoke", clearance=number) == 422
    assert step(regulator, services, check_no, "revoke", clearance=number, **{f"revoke_{number}_reason": "误认"}) == 303
    assert caller.check(applicant("王示例", NUMBER)).get_json()["verdict"] == "review"
    assert "误认" in words(regulator, f"/cases/{check_no}")


def test_what_is_asked_for_and_answered_stands_among_the_steps(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = reviewed(caller)
    assert step(regulator, services, check_no, "ask", ask_missing="身份证原件", ask_answer_by="2026-02-30") == 422
    fields = {"ask_missing": "身份证原件", "ask_asked_of": "申请人", "ask_answer_by": "2027-01-05"}
    assert step(regulator, services, check_no, "ask", **fields) == 303
    assert check_no in words(regulator, "/cases?state=asked")
    assert step(regulator, services, check_no, "answer", answer_text="已出示") == 303
    assert step(regulator, services, check_no, "note", note_text="下午再看") == 303
    shown = words(regulator, f"/cases/{check_no}")
    for said in ("身份证原件", "2027-01-05", "已出示", "下午再看"):
        assert said in shown, said


def test_two_people_in_one_case_are_told_and_what_was_typed_is_kept(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = reviewed(caller)
    seen = version(services, check_no)
    add_note(services, acting(services, check_no, SECOND), "我在看")
    answer = regulator.post(f"/cases/{check_no}/steps", act="note", row_version=seen, note_text="写了一半")
    shown = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "写了一半</textarea>" in shown
    assert "我在看" in shown
    assert f'name="row_version" value="{version(services, check_no)}"' in shown
    assert step(regulator, services, check_no, "note", note_text="写了一半") == 303


def test_a_regulators_first_page_counts_what_waits_and_leads_to_it(
    services: Services, caller: Caller, regulator: Visitor, sign_in_as: SignInAs
) -> None:
    assert "目前没有等待您处理的事项" in words(regulator, "/")
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    reviewed(caller)
    step(regulator, services, check_no, "other", match=str(match), **{f"other_{match}_reason": "重号"})
    shown = re.sub(r"\s+", " ", words(regulator, "/"))
    assert '<a href="/cases?state=to_do"><strong>1</strong> 件申请待办' in shown
    assert "待您同意" not in shown, "nobody agrees to what they proposed"
    second = sign_in_as(UserRole.REGULATOR)
    shown = re.sub(r"\s+", " ", words(second, "/"))
    assert '<a href="/cases?state=second"><strong>1</strong> 件他人提出的放行待您同意' in shown
    step(second, services, check_no, "return", match=str(match), **{f"return_{match}_note": "再看"})
    step(second, services, check_no, "other", match=str(match), **{f"other_{match}_reason": "重号"})
    assert "待您同意" not in words(second, "/"), "the last proposal counts"
    assert "待您同意" in words(regulator, "/")


def confirmed(visitor: Visitor, services: Services, caller: Caller) -> tuple[str, int]:
    """Bring a held application to a confirmed identity; return its number and its match's."""
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    heard(visitor, services, check_no)
    fields = {f"same_{match}_reason": "当面核对一致", f"same_{match}_legal_basis": "食品安全法第一百三十五条第二款"}
    assert step(visitor, services, check_no, "same", match=str(match), **fields) == 303
    return check_no, match


def test_the_notice_says_what_was_found_and_heard_and_is_a_step_of_the_case(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no, match = confirmed(regulator, services, caller)
    settled_at = case_of(services, check_no).settled_at
    answer = regulator.post(f"/cases/{check_no}/notice", form="docx", match=str(match))
    assert answer.status_code == 200
    paper = Document(io.BytesIO(answer.data))
    text = "\n".join(each.text for each in paper.paragraphs)
    for said in ("当面核对一致", "食品安全法第一百三十五条第二款", "没有异议", "339900********", "office 33"):
        assert said in text, said
    assert NUMBER not in text
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest in words(regulator, f"/cases/{check_no}")
    assert case_of(services, check_no).settled_at == settled_at
    assert regulator.post(f"/cases/{check_no}/notice", form="pdf", match=str(match)).data.startswith(b"%PDF")


def test_a_letter_is_kept_with_its_case_and_an_auditor_is_given_the_very_file(
    services: Services, caller: Caller, regulator: Visitor, sign_in_as: SignInAs
) -> None:
    check_no, match = confirmed(regulator, services, caller)
    written = [regulator.post(f"/cases/{check_no}/notice", form="docx", match=str(match)).data for _ in range(2)]
    auditor = sign_in_as(UserRole.AUDITOR)
    kept = re.findall(rf'action="(?:/console)?(/cases/{check_no}/files/[^"]+)"', words(auditor, f"/cases/{check_no}"))
    assert len(kept) == 1
    assert [auditor.post(way).data for way in kept] == written[:1]


def test_a_notice_is_written_of_no_case_that_was_not_found_and_of_no_unknown_form(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no).id
    assert regulator.post(f"/cases/{check_no}/notice", form="pdf", match=str(match)).status_code == 409
    assert regulator.post(f"/cases/{check_no}/letter", form="docx").status_code == 409
    assert regulator.post(f"/cases/{check_no}/notice", form="odt", match=str(match)).status_code == 404


def test_the_letter_that_asks_for_more_says_what_of_whom_and_by_when(
    services: Services, caller: Caller, regulator: Visitor
) -> None:
    check_no = reviewed(caller)
    fields = {"ask_missing": "身份证原件", "ask_asked_of": "申请人", "ask_answer_by": "2027-01-05"}
    step(regulator, services, check_no, "ask", **fields)
    answer = regulator.post(f"/cases/{check_no}/letter", form="docx")
    paper = Document(io.BytesIO(answer.data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert {"身份证原件", "申请人"} <= set(cells)
    assert "2027年1月5日" in "\n".join(each.text for each in paper.paragraphs)


def test_the_help_page_leads_a_regulator_through_a_case_and_nobody_else(
    regulator: Visitor, sign_in_as: SignInAs
) -> None:
    assert "一件待核申请的八个步骤" in words(regulator, "/help")
    assert "一件待核申请的八个步骤" not in words(sign_in_as(UserRole.CLERK), "/help")


def test_help_has_a_short_list_for_every_task_of_the_reader_and_no_other(sign_in_as: SignInAs) -> None:
    regulator, auditor, clerk = (
        words(sign_in_as(role), "/help") for role in (UserRole.REGULATOR, UserRole.AUDITOR, UserRole.CLERK)
    )
    for title in ("当事人提出异议", "告知没有送达", "名单变更后回看", "重演既往答复"):
        assert title in regulator
        assert title in auditor
        assert title not in clerk
    assert "本人查询自己的记录" in regulator
    assert "本人查询自己的记录" not in auditor
