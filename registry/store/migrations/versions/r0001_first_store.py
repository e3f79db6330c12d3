"""The first store: list, records, identities, decisions, clients, ledger and key proofs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_api_client()
    _create_import_run()
    _create_key_check()
    _create_ledger_entry()
    _create_list_head()
    _create_listed_subject()
    _create_quarantine_row()
    _create_refused_row()
    _create_region_coverage()
    _create_screening_run()
    _create_decision()
    _create_idempotency_key()
    _create_list_record()
    _create_basis()
    _create_list_change()
    _create_listed_identity()
    # The list begins at version 0; this row is locked by every change.
    op.execute("INSERT INTO list_head (id, version) VALUES (1, 0)")


def _create_api_client() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("key_hint", sa.String(length=20), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.CheckConstraint("role IN ('licensing', 'court', 'province', 'regulator')", name=op.f("ck_api_client_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_client_key_hash")),
        sqlite_autoincrement=True,
    )


def _create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_import_run_file_digest"), "import_run", ["file_digest"], unique=False)


def _create_key_check() -> None:
    op.create_table(
        "key_check",
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_check")),
    )


def _create_ledger_entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("list_version", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.CheckConstraint("(salt IS NULL) = (facts IS NULL)", name=op.f("ck_ledger_entry_opening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sqlite_autoincrement=True,
    )


def _create_list_head() -> None:
    op.create_table(
        "list_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_list_head_single")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_list_head_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_head")),
    )


def _create_listed_subject() -> None:
    op.create_table(
        "listed_subject",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("ban_no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_listed_subject_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_subject")),
        sa.UniqueConstraint("ban_no", name=op.f("uq_listed_subject_ban_no")),
        sqlite_autoincrement=True,
    )


def _create_quarantine_row() -> None:
    op.create_table(
        "quarantine_row",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=True),
        sa.Column("record_no", sa.String(length=200), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("reason_code", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("original_enc", sa.LargeBinary(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('open', 'retried', 'resolved')", name=op.f("ck_quarantine_row_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_row")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_quarantine_row_file_digest_line"), "quarantine_row", ["file_digest", "line"], unique=False)
    op.create_index(op.f("ix_quarantine_row_state"), "quarantine_row", ["state"], unique=False)


def _create_refused_row() -> None:
    op.create_table(
        "refused_row",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_row")),
        sa.UniqueConstraint("file_digest", "line", name=op.f("uq_refused_row_file_digest_line")),
        sqlite_autoincrement=True,
    )


def _create_region_coverage() -> None:
    op.create_table(
        "region_coverage",
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_region_coverage")),
    )


def _create_screening_run() -> None:
    op.create_table(
        "screening_run",
        sa.Column("run_no", sa.String(length=40), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("output_digest", sa.String(length=64), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("list_version", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("run_no", name=op.f("pk_screening_run")),
    )


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("check_no", sa.String(length=40), nullable=False),
        sa.Column("client_id", IDENTIFIER, nullable=True),
        sa.Column("run_no", sa.String(length=40), nullable=True),
        sa.Column("application_no", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("list_version", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.String(length=60), nullable=False),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("answer_enc", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'confirmed', 'released', 'withdrawn')", name=op.f("ck_decision_outcome")
        ),
        sa.CheckConstraint("verdict IN ('block', 'review', 'clear')", name=op.f("ck_decision_verdict")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_decision_client_id_api_client")),
        sa.ForeignKeyConstraint(["run_no"], ["screening_run.run_no"], name=op.f("fk_decision_run_no_screening_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("check_no", name=op.f("uq_decision_check_no")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decision_client_id"), "decision", ["client_id"], unique=False)
    op.create_index(op.f("ix_decision_run_no"), "decision", ["run_no"], unique=False)


def _create_idempotency_key() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("client_id", IDENTIFIER, nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("response_enc", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state = 'running' OR (status IS NOT NULL AND response_enc IS NOT NULL)",
            name=op.f("ck_idempotency_key_answered"),
        ),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_idempotency_key_state")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_idempotency_key_client_id_api_client")),
        sa.PrimaryKeyConstraint("client_id", "key_digest", name=op.f("pk_idempotency_key")),
    )


def _create_list_record() -> None:
    op.create_table(
        "list_record",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=False),
        sa.Column("record_no", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=True),
        sa.Column("document_no", sa.String(length=200), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("food_related", sa.Boolean(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('conviction', 'revocation')", name=op.f("ck_list_record_kind")),
        sa.CheckConstraint("state IN ('active', 'withdrawn', 'superseded')", name=op.f("ck_list_record_state")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["listed_subject.id"], name=op.f("fk_list_record_subject_id_listed_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_record")),
        sa.UniqueConstraint(
            "source_region", "record_no", "version", name=op.f("uq_list_record_source_region_record_no_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_list_record_document_no"), "list_record", ["document_no"], unique=False)
    op.create_index(op.f("ix_list_record_outcome_state"), "list_record", ["outcome", "state"], unique=False)
    op.create_index(op.f("ix_list_record_subject_id"), "list_record", ["subject_id"], unique=False)


def _create_basis() -> None:
    op.create_table(
        "basis",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=False),
        sa.Column("provision", sa.String(length=60), nullable=False),
        sa.Column("document_no", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("text_enc", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("text_enc IS NULL OR data_key IS NOT NULL", name=op.f("ck_basis_text_key")),
        sa.ForeignKeyConstraint(["record_id"], ["list_record.id"], name=op.f("fk_basis_record_id_list_record")),
        sa.ForeignKeyConstraint(["subject_id"], ["listed_subject.id"], name=op.f("fk_basis_subject_id_listed_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_basis_record_id"), "basis", ["record_id"], unique=False)
    op.create_index(op.f("ix_basis_subject_id"), "basis", ["subject_id"], unique=False)


def _create_list_change() -> None:
    op.create_table(
        "list_change",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_list_change_version")),
        sa.ForeignKeyConstraint(["record_id"], ["list_record.id"], name=op.f("fk_list_change_record_id_list_record")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["listed_subject.id"], name=op.f("fk_list_change_subject_id_listed_subject")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_list_change")),
    )
    op.create_index(op.f("ix_list_change_subject_id"), "list_change", ["subject_id"], unique=False)


def _create_listed_identity() -> None:
    op.create_table(
        "listed_identity",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("name_enc", sa.LargeBinary(), nullable=True),
        sa.Column("other_names_enc", sa.LargeBinary(), nullable=True),
        sa.Column("id_type", sa.String(length=30), nullable=True),
        sa.Column("id_number_enc", sa.LargeBinary(), nullable=True),
        sa.Column("birth_enc", sa.LargeBinary(), nullable=True),
        sa.Column("sex", sa.String(length=2), nullable=True),
        sa.Column("domicile_code", sa.String(length=12), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("name_birth_index", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["list_record.id"], name=op.f("fk_listed_identity_record_id_list_record")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["listed_subject.id"], name=op.f("fk_listed_identity_subject_id_listed_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_identity")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_listed_identity_id_index"), "listed_identity", ["id_index"], unique=False)
    op.create_index(op.f("ix_listed_identity_name_birth_index"), "listed_identity", ["name_birth_index"], unique=False)
    op.create_index(op.f("ix_listed_identity_record_id"), "listed_identity", ["record_id"], unique=False)
    op.create_index(op.f("ix_listed_identity_subject_id"), "listed_identity", ["subject_id"], unique=False)
