"""Streams of the list: who is listed and on what, opened row by row, in the order of subjects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, exists, or_, select

from matching.identity import BirthDate, IdDocument, Identity, IdType, Kind, NameKind, OtherName, Sex
from registry.law.ban import Basis
from registry.privacy.envelope import RecordKey
from registry.store.list_values import RecordState, StoredBasis, StoredFace
from registry.store.named_values import among
from registry.store.tables import basis, list_record, listed_identity, listed_subject
from registry.store.transaction import Transaction

T = TypeVar("T")
_PART = 5_000
_FETCH = 2_000

_ALL_FACES = (
    select(
        listed_identity,
        list_record.c.source_region,
        list_record.c.record_no,
        list_record.c.document_no,
        listed_subject.c.ban_no,
        listed_subject.c.kind,
    )
    .join(list_record, list_record.c.id == listed_identity.c.record_id)
    .join(listed_subject, listed_subject.c.id == listed_identity.c.subject_id)
    .order_by(listed_identity.c.subject_id, listed_identity.c.record_id, listed_identity.c.id)
)
_FACES = _ALL_FACES.where(list_record.c.state == RecordState.ACTIVE)
_ALL_BASES = (
    select(basis, list_record.c.source_region, list_record.c.record_no)
    .join(list_record, list_record.c.id == basis.c.record_id)
    .order_by(basis.c.subject_id, basis.c.id)
)
_BASES = _ALL_BASES.where(basis.c.ended_at.is_(None))
_SEXES = {str(sex): sex for sex in Sex}
_KINDS = {str(kind): kind for kind in Kind}
_ID_TYPES = {str(kind): kind for kind in IdType}


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split a list of values so that each part fits into one statement's parameters."""
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


def streamed(transaction: Transaction, query: Select[Any]) -> Iterator[Row[Any]]:
    """Run a query and yield its rows without holding them all."""
    with transaction.stream(query, _FETCH) as rows:
        yield from rows


def faces(transaction: Transaction, subjects: Iterable[int] | None) -> Iterator[StoredFace]:
    """Yield who each active record says a subject is, ordered by subject."""
    for query in _limited(transaction, _FACES, listed_identity.c.subject_id, subjects):
        rows = streamed(transaction, query)
        for _, group in groupby(rows, key=attrgetter("subject_id", "record_id")):
            yield _face(transaction, list(group))


def faces_of_records(transaction: Transaction, records: Iterable[int]) -> Iterator[tuple[StoredFace, tuple[int, ...]]]:
    """Yield who records say somebody is, whether or not they still count, and the rows of each identity."""
    for query in _limited(transaction, _ALL_FACES, listed_identity.c.record_id, records):
        found = transaction.connection.execute(query).all()
        for _, group in groupby(found, key=attrgetter("subject_id", "record_id")):
            rows = list(group)
            yield _face(transaction, rows), tuple(row.id for row in rows)


def standing_bases(transaction: Transaction, subjects: Iterable[int] | None) -> Iterator[StoredBasis]:
    """Yield the bases not ended before their time, ordered by subject."""
    for query in _limited(transaction, _BASES, basis.c.subject_id, subjects):
        for row in streamed(transaction, query):
            yield StoredBasis(row.subject_id, row.record_id, row.source_region, row.record_no, _basis(transaction, row))


def faces_as_of(transaction: Transaction, version: int, subjects: Iterable[int] | None) -> Iterator[StoredFace]:
    """Yield who the records said a subject is that founded a basis at a list version, ordered by subject.

    Of a record whose finding was changed since no identity may be stored any more: what it says stands in its payload.
    """
    founded = exists().where(
        basis.c.record_id == listed_identity.c.record_id,
        basis.c.subject_id == listed_identity.c.subject_id,
        _stood_at(version),
    )
    for query in _limited(transaction, _ALL_FACES.where(founded), listed_identity.c.subject_id, subjects):
        rows = streamed(transaction, query)
        for _, group in groupby(rows, key=attrgetter("subject_id", "record_id")):
            yield _face(transaction, list(group))


def bases_as_of(transaction: Transaction, version: int, subjects: Iterable[int] | None) -> Iterator[StoredBasis]:
    """Yield the bases that stood at a list version, ordered by subject."""
    for query in _limited(transaction, _ALL_BASES.where(_stood_at(version)), basis.c.subject_id, subjects):
        for row in streamed(transaction, query):
            yield StoredBasis(row.subject_id, row.record_id, row.source_region, row.record_no, _basis(transaction, row))


def _stood_at(version: int) -> ColumnElement[bool]:
    began, ended = basis.c.from_version, basis.c.until_version
    return (began <= version) & or_(ended.is_(None), ended > version)


def _limited(
    transaction: Transaction, query: Select[Any], column: Any, subjects: Iterable[int] | None
) -> Iterator[Select[Any]]:
    if subjects is None:
        yield query
        return
    for part in parts(sorted(set(subjects))):
        yield query.where(among(transaction.connection, column, part))


def _face(transaction: Transaction, rows: list[Row[Any]]) -> StoredFace:
    """Put together what one record says of one subject; further rows only bring further documents."""
    first = rows[0]
    keys = [transaction.cipher.open_record(listed_identity.name, row.id, row.data_key) for row in rows]
    documents = tuple(
        IdDocument(_ID_TYPES[row.id_type], key.open("id_number_enc", row.id_number_enc))
        for row, key in zip(rows, keys, strict=True)
        if row.id_number_enc is not None
    )
    identity = Identity(
        kind=_KINDS[first.kind],
        name=keys[0].open_stated("name_enc", first.name_enc),
        other_names=_other_names(keys[0], first.other_names_enc),
        documents=documents,
        birth=None if first.birth_enc is None else BirthDate.parse(keys[0].open("birth_enc", first.birth_enc)),
        sex=None if first.sex is None else _SEXES[first.sex],
        domicile_code=first.domicile_code,
    )
    return StoredFace(
        first.subject_id,
        first.ban_no,
        identity.kind,
        first.record_id,
        first.source_region,
        first.record_no,
        first.document_no,
        identity,
    )


def _other_names(key: RecordKey, sealed: bytes | None) -> tuple[OtherName, ...]:
    if sealed is None:
        return ()
    return tuple(OtherName(NameKind(kind), name) for kind, name in json.loads(key.open("other_names_enc", sealed)))


def _basis(transaction: Transaction, row: Row[Any]) -> Basis:
    text = None
    if row.text_enc is not None:
        text = transaction.cipher.open_record(basis.name, row.id, row.data_key).open("text_enc", row.text_enc)
    return Basis(row.provision, row.document_no, row.region, row.starts_on, row.ends_on, text)
