"""Certificates of effect beside the judgments they speak of, and what is still asked about rows that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_certificate()
    _create_finding_question()


def _create_certificate() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("case_index", sa.LargeBinary(), nullable=True),
        sa.Column("content_index", sa.LargeBinary(), nullable=True),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("keys_enc", sa.LargeBinary(), nullable=True),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column("reading_enc", sa.LargeBinary(), nullable=True),
        sa.Column("stated_enc", sa.LargeBinary(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.CheckConstraint("(erased_at IS NULL) = (data_key IS NOT NULL)", name=op.f("ck_certificate_erased")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("certificate_no", name=op.f("uq_certificate_certificate_no")),
        sqlite_autoincrement=True,
    )
    for column in ("case_index", "content_index", "received_at"):
        op.create_index(op.f(f"ix_certificate_{column}"), "certificate", [column], unique=False)


def _create_finding_question() -> None:
    op.create_table(
        "finding_question",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("missing_enc", sa.LargeBinary(), nullable=False),
        sa.Column("asked_of_enc", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["list_record.id"], name=op.f("fk_finding_question_record_id_list_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_question")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_finding_question_record_id"), "finding_question", ["record_id"], unique=False)
