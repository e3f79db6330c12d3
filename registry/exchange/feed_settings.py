"""What a partner's file says of a feed: the address of the partner's REST door and where this side's key is."""

from __future__ import annotations

from typing import Any, Final

from registry.exchange.credentials import is_reference
from registry.exchange.toml_lines import LocatedTable

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def read_feed(table: LocatedTable) -> dict[str, Any]:
    """Return `url`, `key` (by reference) and, where the partner's certificate is signed privately, `ca` (a file).

    Raises SettingsError naming the line.
    """
    url = table.text("url").rstrip("/")
    parts = table.parts_of("url", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise table.fault("url", "must be https:// and a host, without a user, a password or a question mark")
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise table.fault("url", "must be https://, or key and data travel in the clear (http:// within this machine)")
    options = {"url": url, "key": credential(table, "key")}
    if table.has("ca"):
        options["ca"] = table.text("ca")
    table.finish()
    return options


def credential(table: LocatedTable, entry: str) -> str:
    """Take an entry that names where a credential is."""
    reference = table.text(entry)
    if not is_reference(reference):
        raise table.fault(entry, "must say where it is (env:NAME or file:PATH): credentials never stand in this file")
    return reference
