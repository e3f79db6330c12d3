"""The desk: judgments and revocations on their way to the list, filed by one person and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

STATES = (
    "('draft', 'filed', 'returned', 'pending', 'in_force', 'waiting', 'no_ban', 'withdrawn', 'annulled', 'unlisted', "
    "'attached', 'discarded', 'refused')"
)
KINDS = (
    "('initial', 'effect', 'correction', 'withdrawal', 'appeal_upheld', 'appeal_replaced', 'remanded', 'annulled', "
    "'sentence_changed', 'disputed', 'dispute_ended')"
)


def upgrade() -> None:
    _create_desk_document()
    _create_desk_filing()
    _create_desk_watch()


def _create_desk_document() -> None:
    op.create_table(
        "desk_document",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("document_no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("case_index", sa.LargeBinary(), nullable=True),
        sa.Column("content_index", sa.LargeBinary(), nullable=True),
        sa.Column("cites_index", sa.LargeBinary(), nullable=True),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("keys_enc", sa.LargeBinary(), nullable=True),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column("reading_enc", sa.LargeBinary(), nullable=True),
        sa.Column("draft_enc", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("disputed_on", sa.Date(), nullable=True),
        sa.Column("attached_to", IDENTIFIER, nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('judgment', 'revocation')", name=op.f("ck_desk_document_kind")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_desk_document_state")),
        sa.CheckConstraint(f"standing IS NULL OR standing IN {STATES}", name=op.f("ck_desk_document_standing")),
        sa.ForeignKeyConstraint(
            ["attached_to"], ["desk_document.id"], name=op.f("fk_desk_document_attached_to_desk_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_document")),
        sa.UniqueConstraint("document_no", name=op.f("uq_desk_document_document_no")),
        sqlite_autoincrement=True,
    )
    for column in ("case_index", "content_index", "cites_index"):
        op.create_index(op.f(f"ix_desk_document_{column}"), "desk_document", [column], unique=False)
    op.create_index(
        op.f("ix_desk_document_region_state_id"), "desk_document", ["region", "state", "id"], unique=False
    )


def _create_desk_filing() -> None:
    op.create_table(
        "desk_filing",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("document_id", IDENTIFIER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", IDENTIFIER, nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("note_enc", sa.LargeBinary(), nullable=True),
        sa.Column("answer_enc", sa.LargeBinary(), nullable=True),
        sa.Column("filed_by", sa.String(length=100), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("first_version", sa.BigInteger(), nullable=True),
        sa.Column("last_version", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_desk_filing_kind")),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('confirmed', 'returned')", name=op.f("ck_desk_filing_decision")
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name=op.f("ck_desk_filing_decided")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["desk_document.id"], name=op.f("fk_desk_filing_document_id_desk_document")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["desk_document.id"], name=op.f("fk_desk_filing_source_id_desk_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_filing")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_desk_filing_document_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_desk_filing_source_id"), "desk_filing", ["source_id"], unique=False)


def _create_desk_watch() -> None:
    op.create_table(
        "desk_watch",
        sa.Column("document_id", IDENTIFIER, nullable=False),
        sa.Column("watcher", sa.String(length=100), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["desk_document.id"], name=op.f("fk_desk_watch_document_id_desk_document")
        ),
        sa.PrimaryKeyConstraint("document_id", "watcher", name=op.f("pk_desk_watch")),
    )
