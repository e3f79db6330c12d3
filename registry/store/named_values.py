"""Rows named by many values at once: one array on PostgreSQL, a list of parameters on SQLite.

psycopg splits a statement at each of its parameters, and the server parses and plans them anew: of 1,000 numbers that
is a seventh of the time of a batch (see decision 0016).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, String, any_, func, literal, select, tuple_

_POSTGRESQL = "postgresql"


def among(connection: Connection, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of some values."""
    if connection.dialect.name != _POSTGRESQL:
        return column.in_(values)
    named: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return named


def keyed(
    connection: Connection, columns: tuple[ColumnElement[Any], ColumnElement[Any]], keys: Sequence[tuple[str, str]]
) -> ColumnElement[bool]:
    """Return the condition that two columns of text together are one of some pairs."""
    if connection.dialect.name != _POSTGRESQL:
        return tuple_(*columns).in_(keys)
    firsts, seconds = ([key[place] for key in keys] for place in (0, 1))
    pairs = func.unnest(literal(firsts, ARRAY(String)), literal(seconds, ARRAY(String)))
    named = pairs.table_valued("first", "second", name="named").render_derived()
    return tuple_(*columns).in_(select(named.c.first, named.c.second))
