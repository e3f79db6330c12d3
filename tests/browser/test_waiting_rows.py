"""A row that waits for a finding about food: yes, no, or that it cannot be told yet, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.browser.conftest import BrowseAs
from tests.browser.test_judgment_pages import field
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import take


def test_what_is_missing_is_asked_for_shown_to_the_next_who_looks_and_does_not_block_the_finding(
    browse_as: BrowseAs, services: Services
) -> None:
    take(services, conviction(charge="非法经营罪"))
    first, second = browse_as(UserRole.CONFIRMER, name="周复核"), browse_as(UserRole.CONFIRMER, name="吴复核")
    for page in (first, second):
        page.on("dialog", lambda dialog: dialog.accept())
    first.get_by_role("link", name="条记录待认定").click()
    first.get_by_role("link", name="认定").last.click()
    first.get_by_label("凭现有材料看不出").check()
    field(first, "reason").fill("起诉书，判决书没有写明是什么货物")
    first.get_by_role("button", name="提交", exact=True).click()
    expect(first.get_by_role("alert")).to_contain_text("此项必须填写")
    expect(field(first, "reason")).to_have_value("起诉书，判决书没有写明是什么货物")
    field(first, "asked_of").fill("德川县人民检察院")
    first.get_by_role("button", name="提交", exact=True).click()
    expect(first.get_by_role("status").first).to_have_text("已记录缺少的材料，本条仍待认定。")
    second.goto("/console/waiting")
    expect(second.get_by_role("row", name="非法经营罪")).to_contain_text(
        "缺材料：起诉书，判决书没有写明是什么货物（周复核 于"
    )
    second.get_by_role("link", name="认定").last.click()
    expect(second.locator("main")).to_contain_text("周复核 于")
    second.get_by_label("是：涉及食品安全").check()
    field(second, "reason").fill("起诉书：走私的冻牛肉")
    second.get_by_role("button", name="提交", exact=True).click()
    expect(second.get_by_role("status").first).to_contain_text("已认定，禁入现已生效")
