"""Erase, once a day, what was kept as long as it may be, and carry out sealing orders to the end."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from registry.services.context import Services
from registry.services.retain import apply_retention as apply

EXCHANGES_KEPT: Final = datetime.timedelta(days=400)
"""How long what is known of single exchanges with partners is kept: a year and a month of lag to look at."""


def apply_retention(services: Services) -> Mapping[str, int]:
    """Apply the table in registry/law/retention.toml; raises as the service does."""
    done = apply(services, actor="worker")
    with services.store.write() as uow:
        uow.exchange_health.forget_runs(services.clock.now() - EXCHANGES_KEPT)
    return {rule.value: count for rule, count in done.counts.items()}
