"""The pages of administrators and of one's own account: what is typed is kept, what may not be done is refused."""

from __future__ import annotations

import html
import re

import pytest

from registry.services.add_user import add_user
from registry.services.context import Services
from registry.services.desk_session import open_sessions
from registry.services.read_users import find_user, read_users
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import PASSWORD, Visitor, person, person_with_password, session_of, visitor
from tests.quick_passwords import quick_passwords

__all__ = ["quick_passwords"]
pytestmark = pytest.mark.usefixtures("quick_passwords")


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def test_a_refused_user_keeps_what_was_typed_and_says_what_is_wrong_beside_each_field(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN, name="管理")
    answer = admin.post("/users/add", name="管理", role="clerk", region="33")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="管理"' in shown
    assert re.search(r'value="clerk" checked', shown)
    assert re.search(r'value="33" selected', shown)
    assert "已有同名用户" in shown.partition('id="fault-name"')[2].partition("</p>")[0]
    assert '<a href="#field-name">' in shown
    nothing = admin.post("/users/add", name="", role="", region="").get_data(as_text=True)
    assert re.findall(r'id="fault-(\w+)"', nothing) == ["name", "role", "region"]
    assert admin.post("/users/add", name="x", role="god", region="33").status_code == 422
    assert admin.post("/users/add", name="x", role="clerk", region="99").status_code == 422


def test_a_name_that_looks_like_markup_is_shown_as_it_was_typed(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    admin.post("/users/add", name="<b>x</b>{{7*7}}", role="clerk", region="33")
    shown = admin.get("/users").get_data(as_text=True)
    assert "&lt;b&gt;x&lt;/b&gt;{{7*7}}" in shown
    assert "<b>x" not in shown


def test_an_administrator_changes_disables_enables_and_resets(sign_in_as: SignInAs, services: Services) -> None:
    admin, user = sign_in_as(UserRole.ADMIN), person(services, UserRole.CLERK)
    assert admin.post(f"/users/{user}/role", role="confirmer", region="all").location == f"/users/{user}"
    assert "角色和地区已保存" in words(admin, f"/users/{user}")
    changed = find_user(services, user)
    assert (changed.role, changed.region) == (UserRole.CONFIRMER, None)
    assert admin.post(f"/users/{user}/role", role="confirmer", region="99").status_code == 422
    admin.post(f"/users/{user}/disable")
    assert find_user(services, user).disabled_at is not None
    assert admin.post(f"/users/{user}/reset").status_code == 409
    admin.post(f"/users/{user}/enable")
    assert find_user(services, user).disabled_at is None
    assert "/password#" in admin.post(f"/users/{user}/reset").get_data(as_text=True)
    assert admin.get("/users/999").status_code == 404


def test_administrators_leave_their_own_account_to_others(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    assert "须由其他管理员办理" in words(admin, f"/users/{admin.user_id}")
    assert admin.post(f"/users/{admin.user_id}/disable").status_code == 409
    assert admin.post(f"/users/{admin.user_id}/role", role="clerk", region="33").status_code == 409


def test_a_user_changes_the_password_and_ends_other_sessions(nobody: Visitor, services: Services) -> None:
    user = person_with_password(services, "李录入")
    other = session_of(services, user, "Edge, Windows")
    nobody.sign_in("李录入")
    assert "Edge, Windows" in words(nobody, "/account")
    changed = {"former_password": PASSWORD, "password": "Neun-Kegel-im-Garten", "password_again": "Neun-Kegel"}
    assert nobody.post("/account/password", **changed).status_code == 422
    wrong = changed | {"former_password": "x", "password_again": "Neun-Kegel-im-Garten"}
    assert "当前密码不正确" in nobody.post("/account/password", **wrong).get_data(as_text=True)
    assert len(open_sessions(services, user)) == 2
    right = changed | {"password_again": "Neun-Kegel-im-Garten"}
    assert nobody.post("/account/password", **right).status_code == 303
    assert len(open_sessions(services, user)) == 1
    assert other not in words(nobody, "/account")


def test_a_user_ends_one_session_all_others_or_the_present_one(sign_in_as: SignInAs, services: Services) -> None:
    clerk = sign_in_as(UserRole.CLERK)
    for _ in range(3):
        session_of(services, clerk.user_id)
    others = open_sessions(services, clerk.user_id)
    clerk.post(f"/account/sessions/{others[0].id}/end")
    assert len(open_sessions(services, clerk.user_id)) == 3
    clerk.post("/account/sessions/end-others")
    present = open_sessions(services, clerk.user_id)
    assert len(present) == 1
    assert clerk.post(f"/account/sessions/{present[0].id}/end").location == "/sign-in"
    assert clerk.get("/").status_code == 303


def test_nobody_ends_another_user_s_session(sign_in_as: SignInAs, services: Services) -> None:
    clerk, other = sign_in_as(UserRole.CLERK), sign_in_as(UserRole.CLERK)
    theirs = open_sessions(services, other.user_id)[0]
    clerk.post(f"/account/sessions/{theirs.id}/end")
    assert other.get("/").status_code == 200


def test_signing_in_again_ends_the_former_session_of_this_browser(nobody: Visitor, services: Services) -> None:
    user = person_with_password(services, "李录入")
    nobody.sign_in("李录入")
    first = open_sessions(services, user)[0].id
    nobody.sign_in("李录入")
    assert [session.id for session in open_sessions(services, user)] == [first + 1]


def test_a_locked_account_is_told_how_long_to_wait_and_what_to_do(nobody: Visitor, services: Services) -> None:
    person_with_password(services, "李录入")
    answers = [nobody.sign_in("李录入", "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "请 1 分钟后再试" in answers[-1].get_data(as_text=True)
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_password_is_never_sent_back(nobody: Visitor, services: Services) -> None:
    code = add_user(services, "李录入", UserRole.CLERK, "33", "test").link.code
    for path, fields in (
        ("/sign-in", {"name": "x", "password": "Secret-Typed-1"}),
        ("/password", {"code": code, "password": "Secret-Typed-1", "password_again": "Secret-Typed-2"}),
    ):
        answer = nobody.post(path, **fields)
        assert answer.status_code == 422
        assert "Secret-Typed" not in answer.get_data(as_text=True)
    assert len(read_users(services)) == 1


def test_a_language_once_chosen_stays(nobody: Visitor) -> None:
    assert 'lang="zh-CN"' in words(nobody, "/sign-in")
    nobody.post("/language", language="en", back="/sign-in")
    assert "Sign in" in words(nobody, "/sign-in")
    nobody.post("/language", language="xx", back="/sign-in")
    assert 'lang="zh-CN"' in words(nobody, "/sign-in")
    other = visitor(nobody.client.application).get("/sign-in", Accept_Language="en-GB")
    assert "Sign in" in other.get_data(as_text=True)
