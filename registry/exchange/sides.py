"""Which side of the exchange this process is, and which regions' rows a side speaks for (protocol, 1)."""

from __future__ import annotations

from registry.exchange.batch import HUB
from registry.law.roles import Region
from registry.settings import Settings


def own_name(settings: Settings) -> str:
    """Return the name this side goes by: `hub`, or the region of a province's own system."""
    return settings.region or HUB


def spoken_for(giver: str, taker: str) -> frozenset[str]:
    """Return the regions whose rows one side gives the other: a province its own, the hub all but the taker's."""
    everywhere = frozenset(str(region) for region in Region)
    return everywhere - {taker} if giver == HUB else frozenset({giver})
