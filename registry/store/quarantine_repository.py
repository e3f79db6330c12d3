"""Rows that could not be taken, kept whole, and lines that were refused."""

from __future__ import annotations

from typing import Final

from registry.store.transaction import Transaction


class QuarantineRepository:
    """Rows that could not be taken, kept whole, and lines that were refused."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction
