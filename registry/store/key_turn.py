"""How writers and whoever exchanges keys keep out of each other's way: many writers together, or one exchange alone.

A transaction that writes states which keys it found in use; none of another generation can be committed beside it.
SQLite has one writer at a time anyway. On PostgreSQL writers share an advisory lock until they commit and an exchange
takes it for itself; the server hands it on in turn, so that an exchange is not starved (a row lock taken FOR SHARE by
one writer after another would starve it).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from registry.errors import UnavailableError
from registry.privacy.keys_at_hand import KeysInUse

_LOCK: Final = 0x6B657973
_IN_USE: Final = "SELECT master_version, index_version, generation FROM key_in_use"
# One message to the server; the second statement sees what was committed while the first waited.
_JOIN: Final = f"SELECT pg_advisory_xact_lock_shared({_LOCK}); {_IN_USE}"
_TAKE: Final = f"SELECT pg_advisory_xact_lock({_LOCK}); {_IN_USE}"


def joined(connection: Connection) -> KeysInUse:
    """Return the keys in use, which stay in use until this transaction ends."""
    return _read(connection, _JOIN)


def taken(connection: Connection) -> KeysInUse:
    """Return the keys in use once nobody else writes, and let nobody write until this transaction ends."""
    return _read(connection, _TAKE)


def _read(connection: Connection, on_postgresql: str) -> KeysInUse:
    if connection.dialect.name == "postgresql":
        answers = connection.exec_driver_sql(on_postgresql)
        answers.cursor.nextset()
    else:
        answers = connection.exec_driver_sql(_IN_USE)
    row = answers.cursor.fetchone()
    answers.close()
    if row is None:
        raise UnavailableError("the store does not say which keys it uses: run `registry init`")
    return KeysInUse(*row)
