"""The plain values that travel between the desk's use cases and its tables."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Content = dict[str, Any]
"""What a document says, as JSON: see registry.intake.desk_content."""


class DocumentKind(StrEnum):
    """What lies on the desk: a criminal judgment, or a decision that revokes a licence."""

    JUDGMENT = "judgment"
    REVOCATION = "revocation"


class DeskState(StrEnum):
    """Where a document stands, as a person at the desk sees it."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    PENDING = "pending"
    IN_FORCE = "in_force"
    WAITING = "waiting"
    NO_BAN = "no_ban"
    WITHDRAWN = "withdrawn"
    ANNULLED = "annulled"
    UNLISTED = "unlisted"
    ATTACHED = "attached"
    DISCARDED = "discarded"
    REFUSED = "refused"


class FilingKind(StrEnum):
    """What a filing asks for."""

    INITIAL = "initial"
    EFFECT = "effect"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_REPLACED = "appeal_replaced"
    REMANDED = "remanded"
    ANNULLED = "annulled"
    SENTENCE_CHANGED = "sentence_changed"
    DISPUTED = "disputed"
    DISPUTE_ENDED = "dispute_ended"


class Decision(StrEnum):
    """What the second person decided."""

    CONFIRMED = "confirmed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class DocumentKeys:
    """What a document is recognised by, in clear: case number, SHA-256 of its words, the case an appeal speaks of."""

    case: str | None = None
    content: str | None = None
    cites: str | None = None


@dataclass(slots=True)
class StoredDocument:
    """One document of the desk with its sealed parts opened; None where there is none, or it was erased."""

    id: int
    document_no: str
    kind: DocumentKind
    region: str
    state: DeskState
    created_by: str
    created_at: datetime.datetime
    changed_at: datetime.datetime
    standing: DeskState | None = None
    effective_on: datetime.date | None = None
    disputed_on: datetime.date | None = None
    attached_to: int | None = None
    original_id: int | None = None
    row_version: int = 1
    keys: DocumentKeys = field(default_factory=DocumentKeys, repr=False)
    text: str | None = field(default=None, repr=False)
    reading: Content | None = field(default=None, repr=False)
    draft: Content | None = field(default=None, repr=False)

    def shown_state(self, today: datetime.date) -> DeskState:
        """The state on a day: what was pending is in force from the day it takes effect, with nobody's doing."""
        begun = self.effective_on is not None and self.effective_on <= today
        return DeskState.IN_FORCE if self.state is DeskState.PENDING and begun else self.state


@dataclass(frozen=True, slots=True)
class StoredFiling:
    """One filing with its sealed parts opened; `note` is the filer's, `answer` that of who decided."""

    id: int
    document_id: int
    number: int
    kind: FilingKind
    filed_by: str
    filed_at: datetime.datetime
    source_id: int | None = None
    content: Content | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)
    decided_by: str | None = None
    decided_at: datetime.datetime | None = None
    decision: Decision | None = None
    first_version: int | None = None
    last_version: int | None = None
