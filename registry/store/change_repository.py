"""The feed of list changes: contiguous versions in commit order, what indexes and provinces catch up by."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from sqlalchemy import bindparam, exists, func, select

from registry.ledger.leaf import spell_instant
from registry.store.list_reading import parts
from registry.store.list_values import ChangeKind
from registry.store.list_writing import ERASED_VERSION
from registry.store.tables import list_change, list_record, listed_subject
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ListChange:
    """One change: its version, what happened, to whose ban, from which region, when."""

    version: int
    kind: str
    ban_no: str
    subject_kind: str
    region: str
    recorded_at: datetime.datetime


class StoredChange(Protocol):
    """A list change as it is stored."""

    @property
    def version(self) -> int:
        """Its number."""

    @property
    def subject_id(self) -> int:
        """Whose ban."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def region(self) -> str:
        """From which region."""

    @property
    def record_id(self) -> int | None:
        """By which record."""

    @property
    def recorded_at(self) -> datetime.datetime:
        """When."""

    @property
    def state_digest(self) -> bytes | None:
        """What was stored of the subject since."""


class ChangeDigest:
    """The SHA-256 over list changes in the order of their versions, a line each."""

    def __init__(self) -> None:
        self._hash: Final = hashlib.sha256()

    def add(self, change: StoredChange) -> None:
        """Add the next change."""
        record = "" if change.record_id is None else change.record_id
        state = "" if change.state_digest is None else change.state_digest.hex()
        at = spell_instant(change.recorded_at)
        line = f"{change.version}|{change.subject_id}|{change.kind}|{change.region}|{record}|{at}|{state}\n"
        self._hash.update(line.encode())

    def hex(self) -> str:
        """Return the digest of what was added, in hexadecimal."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells the history of a list from another's of the same version: its last change (None: it has none)."""

    subject_id: int | None
    recorded_at: datetime.datetime | None
    state_digest: bytes | None


@dataclass(frozen=True, slots=True)
class ListState:
    """What a check must know of the list: its version, how far each region's part reaches, and which history it is.

    `valid_for`: how long a region's part counts as fresh, where its partner's configuration says so.
    """

    version: int
    as_of: dict[str, datetime.datetime]
    mark: Mark
    valid_for: dict[str, datetime.timedelta] = field(default_factory=dict)


MARK_COLUMNS: Final = (list_change.c.subject_id, list_change.c.recorded_at, list_change.c.state_digest)
_MARK: Final = select(*MARK_COLUMNS).where(list_change.c.version == bindparam("version"))


_SUBJECTS: Final = (
    select(list_change.c.subject_id)
    .distinct()
    .where(list_change.c.version > bindparam("after"), list_change.c.version <= bindparam("upto"))
)
_ROWS: Final = select(
    list_change.c.version,
    list_change.c.subject_id,
    list_change.c.kind,
    list_change.c.region,
    list_change.c.record_id,
    list_change.c.recorded_at,
    list_change.c.state_digest,
).order_by(list_change.c.version)
_LAST_BEFORE: Final = (
    select(list_change.c.version)
    .where(list_change.c.recorded_at < bindparam("instant"))
    .order_by(list_change.c.version.desc())
    .limit(1)
)
_LATER: Final = list_change.alias("later")
_NEXT: Final = list_record.alias("next")
_NEXT_CHANGE: Final = list_change.alias("next_change")
# Rows erased by now that had listed somebody at a version: neither lifted nor replaced until then.
_ERASED_SINCE: Final = (
    select(func.count(list_record.c.id.distinct()))
    .join(list_change, list_change.c.record_id == list_record.c.id)
    .where(
        list_record.c.index_version == ERASED_VERSION,
        list_change.c.version <= bindparam("version"),
        list_change.c.kind != ChangeKind.LIFTED,
        ~exists().where(
            _LATER.c.record_id == list_record.c.id,
            _LATER.c.subject_id == list_change.c.subject_id,
            _LATER.c.kind == ChangeKind.LIFTED,
            _LATER.c.version > list_change.c.version,
            _LATER.c.version <= bindparam("version"),
        ),
        ~exists().where(
            _NEXT.c.source_region == list_record.c.source_region,
            _NEXT.c.record_no == list_record.c.record_no,
            _NEXT.c.version > list_record.c.version,
            _NEXT_CHANGE.c.record_id == _NEXT.c.id,
            _NEXT_CHANGE.c.version <= bindparam("version"),
        ),
    )
)
_CHANGES: Final = select(
    list_change.c.version,
    list_change.c.kind,
    listed_subject.c.ban_no,
    listed_subject.c.kind,
    list_change.c.region,
    list_change.c.recorded_at,
).join(listed_subject, listed_subject.c.id == list_change.c.subject_id)
_PAGE: Final = (
    _CHANGES.where(list_change.c.version > bindparam("after")).order_by(list_change.c.version).limit(bindparam("most"))
)


