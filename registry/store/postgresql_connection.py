"""How every PostgreSQL connection is opened: version, encoding and durability asserted, not assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from registry.errors import UnavailableError

OLDEST: Final = 15
# Seconds to wait for a connection, and milliseconds for another writer's row lock, before refusing.
CONNECT_TIMEOUT: Final = 10
LOCK_TIMEOUT: Final = 10_000


def create_postgresql_engine(url: URL) -> Engine:
    """Return an engine that hands out only connections whose commits are on the disk."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: psycopg.Connection[tuple[str, ...]], _entry: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT}")
    require_durable(connection)
    connection.autocommit = False


def limit_waiting(connection: Connection, seconds: float) -> None:
    """Let no statement of this transaction wait longer for a lock."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(seconds * 1000)}")


def ask(
    connection: psycopg.Connection[tuple[Any, ...]], statement: str, parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Return the rows of one reading statement without a transaction round it: one round trip instead of three."""
    connection.autocommit = True
    try:
        return connection.execute(statement.encode(), parameters).fetchall()
    finally:
        connection.autocommit = False


def require_durable(connection: psycopg.Connection[tuple[str, ...]]) -> None:
    """Refuse (UnavailableError) a server whose commits may be lost or that is too old or not UTF-8."""
    if connection.info.server_version < OLDEST * 10_000:
        raise UnavailableError(f"PostgreSQL {OLDEST} or newer is needed")
    for setting, wrong in (("synchronous_commit", "off"), ("fsync", "off"), ("full_page_writes", "off")):
        if _show(connection, setting) == wrong:
            raise UnavailableError(
                f"PostgreSQL runs with {setting} = {wrong}: a decision could be lost after its answer"
            )
    if _show(connection, "server_encoding") != "UTF8":
        raise UnavailableError("the PostgreSQL database must be encoded in UTF8")


def _show(connection: psycopg.Connection[tuple[str, ...]], setting: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()
    return row[0] if row else ""
