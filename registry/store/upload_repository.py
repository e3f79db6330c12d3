"""Originals: files as they came, sealed whole, recognised by content, and reached by everything that erases."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select, tuple_, update

from registry.errors import NotFoundError
from registry.privacy.keyed_index import IndexPurpose
from registry.store.case_tables import case_attachment
from registry.store.certificate_tables import certificate
from registry.store.desk_tables import desk_document
from registry.store.list_reading import parts
from registry.store.objection_tables import objection_attachment
from registry.store.transaction import Transaction
from registry.store.upload_tables import original, original_record, sheet

ERASED_VERSION: Final = 0
_NUMBER_BYTES: Final = 8
# What holds a file, and on which condition; a spreadsheet that was emptied remembers which it came in.
_REFERRING: Final[tuple[tuple[Any, ...], ...]] = (
    (desk_document.c.original_id,),
    (certificate.c.original_id,),
    (objection_attachment.c.original_id,),
    (case_attachment.c.original_id,),
    (sheet.c.original_id, sheet.c.table_enc.is_not(None)),
)

RecordKey = tuple[str, str]
"""Source region and record number."""


@dataclass(frozen=True, slots=True)
class NewOriginal:
    """A file to be kept: its own name, its form (text, word, pdf, workbook, csv, jpeg, png) and its bytes."""

    name: str = field(repr=False)
    form: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptOriginal:
    """A file that is kept: its number in the store and the one people see; `known` where it was there before."""

    id: int
    original_no: str
    known: bool


@dataclass(frozen=True, slots=True)
class OpenedOriginal:
    """A kept file, opened."""

    original_no: str
    name: str = field(repr=False)
    form: str
    content: bytes = field(repr=False)


class UploadRepository:
    """Keeps, recognises, opens and erases originals."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def keep(self, new: NewOriginal, region: str, received_by: str) -> KeptOriginal:
        """Keep a file sealed; the same content kept for this region before is that one."""
        before = self.find(new.content, region)
        if before is not None:
            return before
        number = self._transaction.new_ids(original, 1)[0]
        original_no = f"O{secrets.token_hex(_NUMBER_BYTES).upper()}"
        key, digest = self._transaction.cipher.new_record(original.name, number), digest_of(new.content)
        index = self._transaction.keyed_index
        self._transaction.connection.execute(
            insert(original).values(
                id=number,
                original_no=original_no,
                form=new.form,
                region=region,
                size=len(new.content),
                content_index=index.index(IndexPurpose.ORIGINAL_CONTENT, digest),
                index_version=index.version,
                data_key=key.wrapped,
                name_enc=key.seal("name_enc", new.name),
                digest_enc=key.seal("digest_enc", digest),
                content_enc=key.seal_bytes("content_enc", new.content),
                received_by=received_by,
                received_at=self._transaction.now(),
            )
        )
        return KeptOriginal(number, original_no, known=False)

    def find(self, content: bytes, region: str) -> KeptOriginal | None:
        """Return the original of this very content, where the region keeps one."""
        values = self._transaction.keyed_index.lookups(IndexPurpose.ORIGINAL_CONTENT, digest_of(content))
        query = select(original.c.id, original.c.original_no).where(
            original.c.content_index.in_(values), original.c.region == region, original.c.erased_at.is_(None)
        )
        row = self._transaction.connection.execute(query.order_by(original.c.id).limit(1)).first()
        return None if row is None else KeptOriginal(row.id, row.original_no, known=True)

    def open(self, original_id: int, region: str | None = None) -> OpenedOriginal:
        """Open an original; NotFoundError where there is none, it was erased, or it is another region's."""
        query = select(original).where(original.c.id == original_id, original.c.erased_at.is_(None))
        query = query if region is None else query.where(original.c.region == region)
        row = self._transaction.connection.execute(query).first()
        if row is None:
            raise NotFoundError("there is no such original")
        key = self._transaction.cipher.open_record(original.name, row.id, row.data_key)
        name, content = key.open("name_enc", row.name_enc), key.open_bytes("content_enc", row.content_enc)
        return OpenedOriginal(row.original_no, name, row.form, content)

    def link(self, original_id: int, records: Iterable[RecordKey]) -> None:
        """Note which rows of the list an original founded; noting one twice is harmless."""
        wanted = set(records)
        query = select(original_record.c.source_region, original_record.c.record_no)
        rows = self._transaction.connection.execute(query.where(original_record.c.original_id == original_id))
        new = sorted(wanted - {(row[0], row[1]) for row in rows})
        values = [{"original_id": original_id, "source_region": key[0], "record_no": key[1]} for key in new]
        if values:
            self._transaction.connection.execute(insert(original_record), values)

    def of_records(self, keys: Sequence[RecordKey]) -> list[int]:
        """Return the originals that founded any of these rows."""
        key = tuple_(original_record.c.source_region, original_record.c.record_no)
        found = (
            self._transaction.connection.execute(select(original_record.c.original_id).where(key.in_(part))).scalars()
            for part in parts(sorted(set(keys)))
        )
        return sorted({number for numbers in found for number in numbers})

    def older(self, before: datetime.datetime, most: int) -> list[int]:
        """Return originals received before an instant that are not erased yet."""
        query = select(original.c.id).where(original.c.received_at < before, original.c.erased_at.is_(None))
        return list(self._transaction.connection.execute(query.order_by(original.c.id).limit(most)).scalars())

    def release(self, original_ids: Iterable[int]) -> int:
        """Erase those originals that nothing refers to any more; return how many.

        The same bytes are one original, whatever they came with: it goes with the last that holds it. Whoever calls
        has let go of it before. What may not be kept is erased without asking (`erase`).
        """
        asked = sorted(set(original_ids))
        held = self._referred_to(asked)
        return self.erase([number for number in asked if number not in held])

    def _referred_to(self, original_ids: Sequence[int]) -> set[int]:
        found: set[int] = set()
        for part in parts(original_ids):
            for column, *stands in _REFERRING:
                query = select(column).where(column.in_(part), *stands)
                found.update(self._transaction.connection.execute(query).scalars())
        return found

    def erase(self, original_ids: Sequence[int]) -> int:
        """Erase what originals hold, with the key that opened it; return how many were erased."""
        erased: dict[str, Any] = dict.fromkeys(("data_key", "name_enc", "digest_enc", "content_enc"))
        now, done = self._transaction.now(), 0
        for number in original_ids:
            values = {**erased, "content_index": secrets.token_bytes(32), "index_version": ERASED_VERSION}
            this = (original.c.id == number, original.c.erased_at.is_(None))
            changed = update(original).where(*this).values(**values, erased_at=now)
            done += self._transaction.connection.execute(changed).rowcount
        return done


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(content).hexdigest()
