"""A browser's address is the connection's, or the word of the proxy the settings name; nobody else's word counts."""

from __future__ import annotations

import dataclasses

import pytest

from api.console.app import create_console
from api.console.network import address, device
from registry.services.context import Services
from registry.services.list_index import ListIndex

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def seen(services: Services, proxy: str | None, peer: str, forwarded: str | None) -> str:
    changed = dataclasses.replace(services, settings=dataclasses.replace(services.settings, proxy=proxy))
    console = create_console(changed, ListIndex(services.settings.home, services.model))
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with console.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return address()


@pytest.mark.parametrize(
    ("proxy", "peer", "forwarded", "expected"),
    [
        (None, "192.0.2.1", None, "192.0.2.1"),
        (None, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("127.0.0.1", "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("127.0.0.1", "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", "' OR 1=1", "unknown"),
        ("127.0.0.1", "127.0.0.1", None, "unknown"),
        (None, "2001:db8:1:2:aaaa::1", None, "2001:db8:1:2::"),
        (None, "2001:db8:1:2:bbbb::7", None, "2001:db8:1:2::"),
        (None, "::ffff:192.0.2.1", None, "192.0.2.1"),
        (None, "", None, "unknown"),
    ],
)
def test_only_the_named_proxy_is_believed_and_only_its_own_word(
    services: Services, proxy: str | None, peer: str, forwarded: str | None, expected: str
) -> None:
    assert seen(services, proxy, peer, forwarded) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/130.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("<script>alert(1)</script>", "?, ?"),
        ("", "?, ?"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_two_words_and_its_own_words_are_never_kept(
    services: Services, agent: str, expected: str
) -> None:
    console = create_console(services, ListIndex(services.settings.home, services.model))
    with console.test_request_context("/", headers={"User-Agent": agent}):
        assert device() == expected
