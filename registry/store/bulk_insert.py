"""Many rows into a table at once: COPY on PostgreSQL, a row each on SQLite.

Row by row a batch of 1,000 costs PostgreSQL 5,000 messages each way; copied it costs five.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Dialect, Table, exc, insert
from sqlalchemy.types import TypeDecorator, TypeEngine

WORTH_IT: Final = 20
"""From so many rows on COPY is quicker."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all state the same columns; nothing where there are none. Raises as any statement does."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= WORTH_IT:
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), [dict(row) for row in rows])


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = connection.dialect
    columns = [(name, _bound(table.c[name].type)) for name in rows[0]]
    spelt = dialect.identifier_preparer
    into = f"{spelt.format_table(table)} ({', '.join(spelt.quote(name) for name, _ in columns)})"
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    with _told_as_any(dialect), driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copying:
        for row in rows:
            copying.write_row([row[name] if bound is None else bound(row[name], dialect) for name, bound in columns])


def _bound(of: TypeEngine[Any]) -> Callable[[Any, Dialect], Any] | None:
    """Return what a type of our own makes of a value before the driver, which knows all others, gets it."""
    return of.process_bind_param if isinstance(of, TypeDecorator) else None


@contextmanager
def _told_as_any(dialect: Dialect) -> Iterator[None]:
    """Raise what the driver raises as SQLAlchemy raises it of any other statement."""
    try:
        yield
    except psycopg.Error as error:
        raise exc.DBAPIError.instance(
            "COPY", None, error, psycopg.Error, hide_parameters=True, dialect=dialect
        ) from error
