"""Listed subjects, their identities, bases and records: what the use cases of the list read and write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from registry.errors import KeysMismatchError
from registry.law.judgment import RowOutcome
from registry.store import list_reading
from registry.store.list_values import ListWrites, RecordState, StoredBasis, StoredFace, StoredRecord, SubjectKeys
from registry.store.list_writing import ERASED_VERSION, write_list
from registry.store.named_values import among, keyed
from registry.store.tables import basis, list_record, listed_identity, listed_subject
from registry.store.transaction import Transaction

_RECORD_COLUMNS = (
    list_record.c.id,
    list_record.c.source_region,
    list_record.c.record_no,
    list_record.c.version,
    list_record.c.kind,
    list_record.c.state,
    list_record.c.outcome,
    list_record.c.subject_id,
    list_record.c.document_no,
    list_record.c.content_digest,
    list_record.c.food_related,
    list_record.c.index_version,
)


class ListRepository:
    """Reads and writes the list; personal data is sealed on the way in and opened on the way out."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def reserve_records(self, count: int) -> list[int]:
        """Reserve numbers for rows about to be stored."""
        return self._transaction.new_ids(list_record, count)

    def reserve_subjects(self, count: int) -> list[int]:
        """Reserve numbers for people and organisations about to be listed for the first time."""
        return self._transaction.new_ids(listed_subject, count)

    def records_of(self, keys: Iterable[tuple[str, str]]) -> list[StoredRecord]:
        """Return every stored version of the named rows (source region, record number)."""
        key, here = (list_record.c.source_region, list_record.c.record_no), self._transaction.connection
        parts = list_reading.parts(list(keys))
        return [record for part in parts for record in self._records(keyed(here, key, part))]

    def records_named(self, record_no: str) -> list[StoredRecord]:
        """Return every stored version of rows with that number, of whatever region."""
        return list(self._records(list_record.c.record_no == record_no))

    def records_numbered(self, numbers: Iterable[int]) -> list[StoredRecord]:
        """Return the stored rows of the named numbers."""
        return [
            record
            for part in list_reading.parts(sorted(numbers))
            for record in self._records(list_record.c.id.in_(part))
        ]

    def any_record_outside(self, prefix: str) -> bool:
        """Say whether there is any row whose number does not begin with the prefix."""
        other = select(list_record.c.id).where(~list_record.c.record_no.startswith(prefix, autoescape=True))
        return self._transaction.connection.execute(other.limit(1)).first() is not None

    def payload(self, record_id: int) -> dict[str, str]:
        """Return the canonical values a row was stored with."""
        (found,) = self.payloads([record_id]).values()
        return found

    def payloads(self, record_ids: Iterable[int]) -> dict[int, dict[str, str]]:
        """Return the canonical values of rows, by row; of one that was erased none."""
        return {row.id: self._opened(row) for row in self._sealed_payloads(record_ids)}

    def sound_payloads(self, record_ids: Iterable[int]) -> dict[int, dict[str, str]]:
        """Return the same, leaving out rows that no longer open: somebody altered them past the program."""
        found = {}
        for row in self._sealed_payloads(record_ids):
            with suppress(KeysMismatchError):
                found[row.id] = self._opened(row)
        return found

    def _sealed_payloads(self, record_ids: Iterable[int]) -> Iterator[Any]:
        query = select(list_record.c.id, list_record.c.data_key, list_record.c.payload)
        for part in list_reading.parts(sorted(record_ids)):
            yield from self._transaction.connection.execute(query.where(self._among(list_record.c.id, part)))

    def _opened(self, row: Any) -> dict[str, str]:
        key = self._transaction.cipher.open_record(list_record.name, row.id, row.data_key)
        values: dict[str, str] = json.loads(key.open("payload", row.payload))
        return values

    def active_payloads(self, kind: str, outcomes: Sequence[str]) -> Iterator[tuple[StoredRecord, dict[str, str]]]:
        """Stream the active rows of one kind and of the named outcomes with their values, by region and number."""
        query = (
            select(*_RECORD_COLUMNS, list_record.c.data_key, list_record.c.payload)
            .where(list_record.c.kind == kind, list_record.c.state == RecordState.ACTIVE)
            .where(list_record.c.outcome.in_(outcomes))
            .order_by(list_record.c.source_region, list_record.c.record_no)
        )
        for row in list_reading.streamed(self._transaction, query):
            yield _record(row), self._opened(row)

    def subjects_like(self, keys: SubjectKeys) -> set[int]:
        """Return the subjects that somebody with these keys might be."""
        found: set[int] = set()
        for column, values in (
            (listed_identity.c.id_index, keys.id_indexes),
            (listed_identity.c.name_birth_index, keys.name_birth_indexes),
        ):
            for part in list_reading.parts(sorted(values)):
                found.update(self._numbers(listed_identity.c.subject_id, self._among(column, part)))
        for numbers in list_reading.parts(sorted(keys.document_nos)):
            named = select(list_record.c.id).where(self._among(list_record.c.document_no, numbers))
            found.update(self._numbers(listed_identity.c.subject_id, listed_identity.c.record_id.in_(named)))
        return found

    def subjects_of(self, record_ids: Iterable[int]) -> set[int]:
        """Return the subjects the named records found bases against."""
        found: set[int] = set()
        for part in list_reading.parts(sorted(record_ids)):
            found.update(self._numbers(basis.c.subject_id, self._among(basis.c.record_id, part)))
        return found

    def records_founding(self, subject: int) -> list[StoredRecord]:
        """Return every stored version of rows that found, or once founded, a basis against a subject."""
        founding = select(basis.c.record_id).where(basis.c.subject_id == subject)
        return list(self._records(list_record.c.id.in_(founding)))

    def waiting_records(self, region: str | None, after: int | None, most: int) -> list[StoredRecord]:
        """Return rows of a region (None: all) that wait for a finding, newest first, below a number."""
        wanted = [list_record.c.state == RecordState.ACTIVE, list_record.c.outcome == RowOutcome.WAITING]
        if region is not None:
            wanted.append(list_record.c.source_region == region)
        if after is not None:
            wanted.append(list_record.c.id < after)
        query = select(*_RECORD_COLUMNS).where(*wanted).order_by(list_record.c.id.desc()).limit(most)
        return [_record(row) for row in self._transaction.connection.execute(query)]

    def count_waiting(self, region: str | None) -> int:
        """Return how many active rows of a region (None: all) wait for a finding about food."""
        wanted = [list_record.c.state == RecordState.ACTIVE, list_record.c.outcome == RowOutcome.WAITING]
        if region is not None:
            wanted.append(list_record.c.source_region == region)
        return self._transaction.connection.execute(select(func.count()).where(*wanted)).scalar_one()

    def faces(self, subjects: Iterable[int] | None = None) -> Iterator[StoredFace]:
        """Stream who the active records say the listed subjects are, by subject; of the named subjects or of all."""
        return list_reading.faces(self._transaction, subjects)

    def standing_bases(self, subjects: Iterable[int] | None = None) -> Iterator[StoredBasis]:
        """Stream the bases that have not ended before their time, by subject; of the named subjects or of all."""
        return list_reading.standing_bases(self._transaction, subjects)

    def faces_as_of(self, version: int, subjects: Iterable[int]) -> Iterator[StoredFace]:
        """Stream who the named subjects were at a list version, as far as identities are stored, by subject."""
        return list_reading.faces_as_of(self._transaction, version, subjects)

    def bases_as_of(self, version: int, subjects: Iterable[int]) -> Iterator[StoredBasis]:
        """Stream the bases of the named subjects that stood at a list version, by subject."""
        return list_reading.bases_as_of(self._transaction, version, subjects)

    def ban_numbers(self, subjects: Iterable[int]) -> list[tuple[int, str, str]]:
        """Return (subject, ban number, kind) of the named subjects."""
        query = select(listed_subject.c.id, listed_subject.c.ban_no, listed_subject.c.kind)
        return [
            (row.id, row.ban_no, row.kind)
            for part in list_reading.parts(sorted(subjects))
            for row in self._transaction.connection.execute(query.where(listed_subject.c.id.in_(part)))
        ]

    def subjects_numbered(self, ban_nos: Iterable[str]) -> dict[str, int]:
        """Return the subjects of the named ban numbers; a number nobody has is left out."""
        query = select(listed_subject.c.ban_no, listed_subject.c.id)
        return {
            row.ban_no: row.id
            for part in list_reading.parts(sorted(ban_nos))
            for row in self._transaction.connection.execute(query.where(self._among(listed_subject.c.ban_no, part)))
        }

    def last_subject(self) -> int:
        """Return the highest number a subject was given; 0 where nobody was ever listed."""
        return self._transaction.connection.execute(select(func.max(listed_subject.c.id))).scalar() or 0

    def write(self, writes: ListWrites) -> range:
        """Write everything and one list change after another; return the versions taken (empty without a change)."""
        return write_list(self._transaction, writes)

    def _among(self, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
        return among(self._transaction.connection, column, values)

    def _records(self, condition: ColumnElement[bool]) -> Iterator[StoredRecord]:
        for row in self._transaction.connection.execute(select(*_RECORD_COLUMNS).where(condition)):
            yield _record(row)

    def _numbers(self, column: ColumnElement[int], condition: ColumnElement[bool]) -> Iterator[int]:
        yield from self._transaction.connection.execute(select(column).where(condition).distinct()).scalars()


def _record(row: Any) -> StoredRecord:
    return StoredRecord(
        id=row.id,
        source_region=row.source_region,
        record_no=row.record_no,
        version=row.version,
        kind=row.kind,
        state=RecordState(row.state),
        outcome=row.outcome,
        subject_id=row.subject_id,
        document_no=row.document_no,
        content_digest=row.content_digest,
        food_related=row.food_related,
        erased=row.index_version == ERASED_VERSION,
    )
