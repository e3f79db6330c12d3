"""From which list version to which each basis stood, so that the list can be read as it was at any version."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0013"
branch_labels = None
depends_on = None

# Bases of before: the change that listed the subject by this record, the last before the basis ended; and of a basis
# that has ended, the first change of its subject that was recorded no earlier.
_FROM = """
UPDATE basis SET from_version = COALESCE(
    (SELECT MAX(c.version) FROM list_change c
      WHERE c.subject_id = basis.subject_id AND c.record_id = basis.record_id AND c.kind <> 'lifted'
        AND (basis.until_version IS NULL OR c.version < basis.until_version)),
    (SELECT MIN(c.version) FROM list_change c WHERE c.subject_id = basis.subject_id),
    0)
"""
_UNTIL = """
UPDATE basis SET until_version = COALESCE(
    (SELECT MIN(c.version) FROM list_change c
      WHERE c.subject_id = basis.subject_id AND c.recorded_at >= basis.ended_at),
    (SELECT MAX(c.version) FROM list_change c WHERE c.subject_id = basis.subject_id),
    0)
WHERE ended_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("basis", sa.Column("from_version", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("basis", sa.Column("until_version", sa.BigInteger(), nullable=True))
    op.execute(_UNTIL)
    op.execute(_FROM)
