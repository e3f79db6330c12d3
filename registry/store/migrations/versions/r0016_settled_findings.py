"""Why a finding of looking back was settled and by whom it was proposed; what a renewed key's system is told."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NOTICES = """
UPDATE client_notice SET client_id = :first, number = number + COALESCE(({last}:first), 0) WHERE client_id = :own
"""
_COUNT = "UPDATE notice_count SET last = last + ({last}:own) WHERE client_id = :first"


def upgrade() -> None:
    op.add_column("look_back_finding", sa.Column("proposed_by", sa.String(length=100), nullable=True))
    for name in ("data_key", "proposal_enc", "reason_enc"):
        op.add_column("look_back_finding", sa.Column(name, sa.LargeBinary(), nullable=True))
    _keep_under_first_keys()


def _keep_under_first_keys() -> None:
    """Bring the notices and addresses of renewed keys together under the first key of name, role and region."""
    first: dict[tuple[str, str, str | None], int] = {}
    for key in op.get_bind().execute(sa.text("SELECT id, name, role, region FROM api_client ORDER BY id")).all():
        system = first.setdefault((key.name, key.role, key.region), key.id)
        if system != key.id:
            _move({"own": key.id, "first": system})


def _move(keys: dict[str, int]) -> None:
    here = op.get_bind()
    last = "SELECT last FROM notice_count WHERE client_id = "
    if here.execute(sa.text(f"{last}:own"), keys).first() is not None:
        here.execute(sa.text(_NOTICES.format(last=last)), keys)
        if here.execute(sa.text(f"{last}:first"), keys).first() is None:
            here.execute(sa.text("UPDATE notice_count SET client_id = :first WHERE client_id = :own"), keys)
        else:
            here.execute(sa.text(_COUNT.format(last=last)), keys)
            here.execute(sa.text("DELETE FROM notice_count WHERE client_id = :own"), keys)
    if here.execute(sa.text("SELECT 1 FROM webhook WHERE client_id = :own"), keys).first() is not None:
        here.execute(sa.text("DELETE FROM webhook WHERE client_id = :first"), keys)
        here.execute(sa.text("UPDATE webhook SET client_id = :first WHERE client_id = :own"), keys)
