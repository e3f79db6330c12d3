"""A number in an address that no row can have leads nowhere, and breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from api.console.admission import roles_of
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs

NUMBERS = ("9" * 19, "9" * 20, "1" * 25, "7" * 6_000)


def _numbered(console: Flask) -> list[tuple[str, str, UserRole]]:
    """Every route with a number in it: its method, its path, and a role that may use it."""
    found = []
    for rule in console.url_map.iter_rules():
        if "<int:" in rule.rule:
            role = sorted(roles_of(console.view_functions[rule.endpoint]) or (UserRole.CLERK,))[0]
            found += [(method, rule.rule, role) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"{len(number)} digits")
def test_a_number_longer_than_any_in_the_store_is_not_found_on_every_route(
    console: Flask, sign_in_as: SignInAs, number: str
) -> None:
    routes = _numbered(console)
    assert len(routes) > 8
    visitors = {role: sign_in_as(role) for _, _, role in routes}
    for method, rule, role in routes:
        path = re.sub("<[^>]*>", "J000000000000", re.sub("<int:[^>]*>", number, rule))
        ask: Callable[[str], object] = visitors[role].get if method == "GET" else visitors[role].post
        assert getattr(ask(path), "status_code", None) == 404, (method, rule)


@pytest.mark.parametrize("path", ["/waiting", "/spreadsheets", "/revocations", "/judgments"])
def test_a_page_after_a_number_no_row_has_is_the_first_page(sign_in_as: SignInAs, path: str) -> None:
    someone = sign_in_as(UserRole.CONFIRMER)
    for number in (*NUMBERS, "-1", "²", "x"):
        assert someone.get(f"{path}?after={number}").status_code == 200


def test_the_largest_number_a_row_can_have_is_asked_for_and_not_found(sign_in_as: SignInAs) -> None:
    assert sign_in_as(UserRole.CONFIRMER).get(f"/waiting/{2**63 - 1}").status_code == 404
