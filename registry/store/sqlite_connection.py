"""How every SQLite connection is opened: durable, with foreign keys, and with our own BEGIN.

The driver's habit of beginning a transaction only before the first write would let a reader see two states of the
list; SQLAlchemy's documented remedy is to switch it off and to emit BEGIN ourselves.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from registry.errors import UnavailableError

# Milliseconds a writer waits for another process's commit before the request is refused.
BUSY_TIMEOUT: Final = 30_000
# What a connection is set to and must then say of itself (synchronous 2 is FULL: a commit is on the disk).
PRAGMAS: Final[Mapping[str, int | str]] = {
    "busy_timeout": BUSY_TIMEOUT,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    # Erased rows are overwritten, so that an erased record key is gone.
    "secure_delete": 1,
    # No plain file beside the database for sorting.
    "temp_store": 2,
}
WRITES: Final = "registry_writes"
_ATTEMPTS, _PAUSE_SECONDS = 250, 0.02


def create_sqlite_engine(url: URL) -> Engine:
    """Return an engine whose transactions are snapshots for readers and exclusive for writers."""
    database = url.database or ""
    if not database or database == ":memory:":
        raise UnavailableError("the store must be a file: a list in memory would be lost with the process")
    Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # where it cannot be made, opening it says so
        # SQLite gives the files beside it the same mode.
        Path(database).touch(mode=0o600)
    engine = create_engine(url, hide_parameters=True, pool_size=20, max_overflow=20)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for name, wanted in PRAGMAS.items():
        _set(connection, name, wanted)
    for name, wanted in PRAGMAS.items():
        if connection.execute(f"PRAGMA {name}").fetchone() != (wanted,):
            raise UnavailableError(f"SQLite refused PRAGMA {name} = {wanted}: commits would not be safe")


def _set(connection: sqlite3.Connection, name: str, wanted: int | str) -> None:
    """Set a PRAGMA; two that open a new file at once find it locked for a moment, and SQLite does not wait there."""
    for _ in range(_ATTEMPTS):
        with suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA {name} = {wanted}").close()
            return
        time.sleep(_PAUSE_SECONDS)
    connection.execute(f"PRAGMA {name} = {wanted}").close()


def _begin(connection: Connection) -> None:
    writes: bool = connection.get_execution_options().get(WRITES, False)
    # Asked of the driver itself, and only where it changes: this is on the path of every check.
    if connection.info.get(WRITES) is not writes:
        _driver(connection).execute(f"PRAGMA query_only = {0 if writes else 1}").close()
        connection.info[WRITES] = writes
    if writes:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        _driver(connection).execute("BEGIN").close()


def ask(connection: sqlite3.Connection, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """Return the rows of one reading statement: with no transaction begun it is a snapshot of its own."""
    return connection.execute(statement, parameters).fetchall()


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver
