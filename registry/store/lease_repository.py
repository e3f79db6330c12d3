"""Who leads a job: a lease with a fencing number that grows with every change of hands."""

from __future__ import annotations

from typing import Final

from registry.store import exchange_tables
from registry.store.transaction import Transaction


class LeaseRepository:
    """Takes, renews and gives up leases."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction
        self._table: Final = exchange_tables.job_lease
