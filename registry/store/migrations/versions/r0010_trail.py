"""The trail of acts as people read it: what each was about and from which session, and the weekly sample of look-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# Answers to checks, nearly all entries, stand in none of these indexes.
NOT_AN_ANSWER = sa.text("kind <> 'check_decided'")


def upgrade() -> None:
    _let_entries_say_what_they_are_about()
    _create_look_up_sample()


def _let_entries_say_what_they_are_about() -> None:
    op.add_column("ledger_entry", sa.Column("about", sa.String(length=80), nullable=True))
    op.add_column("ledger_entry", sa.Column("session_id", sa.BigInteger(), nullable=True))
    for name, columns in {"told": [], "actor": ["actor"], "kind": ["kind"], "about": ["about"]}.items():
        op.create_index(
            f"ix_ledger_entry_{name}_id",
            "ledger_entry",
            [*columns, "id"],
            unique=False,
            sqlite_where=NOT_AN_ANSWER,
            postgresql_where=NOT_AN_ANSWER,
        )


def _create_look_up_sample() -> None:
    op.create_table(
        "look_up_sample",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("entry_id", IDENTIFIER, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("finding", sa.String(length=20), nullable=True),
        sa.Column("reviewed_by", sa.String(length=100), nullable=True),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("note_enc", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "finding IN ('justified', 'unclear', 'unjustified')", name=op.f("ck_look_up_sample_finding")
        ),
        sa.CheckConstraint("(finding IS NULL) = (reviewed_by IS NULL)", name=op.f("ck_look_up_sample_reviewed")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_look_up_sample_entry_id_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up_sample")),
        sa.UniqueConstraint("week", "entry_id", name=op.f("uq_look_up_sample_week_entry_id")),
        sqlite_autoincrement=True,
    )
