"""The tables of the desk: judgments and revocations on their way to the list, and every step two people took.

Columns ending in `_enc` are sealed under the row's `data_key`; `*_index` are keyed values under the key of the row's
`index_version`, and `keys_enc` holds what they were computed from, so that a rotation can compute them anew.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
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

_STATES = (
    "draft",
    "filed",
    "returned",
    "pending",
    "in_force",
    "waiting",
    "no_ban",
    "withdrawn",
    "annulled",
    "unlisted",
    "attached",
    "discarded",
    "refused",
)
_KINDS = (
    "initial",
    "effect",
    "correction",
    "withdrawal",
    "appeal_upheld",
    "appeal_replaced",
    "remanded",
    "annulled",
    "sentence_changed",
    "disputed",
    "dispute_ended",
)


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


# One judgment, or one decision that revokes a licence, as somebody brought it. `state` is what a person sees;
# `standing` is what the last confirmed filing left, null before the first.
desk_document = Table(
    "desk_document",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("document_no", String(40), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("region", String(2), nullable=False),
    Column("case_index", LargeBinary, nullable=True, index=True),
    Column("content_index", LargeBinary, nullable=True, index=True),
    # The first-instance case an appeal speaks of.
    Column("cites_index", LargeBinary, nullable=True, index=True),
    Column("index_version", Integer, nullable=False),
    Column("original_id", BigInteger, nullable=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("keys_enc", LargeBinary, nullable=True),
    Column("text_enc", LargeBinary, nullable=True),
    Column("reading_enc", LargeBinary, nullable=True),
    Column("draft_enc", LargeBinary, nullable=True),
    Column("state", String(20), nullable=False),
    Column("standing", String(20), nullable=True),
    Column("effective_on", Date, nullable=True),
    Column("disputed_on", Date, nullable=True),
    Column("attached_to", Identifier, ForeignKey("desk_document.id"), nullable=True),
    # Counts every change, so that nobody overwrites what somebody else has changed meanwhile.
    Column("row_version", Integer, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "region", "state", "id"),
    CheckConstraint("kind IN ('judgment', 'revocation')", name="kind"),
    CheckConstraint(_among("state", _STATES), name="state"),
    CheckConstraint(f"standing IS NULL OR {_among('standing', _STATES)}", name="standing"),
    sqlite_autoincrement=True,
)

# One step somebody asked for and somebody else decided: what the document says from then on, and why.
desk_filing = Table(
    "desk_filing",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("document_id", Identifier, ForeignKey(desk_document.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    # The appeal or retrial this step follows from.
    Column("source_id", Identifier, ForeignKey(desk_document.c.id), nullable=True, index=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("content_enc", LargeBinary, nullable=True),
    Column("note_enc", LargeBinary, nullable=True),
    Column("answer_enc", LargeBinary, nullable=True),
    Column("filed_by", String(100), nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("decided_by", String(100), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("decision", String(10), nullable=True),
    Column("first_version", BigInteger, nullable=True),
    Column("last_version", BigInteger, nullable=True),
    UniqueConstraint("document_id", "number"),
    CheckConstraint(_among("kind", _KINDS), name="kind"),
    CheckConstraint("decision IS NULL OR decision IN ('confirmed', 'returned')", name="decision"),
    CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided"),
    sqlite_autoincrement=True,
)

# Which rows of the list a document has ever founded; what they say now is with the list.
desk_row = Table(
    "desk_row",
    metadata,
    Column("document_id", Identifier, ForeignKey(desk_document.c.id), primary_key=True),
    Column("source_region", String(2), primary_key=True),
    Column("record_no", String(200), primary_key=True),
)

# Who has a document open, so that two people on one judgment are told.
desk_watch = Table(
    "desk_watch",
    metadata,
    Column("document_id", Identifier, ForeignKey(desk_document.c.id), primary_key=True),
    Column("watcher", String(100), primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
