"""The bytes of a batch: written once and signed as they are, verified before they are read (protocol, 2 and 3).

What is wrong with a batch as a whole is a HeldBatchError; what is wrong with the values of one item is found where
rows are read, so that the item is quarantined alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import orjson

from registry.errors import HeldBatchError
from registry.exchange.batch import FORMAT, Batch, BatchKind, Item, ItemOperation
from registry.exchange.partner import Partner
from registry.exchange.signature import BatchSignature, read_signature, signer_of

T = TypeVar("T")
_LARGEST: Final = 10**15
_EPOCH: Final = re.compile(r"[0-9a-fA-F]{32}")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST_PAGE: Final = 300
_BEYOND: Final = 2**63
_STATED: Final = ("source_region", "record_no", "version", "kind", "finding", "reason", "authority")


def batch_bytes(batch: Batch, made_at: str) -> bytes:
    """Return the JSON of a batch; its `digest` and `signed_by` are no part of it."""
    items = [item_document(item) for item in batch.items]
    return orjson.dumps({"format": FORMAT, **head_document(batch), "made_at": made_at, "items": items})


def head_document(batch: Batch) -> dict[str, Any]:
    """Return what a batch states of itself (protocol, 2.3), in this order, whatever it travels in."""
    paged = batch.kind is BatchKind.SNAPSHOT
    return {
        "region": batch.region,
        "for": batch.addressee,
        "epoch": batch.epoch,
        "kind": batch.kind,
        "from": batch.first,
        "to": batch.last,
        "count": len(batch.items),
        "previous": batch.previous,
        "head": batch.head,
        "page": {"after": batch.page_after, "next": batch.page_next} if paged else None,
        "coverage": dict(batch.coverage),
    }


def item_document(item: Item) -> dict[str, Any]:
    """Return an item as it travels; what it does not state is left out."""
    document: dict[str, Any] = {"number": item.number, "operation": item.operation}
    document |= {name: value for name in _STATED if (value := getattr(item, name)) is not None}
    if item.columns:
        document["columns"] = {column: _writable(cell) for column, cell in item.columns.items()}
    if item.ban_nos:
        document["ban_nos"] = dict(item.ban_nos)
    return document


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a batch's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def enveloped(content: bytes, signatures: tuple[BatchSignature, ...]) -> bytes:
    """Return what travels: the batch's JSON as a text, and its signatures (protocol, 2.4)."""
    stated = [{"key": one.key, "algorithm": one.algorithm, "value": one.value} for one in signatures]
    return orjson.dumps({"batch": content.decode(), "signatures": stated})


def understood(content: bytes, partner: Partner, addressee: str) -> Batch:
    """Verify and read an envelope that came from a partner; `addressee` is this side's own name.

    Raises HeldBatchError with a stable code and what is wrong; the text names nobody.
    """
    if len(content) > partner.limits.bytes_per_batch:
        raise HeldBatchError("too_large", f"more than {partner.limits.bytes_per_batch:,} bytes")
    envelope = _object(content, "the envelope")
    text, entries = envelope.get("batch"), envelope.get("signatures")
    if not isinstance(text, str) or not isinstance(entries, list):
        raise HeldBatchError("unreadable", "the envelope needs batch (a text) and signatures (a list)")
    inner = _utf8(text)
    signatures = [read_signature(_as_object(entry, "signatures")) for entry in entries]
    signed_by = signer_of(inner, signatures, partner.keys) if partner.signed else None
    return _addressed(require_place_written(read_batch(inner, signed_by)), partner, addressee)


def read_batch(content: bytes, signed_by: str | None = None) -> Batch:
    """Read the JSON of a batch. Raises HeldBatchError: `unreadable`, `unknown_format`, `wrong_count`."""
    stated = _Stated(_object(content, "the batch"), "batch")
    if stated.text("format") != FORMAT:
        raise HeldBatchError("unknown_format", f"format: {FORMAT} is read here")
    kind, first, last = stated.choice("kind", BatchKind), stated.whole("from"), stated.whole("to")
    items = tuple(read_item(entry, place) for place, entry in enumerate(stated.many("items"), 1))
    page = stated.mapping("page")
    batch = Batch(
        region=stated.text("region"),
        addressee=stated.text("for"),
        epoch=stated.text("epoch"),
        kind=kind,
        first=first,
        last=last,
        previous=stated.text("previous"),
        head=stated.whole("head"),
        items=items,
        digest=digest_of(content),
        coverage={region: str(instant) for region, instant in stated.mapping("coverage").items()},
        page_after=_Stated(page, "page").maybe_text("after"),
        page_next=_Stated(page, "page").maybe_text("next"),
        signed_by=signed_by,
    )
    _require_count(batch, stated.whole("count"))
    return batch


