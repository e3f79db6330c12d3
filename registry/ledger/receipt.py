"""Receipts: what the register answered, signed, so that its holder can prove it to anybody with public keys alone.

A receipt is a JSON Web Signature with Ed25519 (RFC 9864), in an answer the flattened JSON form (RFC 7515, 7.2.2),
which integrators verify with a JOSE library; its three parts joined by dots are the compact form. It names nobody:
the request stands in it as a digest, subjects by their order alone. Who guesses a whole request can try it against
the digest, so a receipt is given to none but who may read the answer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.ledger.signed_note import SignatureError
from registry.privacy.signing_keys import SigningKey, base64url, thumbprint

ALGORITHM: Final = "Ed25519"
TYPE: Final = "food-ban-receipt"
LONGEST: Final = 100_000
Receipt = dict[str, str]
_TEXTS: Final = (
    "log",
    "check_no",
    "decided_at",
    "request_digest",
    "verdict",
    "model_version",
    "policy_version",
    "leaf_hash",
)
_PARTS: Final = {"payload", "protected", "signature"}
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a receipt states: which check of which log, decided when on what, the verdicts, and its ledger leaf.

    `subjects` are the verdicts in the order of the request; digests are SHA-256 in hexadecimal; `coverage` is how
    fresh each region's part of the list was, as in the answer; `leaf_hash` is RFC 9162's hash of the ledger entry
    that was committed with the answer. The fields stand in the order in which they are signed, that of the alphabet.
    """

    check_no: str
    coverage: Sequence[Mapping[str, str | None]]
    decided_at: str
    leaf_hash: str
    list_version: int
    log: str
    model_version: str
    policy_version: str
    request_digest: str
    subjects: Sequence[str]
    verdict: str

    def payload(self) -> bytes:
        """Return the bytes that are signed: JSON, keys sorted, no blanks (RFC 8785)."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS)

    def as_json(self) -> dict[str, Any]:
        """Return what is stated as one JSON object."""
        return asdict(self)


class ReceiptSigner:
    """Signs receipts with one key, made ready once because every answer needs one."""

    __slots__ = ("_header", "_private")

    def __init__(self, key: SigningKey) -> None:
        """Take the current signing key; a former one has no secret, and SignatureError says so."""
        if key.seed is None:
            raise SignatureError("a former key signs no receipts")
        self._private: Final = Ed25519PrivateKey.from_private_bytes(key.seed)
        self._header: Final = base64url(orjson.dumps(_header(key.thumbprint)))

    def sign(self, stated: Stated) -> Receipt:
        """Return the receipt: header, payload and signature in base64url."""
        payload = base64url(stated.payload())
        signature = self._private.sign(f"{self._header}.{payload}".encode())
        return {"payload": payload, "protected": self._header, "signature": base64url(signature)}


def compact(receipt: object) -> str:
    """Return the compact form of a receipt in either form; SignatureError where it is neither."""
    if isinstance(receipt, str):
        return receipt
    if not isinstance(receipt, dict) or receipt.keys() != _PARTS or not _is_list([*receipt.values()], str):
        raise SignatureError("this is no receipt: it has not the three parts of one")
    return f"{receipt['protected']}.{receipt['payload']}.{receipt['signature']}"


def verify_receipt(receipt: str, keys: Iterable[bytes]) -> Stated:
    """Return what a receipt in the compact form states, once one of the public keys (32 bytes each) bears it out.

    Raises SignatureError where it is no receipt, by another key, or not as it was signed.
    """
    parts = receipt.split(".")
    if len(parts) != 3 or len(receipt) > LONGEST:
        raise SignatureError("this is no receipt: it does not have three parts")
    header, payload, signature = (_decoded(part) for part in parts)
    public = _key_named(header, keys)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, receipt.rpartition(".")[0].encode())
    except (InvalidSignature, ValueError):
        raise SignatureError("the signature of the receipt is false: it was altered") from None
    return _stated(payload)


def request_digest(request: object) -> str:
    """Return SHA-256 of the canonical JSON (RFC 8785) of a request as it was sent, in hexadecimal.

    A request that was taken has ASCII keys, and of values texts, lists, objects and null alone; so sorting keys
    and leaving out blanks is all that the standard asks for. Raises SignatureError for what no request holds.
    """
    try:
        return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except TypeError:
        raise SignatureError("the request is no JSON document") from None


def _header(kid: str) -> dict[str, str]:
    return {"alg": ALGORITHM, "kid": kid, "typ": TYPE}


def _key_named(header: bytes, keys: Iterable[bytes]) -> bytes:
    """Return the key that the header names; nothing else in a header is ever followed."""
    stated = _object(header)
    named = next((key for key in keys if thumbprint(key) == stated.get("kid")), None)
    if stated.get("typ") != TYPE or stated.get("alg") != ALGORITHM:
        raise SignatureError("this is no receipt of the register")
    if named is None:
        raise SignatureError("the receipt is signed by a key that is not among the public keys at hand")
    if stated != _header(thumbprint(named)):
        raise SignatureError("the receipt's header states more than a receipt does")
    return named


def _stated(payload: bytes) -> Stated:
    """Read a payload that was signed; one with other words than these is of another version, and not vouched for."""
    values = _object(payload)
    fields = {*_TEXTS, "subjects", "coverage", "list_version"}
    sound = (
        values.keys() == fields
        and all(isinstance(values[name], str) for name in _TEXTS)
        and _is_list(values["subjects"], str)
        and _is_list(values["coverage"], dict)
        and isinstance(values["list_version"], int)
        and all(_DIGEST.fullmatch(values[name]) for name in ("request_digest", "leaf_hash"))
    )
    if not sound:
        raise SignatureError("the receipt states something else than a receipt of this version does")
    return Stated(**values)


def _is_list(value: object, of: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, of) for each in value)


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise SignatureError("this is no receipt: a part of it cannot be read")
    return value


def _decoded(part: str) -> bytes:
    """Return the bytes of base64url without padding, in its one spelling."""
    try:
        decoded = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if base64url(decoded) != part:
        raise SignatureError("this is no receipt: a part of it is not base64url")
    return decoded
