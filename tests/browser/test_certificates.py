"""Certificates of effect in a real browser: with, before and after their judgment, and seen by the confirmer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from registry.services.context import Services
from registry.services.read_certificates import open_certificates
from registry.services.receive_upload import receive_upload
from registry.store.account_repository import UserRole
from tests.browser.conftest import BrowseAs
from tests.browser.test_desk_journeys import violations
from tests.browser.test_judgment_pages import field, kept, word_file
from tests.registry.intake.invented_certificates import CASE, LETTER, NOTICE, certified
from tests.registry.intake.invented_judgments import appeal
from tests.registry.services.desk_at_hand import ALONE, CLERK, HEARD, confirmed, edited, filed, laid_down

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = "2020-03-20"


def upload(page: Page, *files: Any) -> None:
    page.goto("/console/judgments/upload")
    page.set_input_files("#field-files", list(files))


def pending(services: Services, text: str = ALONE) -> str:
    document = laid_down(services, text)
    confirmed(services, filed(services, document, edited(document)))
    return document.document_no


def test_judgment_and_certificate_come_together_and_the_confirmer_sees_the_day_lit_in_its_words(
    browse_as: BrowseAs,
) -> None:
    clerk, second = browse_as(UserRole.CLERK, name="李录入"), browse_as(UserRole.CONFIRMER, name="周复核")
    upload(clerk, word_file(ALONE, "判决书.docx"), word_file(LETTER, "生效证明.docx"))
    told = clerk.locator(".results li")
    expect(told.nth(1)).to_contain_text(f"是生效证明（浙江省德川县人民法院），证明的案号：{CASE}。")
    expect(told.nth(1)).to_contain_text(f"生效日期 {DAY} 已填入这份判决书。")
    told.nth(1).get_by_role("link", name="打开判决书").click()
    expect(clerk.get_by_label("有生效证明", exact=True)).to_be_checked()
    expect(field(clerk, "effective_date")).to_have_value(DAY)
    field(clerk, "effective_date").focus()
    expect(clerk.locator(".quote.lit")).to_have_text(["二〇二〇年三月二十日"])
    clerk.locator(".actions").get_by_role("button", name="提交复核").click()
    expect(clerk.get_by_role("status").first).to_have_text("已提交，等待另一人复核。")
    second.get_by_role("link", name="判决书").first.click()
    second.get_by_role("link", name="浙0599刑初7号").click()
    expect(second.locator(".quote.lit")).to_have_text(["二〇二〇年三月二十日"])
    expect(second.locator("#text")).to_contain_text("特此证明。")
    expect(second.locator("#text")).to_contain_text("刑 事 判 决 书")
    second.on("dialog", lambda dialog: dialog.accept())
    second.get_by_role("button", name="确认，立即生效").click()
    expect(second.get_by_role("status").first).to_contain_text("已列入名单")


def test_a_pending_judgment_is_given_its_day_by_the_certificate_with_nothing_typed(
    browse_as: BrowseAs, services: Services
) -> None:
    pending(services)
    clerk, second = browse_as(UserRole.CLERK), browse_as(UserRole.CONFIRMER)
    upload(clerk, word_file(NOTICE, "执行通知书.docx"))
    clerk.locator(".results li").get_by_role("link", name="登记生效").click()
    expect(field(clerk, "effective_date")).to_have_value(DAY)
    expect(field(clerk, "note")).to_have_value("浙江省德川县人民法院 （2020）浙0599刑执通字第8号")
    expect(clerk.locator(".quote.lit")).to_have_text(["2020年3月20日"])
    clerk.get_by_role("button", name="提交复核").click()
    second.goto(clerk.url)
    expect(second.locator("#text")).to_contain_text("执 行 通 知 书")
    expect(second.get_by_role("row", name="生效日期")).to_contain_text(DAY)
    second.on("dialog", lambda dialog: dialog.accept())
    second.get_by_role("button", name="确认，立即生效").click()
    expect(second.get_by_role("status").first).to_contain_text("已列入名单")


@SQLITE
def test_a_certificate_without_its_judgment_waits_in_the_work_list_and_is_there_when_that_comes(
    browse_as: BrowseAs,
) -> None:
    clerk = browse_as(UserRole.CLERK)
    upload(clerk, word_file(LETTER, "生效证明.docx"))
    expect(clerk.locator(".results li")).to_contain_text(f"还没有收到案号为 {CASE} 的判决书")
    clerk.goto("/console/")
    clerk.get_by_role("link", name="份生效证明等待处理").click()
    expect(clerk.get_by_role("row", name=CASE)).to_contain_text("还没有收到")
    upload(clerk, word_file(ALONE, "判决书.docx"))
    expect(clerk.locator(".results li")).to_contain_text(f"生效日期 {DAY} 已按先收到的生效证明填入。")
    clerk.locator(".results li").get_by_role("link", name="去核对").click()
    expect(field(clerk, "effective_date")).to_have_value(DAY)
    clerk.goto("/console/judgments")
    expect(clerk.get_by_role("heading", name="生效证明：等待处理")).to_have_count(0)


@SQLITE
def test_what_a_certificate_does_not_say_plainly_is_asked_for_beside_its_words(
    browse_as: BrowseAs, services: Services
) -> None:
    pending(services)
    clerk = browse_as(UserRole.CLERK)
    two = "对周明远于2020年3月20日发生法律效力，对许云于2020年3月25日发生法律效力"
    upload(clerk, word_file(LETTER.replace("已于二〇二〇年三月二十日发生法律效力", two), "生效证明.docx"))
    clerk.locator(".results li").get_by_role("link", name="打开生效证明").click()
    expect(clerk.locator("main .notice")).to_contain_text("原文有几个不同的生效日期")
    field(clerk, "effective_date").fill("2020年3月25日")
    clerk.get_by_role("button", name="保存").click()
    expect(clerk.get_by_role("status").first).to_have_text("已保存，并放到判决书旁边。")
    expect(clerk.locator("main")).to_contain_text("生效日期 2020-03-25，判决书")
    expect(clerk.locator("main")).to_contain_text("这个日期由人填写，不是系统读出的")
    clerk.get_by_role("link", name="登记生效日期").click()
    expect(field(clerk, "effective_date")).to_have_value("2020-03-25")


@SQLITE
def test_a_certificate_of_a_case_open_on_appeal_is_refused_with_a_link_to_the_ruling(
    browse_as: BrowseAs, services: Services
) -> None:
    pending(services, HEARD)
    ruling = laid_down(services, appeal("驳回上诉，维持原判。", "裁定"))
    clerk = browse_as(UserRole.CLERK)
    upload(clerk, word_file(LETTER, "生效证明.docx"))
    told = clerk.locator(".results li")
    expect(told).to_contain_text("有人上诉或者抗诉，全案没有生效")
    told.get_by_role("link", name="打开二审文书").click()
    expect(clerk.locator("main")).to_contain_text(ruling.document_no)


def test_an_appeal_that_cannot_be_attached_yet_names_the_document_that_waits_and_leads_to_it(
    browse_as: BrowseAs, services: Services
) -> None:
    first = laid_down(services, HEARD)
    filed(services, first, edited(first))
    ruling = laid_down(services, appeal("驳回上诉，维持原判。", "裁定"))
    clerk = browse_as(UserRole.CLERK)
    clerk.goto(f"/console/judgments/{ruling.document_no}/appeal")
    expect(clerk.locator("main")).to_contain_text(f"本案的文书 {CASE} 正在等待另一人复核（首次提交，")
    expect(clerk.get_by_role("button", name="提交复核")).to_have_count(0)
    clerk.get_by_role("link", name=f"打开等待复核的文书 {CASE}（{first.document_no}）").click()
    expect(clerk.get_by_role("heading", name=f"复核判决书 {CASE}")).to_be_visible()


@SQLITE
def test_a_draft_is_not_overwritten_by_a_certificate_that_comes_while_it_is_open(
    browse_as: BrowseAs, services: Services
) -> None:
    document = laid_down(services)
    clerk = browse_as(UserRole.CLERK)
    clerk.goto(f"/console/judgments/{document.document_no}")
    receive_upload(services, certified().encode(), "证明.txt", actor=CLERK)
    field(clerk, "court").fill("浙江省德川县人民法院刑庭")
    expect(clerk.locator("#kept")).to_contain_text("没有覆盖")
    clerk.locator(".actions").get_by_role("button", name="保存草稿").click()
    expect(clerk.get_by_role("row", name="生效日期")).to_contain_text(DAY)
    clerk.get_by_label("有生效证明", exact=True).check()
    field(clerk, "effective_date").fill(DAY)
    kept(clerk)


@SQLITE
def test_every_page_with_a_certificate_can_be_used_by_all_and_fits_a_small_screen(
    browse_as: BrowseAs, services: Services
) -> None:
    number = pending(services)
    receive_upload(services, LETTER.encode(), "证明.txt", actor=CLERK)
    receive_upload(services, certified("（2020）浙0599刑初8号", "某日").encode(), "证明.txt", actor=CLERK)
    waiting = open_certificates(services, CLERK)[0].certificate_no
    clerk = browse_as(UserRole.CLERK)
    for path in ("", f"/{number}", f"/{number}/effect", f"/certificates/{waiting}"):
        clerk.goto(f"/console/judgments{path}")
        assert clerk.evaluate("document.documentElement.scrollWidth") <= 1366, path
        assert violations(clerk) == [], path
    clerk.get_by_role("button", name="English").click()
    for path in (f"/certificates/{waiting}", ""):
        clerk.goto(f"/console/judgments{path}")
        labels = clerk.locator("main label, main h1, main button").all_inner_texts()
        assert [word for label in labels for word in label.partition("（")[0] if "一" <= word <= "鿿"] == [], path
