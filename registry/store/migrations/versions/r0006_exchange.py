"""The exchange with provinces: positions, batches, what is held for a person, runs; and who leads a job."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_exchange_batch()
    _create_exchange_epoch()
    _create_exchange_partner()
    _create_exchange_run()
    _create_exchange_run_tally()
    _create_held_batch()
    _create_job_lease()
    _create_disagreement()
    _let_coverage_state_how_long_it_is_fresh()
    _let_runs_be_taken_over()


def _let_coverage_state_how_long_it_is_fresh() -> None:
    op.add_column("region_coverage", sa.Column("valid_for_seconds", sa.Integer(), nullable=True))


def _let_runs_be_taken_over() -> None:
    op.add_column("job_run", sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("job_run", sa.Column("attempts", sa.Integer(), server_default="1", nullable=False))
    op.add_column("job_run", sa.Column("error", sa.String(length=60), nullable=True))
    op.add_column("job_run", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("job_run", sa.Column("retry_at", INSTANT, nullable=True))


def _create_exchange_batch() -> None:
    op.create_table(
        "exchange_batch",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_exchange_batch_direction")),
        sa.CheckConstraint("kind IN ('changes', 'snapshot', 'full')", name=op.f("ck_exchange_batch_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_batch")),
        sa.UniqueConstraint("partner", "direction", "digest", name=op.f("uq_exchange_batch_partner_direction_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_exchange_batch_partner_direction_epoch_last"),
        "exchange_batch",
        ["partner", "direction", "epoch", "last"],
        unique=False,
    )


def _create_exchange_epoch() -> None:
    op.create_table(
        "exchange_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_exchange_epoch_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_epoch")),
    )


def _create_exchange_partner() -> None:
    op.create_table(
        "exchange_partner",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=True),
        sa.Column("taken_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("taken_digest", sa.String(length=64), nullable=False),
        sa.Column("snapshot_after", sa.String(length=300), nullable=True),
        sa.Column("snapshot_at", sa.BigInteger(), nullable=True),
        sa.Column("announced_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("given_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("given_digest", sa.String(length=64), nullable=False),
        sa.Column("told_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("acknowledged_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_tried_at", INSTANT, nullable=True),
        sa.Column("last_success_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("last_fault", sa.String(length=60), nullable=True),
        sa.CheckConstraint("taken_to >= 0 AND given_to >= 0", name=op.f("ck_exchange_partner_numbers")),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_exchange_partner")),
    )


def _create_exchange_run() -> None:
    op.create_table(
        "exchange_run",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("work", sa.String(length=10), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("batches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("behind", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.String(length=60), nullable=True),
        sa.CheckConstraint("outcome IN ('running', 'done', 'failed', 'held')", name=op.f("ck_exchange_run_outcome")),
        sa.CheckConstraint("work IN ('pull', 'push', 'reconcile', 'announce')", name=op.f("ck_exchange_run_work")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_exchange_run_partner_work_started_at"), "exchange_run", ["partner", "work", "started_at"], unique=False
    )


def _create_exchange_run_tally() -> None:
    op.create_table(
        "exchange_run_tally",
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("work", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "work", "outcome", name=op.f("pk_exchange_run_tally")),
    )


def _create_held_batch() -> None:
    op.create_table(
        "held_batch",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("hold_no", sa.String(length=40), nullable=False),
        sa.Column("partner", sa.String(length=3), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("items", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("note_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('open', 'released', 'corrected', 'refused')", name=op.f("ck_held_batch_state")),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_held_batch_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_batch")),
        sa.UniqueConstraint("hold_no", name=op.f("uq_held_batch_hold_no")),
        sa.UniqueConstraint("partner", "digest", name=op.f("uq_held_batch_partner_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_held_batch_partner_state"), "held_batch", ["partner", "state"], unique=False)


def _create_job_lease() -> None:
    op.create_table(
        "job_lease",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_lease")),
    )


def _create_disagreement() -> None:
    op.create_table(
        "disagreement",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("one_record_id", IDENTIFIER, nullable=False),
        sa.Column("other_record_id", IDENTIFIER, nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("noticed_at", INSTANT, nullable=False),
        sa.Column("settled_by", sa.String(length=100), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("reason_digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_disagreement_state")),
        sa.ForeignKeyConstraint(
            ["one_record_id"], ["list_record.id"], name=op.f("fk_disagreement_one_record_id_list_record")
        ),
        sa.ForeignKeyConstraint(
            ["other_record_id"], ["list_record.id"], name=op.f("fk_disagreement_other_record_id_list_record")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["listed_subject.id"], name=op.f("fk_disagreement_subject_id_listed_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disagreement")),
        sa.UniqueConstraint(
            "one_record_id", "other_record_id", name=op.f("uq_disagreement_one_record_id_other_record_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disagreement_state"), "disagreement", ["state"], unique=False)
    op.create_index(op.f("ix_disagreement_subject_id"), "disagreement", ["subject_id"], unique=False)
