"""See that every witness goes on cosigning the log's heads."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.watch_witnesses import watch_witnesses as watch


def watch_witnesses(services: Services) -> Mapping[str, int]:
    """Raise and clear the alarms on missing cosignatures."""
    watched = watch(services.store)
    return {"witnesses": watched.witnesses, "late": len(watched.late)}
