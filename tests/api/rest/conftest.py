"""The REST door on a store under test, and a caller for each role."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask

from api.rest import request_log
from api.rest.app import create_app
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller


@pytest.fixture
def app(services: Services) -> Flask:
    """The application on this test's store."""
    return create_app(services)


@pytest.fixture
def licensing(app: Flask, services: Services) -> Caller:
    """A licensing system of Zhejiang."""
    return Caller(app, add_client(services, "licensing 33", ClientRole.LICENSING, "33", "test").key)


@pytest.fixture
def regulator(app: Flask, services: Services) -> Caller:
    """A regulator."""
    return Caller(app, add_client(services, "regulator", ClientRole.REGULATOR, None, "test").key)


@pytest.fixture
def province(app: Flask, services: Services) -> Caller:
    """A province that reads the feed."""
    return Caller(app, add_client(services, "province 33", ClientRole.PROVINCE, "33", "test").key)


@pytest.fixture
def court(app: Flask, services: Services) -> Caller:
    """A court's system of Zhejiang, which files judgments."""
    return Caller(app, add_client(services, "court 33", ClientRole.COURT, "33", "test").key)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a process would have logged."""
    stream = io.StringIO()
    request_log.configure(stream, lasting=False)
    yield stream
    structlog.reset_defaults()
