"""A case page says what its answer rests on, leads on through the list, and shows a settled case as it was answered."""

from __future__ import annotations

import datetime
import io
import re

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from registry.services.context import Services
from registry.services.correct_answers import correct_answers
from registry.services.decide_case import agree_release, find_other, find_same
from registry.services.desk_actor import NamedActor
from registry.services.read_cases import read_case
from registry.store.account_repository import UserRole
from registry.store.case_tables import hold_case
from registry.store.case_values import ReleaseCause
from tests.api.console.conftest import SignInAs
from tests.api.console.test_cases_pages import version, words
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id, report_fresh
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.intake.test_photographs import JPEG
from tests.registry.services import desk_at_hand
from tests.registry.services.cases_at_hand import (
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

ROW = conviction("R1")


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def test_a_case_names_the_versions_of_its_answer_and_leads_to_its_replay_and_its_trail(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no = blocked(caller)
    stated = caller.get(f"/v1/checks/{check_no}").get_json()["list"]
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{check_no}")
    assert f"名单版本 {stated['version']}，模型 {stated['model']}，政策 {stated['policy']}" in shown
    assert f'href="/replay?check_no={check_no}"' in shown
    assert f'href="/trail?about={check_no}"' in shown
    assert "/replay?" not in words(sign_in_as(UserRole.ADMIN), f"/cases/{check_no}")


def test_a_case_leads_to_the_one_before_and_after_it_in_the_list_it_was_opened_from(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    numbers = [blocked(caller), blocked(caller), reviewed(caller), blocked(caller)]
    held = [numbers[0], numbers[1], numbers[3]]
    regulator = sign_in_as(UserRole.REGULATOR)
    listed = words(regulator, "/cases?verdict=block")
    address = next(each for each in re.findall(r'href="(/cases/[^"]+)"', listed) if held[1] in each)
    for _ in range(2):
        shown = words(regulator, address)
        ways = dict(re.findall(r'rel="(prev|next)" href="/cases/([^"?]+)', shown))
        assert ways == {"prev": held[0], "next": held[2]}
        steps = re.search(r'action="(/cases/[^"]+/steps[^"]*)"', shown)
        assert steps is not None
        row_version = version(services, held[1])
        done = regulator.post(steps[1], act="note", row_version=row_version, note_text="看过")
        address = str(done.location)
    assert 'rel="next"' not in words(regulator, f"/cases/{held[1]}")


def test_a_settled_case_shows_the_listed_person_as_the_answer_knew_them_and_what_changed_since(
    services: Services, sign_in_as: SignInAs
) -> None:
    report_fresh(services)
    take(services, ROW)
    correct_answers(services)
    check_no = str(office(services).check(applicant(ROW["name"], ROW["id_number"])).get_json()["check_no"])
    waive(services, check_no)
    find_same(services, acting(services, check_no), match_of(services, check_no).id, REASONS)
    before = read_case(services, check_no, FIRST)
    assert (before.as_of, before.matches[0].changes) == (before.answer["list"]["version"], ())
    take(services, ROW | {"version": "2", "operation": "withdraw", "withdraw_reason": "再审改判无罪"})
    view = read_case(services, check_no, FIRST)
    assert view.matches[0].faces == before.matches[0].faces
    assert ([each.kind for each in view.matches[0].changes], view.matches[0].stands) == (["lifted"], False)
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{check_no}")
    assert f"按答复时的名单（版本 {view.as_of}）显示" in shown
    assert "解除" in shown
    assert "现已没有有效的名单记录" in shown


def test_an_open_case_shows_the_listed_person_as_the_list_says_now(services: Services, caller: Caller) -> None:
    view = read_case(services, blocked(caller), FIRST)
    assert (view.as_of, view.matches[0].stands) == (None, True)


def test_two_who_fit_one_listed_person_stand_beside_each_other_within_the_region(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    one, other = blocked(caller), reviewed(caller)
    (found,) = read_case(services, one, FIRST).matches[0].others
    assert (found.case.check_no, found.name, found.number) == (other, "王**", found.number)
    assert "*" in found.number
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{one}")
    assert "同一禁入编号的其他申请" in shown
    assert f'href="/cases/{other}"' in shown
    stated = applicant("王示例", None, birth_date="1976-03-09")
    abroad = str(office(services, "32").post("/v1/checks", application(stated, region="320102")).get_json()["check_no"])
    assert abroad not in [each.case.check_no for each in read_case(services, one, FIRST).matches[0].others]
    whole = NamedActor("user:9", None)
    seen = [each.case.check_no for each in read_case(services, one, whole).matches[0].others]
    assert seen == [abroad, other]


def test_an_applicant_has_rivals_where_others_may_be_the_same_listed_person(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    one, again, other = blocked(caller), blocked(caller), reviewed(caller)
    assert [(each.case.check_no, each.is_rival) for each in read_case(services, one, FIRST).matches[0].others] == [
        (other, True),
        (again, False),
    ]
    regulator = sign_in_as(UserRole.REGULATOR)
    assert "但另有 1 份申请也与这条名单记录相符" in words(regulator, f"/cases/{one}")
    assert "但另有 2 份申请也与这条名单记录相符" in words(regulator, f"/cases/{other}")
    find_other(services, acting(services, other), match_of(services, other).id, "王示例的指纹不符")
    shown = words(regulator, f"/cases/{one}")
    assert "也与这条名单记录相符" not in shown
    assert "王**的指纹不符" in shown
    assert "指纹不符" not in words(sign_in_as(UserRole.AUDITOR), f"/cases/{one}")


def test_who_only_reads_a_case_is_told_of_its_judgment_and_reads_no_sentence_of_it(
    services: Services, sign_in_as: SignInAs
) -> None:
    desk_at_hand.in_force(services, desk_at_hand.HEARD)
    report_fresh(services)
    answer = office(services).check(applicant(desk_at_hand.NAME, desk_at_hand.NUMBER)).get_json()
    path = f"/cases/{answer['check_no']}"
    pages = [words(sign_in_as(role, None), path) for role in (UserRole.REGULATOR, UserRole.AUDITOR)]
    assert ["有期徒刑一年" in page for page in pages] == [True, False]
    assert ["（2020）浙0599刑初7号" in page for page in pages] == [True, True]
    assert desk_at_hand.NAME not in pages[1]
    assert "原文只向办理人显示" in pages[1]


def test_a_case_names_who_asked_and_the_court_its_listing_rests_on(services: Services, sign_in_as: SignInAs) -> None:
    report_fresh(services)
    take(services, ROW)
    caller = office(services)
    check_no = str(caller.check(applicant(ROW["name"], ROW["id_number"])).get_json()["check_no"])
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{check_no}")
    assert "<dt>查询单位</dt><dd>office 33</dd>" in shown
    assert f'{ROW["document_no"]} · <span lang="zh-CN">{ROW["court"]}</span>' in shown


def test_files_are_put_on_a_case_and_given_again_to_who_decides_and_who_audits(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no = reviewed(caller)
    regulator = sign_in_as(UserRole.REGULATOR)

    def attach(content: bytes, note: str) -> TestResponse:
        typed = {"csrf": regulator.csrf(), "act": "file", "row_version": version(services, check_no), "file_note": note}
        evidence = {"file_files": (io.BytesIO(content), "照片.jpg")}
        return regulator.client.post(f"/cases/{check_no}/files", data={**typed, **evidence})

    assert 'id="fault-file_files"' in attach(JPEG[:9], "照片").get_data(as_text=True)
    assert 'id="fault-file_note"' in attach(JPEG, "").get_data(as_text=True)
    assert attach(JPEG, "公安机关照片").status_code == 303
    second = sign_in_as(UserRole.REGULATOR)
    shown = words(second, f"/cases/{check_no}")
    assert "公安机关照片" in shown
    (way,) = re.findall(r'action="(/cases/[^"]+/files/O[0-9A-F]+)"', shown)
    for reader in (second, sign_in_as(UserRole.AUDITOR)):
        given = reader.post(way)
        assert (given.data, given.content_type) == (JPEG, "image/jpeg")
        assert given.headers["Content-Disposition"].startswith("attachment;")
    assert way not in words(sign_in_as(UserRole.ADMIN), f"/cases/{check_no}")


def test_a_release_for_a_wrong_number_says_on_its_page_what_the_office_must_do(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no = blocked(caller)
    one, other = sign_in_as(UserRole.REGULATOR), sign_in_as(UserRole.REGULATOR)
    match = match_of(services, check_no).id
    for visitor, act, fields in (
        (one, "other", {f"other_{match}_reason": "窗口抄错", f"other_{match}_cause": "wrong_number"}),
        (other, "agree", {}),
    ):
        stated = {"act": act, "match": str(match), "row_version": version(services, check_no), **fields}
        asked = words(visitor, f"/cases/{check_no}")
        assert visitor.post(f"/cases/{check_no}/steps", **stated).status_code == 303
    assert all(
        said in asked for said in ("填报的号码不是申请人的", "窗口抄错", "放行后，许可机关须以正确的号码重新核查")
    )
    assert "已放行，但填报的号码不是申请人的" in words(other, f"/cases/{check_no}")
    for path in ("/cases?state=settled", "/notices?view=to_be_fetched"):
        assert "须重新核查" in words(one, path), path
    shown = words(one, f"/cases/{check_no}")
    assert "尚未收到以另一号码的重新核查" in shown
    right = caller.check(applicant("王示例", invented_id(7, "19851216"))).get_json()["check_no"]
    assert "已以另一号码重新核查，结果：未发现。核查号：" in (shown := words(one, f"/cases/{check_no}"))
    assert right in shown


@pytest.mark.parametrize(("cause", "warned"), [(None, True), (ReleaseCause.WRONG_NUMBER, False)])
def test_who_bears_a_listed_number_and_is_another_person_is_pointed_to_the_correction_of_the_list(
    services: Services, caller: Caller, sign_in_as: SignInAs, cause: ReleaseCause | None, warned: bool
) -> None:
    check_no = blocked(caller)
    match = match_of(services, check_no)
    find_other(services, acting(services, check_no), match.id, "身份证被冒用", cause)
    agree_release(services, acting(services, check_no, SECOND), match.id, "同意")
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{check_no}")
    assert (f"请对禁入编号 {match.ban_no} 登记异议" in shown) == warned


def test_an_answer_that_may_come_after_the_case_is_due_is_warned_of(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no, regulator = reviewed(caller), sign_in_as(UserRole.REGULATOR)
    due = case_of(services, check_no).due_on
    for day, warned in ((due, False), (due + datetime.timedelta(days=1), True)):
        asked = {"ask_missing": "身份证原件", "ask_asked_of": "申请人", "ask_answer_by": day.isoformat()}
        stated = {"act": "ask", "row_version": version(services, check_no), **asked}
        assert regulator.post(f"/cases/{check_no}/steps", **stated).status_code == 303
        assert (f"晚于办理期限 {due}" in words(regulator, f"/cases/{check_no}")) == warned


@pytest.mark.parametrize(("days_left", "offered"), [(30, 7), (3, 3), (1, 1), (0, 7), (-4, 7)])
def test_the_day_an_answer_is_asked_by_is_within_the_limit_while_there_is_one(
    services: Services, caller: Caller, sign_in_as: SignInAs, days_left: int, offered: int
) -> None:
    check_no, today = reviewed(caller), services.clock.today()
    with services.store.write() as uow:
        limit = today + datetime.timedelta(days=days_left)
        uow.transaction.connection.execute(update(hold_case).values(due_on=limit))
    shown = words(sign_in_as(UserRole.REGULATOR), f"/cases/{check_no}")
    typed = re.search(r'name="ask_answer_by"[^>]*value="([0-9-]+)"', shown)
    assert typed is not None
    assert typed[1] == (today + datetime.timedelta(days=offered)).isoformat()


def test_sex_and_legal_basis_are_read_in_english_where_that_is_asked_for(
    services: Services, caller: Caller, sign_in_as: SignInAs
) -> None:
    check_no, regulator = blocked(caller), sign_in_as(UserRole.REGULATOR)
    waive(services, check_no)
    article = read_case(services, check_no, FIRST).matches[0].bases[0]["article"]
    find_same(
        services,
        acting(services, check_no),
        match_of(services, check_no).id,
        REASONS | {"legal_basis": article["zh"].replace(" ", "")},
    )
    regulator.post("/language", language="en", back="/")
    shown = words(regulator, f"/cases/{check_no}")
    assert "<td>Male</td>" in shown
    assert f"<dd>{article['en']}</dd>" in shown
