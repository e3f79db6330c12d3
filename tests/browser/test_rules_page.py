"""A policy proposed, rehearsed and adopted in a real browser, by two people and the keyboard."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from registry.services.adopt_rule import read_rules
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.registry.services.test_adopt_rule import changed_policy


def _sound(page: Page) -> None:
    for language in ("English", "中文"):
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        page.get_by_role("button", name=language).click()


def test_a_policy_is_adopted_by_a_second_person(browse_as: BrowseAs, services: Services, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(changed_policy(), encoding="utf-8")
    page = browse_as(UserRole.ADMIN, None)
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="规则").press("Enter")
    page.get_by_label("规则文件（TOML）").set_input_files(file)
    page.get_by_label("理由").press_sequentially("复核过多")
    page.get_by_role("button", name="提议", exact=True).press("Enter")
    page.get_by_role("button", name="用近 90 天的核查演练").press("Enter")
    expect(page.get_by_role("status")).to_have_text("演练完成。")
    _sound(page)
    second = browse_as(UserRole.REGULATOR, None)
    second.goto("/console/rules")
    _sound(second)
    second.get_by_role("link", name="查看 lax").press("Enter")
    second.get_by_label("批准启用").press("Space")
    second.get_by_label("理由").press_sequentially("同意")
    second.get_by_role("button", name="确认决定").press("Enter")
    expect(second.get_by_role("status")).to_have_text("已启用，从下一次核查起生效。")
    assert read_rules(services).policy == "lax"
