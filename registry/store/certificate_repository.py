"""Certificates of effect: kept sealed, found by the case number they state, changed only as last seen."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Row, exists, func, insert, or_, select, update

from registry.errors import ChangedMeanwhileError
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.store.certificate_tables import certificate
from registry.store.desk_sealing import sealed_json
from registry.store.desk_tables import desk_document
from registry.store.desk_values import Content, DeskState
from registry.store.transaction import Transaction

ERASED_VERSION: Final = 0
"""The index_version of a certificate that was erased: no key makes its values."""

_NUMBER_BYTES: Final = 6
_PURPOSES: Final = {"case": IndexPurpose.CASE_NUMBER, "content": IndexPurpose.DOCUMENT_CONTENT}


@dataclass(frozen=True, slots=True)
class CertificateKeys:
    """What a certificate is recognised by, in clear: the case it certifies, and the SHA-256 of its words."""

    case: str | None = None
    content: str | None = None


@dataclass(slots=True)
class StoredCertificate:
    """A certificate, opened.

    `reading` is as `registry judgment read` prints it; `stated` is what counts, as read or as a person put it:
    case_number, effective_date, court, number. `text` is None where it may not be kept.
    """

    id: int
    certificate_no: str
    region: str
    received_by: str
    received_at: datetime.datetime
    original_id: int | None = None
    row_version: int = 1
    keys: CertificateKeys = field(default_factory=CertificateKeys, repr=False)
    text: str | None = field(default=None, repr=False)
    reading: Content | None = field(default=None, repr=False)
    stated: Content = field(default_factory=dict, repr=False)


class CertificateRepository:
    """Keeps certificates of effect; an erased one is as if it were not there."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, region: str, keys: CertificateKeys, received_by: str) -> StoredCertificate:
        """Make an empty certificate under a number of its own; what it says is given by `change`."""
        number = self._transaction.new_ids(certificate, 1)[0]
        now = self._transaction.now()
        made = StoredCertificate(
            number, f"C{secrets.token_hex(_NUMBER_BYTES).upper()}", region, received_by, now, keys=keys
        )
        values = {"received_by": received_by, "received_at": now, "certificate_no": made.certificate_no}
        self._transaction.connection.execute(
            insert(certificate).values(id=number, **values, **self._sealed(made), row_version=made.row_version)
        )
        return made

    def change(self, changed: StoredCertificate) -> None:
        """Write a certificate back; ChangedMeanwhileError where somebody else has changed it since it was read."""
        same = (certificate.c.id == changed.id, certificate.c.row_version == changed.row_version, _kept())
        values = {**self._sealed(changed), "row_version": changed.row_version + 1}
        if self._transaction.connection.execute(update(certificate).where(*same).values(values)).rowcount != 1:
            raise ChangedMeanwhileError("somebody else has changed this certificate since it was opened")
        changed.row_version += 1

    def _sealed(self, stated: StoredCertificate) -> dict[str, Any]:
        """A new key each time: what was erased is gone with the key that opened it."""
        key = self._transaction.cipher.new_record(certificate.name, stated.id)
        return {
            "region": stated.region,
            "original_id": stated.original_id,
            "data_key": key.wrapped,
            "keys_enc": key.seal("keys_enc", orjson.dumps(asdict(stated.keys)).decode()),
            "text_enc": key.seal_stated("text_enc", stated.text),
            "reading_enc": sealed_json(key, "reading_enc", stated.reading),
            "stated_enc": sealed_json(key, "stated_enc", stated.stated),
            **certificate_values(self._transaction.keyed_index, stated.keys),
        }

    def find(self, certificate_no: str) -> StoredCertificate | None:
        """Return a certificate with everything opened; None where there is none of that number."""
        return next(iter(self._opened(certificate.c.certificate_no == certificate_no)), None)

    def of_case(self, case: str | None, region: str | None = None) -> list[StoredCertificate]:
        """Return the certificates of a case (of a region), oldest first."""
        found = [] if case is None else self._opened(self._keyed("case", case))
        return [each for each in found if region is None or each.region == region]

    def of_content(self, content: str) -> list[StoredCertificate]:
        """Return the certificates of these very words."""
        return self._opened(self._keyed("content", content))

    def open_ones(self, region: str | None, most: int) -> list[StoredCertificate]:
        """Return certificates of a region (None: all) whose judgment is not here, or not effective; newest first."""
        within = [certificate.c.region == region] if region is not None else []
        return self._opened(or_(_alone(), _pending()), *within, most=most, newest=True)

    def count_open(self, region: str | None) -> int:
        """Return how many certificates `open_ones` finds."""
        query = select(func.count()).select_from(certificate).where(_kept(), or_(_alone(), _pending()))
        query = query if region is None else query.where(certificate.c.region == region)
        return int(self._transaction.connection.execute(query).scalar_one())

    def alone(self, before: datetime.datetime, most: int) -> list[StoredCertificate]:
        """Return certificates received before an instant whose judgment seems not to be on the desk."""
        return self._opened(_alone(), certificate.c.received_at < before, most=most)

    def erase(self, numbers: Iterable[int]) -> int:
        """Erase what certificates say with the key that opened it; that they were brought stays."""
        gone = dict.fromkeys(
            ("data_key", "keys_enc", "text_enc", "reading_enc", "stated_enc", "case_index", "content_index")
        )
        done = 0
        for number in numbers:
            changed = update(certificate).where(certificate.c.id == number, _kept())
            values = {**gone, "original_id": None, "index_version": ERASED_VERSION}
            values["erased_at"] = self._transaction.now()
            done += self._transaction.connection.execute(changed.values(values)).rowcount
        return done

    def _keyed(self, name: str, text: str) -> ColumnElement[bool]:
        values = self._transaction.keyed_index.lookups(_PURPOSES[name], text)
        return certificate.c[f"{name}_index"].in_(values)

    def _opened(
        self, *conditions: ColumnElement[bool], most: int | None = None, newest: bool = False
    ) -> list[StoredCertificate]:
        order = certificate.c.id.desc() if newest else certificate.c.id
        query = select(certificate).where(*conditions, _kept()).order_by(order).limit(most)
        return [self._open(row) for row in self._transaction.connection.execute(query).all()]

    def _open(self, row: Row[Any]) -> StoredCertificate:
        key = self._transaction.cipher.open_record(certificate.name, row.id, row.data_key)
        reading = key.open_stated("reading_enc", row.reading_enc)
        return StoredCertificate(
            row.id,
            row.certificate_no,
            row.region,
            row.received_by,
            row.received_at,
            row.original_id,
            row.row_version,
            certificate_keys(key.open("keys_enc", row.keys_enc)),
            key.open_stated("text_enc", row.text_enc),
            None if reading is None else orjson.loads(reading),
            orjson.loads(key.open("stated_enc", row.stated_enc)),
        )


def _kept() -> ColumnElement[bool]:
    return certificate.c.erased_at.is_(None)


def _alone() -> ColumnElement[bool]:
    return ~exists(select(desk_document.c.id).where(desk_document.c.case_index == certificate.c.case_index))


def _pending() -> ColumnElement[bool]:
    same = (desk_document.c.case_index == certificate.c.case_index, desk_document.c.region == certificate.c.region)
    return exists(select(desk_document.c.id).where(*same, desk_document.c.state == DeskState.PENDING))


def certificate_keys(text: str) -> CertificateKeys:
    """Return what a certificate is recognised by, from what is kept of it sealed."""
    return CertificateKeys(**orjson.loads(text))


def certificate_values(index: KeyedIndex, keys: CertificateKeys) -> dict[str, Any]:
    """Return the keyed columns of a certificate, under the index key in use."""
    values = {
        f"{name}_index": None if text is None else index.index(_PURPOSES[name], text)
        for name, text in asdict(keys).items()
    }
    return {**values, "index_version": index.version}