def require_place_written(batch: Batch) -> Batch:
    """Return a batch whose epoch, digest before and page are written as they are kept, else raise HeldBatchError."""
    pages = [key for key in (batch.page_after, batch.page_next) if key is not None]
    if not _EPOCH.fullmatch(batch.epoch):
        raise HeldBatchError("unreadable", "batch, epoch: 32 hexadecimal digits are needed")
    if not _DIGEST.fullmatch(batch.previous):
        raise HeldBatchError("unreadable", "batch, previous: 64 hexadecimal digits are needed")
    if any(len(key) > _LONGEST_PAGE for key in pages):
        raise HeldBatchError("unreadable", f"page: more than {_LONGEST_PAGE} characters")
    return batch


def _addressed(batch: Batch, partner: Partner, addressee: str) -> Batch:
    if batch.region != partner.name:
        raise HeldBatchError("wrong_sender", "region: the batch says it is from somebody else than this partner")
    if batch.addressee != addressee:
        raise HeldBatchError("wrong_addressee", "for: the batch is for somebody else")
    return batch


def _require_count(batch: Batch, count: int) -> None:
    if count != len(batch.items):
        raise HeldBatchError("wrong_count", f"count says {count}, there are {len(batch.items)} items")
    if batch.kind is not BatchKind.CHANGES:
        return
    numbers = [item.number for item in batch.items]
    if numbers != list(range(batch.first, batch.last + 1)):
        raise HeldBatchError("wrong_count", "the items' numbers are not those from first to last, each once")


def read_item(entry: object, place: int) -> Item:
    """Read one item. Raises HeldBatchError (`unreadable`)."""
    where = f"item {place}"
    stated = _Stated(_as_object(entry, where), where)
    operation = stated.choice("operation", ItemOperation)
    number = stated.maybe_whole("number")
    if operation is ItemOperation.OWN:
        return Item(number, operation)
    return Item(
        number=number,
        operation=operation,
        source_region=stated.text("source_region"),
        record_no=stated.text("record_no"),
        version=stated.maybe_whole("version"),
        kind=stated.maybe_text("kind"),
        columns={column: _cell(cell) for column, cell in stated.mapping("columns").items()},
        finding=stated.maybe_text("finding"),
        reason=stated.maybe_text("reason"),
        authority=stated.maybe_text("authority"),
        ban_nos={kind: str(number) for kind, number in stated.mapping("ban_nos").items()},
    )


def _writable(cell: object) -> object:
    """A foreign system's cell may be a number beyond 64 bits, or a text of half a character."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    return str(cell) if isinstance(cell, int) and abs(cell) >= _BEYOND else cell


def _cell(value: object) -> object:
    """A cell is a text or a number; anything nested is spelled out, for the row's reader to refuse."""
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def _object(content: bytes, where: str) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise HeldBatchError("unreadable", f"{where} is no JSON in UTF-8, or was cut off") from None
    return _as_object(found, where)


def _as_object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise HeldBatchError("unreadable", f"{where}: an object is needed")
    return value


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise HeldBatchError("unreadable", "the batch is no text in UTF-8") from None


class _Stated:
    """The fields of one JSON object, each read as what it must be."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values: Final = values
        self._where: Final = where

    def text(self, field: str) -> str:
        """A text that must be there."""
        return self._must(field, self.maybe_text(field))

    def maybe_text(self, field: str) -> str | None:
        """A text, or None."""
        value = self._values.get(field)
        if value is not None and not isinstance(value, str):
            raise self._fault(field, "a text is needed")
        return value

    def whole(self, field: str) -> int:
        """A whole number from 0 that must be there."""
        return self._must(field, self.maybe_whole(field))

    def maybe_whole(self, field: str) -> int | None:
        """A whole number from 0, or None."""
        value = self._values.get(field)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST:
            raise self._fault(field, "a whole number is needed")
        return value

    def choice(self, field: str, kind: Callable[[str], T]) -> T:
        """One of a closed set that must be there."""
        try:
            return kind(self.text(field))
        except ValueError:
            raise self._fault(field, "not one of those there are") from None

    def many(self, field: str) -> list[Any]:
        """A list that must be there."""
        value = self._values.get(field)
        if not isinstance(value, list):
            raise self._fault(field, "a list is needed")
        return value

    def mapping(self, field: str) -> dict[str, Any]:
        """An object; empty where there is none."""
        value = self._values.get(field)
        return {} if value is None else _as_object(value, f"{self._where}, {field}")

    def _must(self, field: str, value: T | None) -> T:
        if value is None:
            raise self._fault(field, "is missing")
        return value

    def _fault(self, field: str, why: str) -> HeldBatchError:
        return HeldBatchError("unreadable", f"{self._where}, {field}: {why}")