class ChangeRepository:
    """Reads the changes after a version."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def digest(self, versions: range) -> str:
        """Return the digest of the changes of these versions, as their entry states it."""
        digest = ChangeDigest()
        query = _ROWS.where(list_change.c.version >= versions.start, list_change.c.version < versions.stop)
        for row in self._transaction.connection.execute(query):
            digest.add(row)
        return digest.hex()

    def subjects_between(self, after: int, upto: int) -> list[int]:
        """Return the subjects changed in versions after+1 … upto, each once, ascending."""
        changed = self._transaction.connection.execute(_SUBJECTS, {"after": after, "upto": upto})
        return sorted(changed.scalars())

    def among_between(self, after: int, upto: int, subjects: Iterable[int]) -> set[int]:
        """Return those of the named subjects that changed in versions after+1 … upto."""
        within = (list_change.c.version > after, list_change.c.version <= upto)
        query = select(list_change.c.subject_id).distinct().where(*within)
        return {
            number
            for part in parts(sorted(set(subjects)))
            for number in self._transaction.connection.execute(
                query.where(list_change.c.subject_id.in_(part))
            ).scalars()
        }

    def of_subject(self, after: int, upto: int, subject: int) -> list[ListChange]:
        """Return the changes of one subject in versions after+1 … upto, in their order."""
        named = (list_change.c.subject_id == subject, list_change.c.version > after, list_change.c.version <= upto)
        rows = self._transaction.connection.execute(_CHANGES.where(*named).order_by(list_change.c.version))
        return [ListChange(*row) for row in rows]

    def last_changes(self, after: int, upto: int) -> dict[int, int]:
        """Return the subjects changed in versions after+1 … upto, each with its last such version."""
        within = (list_change.c.version > after, list_change.c.version <= upto)
        last = select(list_change.c.subject_id, func.max(list_change.c.version)).where(*within)
        rows = self._transaction.connection.execute(last.group_by(list_change.c.subject_id))
        return {row[0]: row[1] for row in rows}

    def version_before(self, instant: datetime.datetime) -> int:
        """Return the list version that was in force just before an instant; 0 where the list had not begun."""
        return int(self._transaction.connection.execute(_LAST_BEFORE, {"instant": instant}).scalar() or 0)

    def erased_since(self, version: int) -> int:
        """Return how many rows that listed somebody at a version have been erased since: nobody can read them again."""
        return int(self._transaction.connection.execute(_ERASED_SINCE, {"version": version}).scalar_one())

    def mark(self, version: int) -> Mark:
        """Return what the list's history is told by at a version."""
        row = self._transaction.connection.execute(_MARK, {"version": version}).first()
        return Mark(None, None, None) if row is None else Mark(*row)

    def page(self, after: int, most: int) -> list[ListChange]:
        """Return at most so many changes after a version, in the order of their versions."""
        rows = self._transaction.connection.execute(_PAGE, {"after": after, "most": most})
        return [ListChange(*row) for row in rows]
