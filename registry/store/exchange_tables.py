"""The tables of the exchange with provinces: positions, batches, what is held for a person, runs, and who leads a job.

`content_enc` is sealed under the row's `data_key`. Nothing else in them is about a person.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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
from registry.store.tables import list_record, listed_subject, metadata

# One row: the name of this store's history (protocol, 2.2); another after every restore.
exchange_epoch = Table(
    "exchange_epoch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", String(32), nullable=False),
    Column("began_at", Instant, nullable=False),
    CheckConstraint("id = 1", name="single"),
)

# How far the exchange with a partner has come, in both directions.
exchange_partner = Table(
    "exchange_partner",
    metadata,
    Column("partner", String(3), primary_key=True),
    # What we took from it.
    Column("epoch", String(32), nullable=True),
    Column("taken_to", BigInteger, nullable=False, server_default="0"),
    Column("taken_digest", String(64), nullable=False),
    Column("snapshot_after", String(300), nullable=True),
    Column("snapshot_at", BigInteger, nullable=True),
    Column("announced_to", BigInteger, nullable=False, server_default="0"),
    # What we gave it.
    Column("given_to", BigInteger, nullable=False, server_default="0"),
    Column("given_digest", String(64), nullable=False),
    Column("told_to", BigInteger, nullable=False, server_default="0"),
    Column("acknowledged_to", BigInteger, nullable=False, server_default="0"),
    # How it goes.
    Column("last_tried_at", Instant, nullable=True),
    Column("last_success_at", Instant, nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant, nullable=True),
    Column("last_fault", String(60), nullable=True),
    CheckConstraint("taken_to >= 0 AND given_to >= 0", name="numbers"),
)

# Every batch taken or given; its digest is what the next one names.
exchange_batch = Table(
    "exchange_batch",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("partner", String(3), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("items", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("acknowledged_at", Instant, nullable=True),
    Column("counts", JSON, nullable=False),
    UniqueConstraint("partner", "direction", "digest"),
    Index(None, "partner", "direction", "epoch", "last"),
    CheckConstraint("direction IN ('in', 'out')", name="direction"),
    CheckConstraint("kind IN ('changes', 'snapshot', 'full')", name="kind"),
    sqlite_autoincrement=True,
)

# A batch that could not be taken, whole, for a person to release, correct or refuse.
held_batch = Table(
    "held_batch",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("hold_no", String(40), nullable=False, unique=True),
    Column("partner", String(3), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("first", BigInteger, nullable=True),
    Column("last", BigInteger, nullable=True),
    Column("items", Integer, nullable=True),
    Column("reason_code", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("data_key", LargeBinary, nullable=True),
    Column("content_enc", LargeBinary, nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("decided_by", String(100), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("note_digest", String(64), nullable=True),
    UniqueConstraint("partner", "digest"),
    Index(None, "partner", "state"),
    CheckConstraint("state IN ('open', 'released', 'corrected', 'refused')", name="state"),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
    sqlite_autoincrement=True,
)

# Two provinces say different things of one person's document; the stricter holds until a person has looked.
disagreement = Table(
    "disagreement",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=False, index=True),
    Column("one_record_id", ForeignKey(list_record.c.id), nullable=False),
    Column("other_record_id", ForeignKey(list_record.c.id), nullable=False),
    Column("fields", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("noticed_at", Instant, nullable=False),
    Column("settled_by", String(100), nullable=True),
    Column("settled_at", Instant, nullable=True),
    Column("reason_digest", String(64), nullable=True),
    UniqueConstraint("one_record_id", "other_record_id"),
    Index(None, "state"),
    CheckConstraint("state IN ('open', 'settled')", name="state"),
    sqlite_autoincrement=True,
)

# Every run of an exchange with a partner, kept for the plots of lag.
exchange_run = Table(
    "exchange_run",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("partner", String(3), nullable=False),
    Column("work", String(10), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("outcome", String(10), nullable=False),
    Column("batches", Integer, nullable=False, server_default="0"),
    Column("items", Integer, nullable=False, server_default="0"),
    Column("behind", BigInteger, nullable=True),
    Column("fault", String(60), nullable=True),
    Index(None, "partner", "work", "started_at"),
    CheckConstraint("work IN ('pull', 'push', 'reconcile', 'announce')", name="work"),
    CheckConstraint("outcome IN ('running', 'done', 'failed', 'held')", name="outcome"),
    sqlite_autoincrement=True,
)

# How many runs were forgotten after their time, so that what is counted of all runs never goes back.
exchange_run_tally = Table(
    "exchange_run_tally",
    metadata,
    Column("partner", String(3), primary_key=True),
    Column("work", String(10), primary_key=True),
    Column("outcome", String(10), primary_key=True),
    Column("runs", BigInteger, nullable=False),
)

# Who leads a job: `fence` grows with every change of hands, and what an outdated leader writes is refused.
job_lease = Table(
    "job_lease",
    metadata,
    Column("job", String(60), primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", String(100), nullable=False),
    Column("until", Instant, nullable=False),
    Column("released", Boolean, nullable=False),
)
