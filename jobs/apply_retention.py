"""Erase, once a day, what was kept as long as it may be, and carry out sealing orders to the end."""

from __future__ import annotations

from collections.abc import Mapping

from registry.services.context import Services
from registry.services.retain import apply_retention as apply


def apply_retention(services: Services) -> Mapping[str, int]:
    """Apply the table in registry/law/retention.toml; raises as the service does."""
    done = apply(services, actor="worker")
    return {rule.value: count for rule, count in done.counts.items()}
