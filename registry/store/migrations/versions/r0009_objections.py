"""Objections to bans and held applications, with the statement that is kept with the ban, and their evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_objection()
    _create_objection_attachment()


def _create_objection() -> None:
    op.create_table('objection',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('objection_no', sa.String(length=40), nullable=False),
    sa.Column('ban_no', sa.String(length=40), nullable=True),
    sa.Column('check_no', sa.String(length=40), nullable=True),
    sa.Column('region', sa.String(length=2), nullable=True),
    sa.Column('client_id', IDENTIFIER, nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('corrected_at', INSTANT, nullable=True),
    sa.Column('lodged_by', sa.String(length=100), nullable=False),
    sa.Column('lodged_at', INSTANT, nullable=False),
    sa.Column('decided_by', sa.String(length=100), nullable=True),
    sa.Column('decided_at', INSTANT, nullable=True),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('statement_enc', sa.LargeBinary(), nullable=False),
    sa.Column('reason_enc', sa.LargeBinary(), nullable=True),
    sa.Column('row_version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint('(ban_no IS NULL) <> (check_no IS NULL)', name=op.f('ck_objection_about')),
    sa.CheckConstraint("state IN ('open', 'upheld', 'rejected', 'withdrawn')", name=op.f('ck_objection_state')),
    sa.CheckConstraint('(decided_by IS NULL) = (decided_at IS NULL)', name=op.f('ck_objection_decided')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('objection_no', name=op.f('uq_objection_objection_no')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_objection_ban_no'), 'objection', ['ban_no'], unique=False)
    op.create_index(op.f('ix_objection_check_no'), 'objection', ['check_no'], unique=False)
    op.create_index(op.f('ix_objection_state_due_on_id'), 'objection', ['state', 'due_on', 'id'], unique=False)


def _create_objection_attachment() -> None:
    op.create_table('objection_attachment',
    sa.Column('objection_id', IDENTIFIER, nullable=False),
    sa.Column('original_id', IDENTIFIER, nullable=False),
    sa.ForeignKeyConstraint(['objection_id'], ['objection.id'], name=op.f('fk_objection_attachment_objection_id_objection')),
    sa.ForeignKeyConstraint(['original_id'], ['original.id'], name=op.f('fk_objection_attachment_original_id_original')),
    sa.PrimaryKeyConstraint('objection_id', 'original_id', name=op.f('pk_objection_attachment'))
    )
