"""How documents and filings of the desk are sealed and opened, and the keyed values they are found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import orjson
from sqlalchemy import Row

from registry.privacy.envelope import RecordCipher, RecordKey
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.store.desk_tables import desk_document, desk_filing
from registry.store.desk_values import (
    Content,
    Decision,
    DeskState,
    DocumentKeys,
    DocumentKind,
    FilingKind,
    StoredDocument,
    StoredFiling,
)

SEALED: Final = ("keys", "text", "reading", "draft")
PLAIN: Final = (
    "id", "document_no", "region", "created_by", "created_at", "changed_at", "effective_on", "disputed_on",
    "attached_to", "original_id", "row_version",
)  # fmt: skip
_FILING: Final = (
    "id", "document_id", "number", "source_id", "filed_by", "filed_at", "decided_by", "decided_at", "first_version",
    "last_version",
)  # fmt: skip
PURPOSES: Final = {
    "case": IndexPurpose.CASE_NUMBER,
    "content": IndexPurpose.DOCUMENT_CONTENT,
    "cites": IndexPurpose.CASE_NUMBER,
}


def opened_document(cipher: RecordCipher, row: Row[Any]) -> StoredDocument:
    """Return a stored document with everything opened; raises KeysMismatchError as opening does."""
    key = cipher.open_record(desk_document.name, row.id, row.data_key)
    sealed = {name: key.open_stated(f"{name}_enc", getattr(row, f"{name}_enc")) for name in SEALED}
    return StoredDocument(
        **{name: getattr(row, name) for name in PLAIN},
        kind=DocumentKind(row.kind),
        state=DeskState(row.state),
        standing=None if row.standing is None else DeskState(row.standing),
        keys=document_keys(sealed["keys"]),
        text=sealed["text"],
        reading=_json(sealed["reading"]),
        draft=_json(sealed["draft"]),
    )


def opened_filing(cipher: RecordCipher, row: Row[Any]) -> StoredFiling:
    """Return a stored filing with everything opened; raises KeysMismatchError as opening does."""
    key = cipher.open_record(desk_filing.name, row.id, row.data_key)
    return StoredFiling(
        **{name: getattr(row, name) for name in _FILING},
        kind=FilingKind(row.kind),
        decision=None if row.decision is None else Decision(row.decision),
        content=_json(key.open_stated("content_enc", row.content_enc)),
        note=key.open_stated("note_enc", row.note_enc),
        answer=key.open_stated("answer_enc", row.answer_enc),
    )


def sealed_keys(key: RecordKey, index: KeyedIndex, keys: DocumentKeys) -> dict[str, Any]:
    """Return what a document is found by and, sealed, what that was computed from."""
    return {"keys_enc": key.seal("keys_enc", orjson.dumps(asdict(keys)).decode()), **keyed_values(index, keys)}


def keyed_values(index: KeyedIndex, keys: DocumentKeys) -> dict[str, Any]:
    """Return the keyed columns of a document, under the index key in use."""
    stated: Iterable[tuple[str, str | None]] = asdict(keys).items()
    values = {f"{name}_index": None if text is None else index.index(PURPOSES[name], text) for name, text in stated}
    return {**values, "index_version": index.version}


def document_keys(text: str | None) -> DocumentKeys:
    """Return what a document is recognised by, from what is kept of it sealed."""
    return DocumentKeys(**orjson.loads(text or "{}"))


def sealed_json(key: RecordKey, column: str, value: Content | None) -> bytes | None:
    """Seal what a document or a filing says; what is not there stays NULL."""
    return None if value is None else key.seal_bytes(column, orjson.dumps(value))


def _json(text: str | None) -> Content | None:
    if text is None:
        return None
    value: Content = orjson.loads(text)
    return value
