"""Where licensing systems may be told: addresses they name themselves, and none of this side's own network.

Whoever names an address makes this side call it, so an address within (the machine itself, its link, a private
network) is refused unless the operator has named its network. The name is resolved once, every address it has must be
allowed, and the connection goes to the very address that was looked at: a name that changes in between gains nothing
(OWASP, Server-Side Request Forgery Prevention).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

from registry.errors import FieldFault, InvalidInputError, PartnerUnavailableError
from registry.settings import Mode, Settings

LONGEST: Final = 500
_HTTPS: Final = 443
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): IPv4 addresses as a network of IPv6 alone sees them."""
_IPV4: Final = 0xFFFFFFFF
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AllowedAddresses:
    """Says under which address a host may be reached, by the operator's settings."""

    def __init__(self, settings: Settings) -> None:
        self._networks: Final = settings.webhook_networks
        self._trial: Final = settings.mode is Mode.DEVELOPMENT

    def require(self, url: str) -> None:
        """Raise InvalidInputError, naming `url`, where an address is none that may be called.

        Names are not resolved here: what a name means today says nothing of tomorrow.
        """
        fault = self._fault(url)
        if fault is not None:
            raise InvalidInputError([FieldFault("url", fault, "https:// and a host outside of this side's network")])

    def address_of(self, host: str, port: int) -> str:
        """Return the address to connect to. Raises PartnerUnavailableError: `unresolved` or `address_refused`."""
        found = _resolved(host, port)
        if not all(self._is_allowed(address) for address in found):
            raise PartnerUnavailableError("address_refused", "the address lies within this side's own network")
        return str(found[0])

    def _fault(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return "webhook_url"
        odd = parts.username or parts.password or parts.fragment or not url.isascii() or not url.isprintable()
        if len(url) > LONGEST or not host or odd or port == 0:
            return "webhook_url"
        if parts.scheme != "https" and not (self._trial and parts.scheme == "http" and host in _THIS_MACHINE):
            return "webhook_https"
        literal = _literal(host)
        return "webhook_network" if literal is not None and not self._is_allowed(literal) else None

    def _is_allowed(self, address: _Address) -> bool:
        reached = _reached(address)
        if reached.is_loopback and self._trial:
            return True
        if any(reached.version == network.version and reached in network for network in self._networks):
            return True
        return _is_public(reached)


def _reached(address: _Address) -> _Address:
    """Return what an address leads to: the IPv4 address within one that is mapped, translated or tunnelled."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & _IPV4)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: _Address) -> bool:
    """Say whether an address is anybody's to call; of IPv6 only global unicast is, whatever else was once meant so."""
    unicast = isinstance(address, ipaddress.IPv4Address) or address in _UNICAST
    return unicast and bool(address.is_global) and not address.is_multicast


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _resolved(host: str, port: int) -> list[_Address]:
    try:
        found = socket.getaddrinfo(host, port or _HTTPS, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PartnerUnavailableError("unresolved", "the host has no address") from None
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
