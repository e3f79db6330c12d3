"""From which network address a request comes, as the connection has it or as the named reverse proxy says."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any


def network_address(environ: Mapping[str, Any], proxy: str | None) -> str:
    """Return the caller's network address; a forwarding header counts only from the proxy of the settings."""
    peer = str(environ.get("REMOTE_ADDR", ""))
    if peer != proxy:
        return _written(peer) or "unknown"
    # The last one is the proxy's own word; those before it are whatever the caller wrote.
    return _written(str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()) or "unknown"


def _written(text: str) -> str | None:
    """Return an address in its one way of writing; IPv6 networks give a browser 64 bits to choose from."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(getattr(found, "ipv4_mapped", None) or found)
