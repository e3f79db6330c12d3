"""Pages driven in a real browser: Debian's package `chromium`, against a server of the test's own on each database.

`page` is a browser nobody is signed in with; `browse_as(role)` gives a page of a browser of its own for each person.
Whatever a page does, it may load nothing from another host, and its scripts may complain of nothing.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer

from api.console import cookies
from api.console_address import CONSOLE
from api.doors import with_console
from api.rest.app import create_app
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.people import signed_in_token

CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

collect_ignore_glob = [] if CHROMIUM else ["test_*.py"]

BrowseAs = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """The address of a server with both doors on this test's store; the console is below it."""
    server = ThreadedWSGIServer("127.0.0.1", 0, with_console(create_app(services)))
    # Closing waits for the requests under way: one that ended after its store would leave a connection open.
    server.daemon_threads = False
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    serving.join()
    server.server_close()


@contextmanager
def clean_page(chromium: Browser, address: str, token: str | None = None) -> Iterator[Page]:
    """Open a page of a browser of its own; in the end nothing foreign was asked for and no script has complained."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
    context.set_default_timeout(PATIENCE_MS)
    if token is not None:
        context.add_cookies([{"name": cookies.SESSION, "value": token, "url": address, "httpOnly": True}])
    page = context.new_page()
    foreign: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda asked: foreign.append(asked.url) if not is_own(asked.url, address) else None)
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert foreign == []
    assert complaints == []


def is_complaint(said: ConsoleMessage) -> bool:
    """Say whether the browser complains; that the server refused something it says, too, and a test judges that."""
    return said.type in {"error", "warning"} and "status of" not in said.text


def is_own(url: str, address: str) -> bool:
    """Say whether an address is of this server, or of no server at all."""
    return url.startswith((f"{address}/", "data:", "blob:"))


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of a browser nobody is signed in with, at the console's first page."""
    with clean_page(chromium, address) as opened:
        opened.goto(f"{CONSOLE}/")
        yield opened


@pytest.fixture
def browse_as(chromium: Browser, address: str, services: Services) -> Iterator[BrowseAs]:
    """Open a page of a new browser in which a person of that role is signed in, at the console's first page."""
    opened = []

    def browse(role: UserRole, region: str | None = "33", name: str | None = None) -> Page:
        within = clean_page(chromium, address, signed_in_token(services, role, region, name))
        opened.append(within)
        page = within.__enter__()
        page.goto(f"{CONSOLE}/")
        return page

    yield browse
    for within in opened:
        within.__exit__(None, None, None)
