"""The exchange at the console in a real browser: looked at, and a held batch decided by the keyboard alone."""

from __future__ import annotations

import datetime

from playwright.sync_api import expect

from registry.clock import FixedClock
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.test_provinces_pages import JIANGSU, held
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.register_under_test import listed


def _exchanged(services: Services, clock: FixedClock) -> str:
    """Let a fortnight of visits go by, some days without any, and hold a batch."""
    services.settings.partner_files.mkdir()
    (services.settings.partner_files / "32.toml").write_text(JIANGSU, encoding="utf-8")
    end = clock.now()
    clock.advance(-datetime.timedelta(days=14))
    while clock.now() < end:
        with services.store.write() as uow:
            run = uow.exchange.begin_run("32", "pull")
            uow.exchange.end_run(run, "done", items=3)
            uow.exchange.keep("32", last_success_at=clock.now())
        clock.advance(datetime.timedelta(hours=5 if clock.now().day % 4 else 29))
    return held(services)


def test_a_held_batch_is_found_looked_at_and_refused_by_the_keyboard_alone(
    browse_as: BrowseAs, services: Services, clock: FixedClock
) -> None:
    hold_no = _exchanged(services, clock)
    page = browse_as(UserRole.REGULATOR, "32")
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="各省同步").press("Enter")
    expect(page.get_by_role("row", name="江苏").first).to_contain_text("有批次待处理")
    page.get_by_role("link", name=f"查看处理 {hold_no}").press("Enter")
    expect(page.locator("main")).to_contain_text("王**")
    page.get_by_label("拒收").press("Space")
    page.locator("#field-reason").press_sequentially("误发")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="确认处理").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已拒收。")
    assert listed(services) == []


def test_its_pages_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, services: Services, clock: FixedClock
) -> None:
    hold_no = _exchanged(services, clock)
    page = browse_as(UserRole.REGULATOR, "32")
    for language in ("zh", "en"):
        for path in ("/console/provinces", "/console/provinces/32", f"/console/provinces/held/{hold_no}"):
            page.goto(path)
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
            if language == "en":
                words = page.locator("main h1, main h2, main caption, main label, main dt").all_inner_texts()
                assert [each for each in words if any("一" <= letter <= "鿿" for letter in each)] == []
        if language == "zh":
            page.get_by_role("button", name="English").click()
