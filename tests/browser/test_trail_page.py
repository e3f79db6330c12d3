"""The trail of acts and the look-ups to review in a real browser: filtered, taken away and reviewed by the keyboard."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import expect

from registry.clock import FixedClock
from registry.services.actor import Actor
from registry.services.context import Services
from registry.services.read_cases import read_case
from registry.services.review_look_ups import sample_look_ups
from registry.services.sequence_log import sequence_log
from registry.store.account_repository import UserRole
from tests.api.console.people import person
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.cases_at_hand import list_somebody, office, reviewed


@pytest.fixture
def looked_at(services: Services, clock: FixedClock) -> str:
    """A case a regulator of Zhejiang has opened, a week ago; return the check's number."""
    list_somebody(services)
    check_no = reviewed(office(services))
    read_case(services, check_no, Actor(person(services, UserRole.REGULATOR, "33"), "z", UserRole.REGULATOR, "33"))
    sequence_log(services.store)
    clock.advance(datetime.timedelta(days=7))
    sample_look_ups(services)
    return check_no


def test_an_auditor_finds_who_looked_at_a_case_takes_it_away_and_reviews_it_by_the_keyboard_alone(
    browse_as: BrowseAs, looked_at: str
) -> None:
    page = browse_as(UserRole.AUDITOR, None)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="操作记录").press("Enter")
    page.locator("#field-about").press_sequentially(looked_at)
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").nth(1)).to_contain_text("查阅待核申请")
    page.locator("#field-form").select_option("csv")
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出").press("Enter")
    assert looked_at in taken.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="查阅复核").press("Enter")
    page.get_by_label("没有正当理由").press("Space")
    page.get_by_role("button", name="记录结论").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请写明看到了什么")
    page.locator("#field-note").press_sequentially("与所办申请无关")
    page.get_by_role("button", name="记录结论").press("Enter")
    expect(page.get_by_role("status")).to_have_text("结论已记录。")
    expect(page.locator("main")).to_contain_text("没有等待您复核的查阅")


def test_its_pages_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, looked_at: str
) -> None:
    page = browse_as(UserRole.AUDITOR, None)
    for path in ("/console/trail", "/console/look-ups"):
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
    page.get_by_role("button", name="English").click()
    assert violations(page) == []
