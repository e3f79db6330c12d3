"""A receipt proves what was answered to whoever has the public keys, and nothing altered passes for one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from joserfc.jws import FlattenedJSONSerialization

from registry.ledger.receipt import ReceiptSigner, Stated, compact, request_digest, verify_receipt
from registry.ledger.signed_note import SignatureError
from registry.privacy.signing_keys import SigningKey, SigningKeys, base64url

KEY = SigningKey.of(1, bytes(range(32)))
STATED = Stated(
    log="food-ban-registry/0123456789abcdef",
    check_no="C019AA4C1B2C3",
    decided_at="2025-11-21T02:00:00.000Z",
    request_digest="ab" * 32,
    verdict="block",
    subjects=("block", "clear"),
    list_version=18342,
    model_version="m-1",
    policy_version="p-1",
    coverage=({"region": "31", "as_of": None, "state": "never"},),
    leaf_hash="cd" * 32,
)
IN_AN_ANSWER = ReceiptSigner(KEY).sign(STATED)
RECEIPT = compact(IN_AN_ANSWER)


def resigned(header: dict[str, Any], payload: bytes, key: SigningKey = KEY) -> str:
    """Return a receipt with another header or payload under a right signature."""
    compact = jws.serialize_compact(header, payload, _jwk(key), algorithms=["Ed25519"])
    assert isinstance(compact, str)
    return compact


def _jwk(key: SigningKey) -> OKPKey:
    parts: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public)}
    return OKPKey.import_key(parts if key.seed is None else {**parts, "d": base64url(key.seed)})


def _header() -> dict[str, Any]:
    part = RECEIPT.split(".")[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return header


def _with(**changed: object) -> bytes:
    return json.dumps({**json.loads(STATED.payload()), **changed}).encode()


def test_a_receipt_says_what_was_stated() -> None:
    read = verify_receipt(RECEIPT, [KEY.public])
    assert read.as_json() == json.loads(STATED.payload())
    assert read.leaf_hash == STATED.leaf_hash


def test_a_library_that_knows_nothing_of_the_register_verifies_it() -> None:
    public = _jwk(SigningKey(1, KEY.public))
    found = jws.deserialize_compact(RECEIPT, public, algorithms=["Ed25519"])
    assert found.payload == STATED.payload()
    in_json = jws.deserialize_json(cast("FlattenedJSONSerialization", IN_AN_ANSWER), public, algorithms=["Ed25519"])
    assert in_json.payload == STATED.payload()
    assert found.headers() == {"alg": "Ed25519", "kid": public.thumbprint(), "typ": "food-ban-receipt"}


def test_a_receipt_signed_before_a_rotation_is_verified_by_the_former_public_key() -> None:
    first = SigningKeys.generate()
    receipt = compact(ReceiptSigner(first.signing).sign(STATED))
    now = first.rotated()
    assert verify_receipt(receipt, [key.public for key in now.keys.values()]).check_no == STATED.check_no
    with pytest.raises(SignatureError, match="not among"):
        verify_receipt(receipt, [now.signing.public])
    with pytest.raises(SignatureError, match="former"):
        ReceiptSigner(now.keys[1])


def test_every_altered_character_is_noticed() -> None:
    for place, sign in enumerate(RECEIPT):
        other = "A" if sign != "A" else "B"
        with pytest.raises(SignatureError):
            verify_receipt(RECEIPT[:place] + other + RECEIPT[place + 1 :], [KEY.public])


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", RECEIPT + ".", RECEIPT[:-1], RECEIPT + "=", RECEIPT + "\n", "é" + RECEIPT]
)
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        verify_receipt(text, [KEY.public])


@pytest.mark.parametrize(
    "value", [None, 7, [], {}, IN_AN_ANSWER | {"header": "{}"}, IN_AN_ANSWER | {"payload": 7}, {"payload": "x"}]
)
def test_what_has_not_the_three_parts_of_a_receipt_is_refused(value: object) -> None:
    assert compact(RECEIPT) == RECEIPT
    with pytest.raises(SignatureError, match="no receipt"):
        compact(value)


def test_a_header_that_states_more_or_another_purpose_is_refused_though_signed() -> None:
    header = _header()
    assert verify_receipt(resigned(header, STATED.payload()), [KEY.public]).verdict == "block"
    with pytest.raises(SignatureError, match="no receipt of the register"):
        verify_receipt(resigned(header | {"typ": "JWT"}, STATED.payload()), [KEY.public])
    with pytest.raises(SignatureError, match="more"):
        verify_receipt(resigned(header | {"cty": "json"}, STATED.payload()), [KEY.public])
    unsigned = base64url(json.dumps(header | {"alg": "none"}).encode())
    with pytest.raises(SignatureError, match="no receipt of the register"):
        verify_receipt(f"{unsigned}.{RECEIPT.split('.')[1]}.", [KEY.public])


@pytest.mark.parametrize(
    "payload",
    [
        b"[]", b"7", b"{}", b"no json", _with(more="x"), _with(verdict=7), _with(subjects="block"), _with(subjects=[7]),
        _with(list_version="7"), _with(coverage=["31"]), _with(leaf_hash="CD" * 32), _with(request_digest="ab"),
    ],
)  # fmt: skip
def test_a_payload_that_is_no_receipts_is_refused_though_signed(payload: bytes) -> None:
    with pytest.raises(SignatureError, match="receipt"):
        verify_receipt(resigned(_header(), payload), [KEY.public])


def test_the_statement_is_spelt_canonically() -> None:
    assert STATED.payload() == json.dumps(
        STATED.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode("utf-8")
    assert replace(STATED, check_no="食").payload().decode().count("食") == 1


def test_a_requests_digest_does_not_hang_on_blanks_or_the_order_of_its_fields() -> None:
    sent = json.loads('{"b": [null, "食"], "a": {"z": "\\u0001\\t\\u007f/\\"", "y": null}}')
    other = json.loads('{"a":{"y":null,"z":"\\u0001\\t\\u007f\\/\\""},"b":[null,"\\u98df"]}')
    assert request_digest(sent) == request_digest(other)
    assert request_digest(sent) != request_digest(sent | {"c": None})
    # SHA-256 of the bytes RFC 8785 asks for, written out.
    spelt = '{"a":{"y":null,"z":"\\u0001\\t\x7f/\\""},"b":[null,"食"]}'.encode()
    assert request_digest(sent) == hashlib.sha256(spelt).hexdigest()


@given(st.text())
def test_texts_are_spelt_as_the_standard_asks_for_whatever_they_hold(text: str) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return
    spelt = json.dumps({"name": text}, ensure_ascii=False, separators=(",", ":")).encode()
    assert request_digest({"name": text}) == hashlib.sha256(spelt).hexdigest()


@given(st.text(max_size=300))
def test_no_text_whatever_makes_the_verifier_fail_otherwise_than_by_refusing(text: str) -> None:
    for receipt in (text, f"{text}.{RECEIPT}", RECEIPT.replace(".", f".{text}", 1)):
        if receipt != RECEIPT:
            with pytest.raises(SignatureError):
                verify_receipt(receipt, [KEY.public])
