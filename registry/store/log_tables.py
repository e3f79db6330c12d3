"""The tables of the log: leaves, tiles, heads and witnesses; and what the worker notes of its runs and alarms.

Nothing in them is about a person: hashes, signatures, names of institutions and of jobs.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from registry.store.column_types import Identifier, Instant
from registry.store.tables import ledger_entry, metadata

# One row, locked by whoever gives leaves their places. `doubted_at`: the log does not fit what was signed.
log_state = Table(
    "log_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("doubted_at", Instant, nullable=True),
    CheckConstraint("id = 1", name="single"),
)

# The place of an entry in the Merkle tree (RFC 9162); indexes are contiguous from 0.
log_leaf = Table(
    "log_leaf",
    metadata,
    Column("leaf_index", Identifier, primary_key=True, autoincrement=False),
    Column("entry_id", ForeignKey(ledger_entry.c.id), nullable=False, unique=True),
    Column("leaf_hash", LargeBinary, nullable=False, index=True),
)

# 256 neighbouring hashes of one level of the tree, kept when complete (level n holds the roots of level n-1's tiles).
log_tile = Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("tile_index", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

# Every head that was signed; each names the one before, so that none can be taken out unseen.
log_head = Table(
    "log_head",
    metadata,
    Column("size", Identifier, primary_key=True, autoincrement=False),
    Column("previous_size", BigInteger, nullable=False, unique=True),
    Column("root", LargeBinary, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("checkpoint", Text, nullable=False),
    CheckConstraint("previous_size >= 0 AND previous_size < size", name="order"),
)

# Who cosigns heads: a province or an auditor, by name and public key (C2SP verifier key).
log_witness = Table(
    "log_witness",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant, nullable=True),
)

log_cosignature = Table(
    "log_cosignature",
    metadata,
    Column("size", ForeignKey(log_head.c.size), primary_key=True),
    Column("witness", ForeignKey(log_witness.c.name), primary_key=True),
    Column("line", Text, nullable=False),
    # As it was when the line was taken: a witness may exchange its key.
    Column("public_key", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# What needs a person's attention; at most one open alarm of a kind about a subject.
alarm = Table(
    "alarm",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("cleared_at", Instant, nullable=True),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    None,
    alarm.c.kind,
    alarm.c.subject,
    unique=True,
    sqlite_where=alarm.c.cleared_at.is_(None),
    postgresql_where=alarm.c.cleared_at.is_(None),
)

# One run of a job for a slot: the instant (seconds since 1970) it was due at, taken by one worker only.
job_run = Table(
    "job_run",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("job", String(40), nullable=False),
    Column("slot", BigInteger, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("outcome", String(10), nullable=False),
    Column("counts", JSON, nullable=False),
    # The lease it runs under (0: none), how often it was begun, why it failed, and how many runs have in a row.
    Column("fence", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("error", String(60), nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant, nullable=True),
    UniqueConstraint("job", "slot"),
    CheckConstraint("outcome IN ('running', 'done', 'failed')", name="outcome"),
    sqlite_autoincrement=True,
)
