"""The tables of what licensing systems are told: where each wants to be told, and everything it was told.

Nothing here identifies anybody: a notice names a check and an application, and says what became of them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from registry.store.column_types import Identifier, Instant
from registry.store.tables import api_client, metadata

# Where a system wants to be told, as it says itself; disabled, it asks for its notices by itself.
webhook = Table(
    "webhook",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("disabled_at", Instant, nullable=True),
)

# The number each system's last notice has: without gaps and in the order of commits, so that nobody who reads on
# from a number ever misses one.
notice_count = Table(
    "notice_count",
    metadata,
    Column("client_id", ForeignKey(api_client.c.id), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

# One thing a system must know, written in the commit of the act it speaks of and delivered afterwards.
client_notice = Table(
    "client_notice",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("notice_no", String(40), nullable=False, unique=True),
    Column("client_id", ForeignKey(api_client.c.id), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(30), nullable=False),
    # Null: it is about an objection to a ban.
    Column("check_no", String(40), nullable=True, index=True),
    Column("application_no", String(200), nullable=True),
    Column("region", String(2), nullable=True),
    Column("content", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    # The last day on which it is acknowledged in time; null: it need not be.
    Column("due_on", Date, nullable=True),
    Column("delivered_at", Instant, nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # When it is tried next; null: never again by itself.
    Column("retry_at", Instant, nullable=True),
    Column("last_fault", String(60), nullable=True),
    Column("dead_at", Instant, nullable=True),
    Column("acknowledged_at", Instant, nullable=True),
    UniqueConstraint("client_id", "number"),
    CheckConstraint("dead_at IS NULL OR retry_at IS NULL", name="dead"),
    Index(None, "retry_at"),
    Index(None, "dead_at"),
    Index(None, "due_on"),
    sqlite_autoincrement=True,
)

# Up to which list version past answers were compared with what the list says; one row, none before the first run.
correction_state = Table(
    "correction_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list_version", BigInteger, nullable=False),
)
