"""Revocations, spreadsheets, findings and look-ups in a real browser, and whether everybody can use their pages."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from api.rest.app import create_app
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.read_desk import read_document
from registry.services.receive_revocation import receive_revocation
from registry.store.account_repository import UserRole
from registry.store.client_repository import ClientRole
from tests.api.console.test_desk_pages import DECISION, NUMBER
from tests.api.rest.caller import Caller, applicant
from tests.browser.conftest import BrowseAs
from tests.invented_list import report_fresh
from tests.registry.services.desk_at_hand import CLERK, confirmed, filed, laid_down
from tests.registry.services.sheets_at_hand import court_row, mapped, workbook

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],
    "preload": False,
}


def field(page: Page, path: str) -> Locator:
    """Return the field of a path."""
    return page.locator(f'[id="field-{path}"]')


def verdict(caller: Caller) -> Any:
    return caller.check(applicant("郭启明", NUMBER)).get_json()["verdict"]


def test_a_revocation_goes_from_paper_to_a_ban_that_a_check_sees_at_once(
    browse_as: BrowseAs, services: Services
) -> None:
    report_fresh(services)
    caller = Caller(create_app(services), add_client(services, "licensing", ClientRole.LICENSING, "33", "test").key)
    clerk, confirmer = browse_as(UserRole.CLERK), browse_as(UserRole.CONFIRMER)
    clerk.get_by_role("navigation").get_by_role("link", name="吊销许可证").click()
    clerk.get_by_role("link", name="登记吊销决定").click()
    for path in ("case_number", "decided_on", "authority", "penalty", "organisation"):
        field(clerk, path).fill(DECISION[path])
    field(clerk, "people[0].name").fill("郭启明")
    field(clerk, "people[0].name").press("Enter")
    expect(clerk.get_by_role("alert")).to_contain_text("第 1 人 · 责任身份：此项必须填写")
    expect(field(clerk, "authority")).to_have_value(DECISION["authority"])
    clerk.get_by_role("link", name="第 1 人 · 责任身份").click()
    expect(field(clerk, "people[0].role")).to_be_focused()
    field(clerk, "people[0].role").select_option(label="法定代表人")
    field(clerk, "people[0].id_type").select_option(label="居民身份证")
    field(clerk, "people[0].id_number").fill(NUMBER)
    clerk.get_by_role("button", name="下一步：查看法律后果").click()
    expect(clerk.locator("blockquote")).to_contain_text("自处罚决定作出之日起五年内不得申请食品生产经营许可")
    clerk.get_by_role("button", name="提交复核").click()
    expect(clerk.get_by_role("status")).to_have_text("已提交，等待另一人复核。")
    assert verdict(caller) == "clear"
    confirmer.reload()
    confirmer.get_by_role("link", name="份吊销决定待复核").click()
    confirmer.get_by_role("link", name=DECISION["case_number"]).click()
    confirmer.once("dialog", lambda asked: asked.accept())
    confirmer.get_by_role("button", name="核对无误，确认").click()
    expect(confirmer.get_by_role("status")).to_contain_text("禁入现已生效，名单版本")
    assert verdict(caller) == "block"


@SQLITE
def test_a_spreadsheet_is_brought_explained_filed_and_placed_and_its_bad_row_downloaded(
    browse_as: BrowseAs, tmp_path: Path
) -> None:
    clerk, confirmer = browse_as(UserRole.CLERK), browse_as(UserRole.CONFIRMER)
    clerk.goto("/console/spreadsheets")
    content = workbook(court_row(0), court_row(1, 判决日期="去年"))
    clerk.set_input_files(
        "#field-file", {"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    clerk.get_by_role("button", name="上传").click()
    clerk.get_by_role("link", name="核对表头").click()
    expect(clerk.get_by_label("审理法院")).to_have_value("court")
    expect(clerk.get_by_label("备注")).to_have_value("")
    clerk.get_by_role("button", name="保存并预览").click()
    expect(clerk.get_by_role("row", name="周明远")).to_contain_text("禁入")
    with clerk.expect_download() as given:
        clerk.get_by_role("button", name="下载问题行（XLSX）").click()
    given.value.save_as(tmp_path / "faults.xlsx")
    assert (tmp_path / "faults.xlsx").read_bytes().startswith(b"PK")
    clerk.get_by_role("button", name="提交复核").click()
    confirmer.goto(clerk.url)
    confirmer.once("dialog", lambda asked: asked.accept())
    confirmer.get_by_role("button", name="核对无误，确认").click()
    expect(confirmer.get_by_role("status")).to_contain_text("1 行已按规定列入，现已生效")


@SQLITE
def test_neither_name_nor_number_of_a_look_up_stands_in_an_address(browse_as: BrowseAs, services: Services) -> None:
    received = receive_revocation(services, _content(), actor=CLERK)
    assert received.document_no is not None
    document = read_document(services, received.document_no, CLERK)
    confirmed(services, filed(services, document, document.content or {}))
    regulator = browse_as(UserRole.REGULATOR, None)
    asked: list[str] = []
    regulator.on("request", lambda request: asked.append(request.url))
    regulator.get_by_role("navigation").get_by_role("link", name="查询名单").click()
    regulator.select_option("#field-purpose", label="日常监督检查")
    regulator.fill("#field-ground", "双随机第 14 号")
    regulator.fill("#field-name", "郭启明")
    regulator.fill("#field-id_number", NUMBER)
    regulator.keyboard.press("Enter")
    regulator.get_by_role("button", name="查看详情 郭启明").click()
    expect(regulator.get_by_role("heading", name="郭启明")).to_be_visible()
    expect(regulator.locator("main")).to_contain_text("禁入期内")
    assert NUMBER not in regulator.content()
    assert [url for url in asked if NUMBER in url or "%E9%83%AD" in url or "郭" in url] == []


@SQLITE
def test_every_page_of_the_desk_can_be_used_by_all_and_fits_a_small_screen(
    browse_as: BrowseAs, services: Services
) -> None:
    received = receive_revocation(services, _content(), actor=CLERK)
    sheet_no = mapped(services, court_row(0), court_row(1, 判决日期="去年"), court_row(2, 罪名="非法经营罪"))
    laid_down(services)
    at = {
        UserRole.CLERK: (
            "/", "/revocations/add", f"/revocations/{received.document_no}", "/spreadsheets",
            f"/spreadsheets/{sheet_no}", f"/spreadsheets/{sheet_no}/map",
        ),
        UserRole.CONFIRMER: ("/waiting",),
        UserRole.REGULATOR: ("/search",),
    }  # fmt: skip
    for role, paths in at.items():
        page = browse_as(role)
        for path in paths:
            page.goto(f"/console{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
            assert violations(page) == [], path


@SQLITE
def test_the_desks_pages_are_in_english_where_that_is_asked_for(browse_as: BrowseAs) -> None:
    clerk = browse_as(UserRole.CLERK, None, "clerk")
    clerk.get_by_role("button", name="English").click()
    for path in ("/", "/help", "/revocations", "/revocations/add", "/spreadsheets"):
        clerk.goto(f"/console{path}")
        words = clerk.locator("main").inner_text().replace("男", "").replace("女", "")
        assert [word for word in words if "一" <= word <= "鿿"] == [], path


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, as rule and element."""
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate("options => axe.run(document, options)", RULES)["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def _content() -> dict[str, object]:
    plain = {name: value for name, value in DECISION.items() if not name.startswith("people")}
    person = {"name": "郭启明", "role": "legal_representative", "id_type": "resident_id", "id_number": NUMBER}
    return {**plain, "source_region": "33", "people": [person]}
