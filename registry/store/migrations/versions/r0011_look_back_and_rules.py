"""Looking back at past answers: how far it has come, and what was found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_look_back_state()
    _create_look_back_finding()


def _create_look_back_state() -> None:
    op.create_table(
        "look_back_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("target_version", sa.BigInteger(), nullable=True),
        sa.Column("after_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("checks", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("listed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lifted", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_look_back_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_back_state")),
    )


def _create_look_back_finding() -> None:
    op.create_table(
        "look_back_finding",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("check_no", sa.String(length=40), nullable=False),
        sa.Column("subject_no", sa.String(length=200), nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("verdict_then", sa.String(length=10), nullable=False),
        sa.Column("verdict_now", sa.String(length=10), nullable=False),
        sa.Column("bars_from", sa.Date(), nullable=True),
        sa.Column("list_version", sa.BigInteger(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('listed', 'lifted')", name=op.f("ck_look_back_finding_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'told', 'acknowledged', 'closed')", name=op.f("ck_look_back_finding_state")
        ),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_look_back_finding_outcome")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["listed_subject.id"], name=op.f("fk_look_back_finding_subject_id_listed_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_back_finding")),
        sa.UniqueConstraint(
            "check_no", "subject_no", "subject_id", "kind", "list_version",
            name=op.f("uq_look_back_finding_check_no_subject_no_subject_id_kind_list_version"),
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (("check_no",), ("subject_id",), ("state", "id")):
        op.create_index(op.f(f"ix_look_back_finding_{'_'.join(columns)}"), "look_back_finding", list(columns))
