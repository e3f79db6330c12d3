"""What the register holds of every row, streamed for reconciliation: its highest version, opened, held against itself.

Copies set aside by a repair have negative versions and do not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, func, select

from registry.errors import KeysMismatchError
from registry.ledger.events import EventKind
from registry.privacy.keyed_index import IndexPurpose
from registry.store.list_reading import parts, streamed
from registry.store.list_values import RecordState, record_content
from registry.store.list_writing import ERASED, ERASED_VERSION
from registry.store.tables import basis, ledger_entry, list_change, list_record
from registry.store.transaction import Transaction

RecordKey = tuple[str, str]
"""Source region and record number."""

_LAST_CHANGE: Final = (
    select(list_change.c.record_id, func.max(list_change.c.version).label("changed"))
    .where(list_change.c.record_id.is_not(None))
    .group_by(list_change.c.record_id)
    .subquery()
)
_CHANGE: Final = list_change.alias("last_change")
_ROWS: Final = (
    select(
        list_record.c.source_region,
        list_record.c.record_no,
        list_record.c.id,
        list_record.c.version,
        list_record.c.kind,
        list_record.c.state,
        list_record.c.outcome,
        list_record.c.food_related,
        list_record.c.document_no,
        list_record.c.data_key,
        list_record.c.payload,
        list_record.c.content_digest,
        list_record.c.index_version,
        _CHANGE.c.kind.label("change_kind"),
        list_record.c.subject_id,
    )
    .outerjoin(_LAST_CHANGE, _LAST_CHANGE.c.record_id == list_record.c.id)
    .outerjoin(_CHANGE, _CHANGE.c.version == _LAST_CHANGE.c.changed)
    .where(list_record.c.version > 0)
    .order_by(list_record.c.source_region, list_record.c.record_no, list_record.c.version.desc())
)
_KEYS: Final = select(list_record.c.source_region, list_record.c.record_no).where(list_record.c.version > 0).distinct()
_STATES: Final = {str(state): state for state in RecordState}
_CHANGED_AFTER: Final = (
    select(list_record.c.source_region, list_record.c.record_no)
    .join(list_change, list_change.c.record_id == list_record.c.id)
    .distinct()
)


class HeldRow(NamedTuple):
    """One row as the store holds it; `payload` is None where it cannot be opened.

    `erased`: kept as long as it might be. `fits`: what is sealed is what was received. `alone`: no other version of
    it counts as active. `change_kind`: what the list change it made last did (None: it made none).
    """

    record_id: int
    source_region: str
    record_no: str
    version: int
    kind: str
    state: RecordState
    outcome: str
    food_related: bool | None
    document_no: str | None
    payload: str | None
    erased: bool
    fits: bool
    alone: bool
    change_kind: str | None


class MemberRepository:
    """Streams what the list holds, row by row."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def held(self, sends: Callable[[str], bool], wanted: Callable[[RecordKey], bool]) -> Iterator[HeldRow]:
        """Yield the row of every wanted key; `sends` says whether this side speaks for a region.

        A row this side speaks for that never concerned anybody's listing is not part of the exchange and left out.
        """
        yield from self._chosen(streamed(self._transaction, _ROWS), sends, wanted)

    def held_of(self, keys: Iterable[RecordKey], sends: Callable[[str], bool]) -> Iterator[HeldRow]:
        """Yield the rows of the named keys as `held` would."""
        wanted = set(keys)
        for part in parts(sorted({number for _, number in wanted})):
            rows = streamed(self._transaction, _ROWS.where(list_record.c.record_no.in_(part)))
            yield from self._chosen(rows, sends, wanted.__contains__)

    def named(self) -> Iterator[RecordKey]:
        """Yield the key of every row there is, and nothing of what it says: a fraction of what `held` costs."""
        for row in streamed(self._transaction, _KEYS):
            region, record_no = tuple(row)
            yield region, record_no

    def changed_after(self, version: int) -> set[RecordKey]:
        """Return the keys of the rows that changed the list after a version."""
        query = _CHANGED_AFTER.where(list_change.c.version > version)
        return {(row[0], row[1]) for row in self._transaction.connection.execute(query)}

    def standing_subjects(self, records: Iterable[int]) -> dict[int, set[int]]:
        """Return whom rows list: the subjects with a basis of the row that has not ended, by row."""
        found: dict[int, set[int]] = {}
        query = select(basis.c.record_id, basis.c.subject_id).where(basis.c.ended_at.is_(None)).distinct()
        for part in parts(sorted(set(records))):
            for record, subject in self._transaction.connection.execute(query.where(basis.c.record_id.in_(part))):
                found.setdefault(record, set()).add(subject)
        return found

    def states_left(self, subjects: Iterable[int]) -> dict[int, bytes]:
        """Return what the last list change of each subject left standing, where it says so."""
        last = select(func.max(list_change.c.version)).group_by(list_change.c.subject_id)
        query = select(list_change.c.subject_id, list_change.c.state_digest)
        return {
            row[0]: row[1]
            for part in parts(sorted(set(subjects)))
            for row in self._transaction.connection.execute(
                query.where(list_change.c.version.in_(last.where(list_change.c.subject_id.in_(part))))
            )
            if row[1] is not None
        }

    def findings(self, records: Iterable[int]) -> dict[int, bool]:
        """Return what persons found about whether these rows concern food, as the ledger has it."""
        wanted = set(records)
        query = select(ledger_entry.c.facts).where(ledger_entry.c.kind == EventKind.FOOD_RELATED_DECIDED)
        stated = (json.loads(facts) for facts in self._transaction.connection.execute(query).scalars() if facts)
        return {each["record_id"]: each["decision"] == "yes" for each in stated if each["record_id"] in wanted}

    def unreadable(self, records: Iterable[int]) -> set[int]:
        """Return those of the named rows that cannot be opened."""
        query = select(list_record.c.id, list_record.c.data_key, list_record.c.payload)
        return {
            row.id
            for part in parts(sorted(set(records)))
            for row in self._transaction.connection.execute(query.where(list_record.c.id.in_(part)))
            if self._payload(row.id, row.data_key, row.payload) is None
        }

    def _chosen(
        self, rows: Iterator[Row[Any]], sends: Callable[[str], bool], wanted: Callable[[RecordKey], bool]
    ) -> Iterator[HeldRow]:
        for key, group in groupby(rows, key=itemgetter(0, 1)):
            if not wanted(key):
                continue
            versions = list(group)
            if _concerned_somebody(versions) or not sends(key[0]):
                yield self._opened(versions[0], versions)

    def _opened(self, row: Row[Any], versions: list[Row[Any]]) -> HeldRow:
        # Unpacked at once: a comparison comes by here for every row of the list, and naming a column costs a look-up.
        region, number, record, version, kind, state, outcome, finding, document, *rest = tuple(row)
        data_key, sealed, digest, index, change_kind, _ = rest
        payload = self._payload(record, data_key, sealed)
        erased = index == ERASED_VERSION and payload == ERASED and state != RecordState.ACTIVE
        return HeldRow(
            record,
            region,
            number,
            version,
            kind,
            _STATES[state],
            outcome,
            finding,
            document,
            payload,
            erased,
            erased or self._fits(kind, payload, index, digest),
            len(versions) == 1 or all(other.state != RecordState.ACTIVE for other in versions[1:]),
            change_kind,
        )

    def _payload(self, record: int, data_key: bytes, sealed: bytes) -> str | None:
        try:
            return self._transaction.cipher.open_record(list_record.name, record, data_key).open("payload", sealed)
        except KeysMismatchError:
            return None

    def _fits(self, kind: str, payload: str | None, index_version: int, digest: bytes) -> bool:
        if payload is None:
            return False
        content = record_content(kind, payload)
        return self._transaction.keyed_index.under(index_version, IndexPurpose.RECORD_CONTENT, content) == digest


def _concerned_somebody(versions: list[Row[Any]]) -> bool:
    """Say whether a row ever concerned somebody's listing; one that never did does not travel (protocol, 1.4)."""
    return any(row.subject_id is not None or row.change_kind is not None for row in versions)
