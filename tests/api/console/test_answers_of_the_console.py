"""What every answer of the console carries, what its cookies are, and how it says no."""

from __future__ import annotations

import dataclasses
import io
import json
import re

import pytest
from flask import Flask, Response, request

from api.console import turns
from api.console.admission import anyone
from api.console.app import create_console
from api.console.headers import STRICT
from api.console.turns import Turns
from registry.errors import (
    ConflictError,
    FieldFault,
    LogInDoubtError,
    NotAllowedError,
    OutOfRegionError,
    OverloadedError,
    RateExceededError,
    RegistryError,
    UnavailableError,
    UnforeseenError,
)
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.receive_upload import ReceivedFile
from registry.settings import Mode
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import PASSWORD, Visitor, person_with_password, visitor
from tests.api.console.test_access_table import TABLE, address
from tests.quick_passwords import quick_passwords

__all__ = ["quick_passwords"]
pytestmark = [
    pytest.mark.usefixtures("quick_passwords"),
    # What a page carries does not hang on the database.
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def failing_with(console: Flask, error: Exception) -> Visitor:
    """Return a visitor of a console one page of which fails so."""

    def fail() -> Response:
        raise error

    console.add_url_rule("/failing", "failing", anyone(fail))
    return visitor(console)


def test_every_answer_carries_the_strict_headers(sign_in_as: SignInAs, nobody: Visitor) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    for row in TABLE:
        for here in (admin, nobody):
            answer = here.client.open(address(row["route"]), method=row["method"])
            assert {name: answer.headers.get(name) for name in STRICT} == STRICT, row
            assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_nothing_inline_runs_and_nothing_comes_from_elsewhere(sign_in_as: SignInAs) -> None:
    policy = STRICT["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    admin = sign_in_as(UserRole.ADMIN)
    for row in TABLE:
        if row["method"] == "GET" and "static" not in row["route"]:
            answer = admin.get(address(row["route"]))
            shown = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""  # a file runs nothing
            assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", shown) == [], row
            assert re.findall(r"<script(?![^>]*\ssrc=)", shown) == [], row


def test_the_own_files_are_kept_by_the_browser_until_they_change(nobody: Visitor) -> None:
    shown = nobody.get("/sign-in").get_data(as_text=True)
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', shown)
    assert len(files) == 2
    for file in files:
        answer = nobody.get(file)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert nobody.get(files[0].partition("?")[0]).headers["Cache-Control"] == "no-store"
    assert nobody.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize(
    ("stated", "prefix"),
    [({}, ""), ({"console_origin": "https://register.example"}, "__Host-"), ({"mode": Mode.PRODUCTION}, "__Host-")],
)
def test_cookies_are_out_of_reach_of_scripts_and_other_sites_and_of_plain_http_where_there_is_https(
    services: Services, stated: dict[str, object], prefix: str
) -> None:
    person_with_password(services, "李录入")
    changed = dataclasses.replace(services, settings=dataclasses.replace(services.settings, **stated))  # type: ignore[arg-type]
    console = create_console(changed, ListIndex(services.settings.home, services.model))
    client = console.test_client()
    base = "https://localhost" if prefix else "http://localhost"
    shown = client.get("/sign-in", base_url=base)
    found = re.search(r'name="csrf" value="([^"]+)"', shown.get_data(as_text=True))
    assert found is not None
    typed = {"csrf": found[1], "name": "李录入", "password": PASSWORD}
    answer = client.post("/sign-in", data=typed, base_url=base)
    assert answer.status_code == 303
    lines = shown.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in lines} == {f"{prefix}desk", f"{prefix}desk-form"}
    for line in lines:
        parts = set(line.split("; "))
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert ("Secure" in parts) == bool(prefix)
        assert not any(part.startswith("Domain") for part in parts)


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (NotAllowedError("x"), 403, "您没有权限使用此页面"),
        (OutOfRegionError([FieldFault("region", "out_of_region", "x")]), 403, "不属于您办理的地区"),
        (ConflictError("x"), 409, "情况已有变化"),
        (RateExceededError(61), 429, "操作过于频繁"),
        (UnavailableError("x"), 503, "系统暂时无法使用"),
        (OverloadedError("x"), 503, "系统暂时无法使用"),
        (LogInDoubtError("x"), 503, "系统暂时无法使用"),
        (UnforeseenError("x"), 503, "系统暂时无法使用"),
        (RegistryError("x"), 500, "系统出错"),
        (ZeroDivisionError("王小明 330106199001011234"), 500, "系统出错"),
    ],
)
def test_every_failure_has_a_page_in_plain_words_and_the_same_for_scripts(
    console: Flask, error: Exception, status: int, says: str, log: io.StringIO
) -> None:
    here = failing_with(console, error)
    page = here.get("/failing")
    assert page.status_code == status
    assert says in page.get_data(as_text=True)
    assert page.headers["X-Request-Id"] in page.get_data(as_text=True)
    told = here.get("/failing", Accept="application/json")
    assert (told.status_code, told.get_json()["status"]) == (status, status)
    assert says in str(told.get_json())
    assert ("Retry-After" in page.headers) == (status in {429, 503})
    assert "王小明" not in log.getvalue() + page.get_data(as_text=True)
    assert here.get("/failing", Accept_Language="en").get_data(as_text=True).count("一") == 0


