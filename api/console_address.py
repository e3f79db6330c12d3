"""Where browsers find the console, for those who print its address."""

from __future__ import annotations

from typing import Final

from registry.settings import Settings

CONSOLE: Final = "/console"
_OF_SERVE: Final = "http://127.0.0.1:8000"
"""Where `registry serve` listens unless it is told otherwise."""


def password_address(settings: Settings, code: str, origin: str | None = None) -> str:
    """Return the address of a one-time link; the code stands behind the #, which no browser sends to a server.

    The origin is that of the settings, or else the one given, or else where `registry serve` listens by default.
    """
    return f"{settings.console_origin or origin or _OF_SERVE}{CONSOLE}/password#{code}"
