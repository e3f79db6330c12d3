"""The insert that knows what to do where a row stands already, in the words of the database at hand."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert = postgresql.Insert | sqlite.Insert


def upsert(connection: Connection, table: Table) -> Upsert:
    """Return an insert into a table that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return build(table)
