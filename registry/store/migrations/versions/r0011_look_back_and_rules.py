"""Looking back at past answers, and models and policies that one person proposes and another adopts."""

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
    _create_rule_proposal()


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

def _create_rule_proposal() -> None:
    op.create_table(
        "rule_proposal",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("former_version", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposer", sa.String(length=20), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("rehearsal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rehearsed_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("rule IN ('model', 'policy')", name=op.f("ck_rule_proposal_rule")),
        sa.CheckConstraint(
            "state IN ('open', 'adopted', 'refused', 'withdrawn')", name=op.f("ck_rule_proposal_state")
        ),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name=op.f("ck_rule_proposal_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rule_proposal_state"), "rule_proposal", ["state"])
