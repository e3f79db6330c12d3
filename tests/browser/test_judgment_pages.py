"""A judgment's whole way in the browser: from the Word file to a ban, by two people, helped only by the pages."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from api.rest.app import create_app
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.account_repository import UserRole
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.browser.conftest import BrowseAs
from tests.invented_list import report_fresh
from tests.journeys.test_a_judgment import PEOPLE, TWO
from tests.registry.intake.invented_judgments import CHARGE, HEAD, ZHOU, judgment
from tests.registry.services.desk_at_hand import HEARD, laid_down

MASKED = judgment(
    f"被告人周某犯{CHARGE}，判处有期徒刑一年，并处罚金人民币三万元。\n",
    ZHOU.replace("周明远", "周某"),
    HEAD.replace("7号", "9号"),
)
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def word_file(text: str, name: str) -> Any:
    """Return a Word file as a browser sends it."""
    document, packed = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(packed)
    return {"name": name, "mimeType": "application/octet-stream", "buffer": packed.getvalue()}


def field(page: Page, path: str) -> Locator:
    """Return the field of a path."""
    return page.locator(f'[id="field-{path}"]')


def kept(page: Page) -> None:
    """Wait until the page says that it has kept what was typed."""
    expect(page.locator("#kept")).to_contain_text("已自动保存")


def verdicts(services: Services, key: str) -> set[str]:
    caller = Caller(create_app(services), key)
    asked = [application(applicant(name, number)) for name, number in PEOPLE.items()]
    return {caller.post("/v1/checks", body).get_json()["verdict"] for body in asked}


def test_from_a_word_file_with_two_defendants_to_two_bans_that_checks_see_at_once(
    browse_as: BrowseAs, services: Services
) -> None:
    report_fresh(services)
    key = add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key
    clerk, second = browse_as(UserRole.CLERK, name="李录入"), browse_as(UserRole.CONFIRMER, name="周复核")
    clerk.get_by_role("link", name="判决书").first.click()
    clerk.get_by_role("link", name="上传判决书").click()
    clerk.set_input_files(
        "#field-files", [word_file(TWO, "一.docx"), word_file(MASKED, "二.docx"), word_file(TWO, "三.docx")]
    )
    told = clerk.locator(".results li")
    expect(told.nth(0)).to_contain_text("已读出：（2020）浙0599刑初7号，浙江省德川县人民法院；周明远、许云。")
    expect(told.nth(1)).to_contain_text("有 1 类问题需要核对")
    expect(told.nth(2)).to_contain_text("已登记过（同一案号），没有重复录入")
    told.nth(0).get_by_role("link", name="去核对").click()
    clerk.get_by_label("有生效证明", exact=True).check()
    clerk.get_by_role("button", name="提交复核").click()
    expect(clerk.get_by_role("alert")).to_contain_text("生效日期：此项必须填写。")
    field(clerk, "effective_date").fill("2020年3月20日")
    field(clerk, "effective_date").press("Tab")
    kept(clerk)
    expect(clerk.locator(".errors, .fault")).to_have_count(0)
    expect(clerk.locator("#following")).to_contain_text("食品安全法 第一百三十五条第二款")
    expect(clerk.locator("#following")).to_contain_text("2020-03-20起，终身")
    assert verdicts(services, key) == {"clear"}
    clerk.get_by_role("button", name="提交复核").click()
    expect(clerk.get_by_role("status").first).to_have_text("已提交，等待另一人复核。")
    clerk.goto("/console/judgments?state=filed")
    clerk.get_by_role("link", name="浙0599刑初7号").click()
    expect(clerk.locator("main")).to_contain_text("这是您自己提交的，不能由您复核")
    expect(clerk.get_by_role("button", name="确认，立即生效")).to_have_count(0)
    assert verdicts(services, key) == {"clear"}
    second.get_by_role("link", name="判决书").first.click()
    second.get_by_role("link", name="浙0599刑初7号").click()
    expect(second.get_by_role("row", name="生效日期")).to_contain_text("2020-03-20")
    second.on("dialog", lambda dialog: dialog.accept())
    second.get_by_role("button", name="确认，立即生效").click()
    expect(second.get_by_role("status").first).to_have_text("已确认：现在的状态是“已列入名单”，名单版本 2。")
    assert verdicts(services, key) == {"block"}


@SQLITE
def test_the_field_in_focus_lights_its_words_and_the_words_lead_back(browse_as: BrowseAs, services: Services) -> None:
    document = laid_down(services, HEARD)
    clerk = browse_as(UserRole.CLERK)
    clerk.goto(f"/console/judgments/{document.document_no}")
    field(clerk, "defendants[1].counts[0].charge").focus()
    expect(clerk.locator(".quote.lit")).to_have_text([CHARGE])
    assert clerk.evaluate(
        "(() => { const q = document.querySelector('.quote.lit').getBoundingClientRect();"
        " const t = document.getElementById('text').getBoundingClientRect();"
        " return q.top >= t.top && q.bottom <= t.bottom; })()"
    )
    clerk.locator(".quote", has_text="1981年5月6日").click()
    expect(field(clerk, "defendants[0].birth_date")).to_be_focused()
    expect(clerk.locator(".quote.lit")).to_have_text(["1981年5月6日"])


@SQLITE
def test_what_was_typed_survives_a_closed_browser_and_two_people_are_told_of_each_other(
    browse_as: BrowseAs, services: Services
) -> None:
    document = laid_down(services, HEARD)
    first, other = browse_as(UserRole.CLERK, name="李录入"), browse_as(UserRole.CLERK, name="王录入")
    first.goto(f"/console/judgments/{document.document_no}")
    other.goto(f"/console/judgments/{document.document_no}")
    expect(other.locator("#others")).to_contain_text("李录入 也打开了本件")
    field(first, "court").fill("浙江省德川县人民法院刑庭")
    kept(first)
    first.close()
    field(other, "defendants[0].name").fill("周明達")
    expect(other.locator("#kept")).to_contain_text("没有覆盖")
    other.locator(".actions").get_by_role("button", name="保存草稿").click()
    expect(other.get_by_role("alert")).to_contain_text("别人在您填写期间改过本件")
    expect(other.get_by_role("row", name="法院")).to_contain_text("浙江省德川县人民法院刑庭")
    expect(field(other, "defendants[0].name")).to_have_value("周明達")
    other.locator(".actions").get_by_role("button", name="保存草稿").click()
    expect(other.get_by_role("status").first).to_have_text("草稿已保存。")


@SQLITE
def test_doubts_come_first_and_the_keyboard_alone_leads_from_them_to_the_filing(
    browse_as: BrowseAs, services: Services
) -> None:
    document = laid_down(services, MASKED)
    clerk = browse_as(UserRole.CLERK)
    clerk.goto(f"/console/judgments/{document.document_no}")
    doubt = clerk.locator("#doubts a")
    expect(doubt).to_have_text("被告人1 周某 · 姓名或者名称")
    doubt.press("Enter")
    expect(field(clerk, "defendants[0].name")).to_be_focused()
    clerk.keyboard.type("周明远")
    clerk.keyboard.press("Tab")
    expect(clerk.locator("#doubts-title")).to_have_text("存疑之处都已处理")
    clerk.get_by_role("button", name="+ 添加罪名").press("Enter")
    expect(field(clerk, "defendants[0].counts[1].charge")).to_be_focused()
    clerk.locator(".actions").get_by_role("button", name="提交复核").press("Enter")
    expect(clerk.get_by_role("alert")).to_be_focused()
    expect(clerk.get_by_role("alert").get_by_role("link")).to_have_text(
        ["被告人1 周明远 · 罪名2 · 罪名：此项必须填写。", "被告人1 周明远 · 罪名2 · 主刑：此项必须填写。"]
    )
    clerk.keyboard.press("Tab")
    clerk.keyboard.press("Enter")
    expect(field(clerk, "defendants[0].counts[1].charge")).to_be_focused()
    expect(field(clerk, "defendants[0].name")).to_have_value("周明远")
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.get_by_role("button", name="删除罪名2").press("Enter")
    expect(field(clerk, "defendants[0].counts[1].charge")).to_have_count(0)
    clerk.locator(".actions").get_by_role("button", name="提交复核").press("Enter")
    expect(clerk.get_by_role("status").first).to_have_text("已提交，等待另一人复核。")
