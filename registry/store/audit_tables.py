"""The weekly sample of look-ups that people of another unit review, the grounds of look-ups, and answers by day."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from registry.store.column_types import Identifier, Instant
from registry.store.tables import ledger_entry, metadata

# `note_enc` is sealed. `region` is that of who looked (null: of all four), so that somebody of another reviews it.
look_up_sample = Table(
    "look_up_sample",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("week", Date, nullable=False),
    Column("entry_id", Identifier, ForeignKey(ledger_entry.c.id), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("region", String(2), nullable=True),
    Column("finding", String(20), nullable=True),
    Column("reviewed_by", String(100), nullable=True),
    Column("reviewed_at", Instant, nullable=True),
    Column("data_key", LargeBinary, nullable=True),
    Column("note_enc", LargeBinary, nullable=True),
    UniqueConstraint("week", "entry_id"),
    CheckConstraint("finding IN ('justified', 'unclear', 'unjustified')", name="finding"),
    CheckConstraint("(finding IS NULL) = (reviewed_by IS NULL)", name="reviewed"),
    sqlite_autoincrement=True,
)

# On what ground somebody was looked up, under the digest the log has of it (`ground_enc` is sealed).
look_up_ground = Table(
    "look_up_ground",
    metadata,
    Column("ground_digest", String(64), primary_key=True),
    Column("used_at", Instant, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("ground_enc", LargeBinary, nullable=False),
)

# Answers of one day in Shanghai by province (empty: of none) and verdict, counted once the day is over. A day that was
# counted has at least one row.
answer_day = Table(
    "answer_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("region", String(2), primary_key=True),
    Column("verdict", String(10), primary_key=True),
    Column("answers", Integer, nullable=False),
    CheckConstraint("verdict IN ('block', 'review', 'clear')", name="verdict"),
)
