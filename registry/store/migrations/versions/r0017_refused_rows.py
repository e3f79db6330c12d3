"""When a row in quarantine was refused, so that the same row sent again opens nothing; and its rows found by number."""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quarantine_row", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_quarantine_row_source_region_record_no"), "quarantine_row", ["source_region", "record_no"], unique=False
    )
