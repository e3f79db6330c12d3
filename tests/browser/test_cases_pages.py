"""Held applications in a real browser: a whole case by the keyboard alone, and pages no machine finds fault with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.services.context import Services
from registry.store.account_repository import UserRole
from registry.store.case_values import CaseState
from tests.api.rest.caller import Caller, applicant
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.cases_at_hand import (
    NAME,
    NUMBER,
    blocked,
    case_of,
    list_somebody,
    office,
    reviewed,
    reviewed_with_sound_number,
)

SHOTS = os.environ.get("CASE_SHOTS")


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at one."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_hearing_and_the_finding_that_follows_are_taken_by_the_keyboard_alone(
    browse_as: BrowseAs, services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    page = browse_as(UserRole.REGULATOR)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="件申请待办").press("Enter")
    page.get_by_role("row", name="拦截").get_by_role("link").press("Enter")
    expect(page.locator("main")).to_contain_text("证件号码与名单记录完全相同")
    page.get_by_label("日期", exact=True).fill(case_of(services, check_no).opened_at.date().isoformat())
    page.get_by_label("方式").press_sequentially("当面")
    page.get_by_label("申请人所说的内容").press_sequentially("没有异议")
    page.get_by_role("button", name="记录", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_have_text("已记录听取意见的情况。")
    page.get_by_text("是同一人", exact=True).press("Enter")
    page.get_by_role("button", name="认定为同一人").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("此项必须填写")
    page.get_by_role("alert").get_by_role("link").press("Enter")
    page.keyboard.type("当面核对身份证原件，与判决书所载一致")
    page.get_by_role("button", name="认定为同一人").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已认定为同一人，维持暂停办理。")
    assert case_of(services, check_no).state is CaseState.CONFIRMED
    with page.expect_download() as given:
        page.get_by_role("button", name="下载 PDF").press("Enter")
    assert given.value.path().read_bytes().startswith(b"%PDF")
    assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "confirmed"


def test_pages_of_cases_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, services: Services, caller: Caller
) -> None:
    near, equal = reviewed(caller), blocked(caller)
    page = browse_as(UserRole.REGULATOR, None)
    for language in ("zh", "en"):
        for path in ("/console/cases?state=all", f"/console/cases/{near}", f"/console/cases/{equal}", "/console/help"):
            page.goto(path)
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
            shot(page, f"{language}-{path.rpartition('/')[2][:5]}-{'near' if near in path else 'equal'}")
            if language == "en":
                words = page.locator(
                    "main h1, main h2, main h3, main caption, main label, main summary, main dt, main thead"
                )
                said = words.all_inner_texts()
                assert [each for each in said if any("一" <= letter <= "鿿" for letter in each)] == [], path
        if language == "zh":
            page.get_by_role("button", name="English").click()


def test_somebody_elses_step_is_told_and_half_a_note_survives_it(
    browse_as: BrowseAs, services: Services, caller: Caller
) -> None:
    check_no = reviewed(caller)
    mine, theirs = browse_as(UserRole.REGULATOR), browse_as(UserRole.REGULATOR)
    for page in (mine, theirs):
        page.goto(f"/console/cases/{check_no}")
        page.get_by_text("留言", exact=True).first.click()
    theirs.get_by_label("给后续办理人员的留言").fill("我先看")
    theirs.get_by_role("button", name="留言").click()
    mine.get_by_label("给后续办理人员的留言").fill("写了一半")
    mine.get_by_role("button", name="留言").click()
    expect(mine.get_by_role("alert")).to_contain_text("他人刚刚办理过此申请")
    expect(mine.get_by_label("给后续办理人员的留言")).to_have_value("写了一半")
    mine.get_by_role("button", name="留言").click()
    expect(mine.get_by_role("status")).to_have_text("已留言。")


def test_a_near_match_found_to_be_another_person_is_clear_the_next_time(
    browse_as: BrowseAs, services: Services
) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    page = browse_as(UserRole.REGULATOR)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/console/cases/{check_no}")
    page.get_by_text("不是同一人", exact=True).click()
    page.locator("textarea[id$=_reason]:visible").fill("两人：照片与出生地不同")
    page.get_by_role("button", name="认定不是同一人并放行").click()
    expect(page.locator("main")).to_contain_text("有效")
    assert case_of(services, check_no).state is CaseState.RELEASED
    again = caller.check(applicant(NAME, NUMBER)).get_json()
    assert again["verdict"] == "clear"
    assert again["subjects"][0]["cleared"]


def test_an_equal_number_is_released_by_two_regulators_at_two_browsers(
    browse_as: BrowseAs, services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    first, second = browse_as(UserRole.REGULATOR, name="周监管"), browse_as(UserRole.REGULATOR, name="吴监管")
    for page in (first, second):
        page.on("dialog", lambda dialog: dialog.accept())
    first.goto(f"/console/cases/{check_no}")
    first.get_by_text("不是同一人", exact=True).click()
    first.locator("textarea[id$=_reason]:visible").fill("重号：公安机关证明为两人")
    first.get_by_role("button", name="提出放行").click()
    expect(first.locator("main")).to_contain_text("您提出的放行须由另一名监管人员同意")
    expect(first.get_by_role("button", name="同意放行")).to_have_count(0)
    second.goto("/console/")
    second.get_by_role("link", name="件他人提出的放行待您同意").click()
    second.get_by_role("row", name="拦截").get_by_role("link").click()
    expect(second.locator("main")).to_contain_text("周监管 于")
    second.get_by_role("button", name="同意放行").click()
    expect(second.get_by_role("status")).to_have_text("已同意，申请放行。")
    assert case_of(services, check_no).state is CaseState.RELEASED
