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
    _index_desk_document()
    _create_desk_filing()
    _create_desk_row()
    _create_desk_watch()
    _create_original()
    _create_original_record()
    _create_heading_map()
    _create_sheet()
    _create_desk_user()
    _create_desk_session()
    _create_password_link()
    _create_sign_in_count()


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


def _index_desk_document() -> None:
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


def _create_desk_row() -> None:
    op.create_table(
        "desk_row",
        sa.Column("document_id", IDENTIFIER, nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=False),
        sa.Column("record_no", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["desk_document.id"], name=op.f("fk_desk_row_document_id_desk_document")
        ),
        sa.PrimaryKeyConstraint("document_id", "source_region", "record_no", name=op.f("pk_desk_row")),
    )


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


def _create_original() -> None:
    op.create_table(
        "original",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("original_no", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_index", sa.LargeBinary(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("name_enc", sa.LargeBinary(), nullable=True),
        sa.Column("digest_enc", sa.LargeBinary(), nullable=True),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.CheckConstraint("form IN ('text', 'word', 'pdf', 'workbook', 'csv')", name=op.f("ck_original_form")),
        sa.CheckConstraint("(erased_at IS NULL) = (content_enc IS NOT NULL)", name=op.f("ck_original_erased")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original")),
        sa.UniqueConstraint("original_no", name=op.f("uq_original_original_no")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_original_content_index"), "original", ["content_index"], unique=False)
    op.create_index(op.f("ix_original_received_at"), "original", ["received_at"], unique=False)


def _create_original_record() -> None:
    op.create_table(
        "original_record",
        sa.Column("original_id", IDENTIFIER, nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=False),
        sa.Column("record_no", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["original_id"], ["original.id"], name=op.f("fk_original_record_original_id_original")
        ),
        sa.PrimaryKeyConstraint("original_id", "source_region", "record_no", name=op.f("pk_original_record")),
    )
    op.create_index(
        op.f("ix_original_record_source_region_record_no"),
        "original_record",
        ["source_region", "record_no"],
        unique=False,
    )


def _create_heading_map() -> None:
    op.create_table(
        "heading_map",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("definition_enc", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('conviction', 'revocation')", name=op.f("ck_heading_map_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heading_map")),
        sa.UniqueConstraint("region", "name", name=op.f("uq_heading_map_region_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "row_numbering",
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_row_numbering")),
    )


def _create_sheet() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("sheet_no", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("original_id", IDENTIFIER, nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("name_enc", sa.LargeBinary(), nullable=False),
        sa.Column("table_enc", sa.LargeBinary(), nullable=True),
        sa.Column("map_enc", sa.LargeBinary(), nullable=True),
        sa.Column("report_enc", sa.LargeBinary(), nullable=True),
        sa.Column("note_enc", sa.LargeBinary(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("filed_by", sa.String(length=100), nullable=True),
        sa.Column("filed_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'mapped', 'filed', 'returned', 'placing', 'placed', 'discarded')",
            name=op.f("ck_sheet_state"),
        ),
        sa.CheckConstraint("(filed_by IS NULL) = (filed_at IS NULL)", name=op.f("ck_sheet_filed")),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_sheet_decided")),
        sa.ForeignKeyConstraint(["original_id"], ["original.id"], name=op.f("fk_sheet_original_id_original")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("sheet_no", name=op.f("uq_sheet_sheet_no")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sheet_original_id"), "sheet", ["original_id"], unique=False)
    op.create_index(op.f("ix_sheet_file_digest"), "sheet", ["file_digest"], unique=False)
    op.create_index(op.f("ix_sheet_region_state_id"), "sheet", ["region", "state", "id"], unique=False)


def _create_desk_user() -> None:
    op.create_table(
        "desk_user",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "role IN ('clerk', 'confirmer', 'regulator', 'auditor', 'admin')", name=op.f("ck_desk_user_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_user")),
        sa.UniqueConstraint("name_key", name=op.f("uq_desk_user_name_key")),
        sqlite_autoincrement=True,
    )


def _create_desk_session() -> None:
    op.create_table(
        "desk_session",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("user_id", IDENTIFIER, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_session_user_id_desk_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_desk_session_token_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_desk_session_user_id"), "desk_session", ["user_id"], unique=False)
    op.create_index(op.f("ix_desk_session_seen_at"), "desk_session", ["seen_at"], unique=False)


def _create_password_link() -> None:
    op.create_table(
        "password_link",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("user_id", IDENTIFIER, nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_password_link_user_id_desk_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_password_link_code_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_password_link_user_id"), "password_link", ["user_id"], unique=False)


def _create_sign_in_count() -> None:
    op.create_table(
        "sign_in_count",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("refused_until", INSTANT, nullable=True),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sign_in_count_failures")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_count")),
    )
    op.create_index(op.f("ix_sign_in_count_last_at"), "sign_in_count", ["last_at"], unique=False)
