"""Objections in a real browser: lodged and decided by keyboard alone, and no page with a fault in either language."""

from __future__ import annotations

import datetime

from playwright.sync_api import expect

from registry.clock import FixedClock
from registry.services.context import Services
from registry.services.correct_answers import tell_late_ban
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.store.account_repository import UserRole
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.cases_at_hand import FIRST, blocked, list_somebody, office

WORDS = "系同名同号，我从未在该公司任职。"


def test_an_objection_on_paper_is_lodged_and_decided_by_the_keyboard_alone(
    browse_as: BrowseAs, services: Services
) -> None:
    ban_no = list_somebody(services)
    page = browse_as(UserRole.REGULATOR)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="异议").press("Enter")
    page.get_by_role("link", name="登记书面异议").press("Enter")
    page.locator("#field-number").press_sequentially(ban_no)
    page.locator("#field-objector").press_sequentially("王示例")
    page.locator("#field-lodged_through").press_sequentially("某县行政审批局")
    page.locator("#field-statement").press_sequentially(WORDS)
    page.get_by_role("button", name="登记", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("办理期限")
    expect(page.locator("main")).to_contain_text(WORDS)
    address = page.url
    page = browse_as(UserRole.REGULATOR, name="吴监管")
    page.goto(address)
    page.get_by_label("不成立").press("Space")
    page.locator("#field-reason").press_sequentially("证据不足")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="确认决定").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已决定：异议不成立。")


def test_its_pages_have_no_fault_a_machine_can_find_in_either_language_and_fit_the_screen(
    browse_as: BrowseAs, services: Services, clock: FixedClock
) -> None:
    ban_no = list_somebody(services)
    check_no = blocked(office(services))
    day = services.clock.today()
    number = lodge_objection(services, Lodging(ban_no, None, "王示例", WORDS * 40, day, "某局"), FIRST).objection_no
    with services.store.write() as uow:
        client = uow.clients.listed()[0].client
        notice = tell_late_ban(services, uow, client.id, check_no, 12)
        uow.notices.note_failed(notice.id, 15, "http_503", None)
    clock.advance(datetime.timedelta(days=40))
    page = browse_as(UserRole.REGULATOR)
    paths = ("objections", "objections/lodge", f"objections/{number}", f"cases/{check_no}", "own-record")
    for language in ("zh", "en"):
        for path in (*paths, "notices", "notices?view=dead"):
            page.goto(f"/console/{path}")
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
        if language == "zh":
            page.get_by_role("button", name="English").click()
