"""Tell licensing systems of clear answers that would be held now."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.tell_late_bans import tell_late_bans as tell


def tell_late_bans(services: Services) -> Mapping[str, int]:
    """Write what is to be told; raises as the service does."""
    return {"told": tell(services)}
