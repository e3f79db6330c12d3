"""The month at a glance in a real browser: plots with the table under each, the months beside it, and the report."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.store.account_repository import UserRole
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.cases_at_hand import acting, blocked, list_somebody, match_of, office, reviewed


@pytest.fixture
def busy(services: Services) -> None:
    """Two held applications, one of them found to be somebody else's."""
    list_somebody(services)
    caller = office(services)
    blocked(caller)
    check_no = reviewed(caller)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "不是同一人")


@pytest.mark.usefixtures("busy")
def test_the_month_is_read_in_both_languages_without_a_fault_and_taken_away_as_a_report(browse_as: BrowseAs) -> None:
    page = browse_as(UserRole.AUDITOR, None)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="概览").press("Enter")
    expect(page.get_by_role("heading", name="三、误拦比例（按月）")).to_be_visible()
    expect(page.get_by_role("row", name="浙江省").first).to_contain_text("100.0%")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载月报").press("Enter")
    assert taken.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="3. Share of false holds by month")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("navigation", name="Months").get_by_role("link").first.press("Enter")
    expect(page.locator("main")).to_contain_text("0 checks were answered")
