"""The regulators' desk: held applications, what was found and done about each, clearances, and kept filters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the key is exactly INTEGER.
IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_clearance()
    _create_saved_view()
    _create_hold_case()
    _create_hold_match()
    _create_case_step()


def _create_clearance() -> None:
    op.create_table('clearance',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('clearance_no', sa.String(length=40), nullable=False),
    sa.Column('ban_no', sa.String(length=40), nullable=False),
    sa.Column('check_no', sa.String(length=40), nullable=False),
    sa.Column('applicant_index', sa.LargeBinary(), nullable=False),
    sa.Column('index_version', sa.Integer(), nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('applicant_enc', sa.LargeBinary(), nullable=False),
    sa.Column('evidence_enc', sa.LargeBinary(), nullable=False),
    sa.Column('given_by', sa.String(length=100), nullable=False),
    sa.Column('given_at', INSTANT, nullable=False),
    sa.Column('revoked_by', sa.String(length=100), nullable=True),
    sa.Column('revoked_at', INSTANT, nullable=True),
    sa.Column('reason_enc', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('(revoked_at IS NULL) = (revoked_by IS NULL)', name=op.f('ck_clearance_revoked')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clearance')),
    sa.UniqueConstraint('clearance_no', name=op.f('uq_clearance_clearance_no')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_clearance_applicant_index'), 'clearance', ['applicant_index'], unique=False)
    op.create_index(op.f('ix_clearance_ban_no'), 'clearance', ['ban_no'], unique=False)
    op.create_index(op.f('ix_clearance_check_no'), 'clearance', ['check_no'], unique=False)


def _create_saved_view() -> None:
    op.create_table('saved_view',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('user_id', IDENTIFIER, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=400), nullable=False),
    sa.Column('is_first', sa.Boolean(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['desk_user.id'], name=op.f('fk_saved_view_user_id_desk_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('user_id', 'name', name=op.f('uq_saved_view_user_id_name')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_saved_view_user_id'), 'saved_view', ['user_id'], unique=False)


def _create_hold_case() -> None:
    op.create_table('hold_case',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('check_no', sa.String(length=40), nullable=False),
    sa.Column('client_id', IDENTIFIER, nullable=True),
    sa.Column('application_no', sa.String(length=200), nullable=False),
    sa.Column('region', sa.String(length=2), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('opened_at', INSTANT, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('settled_at', INSTANT, nullable=True),
    sa.Column('row_version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("state IN ('open', 'asked', 'release_proposed', 'confirmed', 'released', 'withdrawn')", name=op.f('ck_hold_case_state')),
    sa.CheckConstraint("verdict IN ('block', 'review')", name=op.f('ck_hold_case_verdict')),
    sa.ForeignKeyConstraint(['check_no'], ['decision.check_no'], name=op.f('fk_hold_case_check_no_decision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold_case')),
    sa.UniqueConstraint('check_no', name=op.f('uq_hold_case_check_no')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_hold_case_application_no'), 'hold_case', ['application_no'], unique=False)
    op.create_index(op.f('ix_hold_case_opened_at'), 'hold_case', ['opened_at'], unique=False)
    op.create_index(op.f('ix_hold_case_region_state_due_on_id'), 'hold_case', ['region', 'state', 'due_on', 'id'], unique=False)
    op.create_index(op.f('ix_hold_case_state_due_on_id'), 'hold_case', ['state', 'due_on', 'id'], unique=False)


def _create_hold_match() -> None:
    op.create_table('hold_match',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('case_id', IDENTIFIER, nullable=False),
    sa.Column('subject_no', sa.String(length=200), nullable=False),
    sa.Column('ban_no', sa.String(length=40), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('finding', sa.String(length=20), nullable=False),
    sa.Column('applicant_index', sa.LargeBinary(), nullable=False),
    sa.Column('index_version', sa.Integer(), nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('applicant_enc', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("finding IN ('open', 'same', 'other_proposed', 'other', 'withdrawn')", name=op.f('ck_hold_match_finding')),
    sa.ForeignKeyConstraint(['case_id'], ['hold_case.id'], name=op.f('fk_hold_match_case_id_hold_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold_match')),
    sa.UniqueConstraint('case_id', 'subject_no', 'ban_no', name=op.f('uq_hold_match_case_id_subject_no_ban_no')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_hold_match_applicant_index'), 'hold_match', ['applicant_index'], unique=False)
    op.create_index(op.f('ix_hold_match_ban_no'), 'hold_match', ['ban_no'], unique=False)


def _create_case_step() -> None:
    op.create_table('case_step',
    sa.Column('id', IDENTIFIER, nullable=False),
    sa.Column('case_id', IDENTIFIER, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('match_id', IDENTIFIER, nullable=True),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('content_enc', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['hold_case.id'], name=op.f('fk_case_step_case_id_hold_case')),
    sa.ForeignKeyConstraint(['match_id'], ['hold_match.id'], name=op.f('fk_case_step_match_id_hold_match')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_step')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_case_step_case_id_number')),
    sqlite_autoincrement=True
    )
