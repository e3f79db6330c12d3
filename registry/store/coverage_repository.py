"""How fresh each region's part of the list is."""

from __future__ import annotations

from typing import Final

from registry.store.transaction import Transaction


class CoverageRepository:
    """How fresh each region's part of the list is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction
