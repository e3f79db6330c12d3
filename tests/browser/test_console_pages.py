"""People at the console in a real browser: they sign in, choose passwords, add users; by keyboard, and in English."""

from __future__ import annotations

import datetime

from playwright.sync_api import Page, expect

from registry.clock import FixedClock
from registry.services.context import Services
from registry.services.desk_session import IDLE
from registry.services.password_link import reset_password
from registry.services.set_password import set_password
from registry.store.account_repository import UserRole
from tests.api.console.people import PASSWORD, person_with_password
from tests.browser.conftest import BrowseAs


def test_a_clerk_signs_in_with_the_keyboard_alone_and_out_again(page: Page, services: Services) -> None:
    person_with_password(services, "李录入")
    expect(page).to_have_title("登录 – 食品行业禁入名单库")
    page.keyboard.type("李录入")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("李录入，您好")
    assert page.url.endswith("/console/")
    page.get_by_role("button", name="退出登录").press("Enter")
    expect(page.get_by_role("status")).to_have_text("您已退出登录。")
    page.go_back()
    expect(page.locator("h1")).to_have_text("登录")


def test_what_is_wrong_stands_beside_its_field_and_above_with_a_link_into_it(page: Page) -> None:
    page.fill("#field-name", "没有这个人")
    page.fill("#field-password", "wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#fault-password")).to_contain_text("用户名或者密码不正确")
    expect(page.locator("#field-name")).to_have_value("没有这个人")
    expect(page.locator("#field-password")).to_have_value("")
    expect(page).to_have_title("有误：登录 – 食品行业禁入名单库")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#field-password")).to_be_focused()


def test_an_administrator_adds_a_person_who_opens_the_link_once_and_signs_in(page: Page, browse_as: BrowseAs) -> None:
    admin = browse_as(UserRole.ADMIN, None)
    admin.get_by_role("link", name="用户").first.click()
    admin.get_by_role("link", name="添加用户").click()
    admin.fill("#field-name", "周复核")
    admin.get_by_label("复核人员").check()
    admin.select_option("#field-region", label="浙江")
    admin.get_by_role("button", name="添加并生成一次性链接").click()
    link = admin.input_value("#link")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    expect(page.locator("#field-password")).to_be_focused()
    page.fill("#field-password", PASSWORD)
    page.fill("#field-password_again", PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_role("status")).to_have_text("密码已设置，请用新密码登录。")
    code = link.partition("#")[2]
    assert [url for url in asked if code in url.partition("#")[0]] == []
    expect(page.locator("#field-name")).to_have_value("周复核")
    page.fill("#field-password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("周复核，您好")
    admin.goto("/console/users")
    expect(admin.get_by_role("row", name="周复核")).to_contain_text("正常")


def test_every_page_can_be_read_in_english_and_stays_so(browse_as: BrowseAs) -> None:
    admin = browse_as(UserRole.ADMIN, None)
    admin.goto("/console/users")
    admin.get_by_role("button", name="English").click()
    assert admin.url.endswith("/console/users")
    for path in ("/console/", "/console/users", "/console/users/add", "/console/users/1", "/console/account"):
        admin.goto(path)
        assert admin.locator("html").get_attribute("lang") == "en"
        words = admin.locator("main").inner_text().replace("管理员", "")
        assert [word for word in words if "一" <= word <= "鿿"] == [], path


def test_the_content_is_one_key_away_and_every_stop_of_the_tab_key_is_seen(browse_as: BrowseAs) -> None:
    admin = browse_as(UserRole.ADMIN, None)
    admin.goto("/console/users/add")
    admin.keyboard.press("Tab")
    expect(admin.get_by_role("link", name="跳到正文")).to_be_focused()
    admin.keyboard.press("Enter")
    expect(admin.locator("#main")).to_be_focused()
    for _ in range(5):
        admin.keyboard.press("Tab")
        box = admin.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert box[1] != "none", box
        assert box[2] >= 3, box


def test_no_page_is_wider_than_a_small_screen(browse_as: BrowseAs) -> None:
    admin = browse_as(UserRole.ADMIN, None)
    for path in ("/console/", "/console/users", "/console/users/add", "/console/account", "/console/nothing-here"):
        admin.goto(path)
        assert admin.evaluate("document.documentElement.scrollWidth") <= 1366, path


def test_a_page_says_before_the_session_ends_and_goes_on_after_signing_in_again(
    browse_as: BrowseAs, services: Services, clock: FixedClock
) -> None:
    person_with_password(services, "管理甲", UserRole.ADMIN)
    admin = browse_as(UserRole.ADMIN, None, "管理乙")
    admin.goto("/console/users/add")
    admin.fill("#field-name", "打到一半")
    clock.advance(IDLE - datetime.timedelta(minutes=2))
    admin.evaluate("window.dispatchEvent(new Event('focus'))")
    admin.get_by_role("button", name="继续工作").click()
    expect(admin.locator("#session")).to_be_hidden()
    clock.advance(IDLE)
    admin.evaluate("window.dispatchEvent(new Event('focus'))")
    with admin.expect_popup() as opened:
        admin.get_by_role("link", name="在新窗口登录").click()
    again = opened.value
    set_password(services, reset_password(services, 2, "test").code, PASSWORD)
    again.fill("#field-name", "管理乙")
    again.fill("#field-password", PASSWORD)
    again.keyboard.press("Enter")
    expect(again.locator("h1")).to_have_text("管理乙，您好")
    admin.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(admin.locator("#session")).to_be_hidden()
    admin.get_by_label("复核人员").check()
    admin.select_option("#field-region", label="浙江")
    admin.get_by_role("button", name="添加并生成一次性链接").click()
    expect(admin.locator("main")).to_contain_text("打到一半")


def test_a_page_of_one_user_is_not_sent_by_another_who_signed_in_meanwhile(
    browse_as: BrowseAs, services: Services
) -> None:
    person_with_password(services, "管理甲", UserRole.ADMIN)
    admin = browse_as(UserRole.ADMIN, None, "管理乙")
    admin.goto("/console/users/add")
    other = admin.context.new_page()
    other.goto("/console/account")
    other.get_by_role("button", name="退出登录").click()
    other.fill("#field-name", "管理甲")
    other.fill("#field-password", PASSWORD)
    other.keyboard.press("Enter")
    expect(other.locator("h1")).to_have_text("管理甲，您好")
    admin.bring_to_front()
    admin.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(admin.locator("#session")).to_contain_text("已换成另一用户登录")
    admin.fill("#field-name", "不该添加")
    admin.get_by_role("button", name="添加并生成一次性链接").click()
    expect(admin.locator("h1")).to_have_text("表单已失效，没有执行任何操作")
