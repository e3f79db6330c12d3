"""Every route of the console for every role, as access.csv says and no otherwise; a route that is not in it fails.

A refusal is the way to the sign-in page for nobody, and 403 for the wrong role; whatever else a route answers, it let
the caller in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.console import cookies
from api.console.admission import anyone, require_marks
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor, person, session_of, visitor_as

TABLE = list(csv.DictReader(Path(__file__).with_name("access.csv").read_text("utf-8").splitlines()))
VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")


def address(route: str) -> str:
    """Return an address the route takes: number 999 of whatever it names."""
    return VARIABLE.sub(lambda found: "999" if found[1] == "int" else "nothing", route)


def given(response: TestResponse) -> bool:
    """Say whether the caller was let in."""
    to_sign_in = (response.location or "").partition("?")[0] == "/sign-in"
    says_done = any(line.startswith("desk-said=") for line in response.headers.getlist("Set-Cookie"))
    return response.status_code not in {401, 403} and (says_done or not to_sign_in)


def ask(visitor: Visitor, row: Mapping[str, str]) -> TestResponse:
    path = address(row["route"])
    return visitor.get(path) if row["method"] == "GET" else visitor.post(path)


def test_every_route_of_the_console_is_in_the_table(console: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in console.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(row["method"], row["route"]) for row in TABLE}


@pytest.mark.parametrize("role", list(UserRole))
def test_every_role_gets_what_the_table_says_and_nothing_else(
    console: Flask, services: Services, role: UserRole
) -> None:
    user = person(services, role)
    otherwise = [
        f"{row['method']} {row['route']}"
        for row in TABLE
        if given(ask(visitor_as(console, services, user), row)) != (row[role.value] == "yes")
    ]
    assert otherwise == []


def test_who_is_not_signed_in_gets_what_the_table_says_and_nothing_else(nobody: Visitor) -> None:
    otherwise = [
        f"{row['method']} {row['route']}" for row in TABLE if given(ask(nobody, row)) != (row["nobody"] == "yes")
    ]
    assert otherwise == []


def test_a_session_that_is_over_opens_nothing(console: Flask, services: Services) -> None:
    user = person(services, UserRole.ADMIN)
    token = session_of(services, user)
    with services.store.write() as uow:
        uow.accounts.end_sessions(user)
    client = console.test_client()
    for shown in (token, "A" * 43, "", "x" * 3000, "§"):
        client.set_cookie(cookies.SESSION, shown)
        assert [row for row in TABLE if row["nobody"] == "no" and given(ask(Visitor(client), row))] == []


def test_a_menu_shows_only_what_its_reader_may_open(sign_in_as: SignInAs) -> None:
    for role in UserRole:
        visitor = sign_in_as(role)
        shown = visitor.get("/").get_data(as_text=True)
        menu = shown.partition("<nav")[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', menu)
        assert links, role
        assert [link for link in links if not given(visitor.get(link))] == [], role
        assert ("/users" in links) == (role is UserRole.ADMIN)


def open_to_all() -> str:
    return "open to all, and said so"


def test_a_route_that_does_not_say_for_whom_it_is_keeps_the_console_from_starting(console: Flask) -> None:
    console._got_first_request = False
    console.add_url_rule("/forgotten", "forgotten", lambda: "open to all by mistake")
    with pytest.raises(ValueError, match="forgotten"):
        require_marks(console)
    console.view_functions["forgotten"] = anyone(open_to_all)
    require_marks(console)
