"""The tables of what stands beside documents and rows: certificates of effect, and questions still open about rows.

Columns ending in `_enc` are sealed under the row's `data_key`; `*_index` are keyed values under the key of the row's
`index_version`, and `keys_enc` holds what they were computed from.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table

from registry.store.column_types import Identifier, Instant
from registry.store.tables import list_record, metadata

# One certificate as somebody brought it. Which judgment it belongs to is told by the case number it states, so that
# one that comes first finds its judgment when that comes.
certificate = Table(
    "certificate",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("certificate_no", String(40), nullable=False, unique=True),
    Column("region", String(2), nullable=False),
    Column("case_index", LargeBinary, nullable=True, index=True),
    Column("content_index", LargeBinary, nullable=True, index=True),
    Column("index_version", Integer, nullable=False),
    Column("original_id", BigInteger, nullable=True),
    Column("data_key", LargeBinary, nullable=True),
    Column("keys_enc", LargeBinary, nullable=True),
    Column("text_enc", LargeBinary, nullable=True),
    Column("reading_enc", LargeBinary, nullable=True),
    Column("stated_enc", LargeBinary, nullable=True),
    Column("row_version", Integer, nullable=False),
    Column("received_by", String(100), nullable=False),
    Column("received_at", Instant, nullable=False, index=True),
    Column("erased_at", Instant, nullable=True),
    CheckConstraint("(erased_at IS NULL) = (data_key IS NOT NULL)", name="erased"),
    sqlite_autoincrement=True,
)

# Somebody looked at a row that waits for a finding about food and could not tell: what is missing, and from whom.
finding_question = Table(
    "finding_question",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("record_id", Identifier, ForeignKey(list_record.c.id), nullable=False, index=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("missing_enc", LargeBinary, nullable=False),
    Column("asked_of_enc", LargeBinary, nullable=True),
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
