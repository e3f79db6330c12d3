"""The console on a store under test, and people who use it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Flask

from api.console.app import create_console
from api.rest import request_log
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.store.account_repository import UserRole
from tests.api.console.people import Visitor, person, visitor, visitor_as

SignInAs = Callable[..., Visitor]


@pytest.fixture
def console(services: Services) -> Flask:
    """The console on this test's store; its routes are written without the /console they are mounted under."""
    return create_console(services, ListIndex(services.settings.home, services.model))


@pytest.fixture
def nobody(console: Flask) -> Visitor:
    """A browser nobody is signed in with."""
    return visitor(console)


@pytest.fixture
def sign_in_as(console: Flask, services: Services) -> SignInAs:
    """Add a person of a role and return the browser in which they are signed in."""

    def sign_in(role: UserRole, region: str | None = "33", name: str | None = None) -> Visitor:
        return visitor_as(console, services, person(services, role, region, name))

    return sign_in


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a process would have logged."""
    stream = io.StringIO()
    request_log.configure(stream, lasting=False)
    yield stream
    structlog.reset_defaults()
