"""The tables of objections: what somebody objects to, in whose words, and what was decided about it.

Columns ending in `_enc` are sealed under the row's `data_key`. Everything else carries no identity.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from registry.store.column_types import Identifier, Instant
from registry.store.tables import metadata
from registry.store.upload_tables import original

objection = Table(
    "objection",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("objection_no", String(40), nullable=False, unique=True),
    # What it is about: a ban (`ban_no`) or a held application (`check_no`), one of the two.
    Column("ban_no", String(40), nullable=True, index=True),
    Column("check_no", String(40), nullable=True, index=True),
    Column("region", String(2), nullable=True),
    # The licensing system it was lodged through; null: on paper, at a counter.
    Column("client_id", Identifier, nullable=True),
    Column("received_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(10), nullable=False),
    # When the list came to say what an upheld objection to a listing asked for; null before, and for all others.
    Column("corrected_at", Instant, nullable=True),
    Column("lodged_by", String(100), nullable=False),
    Column("lodged_at", Instant, nullable=False),
    Column("decided_by", String(100), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("data_key", LargeBinary, nullable=False),
    # Who objects, through which office, and the statement, which is kept with the ban.
    Column("statement_enc", LargeBinary, nullable=False),
    Column("reason_enc", LargeBinary, nullable=True),
    Column("row_version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(ban_no IS NULL) <> (check_no IS NULL)", name="about"),
    CheckConstraint("state IN ('open', 'upheld', 'rejected', 'withdrawn')", name="state"),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
    Index(None, "state", "due_on", "id"),
    sqlite_autoincrement=True,
)

# Evidence that came with an objection: files as they came.
objection_attachment = Table(
    "objection_attachment",
    metadata,
    Column("objection_id", ForeignKey(objection.c.id), primary_key=True),
    Column("original_id", ForeignKey(original.c.id), primary_key=True),
)
