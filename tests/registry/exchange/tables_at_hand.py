"""A front-end database as an adapter opens it."""

from __future__ import annotations

from registry.exchange.front_end_database import FrontEnd
from registry.exchange.partner import Partner


def opened(partner: Partner) -> FrontEnd:
    """Return a partner's front-end database, by its settings."""
    return FrontEnd(partner.options["table"], partner.options["folder"], 5.0)
