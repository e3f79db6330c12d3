"""Where a browser is: its network address, as the connection has it or as the named reverse proxy says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request

from api.network_address import network_address

if TYPE_CHECKING:
    from registry.services.context import Services

_PROGRAMS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def address() -> str:
    """Return the browser's network address; a forwarding header counts only from the proxy of the settings."""
    return network_address(request.environ, cast("Services", current_app.extensions["services"]).settings.proxy)


def device() -> str:
    """Return the kind of browser and system in a word or two, for its user to know it again."""
    stated = request.headers.get("User-Agent", "")
    program = next((name for mark, name in _PROGRAMS if mark in stated), "?")
    system = next((name for mark, name in _SYSTEMS if mark in stated), "?")
    return f"{program}, {system}"
