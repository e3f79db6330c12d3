"""Listed subjects, their identities, bases and records."""

from __future__ import annotations

from typing import Final

from registry.store.transaction import Transaction


class ListRepository:
    """Listed subjects, their identities, bases and records."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction
