"""Answers found by the application they were given for; liftings are counted from what was found, no longer beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("look_back_state", "lifted")
    op.create_index("ix_decision_application_no", "decision", ["application_no"], unique=False)
