"""The tables of what is uploaded: originals, spreadsheets on their way to the list, and how courts head their columns.

Columns ending in `_enc` are sealed under the row's `data_key`; `content_index` is a keyed value of a file's SHA-256
under the key of the row's `index_version`, and `digest_enc` holds that SHA-256, so that a rotation can compute it anew.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from registry.store.column_types import Identifier, Instant
from registry.store.tables import metadata

SHEET_STATES = ("received", "mapped", "filed", "returned", "placing", "placed", "discarded")
_KINDS = "kind IN ('conviction', 'revocation')"

# One file as it came, whole. Erased, the row stays: that there was a file, when and by whom, and nothing of it.
original = Table(
    "original",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("original_no", String(40), nullable=False, unique=True),
    Column("form", String(10), nullable=False),
    Column("region", String(2), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content_index", LargeBinary, nullable=False, index=True),
    # 0: erased, and no key makes the value any more.
    Column("index_version", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=True),
    Column("name_enc", LargeBinary, nullable=True),
    Column("digest_enc", LargeBinary, nullable=True),
    Column("content_enc", LargeBinary, nullable=True),
    Column("received_by", String(100), nullable=False),
    Column("received_at", Instant, nullable=False, index=True),
    Column("erased_at", Instant, nullable=True),
    CheckConstraint("form IN ('text', 'word', 'pdf', 'workbook', 'csv', 'jpeg', 'png')", name="form"),
    CheckConstraint("(erased_at IS NULL) = (content_enc IS NOT NULL)", name="erased"),
    sqlite_autoincrement=True,
)

# Which rows of the list an original founded, so that a sealing order reaches the original too.
original_record = Table(
    "original_record",
    metadata,
    Column("original_id", ForeignKey(original.c.id), primary_key=True),
    Column("source_region", String(2), primary_key=True),
    Column("record_no", String(200), primary_key=True),
    Index(None, "source_region", "record_no"),
)

# A court's own headings and what they mean, under a name within its region; headings may quote anything, so sealed.
heading_map = Table(
    "heading_map",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("region", String(2), nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("definition_enc", LargeBinary, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("region", "name"),
    CheckConstraint(_KINDS, name="kind"),
    sqlite_autoincrement=True,
)

# The secret a region's rows without numbers of their own are numbered by (registry.store.row_numbering_repository).
row_numbering = Table(
    "row_numbering",
    metadata,
    Column("region", String(2), primary_key=True),
    Column("data_key", LargeBinary, nullable=False),
)

# A spreadsheet under way: its rows as read, less those that may not be kept; once placed, those that were not taken.
sheet = Table(
    "sheet",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("sheet_no", String(40), nullable=False, unique=True),
    Column("region", String(2), nullable=False),
    Column("original_id", ForeignKey(original.c.id), nullable=True, index=True),
    Column("file_digest", String(64), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("name_enc", LargeBinary, nullable=False),
    Column("table_enc", LargeBinary, nullable=True),
    Column("map_enc", LargeBinary, nullable=True),
    Column("report_enc", LargeBinary, nullable=True),
    Column("note_enc", LargeBinary, nullable=True),
    # Counts every change, so that nobody overwrites what somebody else has changed meanwhile.
    Column("row_version", Integer, nullable=False),
    Column("received_by", String(100), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("filed_by", String(100), nullable=True),
    Column("filed_at", Instant, nullable=True),
    Column("decided_by", String(100), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Index(None, "region", "state", "id"),
    CheckConstraint(f"state IN {SHEET_STATES}", name="state"),
    CheckConstraint("(filed_by IS NULL) = (filed_at IS NULL)", name="filed"),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
    sqlite_autoincrement=True,
)