def test_what_is_too_large_is_said_to_be(nobody: Visitor) -> None:
    answer = nobody.client.post("/sign-in", data={"csrf": nobody.csrf(), "name": "x" * 70_000})
    assert answer.status_code == 413
    assert "提交的内容太大" in answer.get_data(as_text=True)


def test_who_is_not_signed_in_comes_back_to_the_page_asked_for(nobody: Visitor, services: Services) -> None:
    person_with_password(services, "管理", UserRole.ADMIN)
    way = nobody.get("/users/1?x=1")
    assert (way.status_code, way.location) == (303, "/sign-in?back=/users/1?x%3D1")
    answer = nobody.sign_in("管理", back="/users/1?x=1")
    assert (answer.status_code, answer.location) == (303, "/users/1?x=1")


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/no-such-page",
        "/sign-out",
        "javascript:alert(1)",
    ],
)
def test_no_form_leads_away_from_the_console(nobody: Visitor, services: Services, back: str) -> None:
    person_with_password(services, "李录入")
    assert nobody.post("/language", language="en", back=back).location == "/"
    assert nobody.sign_in("李录入", back=back).location == "/"


def test_a_script_without_a_session_is_told_so_and_not_led_anywhere(nobody: Visitor) -> None:
    answer = nobody.get("/account", Accept="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not_authenticated")


def test_an_expired_session_says_why_one_has_to_sign_in_again(sign_in_as: SignInAs, services: Services) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    with services.store.write() as uow:
        uow.accounts.end_sessions(clerk.user_id)
    assert clerk.get("/").status_code == 303
    assert "登录已过期" in clerk.get("/sign-in").get_data(as_text=True)


def test_what_was_done_is_said_once_and_nobody_else_can_put_words_in_our_mouth(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    admin.client.set_cookie("desk-said", "text=sign_in.throttled&minutes=<b>9</b>")
    assert "&lt;b&gt;9&lt;/b&gt;" in admin.get("/").get_data(as_text=True)
    for nonsense in ("text=no.such.text", "text=sign_in.throttled", "%%%", "text=console.name.x"):
        admin.client.set_cookie("desk-said", nonsense)
        assert 'class="said"' not in admin.get("/").get_data(as_text=True)
    admin.client.set_cookie("desk-said", "text=account.session_ended")
    assert "该登录已结束" in admin.get("/").get_data(as_text=True)
    assert "该登录已结束" not in admin.get("/").get_data(as_text=True)


def test_too_many_at_once_are_told_to_come_again(console: Flask, nobody: Visitor) -> None:
    console.extensions["turns"] = full = Turns(at_once=1, waiting=1, patience_seconds=0.01)
    full.enter()
    assert nobody.get("/sign-in").status_code == 503
    full.leave()
    assert nobody.get("/sign-in").status_code == 200
    assert turns.THREADS == turns.AT_ONCE + turns.MOST_WAITING


def test_the_log_names_routes_and_numbers_and_no_name_password_code_or_address(
    console: Flask, services: Services, log: io.StringIO
) -> None:
    person_with_password(services, "李录入")
    here = visitor(console)
    here.sign_in("李录入", "typed-by-mistake")
    here.sign_in("李录入", HTTP_X="y")
    here.get("/users/1?name=%E6%9D%8E&code=secret")
    here.get("/%E6%9D%8E%E5%BD%95%E5%85%A5")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"/console/sign-in", "/console/users/<int:user>", "/console/<path:anything>"} <= {
        line["route"] for line in requests
    }
    assert {line["user"] for line in requests} == {None, 1}
    for secret in ("李录入", "typed", "secret", PASSWORD, "127.0.0.1", "%E6"):
        assert secret not in log.getvalue()


def test_a_file_that_is_uploaded_never_touches_a_disk(sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[type] = []

    def receive(*_args: object, **_kwargs: object) -> list[ReceivedFile]:
        opened.append(type(request.files["files"].stream))
        return []

    monkeypatch.setattr("api.console.judgment_upload.receive_upload", receive)
    clerk = sign_in_as(UserRole.CLERK)
    data = {"csrf": clerk.csrf(), "files": (io.BytesIO(b"x"), "a.txt")}
    assert clerk.client.post("/judgments/upload", data=data).status_code == 200
    assert opened == [io.BytesIO]
