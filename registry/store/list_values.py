"""The plain values that travel between the list's use cases and its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from matching.identity import Identity, Kind
from registry.law.ban import Basis


class RecordState(StrEnum):
    """Whether a stored row counts: it does, it was taken back, or a higher version stands in its place."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class EndReason(StrEnum):
    """Why a basis no longer stands, whatever its dates say."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    SEALED = "sealed"
    RESTATED = "restated"


class ChangeKind(StrEnum):
    """What a list change did to a listed subject."""

    ADDED = "added"
    CORRECTED = "corrected"
    LIFTED = "lifted"


@dataclass(slots=True)
class StoredRecord:
    """One version of one row as the store has it, without its payload."""

    id: int
    source_region: str
    record_no: str
    version: int
    kind: str
    state: RecordState
    outcome: str
    subject_id: int | None
    document_no: str | None
    content_digest: bytes
    food_related: bool | None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class StoredFace:
    """Somebody as one active record states them, in clear."""

    subject_id: int
    ban_no: str
    kind: Kind
    record_id: int
    source_region: str
    record_no: str
    document_no: str | None
    identity: Identity


@dataclass(frozen=True, slots=True)
class StoredBasis:
    """A basis that has not ended before its time, and the record it rests on."""

    subject_id: int
    record_id: int
    source_region: str
    record_no: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A person or organisation listed for the first time."""

    id: int
    ban_no: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A row to be stored; `payload` is its canonical JSON in clear, sealed by the repository."""

    record: StoredRecord
    payload: str


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """Who a record says a subject is, with the keyed values they are found by.

    `id_indexes` goes with `identity.documents` one by one; None for a number that proves nothing.
    """

    subject_id: int
    record_id: int
    identity: Identity
    id_indexes: tuple[bytes | None, ...]
    name_birth_index: bytes | None


@dataclass(frozen=True, slots=True)
class NewBasis:
    """A basis one record founds against one subject."""

    subject_id: int
    record_id: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change of the list that is to take the next version."""

    subject_id: int
    kind: ChangeKind
    region: str
    record_id: int | None


@dataclass(frozen=True, slots=True)
class SubjectKeys:
    """What somebody already listed might be found by: keyed values and document numbers."""

    id_indexes: frozenset[bytes] = frozenset()
    name_birth_indexes: frozenset[bytes] = frozenset()
    document_nos: frozenset[str] = frozenset()


@dataclass(slots=True)
class ListWrites:
    """Everything one transaction writes to the list, gathered first and written in a few bulk statements."""

    subjects: list[NewSubject] = field(default_factory=list)
    records: list[NewRecord] = field(default_factory=list)
    identities: list[NewIdentity] = field(default_factory=list)
    bases: list[NewBasis] = field(default_factory=list)
    changed_records: dict[int, StoredRecord] = field(default_factory=dict)
    restated_records: set[int] = field(default_factory=set)
    set_aside: set[int] = field(default_factory=set)
    """Records whose version goes below all others, so that another may be stored in their place."""
    ended_records: dict[int, EndReason] = field(default_factory=dict)
    erased_records: dict[int, StoredRecord] = field(default_factory=dict)
    changes: list[NewChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that could not be taken, whole; `original` is its cells as JSON in clear, sealed by the repository."""

    source_region: str | None
    record_no: str | None
    line: int
    field: str
    reason_code: str
    reason: str
    original: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that may not be kept, and the code why."""

    line: int
    code: str


def record_content(kind: str, payload: str) -> str:
    """Return what a row's content digest is over: its kind and its canonical values."""
    return f"{kind}\x1f{payload}"
