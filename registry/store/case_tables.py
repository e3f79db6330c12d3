"""The tables of the regulators' desk: held applications, whom each may be, what was done about it, and clearances.

Columns ending in `_enc` are sealed under the row's `data_key`; `applicant_index` is a keyed value under the key of
the row's `index_version`, computed from what `applicant_enc` holds. Everything else carries no identity.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
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
from registry.store.tables import decision, metadata
from registry.store.upload_tables import original

# One held or reviewed application: the check that held it. The province that decides is the check's, or its client's
# where the check names none; null: a bulk run over all four.
hold_case = Table(
    "hold_case",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("check_no", String(40), ForeignKey(decision.c.check_no), nullable=False, unique=True),
    Column("client_id", Identifier, nullable=True),
    Column("application_no", String(200), nullable=False),
    Column("region", String(2), nullable=True),
    Column("purpose", String(40), nullable=False),
    Column("verdict", String(10), nullable=False),
    # By what the strictest match was found (feature/level), or that only an old list held it.
    Column("rule", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("settled_at", Instant, nullable=True),
    Column("row_version", Integer, nullable=False, server_default="1"),
    # Why it was released, where that matters afterwards: `wrong_number`, the office must check again.
    Column("release_cause", String(20), nullable=True),
    CheckConstraint("verdict IN ('block', 'review')", name="verdict"),
    CheckConstraint(
        "state IN ('open', 'asked', 'release_proposed', 'confirmed', 'released', 'withdrawn')", name="state"
    ),
    sqlite_autoincrement=True,
)
Index(None, hold_case.c.state, hold_case.c.due_on, hold_case.c.id)
Index(None, hold_case.c.region, hold_case.c.state, hold_case.c.due_on, hold_case.c.id)
Index(None, hold_case.c.application_no)
Index(None, hold_case.c.opened_at)

# One listed person an applicant may be, and what was found about it.
hold_match = Table(
    "hold_match",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("case_id", ForeignKey(hold_case.c.id), nullable=False),
    Column("subject_no", String(200), nullable=False),
    Column("ban_no", String(40), nullable=False, index=True),
    Column("verdict", String(10), nullable=False),
    Column("rule", String(60), nullable=False),
    Column("finding", String(20), nullable=False),
    # Who applied, in one spelling: other checks of the same applicant are found by it.
    Column("applicant_index", LargeBinary, nullable=False, index=True),
    Column("index_version", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("applicant_enc", LargeBinary, nullable=False),
    UniqueConstraint("case_id", "subject_no", "ban_no"),
    CheckConstraint("finding IN ('open', 'same', 'other_proposed', 'other', 'withdrawn')", name="finding"),
    sqlite_autoincrement=True,
)

# What was done about a case, one after the other; nothing is changed or taken away.
case_step = Table(
    "case_step",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("case_id", ForeignKey(hold_case.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("match_id", ForeignKey(hold_match.c.id), nullable=True),
    Column("actor", String(100), nullable=False),
    Column("at", Instant, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("content_enc", LargeBinary, nullable=False),
    UniqueConstraint("case_id", "number"),
    sqlite_autoincrement=True,
)

# What courts, the police or the applicant brought: files as they came.
case_attachment = Table(
    "case_attachment",
    metadata,
    Column("case_id", ForeignKey(hold_case.c.id), primary_key=True),
    Column("original_id", ForeignKey(original.c.id), primary_key=True),
)

# A reviewed "not this person": this applicant, as stated, is not that listed person, as the evidence stood.
clearance = Table(
    "clearance",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("clearance_no", String(40), nullable=False, unique=True),
    Column("ban_no", String(40), nullable=False, index=True),
    Column("check_no", String(40), nullable=False, index=True),
    Column("applicant_index", LargeBinary, nullable=False, index=True),
    Column("index_version", Integer, nullable=False),
    Column("data_key", LargeBinary, nullable=False),
    Column("applicant_enc", LargeBinary, nullable=False),
    # What agreed and what did not, and who the record says the listed person is: another ends the clearance.
    Column("evidence_enc", LargeBinary, nullable=False),
    Column("given_by", String(100), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("revoked_by", String(100), nullable=True),
    Column("revoked_at", Instant, nullable=True),
    Column("reason_enc", LargeBinary, nullable=True),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    sqlite_autoincrement=True,
)

# Which checks were answered with a clearance: revoked, it takes these answers with it.
clearance_use = Table(
    "clearance_use",
    metadata,
    Column("clearance_no", String(40), primary_key=True),
    Column("check_no", String(40), primary_key=True, index=True),
)

# Filters a user keeps under a name.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("user_id", ForeignKey("desk_user.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("query", String(400), nullable=False),
    Column("is_first", Boolean, nullable=False, server_default="0"),
    UniqueConstraint("user_id", "name"),
    sqlite_autoincrement=True,
)
