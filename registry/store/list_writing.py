"""Writes a transaction's changes of the list in a few bulk statements, sealing personal data on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_bytes
from typing import Any

from sqlalchemy import Table, bindparam, delete, update

from matching.identity import Identity
from registry.store.bulk_insert import insert_rows
from registry.store.certificate_tables import finding_question
from registry.store.head_repository import HeadRepository
from registry.store.list_state import states_of
from registry.store.list_values import ListWrites, NewBasis, NewIdentity, NewRecord, RecordState, StoredRecord
from registry.store.tables import basis, list_change, list_record, listed_identity, listed_subject
from registry.store.transaction import Transaction

_Values = list[dict[str, Any]]

ERASED = "{}"
"""The payload of a record that was erased."""

ERASED_VERSION = 0
"""The index_version of a record that was erased: no key makes its digest."""


def write_list(transaction: Transaction, writes: ListWrites) -> range:
    """Write subjects, records, identities, bases and endings, then number the changes; return those numbers."""
    head = HeadRepository(transaction)
    versions = head.advance(len(writes.changes)) if writes.changes else range(0)
    first = versions.start if writes.changes else 0
    since = first or head.version()
    _insert(
        transaction,
        listed_subject,
        [
            {"id": subject.id, "ban_no": subject.ban_no, "kind": subject.kind, "created_version": first}
            for subject in writes.subjects
        ],
    )
    _set_aside(transaction, writes.set_aside)
    _insert(transaction, list_record, [_record(transaction, record) for record in writes.records])
    _update_records(transaction, writes.changed_records)
    for number in sorted(writes.restated_records):
        transaction.connection.execute(delete(listed_identity).where(listed_identity.c.record_id == number))
    _insert(transaction, listed_identity, _identities(transaction, writes.identities))
    _end_bases(transaction, writes, since)
    _insert(transaction, basis, _bases(transaction, writes.bases, since))
    _erase(transaction, writes.erased_records)
    states = states_of(transaction, (change.subject_id for change in writes.changes))
    _insert(transaction, list_change, _changes(transaction, writes, versions, states))
    return versions


def _set_aside(transaction: Transaction, records: Iterable[int]) -> None:
    """Give copies that gave way to what their own side states a version of their own, below all there are."""
    for number in sorted(records):
        aside = {"version": -number, "state": RecordState.SUPERSEDED}
        transaction.connection.execute(update(list_record).where(list_record.c.id == number).values(aside))


def _insert(transaction: Transaction, table: Table, values: _Values) -> None:
    insert_rows(transaction.connection, table, values)


def _record(transaction: Transaction, new: NewRecord) -> dict[str, Any]:
    record = new.record
    key = transaction.cipher.new_record(list_record.name, record.id)
    return {
        "id": record.id,
        "source_region": record.source_region,
        "record_no": record.record_no,
        "version": record.version,
        "kind": record.kind,
        "state": record.state,
        "outcome": record.outcome,
        "subject_id": record.subject_id,
        "document_no": record.document_no,
        "data_key": key.wrapped,
        "payload": key.seal("payload", new.payload),
        "content_digest": record.content_digest,
        "index_version": transaction.keyed_index.version,
        "food_related": record.food_related,
        "received_at": transaction.now(),
    }


def _update_records(transaction: Transaction, changed: Mapping[int, StoredRecord]) -> None:
    names = ("state", "outcome", "subject_id", "food_related")
    values = [{"of_id": record.id, **{name: getattr(record, name) for name in names}} for record in changed.values()]
    if values:
        settled = update(list_record).where(list_record.c.id == bindparam("of_id"))
        transaction.connection.execute(settled.values({name: bindparam(name) for name in names}), values)


def _erase(transaction: Transaction, sealed: Mapping[int, StoredRecord]) -> None:
    """Leave of a sealed record only that this version of it was once received: values, identity and bases go."""
    for number in sealed:
        key = transaction.cipher.new_record(list_record.name, number)
        emptied = {
            "data_key": key.wrapped,
            "payload": key.seal("payload", ERASED),
            # Of nothing: a digest of what was erased could still be compared with what somebody guesses.
            "content_digest": token_bytes(32),
            "index_version": ERASED_VERSION,
            "document_no": None,
            "subject_id": None,
        }
        transaction.connection.execute(update(list_record).where(list_record.c.id == number).values(emptied))
        for table in (listed_identity, basis, finding_question):
            transaction.connection.execute(delete(table).where(table.c.record_id == number))


def _identities(transaction: Transaction, new: Sequence[NewIdentity]) -> _Values:
    """Make a row for each document of each identity (one row where it has none), each sealed under its own key."""
    spread = [(item, place) for item in new for place in range(max(1, len(item.identity.documents)))]
    numbers = transaction.new_ids(listed_identity, len(spread))
    return [_identity(transaction, row, item, place) for row, (item, place) in zip(numbers, spread, strict=True)]


def _identity(transaction: Transaction, row: int, new: NewIdentity, place: int) -> dict[str, Any]:
    key = transaction.cipher.new_record(listed_identity.name, row)
    identity = new.identity
    document = identity.documents[place] if identity.documents else None
    birth = identity.birth.isoformat() if identity.birth else None
    return {
        "id": row,
        "subject_id": new.subject_id,
        "record_id": new.record_id,
        "data_key": key.wrapped,
        "name_enc": key.seal_stated("name_enc", identity.name),
        "other_names_enc": key.seal_stated("other_names_enc", _other_names(identity)),
        "id_type": document.type if document else None,
        "id_number_enc": key.seal_stated("id_number_enc", document.number if document else None),
        "birth_enc": key.seal_stated("birth_enc", birth),
        "sex": identity.sex,
        "domicile_code": identity.domicile_code,
        "id_index": new.id_indexes[place] if document else None,
        "name_birth_index": new.name_birth_index if place == 0 else None,
        "index_version": transaction.keyed_index.version,
    }


def _other_names(identity: Identity) -> str | None:
    if not identity.other_names:
        return None
    return json.dumps([[other.kind, other.name] for other in identity.other_names], ensure_ascii=False)


def _end_bases(transaction: Transaction, writes: ListWrites, since: int) -> None:
    if not writes.ended_records:
        return
    ended = (
        update(basis)
        .where(basis.c.record_id == bindparam("of_record"), basis.c.ended_at.is_(None))
        .values(ended_at=transaction.now(), ended_reason=bindparam("reason"), until_version=since)
    )
    values = [{"of_record": record_id, "reason": reason} for record_id, reason in writes.ended_records.items()]
    transaction.connection.execute(ended, values)


def _bases(transaction: Transaction, new: Sequence[NewBasis], since: int) -> _Values:
    numbers = transaction.new_ids(basis, len(new))
    return [_basis(transaction, row, item, since) for row, item in zip(numbers, new, strict=True)]


def _basis(transaction: Transaction, row: int, new: NewBasis, since: int) -> dict[str, Any]:
    stated = new.basis
    key = transaction.cipher.new_record(basis.name, row) if stated.text is not None else None
    return {
        "id": row,
        "subject_id": new.subject_id,
        "record_id": new.record_id,
        "provision": stated.provision,
        "document_no": stated.document_no,
        "region": stated.region,
        "starts_on": stated.starts_on,
        "ends_on": stated.ends_on,
        "data_key": key.wrapped if key else None,
        "text_enc": key.seal_stated("text_enc", stated.text) if key else None,
        "from_version": since,
    }


def _changes(transaction: Transaction, writes: ListWrites, versions: range, states: Mapping[int, bytes]) -> _Values:
    now = transaction.now()
    return [
        {
            "version": version,
            "subject_id": change.subject_id,
            "kind": change.kind,
            "region": change.region,
            "record_id": change.record_id,
            "recorded_at": now,
            "state_digest": states[change.subject_id],
        }
        for version, change in zip(versions, writes.changes, strict=True)
    ]
