"""What a replay needs: the request beside the answer, and the wording of every model and policy."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("request_enc", sa.LargeBinary(), nullable=True))
    op.create_table(
        "rule_text",
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rule IN ('model', 'policy')", name=op.f("ck_rule_text_rule")),
        sa.PrimaryKeyConstraint("rule", "version", name=op.f("pk_rule_text")),
    )
