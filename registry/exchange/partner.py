"""Who a partner is and what its configuration allows (read from a TOML file by registry.exchange.partner_file)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ExchangeLimits:
    """What one batch may do by itself: more is held for a person (protocol, 4.3)."""

    withdrawals_percent: float = 1.0
    withdrawals_always: int = 3
    items_per_batch: int = 1_000
    bytes_per_batch: int = 32 << 20
    seconds_per_request: float = 60.0


@dataclass(frozen=True, slots=True)
class ExchangeSchedule:
    """How often the partner is visited when nothing was announced, and how failures space out."""

    pull_every: datetime.timedelta = datetime.timedelta(minutes=10)
    push_every: datetime.timedelta = datetime.timedelta(minutes=10)
    reconcile_at: datetime.time = datetime.time(2, 30)
    """The time of day in Asia/Shanghai."""
    first_retry: datetime.timedelta = datetime.timedelta(seconds=5)
    longest_retry: datetime.timedelta = datetime.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner: `31`–`34`, or `hub` for a province's own system.

    `keys` are the Ed25519 public keys (32 bytes) its batches may be signed by: two during an exchange of keys, and
    none where the transport has no signatures (`signed` is False then). `is_handed`: there is a folder or a table that
    what is new is written to. `options` are the adapter's own settings.
    """

    name: str
    adapter: str
    signed: bool = True
    keys: tuple[bytes, ...] = ()
    valid_until: datetime.timedelta | None = None
    limits: ExchangeLimits = field(default_factory=ExchangeLimits)
    schedule: ExchangeSchedule = field(default_factory=ExchangeSchedule)
    is_handed: bool = True
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
