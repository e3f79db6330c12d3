"""The one list version: locked by every change, read by every check."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from registry.errors import UnavailableError
from registry.store.tables import list_head
from registry.store.transaction import Transaction

# Built once: this is asked by every check. SQLite, where a writer is alone anyway, leaves FOR UPDATE out.
_VERSION: Final = select(list_head.c.version).where(list_head.c.id == 1)
_LOCKED_VERSION: Final = _VERSION.with_for_update()


class HeadRepository:
    """Reads and advances the version of the list; versions are contiguous and in commit order."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def version(self) -> int:
        """Return the version of the list this transaction sees."""
        return self._read(lock=False)

    def lock(self) -> int:
        """Take the list's turn until commit and return its version.

        Whoever bases a change on what the list holds (is this person known already?) locks before reading it:
        on PostgreSQL only statements after the lock see what the writer before has committed.
        """
        return self._read(lock=True)

    def advance(self, count: int = 1) -> range:
        """Take the next `count` versions; the caller appends one list_change for each in this transaction."""
        if count < 1:
            raise ValueError("the list advances by at least one version")
        last = self.lock()
        self._transaction.connection.execute(update(list_head).where(list_head.c.id == 1).values(version=last + count))
        return range(last + 1, last + 1 + count)

    def _read(self, *, lock: bool) -> int:
        version = self._transaction.connection.execute(_LOCKED_VERSION if lock else _VERSION).scalar()
        if version is None:
            raise UnavailableError("the list has no head: run `registry init`")
        return int(version)
