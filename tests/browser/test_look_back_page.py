"""What looking back has found, in a real browser: settled by the keyboard alone, in either language."""

from __future__ import annotations

from playwright.sync_api import expect

from registry.clock import FixedClock
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.test_look_back_page import found_later
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations


def test_a_finding_is_settled_by_the_keyboard_alone(browse_as: BrowseAs, services: Services, clock: FixedClock) -> None:
    check_no = found_later(services, clock)
    page = browse_as(UserRole.REGULATOR, None)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="回看").press("Enter")
    expect(page.locator("main")).to_contain_text("5 天前")
    for language in ("English", "中文"):
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        page.get_by_role("button", name=language).click()
    page.get_by_label(f"核查 {check_no} 的处理结果").select_option("dealt_with")
    page.get_by_label(f"核查 {check_no} 的理由").fill("已由发证机关撤回许可")
    page.get_by_role("button", name=f"办结 {check_no}").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已办结。")
