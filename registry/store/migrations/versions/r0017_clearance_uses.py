"""Which checks were answered with a clearance."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clearance_use",
        sa.Column("clearance_no", sa.String(length=40), nullable=False),
        sa.Column("check_no", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("clearance_no", "check_no", name=op.f("pk_clearance_use")),
    )
    op.create_index(op.f("ix_clearance_use_check_no"), "clearance_use", ["check_no"])
