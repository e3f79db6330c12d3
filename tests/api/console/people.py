"""Invented people who use the console, and a browser without a screen for each."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.console import cookies
from registry.services.add_user import add_user
from registry.services.context import Services
from registry.services.password_link import digest_of
from registry.services.set_password import set_password
from registry.store.account_repository import UserRole

PASSWORD = "Sieben-Zwerge-am-Tisch"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True)
class Visitor:
    """A browser: it keeps cookies, brings each form's token back, and follows no redirect by itself."""

    client: FlaskClient
    user_id: int = 0

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=_named(headers))

    def post(self, path: str, /, **fields: str) -> TestResponse:
        """Send a form as a page of this session would."""
        return self.client.post(path, data={"csrf": self.csrf(), **fields})

    def csrf(self) -> str:
        """Return the token of this session's forms."""
        shown = self.client.get("/nowhere").get_data(as_text=True)
        found = _CSRF.search(shown)
        assert found is not None
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        """Sign in by the form."""
        return self.post("/sign-in", name=name, password=password, **more)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def visitor(console: Flask) -> Visitor:
    """Return a browser nobody is signed in with."""
    return Visitor(console.test_client())


def person(services: Services, role: UserRole, region: str | None = "33", name: str | None = None) -> int:
    """Add a user who has no password yet and return the number."""
    wanted = name or f"{role.value}-{secrets.token_hex(4)}"
    return add_user(services, wanted, role, region, "test").id


def person_with_password(services: Services, name: str, role: UserRole = UserRole.CLERK, region: str = "33") -> int:
    """Add a user whose password is PASSWORD and return the number."""
    added = add_user(services, name, role, region, "test")
    set_password(services, added.link.code, PASSWORD)
    return added.id


def session_of(services: Services, user: int, device: str = "Firefox, Windows") -> str:
    """Open a session of a user without asking for a password and return its token."""
    token = secrets.token_urlsafe(32)
    with services.store.write() as uow:
        uow.accounts.open_session(user, digest_of(token), "192.0.2.7", device)
    return token


def signed_in_token(services: Services, role: UserRole, region: str | None = "33", name: str | None = None) -> str:
    """Add a user, open a session and return its token."""
    return session_of(services, person(services, role, region, name))


def visitor_as(console: Flask, services: Services, user: int) -> Visitor:
    """Return a browser in which a user is signed in."""
    client = console.test_client()
    client.set_cookie(cookies.SESSION, session_of(services, user))
    return Visitor(client, user)
