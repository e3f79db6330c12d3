"""Rows whose keyed values were computed under a former index key, page by page, and computing them anew.

A row's index_version says which key its values need; null or 0 says that they need none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any, Final

from sqlalchemy import Row, Select, Table, bindparam, delete, func, select, update

from registry.privacy.keyed_index import IndexPurpose
from registry.store.case_tables import clearance, hold_match
from registry.store.certificate_repository import certificate_keys, certificate_values
from registry.store.certificate_tables import certificate
from registry.store.clearance_repository import keyed_applicant
from registry.store.decision_repository import request_digest
from registry.store.desk_sealing import document_keys, keyed_values
from registry.store.desk_tables import desk_document
from registry.store.idempotency_repository import sealed_name
from registry.store.list_reading import faces_of_records
from registry.store.list_values import StoredFace, record_content
from registry.store.list_writing import ERASED
from registry.store.rewrapping_repository import Place, beyond, place_of, place_values, same_row
from registry.store.tables import decision, idempotency_key, list_record, listed_identity
from registry.store.transaction import Transaction
from registry.store.upload_tables import original

INDEXED: Final[tuple[Table, ...]] = (
    listed_identity,
    list_record,
    decision,
    idempotency_key,
    original,
    desk_document,
    certificate,
    hold_match,
    clearance,
)
"""Every table with keyed values."""

FREED: Final = 0
"""The index_version of a decision of before revision 0003 whose digest no index key makes any more."""


@dataclass(frozen=True, slots=True)
class KeyedFace:
    """Who one record says somebody is, the rows that say so, and their keyed values, document by document."""

    face: StoredFace
    row_ids: tuple[int, ...]
    id_indexes: tuple[bytes | None, ...] = ()
    name_birth_index: bytes | None = None


class ReindexingRepository:
    """Finds what a former index key still holds, and computes it under the one in use."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def held(self) -> dict[str, Counter[int]]:
        """Return, table by table, how many rows have values of each version of the index key."""
        return {table.name: self._held(table) for table in INDEXED}

    def left(self) -> int:
        """Return how many rows have values of another version than the one in use."""
        now = self._transaction.keyed_index.version
        return sum(rows for counts in self.held().values() for version, rows in counts.items() if version != now)

    def faces(self, after: Place, most: int) -> tuple[list[KeyedFace], Place | None]:
        """Return the identities of at most so many records whose values are of a former key, and where to go on."""
        of_record = listed_identity.c.record_id
        query = select(of_record).where(listed_identity.c.index_version != self._transaction.keyed_index.version)
        query = query.where(of_record > after[0]) if after else query
        records = self._transaction.connection.execute(query.distinct().order_by(of_record).limit(most)).scalars().all()
        faces = [KeyedFace(face, ids) for face, ids in faces_of_records(self._transaction, records)]
        return faces, (records[-1],) if len(records) == most else None

    def keep_faces(self, keyed: Sequence[KeyedFace]) -> None:
        """Write the keyed values of identities, computed under the index key in use."""
        rows = [(each, place, number) for each in keyed for place, number in enumerate(each.row_ids)]
        self._write(
            listed_identity,
            [
                {
                    "of_id": number,
                    "id_index": each.id_indexes[place] if each.id_indexes else None,
                    "name_birth_index": each.name_birth_index if place == 0 else None,
                    "index_version": self._transaction.keyed_index.version,
                }
                for each, place, number in rows
            ],
        )

    def redigest(self, table: Table, after: Place, most: int) -> tuple[int, Place | None]:
        """Compute the values of at most so many rows of another table anew; return how many, and where to go on."""
        now = self._transaction.keyed_index.version
        # A whole file is not read for the sake of its digest.
        columns = (column for column in table.c if column.name != "content_enc")
        query = select(*columns).where(table.c.index_version > 0, table.c.index_version != now)
        rows = self._page(query.where(*beyond(table, after)), table, most)
        renewed = {
            list_record.name: self._record,
            decision.name: self._decision,
            idempotency_key.name: self._claim,
            original.name: self._original,
            desk_document.name: self._document,
            certificate.name: self._certificate,
            hold_match.name: self._applicant(hold_match),
            clearance.name: self._applicant(clearance),
        }
        values = [(row, renewed[table.name](row)) for row in rows]
        self._write(table, [{**place_values(table, row), **changed} for row, changed in values if changed is not None])
        self._forget(table, [row for row, changed in values if changed is None])
        return len(rows), place_of(table, rows[-1]) if len(rows) == most else None

    def _record(self, row: Row[Any]) -> dict[str, Any]:
        index = self._transaction.keyed_index
        payload = self._transaction.cipher.open_record(list_record.name, row.id, row.data_key).open(
            "payload", row.payload
        )
        content = record_content(row.kind, payload)
        digest = token_bytes(32) if payload == ERASED else index.index(IndexPurpose.RECORD_CONTENT, content)
        return {"content_digest": digest, "index_version": index.version}

    def _decision(self, row: Row[Any]) -> dict[str, Any]:
        """From now on the digest is keyed by the record's own key, as those of new decisions are."""
        key = self._transaction.cipher.open_record(decision.name, row.check_no, row.data_key)
        request = key.open_stated("request_enc", row.request_enc)
        digest = token_bytes(32) if request is None else request_digest(key, request)
        return {"request_digest": digest, "index_version": FREED}

    def _claim(self, row: Row[Any]) -> dict[str, Any] | None:
        """An idempotency key of before revision 0003 was not kept and cannot be computed anew: it is forgotten."""
        if row.key_enc is None:
            return None
        key = self._transaction.cipher.open_record(idempotency_key.name, sealed_name(row), row.data_key)
        index = self._transaction.keyed_index
        digest = index.index(IndexPurpose.IDEMPOTENCY_KEY, key.open("key_enc", row.key_enc))
        return {"key_digest": digest, "index_version": index.version}

    def _original(self, row: Row[Any]) -> dict[str, Any]:
        key = self._transaction.cipher.open_record(original.name, row.id, row.data_key)
        index = self._transaction.keyed_index
        digest = index.index(IndexPurpose.ORIGINAL_CONTENT, key.open("digest_enc", row.digest_enc))
        return {"content_index": digest, "index_version": index.version}

    def _document(self, row: Row[Any]) -> dict[str, Any]:
        key = self._transaction.cipher.open_record(desk_document.name, row.id, row.data_key)
        return keyed_values(self._transaction.keyed_index, document_keys(key.open("keys_enc", row.keys_enc)))

    def _certificate(self, row: Row[Any]) -> dict[str, Any]:
        key = self._transaction.cipher.open_record(certificate.name, row.id, row.data_key)
        return certificate_values(self._transaction.keyed_index, certificate_keys(key.open("keys_enc", row.keys_enc)))

    def _applicant(self, table: Table) -> Callable[[Row[Any]], dict[str, Any]]:
        """Return what computes the keyed applicant of a row of a table anew."""

        def keyed(row: Row[Any]) -> dict[str, Any]:
            key = self._transaction.cipher.open_record(table.name, row.id, row.data_key)
            return keyed_applicant(self._transaction.keyed_index, key.open("applicant_enc", row.applicant_enc))

        return keyed

    def _held(self, table: Table) -> Counter[int]:
        version = table.c.index_version
        query = select(version, func.count()).where(version > 0).group_by(version)
        return Counter({row[0]: row[1] for row in self._transaction.connection.execute(query)})

    def _page(self, query: Select[Any], table: Table, most: int) -> Sequence[Row[Any]]:
        return self._transaction.connection.execute(query.order_by(*table.primary_key).limit(most)).all()

    def _write(self, table: Table, values: Sequence[dict[str, Any]]) -> None:
        if values:
            named: dict[str, Any] = {name: bindparam(name) for name in values[0] if not name.startswith("of_")}
            self._transaction.connection.execute(update(table).where(*same_row(table)).values(named), list(values))

    def _forget(self, table: Table, rows: Sequence[Row[Any]]) -> None:
        if rows:
            gone = delete(table).where(*same_row(table))
            self._transaction.connection.execute(gone, [place_values(table, row) for row in rows])
