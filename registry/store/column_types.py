"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows itself only where the key is exactly INTEGER.
Identifier = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime.datetime]):
    """An aware UTC instant; SQLite, which has no time zones, stores it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Refuse an instant without time zone (ValueError); store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must name its time zone")
        instant = value.astimezone(datetime.UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        """Return the stored instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=datetime.UTC) if dialect.name == "sqlite" else value.astimezone(datetime.UTC)
