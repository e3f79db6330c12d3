"""Decisions made again at the console in a real browser: by the keyboard alone, in both languages."""

from __future__ import annotations

from playwright.sync_api import expect

from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.test_replay_page import checked_then_lifted
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations


def test_a_check_is_made_again_by_the_keyboard_alone_in_either_language(
    browse_as: BrowseAs, services: Services
) -> None:
    check_no = checked_then_lifted(services)
    page = browse_as(UserRole.AUDITOR)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="重演").press("Enter")
    page.get_by_label("核查号").press_sequentially(check_no)
    page.get_by_label("现在的名单").press("Space")
    page.get_by_role("button", name="重演").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("与当时答复不同")
    for language in ("zh", "en"):
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        if language == "zh":
            page.get_by_role("button", name="English").click()
            page.get_by_label("Number of the check").fill(check_no)
            page.get_by_label("Today's list").check()
            page.get_by_role("button", name="Replay").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Differs from the answer given")
    words = page.locator("main h1, main h2, main h3, main li, main label, main legend").all_inner_texts()
    assert [each for each in words if any("一" <= letter <= "鿿" for letter in each)] == []
