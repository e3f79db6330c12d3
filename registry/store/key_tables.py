"""The tables about keys and erasing: which key versions are in use, and which records a sealing order reached."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, String, Table, UniqueConstraint

from registry.store.column_types import Identifier, Instant
from registry.store.tables import metadata

# One row: the versions new records are made under. Whoever writes reads it first; whoever changes it waits for them.
# `generation` counts changes of keys, so that a process sees in one number that it must read its keys again.
key_in_use = Table(
    "key_in_use",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("master_version", Integer, nullable=False),
    Column("index_version", Integer, nullable=False),
    Column("generation", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("generation >= 0", name="generation"),
)

# A record that may not be kept or taken again. `reached_at`: when the last answer that had shown it was erased.
sealed_record = Table(
    "sealed_record",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("source_region", String(2), nullable=False),
    Column("record_no", String(200), nullable=False),
    Column("order_digest", String(64), nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("reached_at", Instant, nullable=True),
    UniqueConstraint("source_region", "record_no"),
    sqlite_autoincrement=True,
)
