"""The tables of looking back: how far past answers were compared with later changes of the list, and what was found.

They name checks, subjects of the list and verdicts by their numbers and codes; what people say of a finding is sealed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from registry.store.column_types import Identifier, Instant
from registry.store.tables import listed_subject, metadata

# One row: up to which list version every past answer was compared; and where a run under way stands.
look_back_state = Table(
    "look_back_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("list_version", BigInteger, nullable=False, server_default="0"),
    Column("target_version", BigInteger, nullable=True),
    Column("after_id", BigInteger, nullable=False, server_default="0"),
    Column("checks", BigInteger, nullable=False, server_default="0"),
    Column("listed", BigInteger, nullable=False, server_default="0"),
    # Of former versions of this program; liftings are counted from the findings.
    Column("lifted", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("id = 1", name="single"),
)

# One past answer that would be another now, because of one listed person (listed: stricter; lifted: less strict).
look_back_finding = Table(
    "look_back_finding",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("check_no", String(40), nullable=False, index=True),
    Column("subject_no", String(200), nullable=False),
    Column("subject_id", ForeignKey(listed_subject.c.id), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("verdict_then", String(10), nullable=False),
    Column("verdict_now", String(10), nullable=False),
    # The first day of a ban that has not begun yet; null: it bars today.
    Column("bars_from", Date, nullable=True),
    Column("list_version", BigInteger, nullable=False),
    Column("region", String(6), nullable=True),
    Column("decided_at", Instant, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("state", String(20), nullable=False),
    Column("outcome", String(20), nullable=True),
    Column("moved_at", Instant, nullable=False),
    # Who proposed that it is another person, where a second one must settle it; their reason, and the second one's.
    Column("proposed_by", String(100), nullable=True),
    Column("data_key", LargeBinary, nullable=True),
    Column("proposal_enc", LargeBinary, nullable=True),
    Column("reason_enc", LargeBinary, nullable=True),
    UniqueConstraint("check_no", "subject_no", "subject_id", "kind", "list_version"),
    CheckConstraint("kind IN ('listed', 'lifted')", name="kind"),
    CheckConstraint("state IN ('open', 'told', 'acknowledged', 'closed')", name="state"),
    CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="outcome"),
    sqlite_autoincrement=True,
)
Index(None, look_back_finding.c.state, look_back_finding.c.id)
