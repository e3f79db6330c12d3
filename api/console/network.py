"""Where a browser is: its network address, as the connection has it or as the named reverse proxy says."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request

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
    peer = request.remote_addr or ""
    if peer != cast("Services", current_app.extensions["services"]).settings.proxy:
        return _written(peer) or "unknown"
    # The last one is the proxy's own word; those before it are whatever the caller wrote.
    return _written(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()) or "unknown"


def device() -> str:
    """Return the kind of browser and system in a word or two, for its user to know it again."""
    stated = request.headers.get("User-Agent", "")
    program = next((name for mark, name in _PROGRAMS if mark in stated), "?")
    system = next((name for mark, name in _SYSTEMS if mark in stated), "?")
    return f"{program}, {system}"


def _written(text: str) -> str | None:
    """Return an address in its one way of writing; IPv6 networks give a browser 64 bits to choose from."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(getattr(found, "ipv4_mapped", None) or found)
