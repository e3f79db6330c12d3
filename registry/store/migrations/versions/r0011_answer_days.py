"""How many answers of which verdict were given on each day, so that an overview need not read them all."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict IN ('block', 'review', 'clear')", name=op.f("ck_answer_day_verdict")),
        sa.PrimaryKeyConstraint("day", "region", "verdict", name=op.f("pk_answer_day")),
    )
