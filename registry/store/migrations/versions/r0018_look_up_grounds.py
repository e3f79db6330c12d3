"""On what ground look-ups were made, sealed, for whoever reviews them: the log has only their digests."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_up_ground",
        sa.Column("ground_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("ground_enc", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ground_digest", name=op.f("pk_look_up_ground")),
    )
