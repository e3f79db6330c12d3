"""How much of what a partner left is read at all."""

from __future__ import annotations

from registry.errors import PartnerUnavailableError


def require_small(what: str, size: int, most: int) -> None:
    """Raise PartnerUnavailableError (`too_large`) where something has more bytes than may come, before it is read."""
    if size > most:
        raise PartnerUnavailableError("too_large", f"{what} has {size:,} bytes; {most:,} may come")
