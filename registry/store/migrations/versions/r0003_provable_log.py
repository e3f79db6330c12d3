"""What makes the record provable: the log's leaves, tiles, signed heads, witnesses and alarms, and the worker's runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_entries_pending()
    _create_log_state()
    _create_log_leaf()
    _create_log_tile()
    _create_log_head()
    _create_log_witness()
    _create_log_cosignature()
    _create_alarm()
    _create_job_run()
    _add_key_versions()
    _create_key_in_use()
    _create_sealed_record()
    _limit_clients()
    _create_client_minute()
    _create_request_nonce()
    _create_client_conduct()


def _make_entries_pending() -> None:
    op.add_column("ledger_entry", sa.Column("pending", sa.Boolean(), nullable=True))
    op.add_column("ledger_entry", sa.Column("erased_by", sa.BigInteger(), nullable=True))
    op.add_column("decision", sa.Column("leaf_hash", sa.LargeBinary(), nullable=True))
    op.add_column("list_change", sa.Column("state_digest", sa.LargeBinary(), nullable=True))
    # Every act recorded so far waits for its place in the log.
    op.execute("UPDATE ledger_entry SET pending = TRUE")
    op.create_index(
        op.f("ix_ledger_entry_pending_id"),
        "ledger_entry",
        ["id"],
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )


def _create_log_state() -> None:
    op.create_table(
        "log_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("doubted_at", INSTANT, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_state")),
    )
    op.execute("INSERT INTO log_state (id) VALUES (1)")


def _create_log_leaf() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("leaf_index", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("entry_id", IDENTIFIER, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_log_leaf_entry_id_ledger_entry")),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_leaf_entry_id")),
    )
    op.create_index(op.f("ix_log_leaf_leaf_hash"), "log_leaf", ["leaf_hash"], unique=False)


def _create_log_tile() -> None:
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tile_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "tile_index", name=op.f("pk_log_tile")),
    )


def _create_log_head() -> None:
    op.create_table(
        "log_head",
        sa.Column("size", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("previous_size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.CheckConstraint("previous_size >= 0 AND previous_size < size", name=op.f("ck_log_head_order")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_head")),
        sa.UniqueConstraint("previous_size", name=op.f("uq_log_head_previous_size")),
    )


def _create_log_witness() -> None:
    op.create_table(
        "log_witness",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_log_witness")),
    )


def _create_log_cosignature() -> None:
    op.create_table(
        "log_cosignature",
        sa.Column("size", IDENTIFIER, nullable=False),
        sa.Column("witness", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_head.size"], name=op.f("fk_log_cosignature_size_log_head")),
        sa.ForeignKeyConstraint(["witness"], ["log_witness.name"], name=op.f("fk_log_cosignature_witness_log_witness")),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignature")),
    )


def _create_alarm() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sqlite_autoincrement=True,
    )
    # One thing is wrong once, however often it is noticed.
    op.create_index(
        op.f("ix_alarm_kind_subject"),
        "alarm",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )


def _create_job_run() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed')", name=op.f("ck_job_run_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_run_job_slot")),
        sqlite_autoincrement=True,
    )


def _add_key_versions() -> None:
    """Note the index key a value was computed under; until now there was one, version 1."""
    for table in ("list_record", "listed_identity", "idempotency_key"):
        op.add_column(table, sa.Column("index_version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("idempotency_key", sa.Column("sealed_as", sa.String(length=40), nullable=True))
    op.add_column("idempotency_key", sa.Column("key_enc", sa.LargeBinary(), nullable=True))
    op.add_column("decision", sa.Column("index_version", sa.Integer(), nullable=True))
    op.execute("UPDATE decision SET index_version = 1")


def _create_key_in_use() -> None:
    op.create_table(
        "key_in_use",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("master_version", sa.Integer(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_in_use_single")),
        sa.CheckConstraint("generation >= 0", name=op.f("ck_key_in_use_generation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_in_use")),
    )
    op.execute("INSERT INTO key_in_use SELECT 1, 1, 1, CASE WHEN EXISTS (SELECT 1 FROM key_check) THEN 1 ELSE 0 END")


def _create_sealed_record() -> None:
    op.create_table(
        "sealed_record",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("source_region", sa.String(length=2), nullable=False),
        sa.Column("record_no", sa.String(length=200), nullable=False),
        sa.Column("order_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("reached_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_record")),
        sa.UniqueConstraint("source_region", "record_no", name=op.f("uq_sealed_record_source_region_record_no")),
        sqlite_autoincrement=True,
    )


def _limit_clients() -> None:
    op.add_column("api_client", sa.Column("purposes", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("api_client", sa.Column("rate_per_minute", sa.Integer(), nullable=True))
    op.add_column("api_client", sa.Column("signing_key", sa.LargeBinary(), nullable=True))
    op.add_column("decision", sa.Column("signature_enc", sa.LargeBinary(), nullable=True))


def _create_client_minute() -> None:
    op.create_table(
        "client_minute",
        sa.Column("client_id", IDENTIFIER, nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_client_minute_client_id_api_client")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_minute")),
    )


def _create_request_nonce() -> None:
    op.create_table(
        "request_nonce",
        sa.Column("client_id", IDENTIFIER, nullable=False),
        sa.Column("nonce_digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_request_nonce_client_id_api_client")),
        sa.PrimaryKeyConstraint("client_id", "nonce_digest", name=op.f("pk_request_nonce")),
    )
    op.create_index(op.f("ix_request_nonce_until"), "request_nonce", ["until"], unique=False)


def _create_client_conduct() -> None:
    op.create_table(
        "client_conduct",
        sa.Column("client_id", IDENTIFIER, nullable=False),
        sa.Column("through", IDENTIFIER, nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("state_enc", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_client_conduct_client_id_api_client")),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_conduct")),
    )
