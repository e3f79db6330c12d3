"""The bytes of a batch: what is written is read back, and whatever else comes is refused with a code."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import HeldBatchError
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.partner import ExchangeLimits, Partner
from registry.exchange.signature import BatchSignature, register, sign_batch, signer_of
from registry.exchange.wire import batch_bytes, digest_of, enveloped, read_batch, understood
from registry.privacy.signing_keys import SigningKey

KEY = SigningKey.generate(1)
PARTNER = Partner("33", "feed", keys=(KEY.public,))
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def batch(*items: Item, **stated: Any) -> Batch:
    known: dict[str, Any] = {"kind": BatchKind.CHANGES, "first": 1, "last": len(items), "previous": NO_BATCH}
    known |= {"head": len(items), "digest": "", "epoch": "e" * 32, "region": "33", "addressee": "hub"}
    return Batch(items=items, **{**known, **stated})


CODES = {None, "unreadable", "unknown_format", "wrong_count"}


def code_of(content: bytes) -> str | None:
    """Why a batch cannot be read; None where it can."""
    try:
        read_batch(content)
    except HeldBatchError as fault:
        return fault.code
    return None


def envelope(content: bytes) -> bytes:
    return enveloped(content, (sign_batch(content, KEY),))


@st.composite
def items(draw: st.DrawFn) -> Item:
    return Item(
        number=1,
        operation=draw(st.sampled_from([ItemOperation.UPSERT, ItemOperation.WITHDRAW, ItemOperation.SEAL])),
        source_region="33",
        record_no=draw(TEXT),
        version=draw(st.none() | st.integers(0, 10**12)),
        kind=draw(st.none() | TEXT),
        columns=draw(st.dictionaries(TEXT, TEXT, max_size=4)),
        finding=draw(st.none() | st.sampled_from(["yes", "no"])),
        reason=draw(st.none() | TEXT),
        authority=draw(st.none() | TEXT),
        ban_nos=draw(st.dictionaries(st.sampled_from(["person", "organisation"]), TEXT)),
    )


@given(items())
def test_an_item_is_read_as_it_was_written(item: Item) -> None:
    written = batch_bytes(batch(item), "")
    assert understood(envelope(written), PARTNER, "hub").items == (item,)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_a_batch_or_a_code_comes_of_them(data: bytes) -> None:
    for content in (data, envelope(data.decode("utf-8", "replace").encode())):
        with pytest.raises(HeldBatchError):
            understood(content, PARTNER, "hub")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["format", "region", "for", "epoch", "kind", "from", "to", "count", "previous", "head", "page", "coverage"]


@given(st.sampled_from([*FIELDS, "items"]), JSON)
def test_a_field_of_any_other_shape_is_refused_with_a_code(field: str, value: Any) -> None:
    document = json.loads(batch_bytes(batch(Item(1, ItemOperation.OWN)), ""))
    assert code_of(json.dumps(document | {field: value}).encode()) in CODES


@given(st.sampled_from(["number", "operation", "source_region", "record_no", "version", "columns", "ban_nos"]), JSON)
def test_a_field_of_an_item_of_any_other_shape_is_refused_with_a_code(field: str, value: Any) -> None:
    item = Item(1, ItemOperation.UPSERT, "33", "R1", 1, "conviction", {"name": "王建国"})
    document = json.loads(batch_bytes(batch(item), ""))
    document["items"][0][field] = value
    assert code_of(json.dumps(document).encode()) in CODES


def test_a_batch_without_items_ends_where_the_one_before_did() -> None:
    assert read_batch(batch_bytes(batch(first=8, last=7), "")).items == ()


def test_a_batch_beyond_the_partners_size_is_not_even_parsed() -> None:
    small = Partner("33", "feed", keys=(KEY.public,), limits=ExchangeLimits(bytes_per_batch=10))
    with pytest.raises(HeldBatchError, match="more than 10 bytes"):
        understood(envelope(batch_bytes(batch(), "")), small, "hub")


@pytest.mark.parametrize(
    "stated", [{"epoch": "e" * 33}, {"epoch": ""}, {"previous": "0" * 63}, {"page_after": "k" * 301}]
)
def test_a_place_longer_than_what_is_kept_of_it_is_refused(stated: dict[str, str]) -> None:
    kind = BatchKind.SNAPSHOT if "page_after" in stated else BatchKind.CHANGES
    with pytest.raises(HeldBatchError) as fault:
        understood(envelope(batch_bytes(batch(kind=kind, **stated), "")), PARTNER, "hub")
    assert fault.value.code == "unreadable"


def test_a_signature_for_something_else_is_none_over_a_batch() -> None:
    content = batch_bytes(batch(), "")

    bare = Ed25519PrivateKey.from_private_bytes(KEY.seed or b"").sign(content)

    value = base64.urlsafe_b64encode(bare).decode()
    with pytest.raises(HeldBatchError, match="not over what the batch says"):
        signer_of(content, [BatchSignature(KEY.thumbprint, "ed25519", value)], [KEY.public])


class Reversed:
    """A toy algorithm: its signature is the message's digest backwards."""

    name = "toy"

    def thumbprint(self, public: bytes) -> str:
        return public.hex()

    def sign(self, secret: bytes, message: bytes) -> bytes:
        return digest_of(message)[::-1].encode()

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        return signature == digest_of(message)[::-1].encode()


def test_another_algorithm_is_taken_once_it_is_registered() -> None:
    signature = BatchSignature(KEY.public.hex(), "toy", "")
    with pytest.raises(HeldBatchError, match="algorithm nobody registered"):
        signer_of(b"{}", [signature], [KEY.public])
    register(Reversed())
    assert signer_of(b"{}", [sign_batch(b"{}", KEY, "toy")], [KEY.public]) == KEY.public.hex()
