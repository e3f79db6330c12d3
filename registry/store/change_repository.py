"""The feed of list changes: contiguous versions in commit order, what indexes and provinces catch up by."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from registry.store.tables import list_change, listed_subject
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


_SUBJECTS: Final = (
    select(list_change.c.subject_id)
    .distinct()
    .where(list_change.c.version > bindparam("after"), list_change.c.version <= bindparam("upto"))
)
_PAGE: Final = (
    select(
        list_change.c.version,
        list_change.c.kind,
        listed_subject.c.ban_no,
        listed_subject.c.kind,
        list_change.c.region,
        list_change.c.recorded_at,
    )
    .join(listed_subject, listed_subject.c.id == list_change.c.subject_id)
    .where(list_change.c.version > bindparam("after"))
    .order_by(list_change.c.version)
    .limit(bindparam("most"))
)


class ChangeRepository:
    """Reads the changes after a version."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def subjects_between(self, after: int, upto: int) -> list[int]:
        """Return the subjects changed in versions after+1 … upto, each once, ascending."""
        changed = self._transaction.connection.execute(_SUBJECTS, {"after": after, "upto": upto})
        return sorted(changed.scalars())

    def page(self, after: int, most: int) -> list[ListChange]:
        """Return at most so many changes after a version, in the order of their versions."""
        rows = self._transaction.connection.execute(_PAGE, {"after": after, "most": most})
        return [ListChange(*row) for row in rows]
