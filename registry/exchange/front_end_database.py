"""The front-end database a partner exchanges rows through: opened by SQLAlchemy, with its tables as they are there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    create_engine,
    exc,
    make_url,
)

from registry.errors import PartnerUnavailableError, SettingsError
from registry.exchange.credentials import is_reference, resolved
from registry.exchange.table_settings import TableSettings


class FrontEnd:
    """One database. Every failure of it is a PartnerUnavailableError, whose text holds nothing of any statement."""

    def __init__(self, settings: TableSettings, beside: Path, seconds: float) -> None:
        """Prepare; `beside` is where the configuration stands, `seconds` how long a connection may take to come about.

        Raises SettingsError where the address or a credential is not there or is none.
        """
        try:
            self._engine: Final = create_engine(**_engine_of(settings, beside, seconds))
        except (exc.ArgumentError, ImportError, ValueError):
            raise SettingsError("database: is no address that a library installed here can open") from None
        self._metadata: Final = MetaData()

    @contextmanager
    def work(self) -> Iterator[Connection]:
        """Open a transaction that is committed when the block ends and leaves nothing if it raises."""
        with translated(), self._engine.begin() as connection:
            yield connection

    def table(self, connection: Connection, name: str, *needed: str) -> Table:
        """Return a table as it is there; PartnerUnavailableError (`tables`) where it, or a column needed, is not."""
        schema, _, plain = name.rpartition(".")
        try:
            table = Table(plain, self._metadata, schema=schema or None, autoload_with=connection)
        except exc.NoSuchTableError:
            raise PartnerUnavailableError("tables", f"the database has no table {name}") from None
        for column in needed:
            column_of(table, column)
        return table

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def _engine_of(settings: TableSettings, beside: Path, seconds: float) -> dict[str, Any]:
    database = settings.database
    url = make_url(resolved(database, beside) if is_reference(database) else database)
    if settings.password is not None:
        url = url.set(password=resolved(settings.password, beside))
    backend = url.get_backend_name()
    waiting = {"timeout": seconds} if backend == "sqlite" else {"connect_timeout": max(int(seconds), 1)}
    connect_args = waiting if backend in {"sqlite", "postgresql", "mysql"} else {}
    return {"url": url, "hide_parameters": True, "pool_pre_ping": True, "connect_args": connect_args}


def column_of(table: Table, name: str) -> Column[Any]:
    """Return a column, capitals or not; PartnerUnavailableError (`tables`) where there is none."""
    found = next((column for column in table.columns if column.name.lower() == name.lower()), None)
    if found is None:
        raise PartnerUnavailableError("tables", f"the table {table.name} has no column {name}")
    return found


def fitting(column: Column[Any], text: str) -> object:
    """Return a text as a value of a column's type; what is blank or does not fit (a version as a time) goes as NULL."""
    if text == "":
        return None
    try:
        if isinstance(column.type, DateTime):
            return datetime.datetime.fromisoformat(text)
        if isinstance(column.type, Date):
            return datetime.date.fromisoformat(text)
        if isinstance(column.type, Integer):
            return int(text)
        return Decimal(text) if isinstance(column.type, Numeric) else text
    except (ValueError, InvalidOperation):
        return None


@contextmanager
def translated() -> Iterator[None]:
    """Say that the database cannot be reached or refuses; its own words may hold values and are left out."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise PartnerUnavailableError(
            "unreachable", f"the exchange tables cannot be used: {type(error).__name__}"
        ) from None
