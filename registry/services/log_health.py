"""How the log fares, for the operator: how far it reaches, what waits, who is late, what needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.services.watch_witnesses import late_witnesses

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork

MOST_WAITING_SECONDS = 10.0
"""An entry that waits longer for its place means that no worker runs, or that it cannot sign."""


@dataclass(frozen=True, slots=True)
class LogHealth:
    """How far the log reaches, how long the oldest entry has waited for its place, doubt, late witnesses, alarms."""

    size: int
    waiting_seconds: float
    in_doubt: bool
    late_witnesses: tuple[str, ...]
    alarms: int

    @property
    def is_late(self) -> bool:
        """Return whether entries wait longer for their place than they should."""
        return self.waiting_seconds > MOST_WAITING_SECONDS


def log_health(uow: UnitOfWork) -> LogHealth:
    """Return how the log fares at this instant."""
    newest, since = uow.log.newest(), uow.log.pending_since()
    return LogHealth(
        size=newest.size if newest else 0,
        waiting_seconds=0.0 if since is None else max(0.0, (uow.transaction.now() - since).total_seconds()),
        in_doubt=uow.log.doubted_at() is not None,
        late_witnesses=late_witnesses(uow),
        alarms=len(uow.alarms.open()),
    )
