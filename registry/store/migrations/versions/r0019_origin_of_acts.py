"""From which network address a system acted, and on whose behalf as it states."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ledger_entry", sa.Column("address", sa.String(length=45), nullable=True))
    op.add_column("ledger_entry", sa.Column("behalf", sa.String(length=64), nullable=True))
