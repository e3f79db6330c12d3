"""What licensing systems are told: where each wants to be told, and every notice with how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_webhook()
    _create_notice_count()
    _create_client_notice()
    _create_correction_state()


def _create_webhook() -> None:
    op.create_table('webhook',
    sa.Column('client_id', IDENTIFIER, nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('disabled_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_webhook_client_id_api_client')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_webhook'))
    )


def _create_notice_count() -> None:
    op.create_table('notice_count',
    sa.Column('client_id', IDENTIFIER, nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_notice_count_client_id_api_client')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_notice_count'))
    )


def _create_correction_state() -> None:
    op.create_table('correction_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_state'))
    )


def _create_client_notice() -> None:
    op.create_table('client_notice',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('notice_no', sa.String(length=40), nullable=False),
    sa.Column('client_id', IDENTIFIER, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('check_no', sa.String(length=40), nullable=True),
    sa.Column('application_no', sa.String(length=200), nullable=True),
    sa.Column('region', sa.String(length=2), nullable=True),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('delivered_at', INSTANT, nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('retry_at', INSTANT, nullable=True),
    sa.Column('last_fault', sa.String(length=60), nullable=True),
    sa.Column('dead_at', INSTANT, nullable=True),
    sa.Column('acknowledged_at', INSTANT, nullable=True),
    sa.CheckConstraint('dead_at IS NULL OR retry_at IS NULL', name=op.f('ck_client_notice_dead')),
    sa.ForeignKeyConstraint(['client_id'], ['api_client.id'], name=op.f('fk_client_notice_client_id_api_client')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_notice')),
    sa.UniqueConstraint('client_id', 'number', name=op.f('uq_client_notice_client_id_number')),
    sa.UniqueConstraint('notice_no', name=op.f('uq_client_notice_notice_no')),
    sqlite_autoincrement=True
    )
    for column in ('check_no', 'retry_at', 'dead_at', 'due_on'):
        op.create_index(op.f(f'ix_client_notice_{column}'), 'client_notice', [column], unique=False)
