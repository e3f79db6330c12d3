"""No other site can act in a user's name: every form brings a token of its own session and comes from our own pages."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from api.console.app import create_console
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.read_users import read_users
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor, visitor
from tests.api.console.test_access_table import TABLE, address

USER = {"name": "李录入", "role": "clerk", "region": "33"}


def test_every_form_without_its_token_is_refused(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    for row in TABLE:
        if row["method"] == "POST" and row["admin"] == "yes":
            for data in ({}, {"csrf": ""}, {"csrf": "A" * 43}, {"csrf": "§"}):
                assert admin.client.post(address(row["route"]), data=data).status_code == 403, row["route"]


def test_a_token_of_another_session_is_refused_and_nothing_is_done(
    sign_in_as: SignInAs, services: Services, nobody: Visitor
) -> None:
    admin, other = sign_in_as(UserRole.ADMIN), sign_in_as(UserRole.ADMIN)
    for token in (other.csrf(), nobody.csrf()):
        assert admin.client.post("/users/add", data=USER | {"csrf": token}).status_code == 403
    assert len(read_users(services)) == 2
    assert admin.client.post("/users/add", data=USER | {"csrf": admin.csrf()}).status_code == 200
    assert len(read_users(services)) == 3


def test_a_token_may_come_in_a_header_where_a_script_sends(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    assert admin.client.post("/users/add", data=USER, headers={"X-CSRF-Token": admin.csrf()}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_its_token(sign_in_as: SignInAs, headers: dict[str, str]) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    answer = admin.client.post("/users/add", data=USER | {"csrf": admin.csrf()}, headers=headers)
    assert answer.status_code == 403
    assert "没有执行任何操作" in answer.get_data(as_text=True)


def test_a_form_of_our_own_origin_is_taken(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(UserRole.ADMIN)
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert admin.client.post("/users/add", data=USER | {"csrf": admin.csrf()}, headers=headers).status_code == 200


def test_behind_a_proxy_the_origin_of_the_settings_counts_and_no_other(services: Services) -> None:
    settings = dataclasses.replace(services.settings, console_origin="http://register.example")
    behind = dataclasses.replace(services, settings=settings)
    console: Flask = create_console(behind, ListIndex(settings.home, services.model))
    here = visitor(console)
    token = here.csrf()
    for origin, status in (("http://register.example", 422), ("http://localhost", 403)):
        answer = here.client.post("/sign-in", data={"csrf": token}, headers={"Origin": origin})
        assert answer.status_code == status


def test_signing_in_takes_a_form_of_this_browser_too(console: Flask, nobody: Visitor) -> None:
    assert visitor(console).client.post("/sign-in", data={"csrf": nobody.csrf(), "name": "x"}).status_code == 403
