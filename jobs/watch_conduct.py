"""See whether a client fishes in the list instead of working with it."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.watch_conduct import watch_conduct as watch


def watch_conduct(services: Services) -> Mapping[str, int]:
    """Look at what clients asked since the last run and raise alarms; raises as the service does."""
    watched = watch(services)
    return {"decisions": watched.decisions, "flagged": len(watched.flagged)}
