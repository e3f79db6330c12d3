"""Models and policies that one person proposed and another adopts or refuses; their wording is in rule_text.

`proposer` is the role of who proposed (operator, admin, regulator). No column names an applicant.
"""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, String, Table, Text

from registry.store.column_types import Identifier, Instant
from registry.store.tables import metadata

rule_proposal = Table(
    "rule_proposal",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("rule", String(10), nullable=False),
    Column("version", String(60), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    # What judged when it was proposed.
    Column("former_version", String(60), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("proposed_by", String(100), nullable=False),
    Column("proposer", String(20), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    # What it would have changed in the last months' checks: counts alone.
    Column("rehearsal", JSON(none_as_null=True), nullable=True),
    Column("rehearsed_at", Instant, nullable=True),
    Column("decided_by", String(100), nullable=True),
    Column("decided_at", Instant, nullable=True),
    Column("decision_reason", Text, nullable=True),
    CheckConstraint("rule IN ('model', 'policy')", name="rule"),
    CheckConstraint("state IN ('open', 'adopted', 'refused', 'withdrawn')", name="state"),
    CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided"),
    sqlite_autoincrement=True,
)
