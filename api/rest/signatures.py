"""HTTP Message Signatures (RFC 9421, Ed25519): requests that their client cannot disown.

A client registered with a public key signs every request, beside showing its key. What must be covered: `@method`;
`@path` and, where there is a query, `@query`, or `@target-uri` in their place; `content-digest` (RFC 9530, sha-256)
where there is a body. Behind a proxy that ends TLS the scheme and perhaps the authority differ from what was signed,
and forwarding headers are not believed, so `@path` and `@query` are the usual way
(docs/decisions/0009-signed-requests.md).
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import request
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures import algorithms as known_algorithms

from registry.errors import FieldFault, SignatureRefusedError
from registry.privacy.signing_keys import thumbprint
from registry.services.spend_request import Nonce
from registry.store.client_repository import Client

WITHIN: Final = datetime.timedelta(seconds=300)
"""How far `created` may lie from now, either way."""

KEPT: Final = datetime.timedelta(seconds=900)
"""How long after `created` a nonce is remembered: until no request with it could be admitted and still be waiting."""

_NONCE: Final = re.compile(r"[\x21-\x7e]{8,200}", re.ASCII)
_SHA_256: Final = re.compile(r"(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):", re.ASCII)
_INPUT, _DIGEST = "Signature-Input", "Content-Digest"


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as far as it can be signed: method, whole address, and its headers."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds: the components it covers with their values, and its parameters."""

    covered: Mapping[str, str]
    parameters: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose signature, time and body fit, and its nonce, which is still to be used up."""

    signature: Signature
    headers: Mapping[str, str]
    nonce: Nonce

    def evidence(self, body: bytes | None) -> str:
        """Return what shows later who asked this (JSON); a batch's body is not among it, it would outlive its parts."""
        kept = {
            "covered": self.signature.covered,
            "signature": self.headers["Signature"],
            "signature_input": self.headers[_INPUT],
            "body": None if body is None else body.decode(errors="replace"),
        }
        return orjson.dumps(kept).decode()


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes, names: frozenset[str]) -> None:
        self._key: Final = Ed25519PublicKey.from_public_bytes(key)
        self._names: Final = names

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        return self._key if key_id in self._names else None


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave the times to `_require_time`, which asks the register's clock."""


def verified(sent: SentRequest, key: bytes, names: frozenset[str]) -> Signature:
    """Return the one signature of a request by an Ed25519 key (32 bytes) under one of its names.

    Raises SignatureRefusedError where there is none, several, or one that does not hold. RFC 9421, 3.2.
    """
    if _INPUT not in sent.headers or "Signature" not in sent.headers:
        raise _refused(_INPUT, "signature_missing")
    verifier: Any = _Verifier(signature_algorithm=known_algorithms.ED25519, key_resolver=_OneKey(key, names))
    try:
        (found,) = verifier.verify(sent, max_age=None)
    except (InvalidSignature, ValueError):
        raise _refused("Signature", "signature_wrong") from None
    covered = {str(name): str(value) for name, value in found.covered_components.items()}
    return Signature(covered, dict(found.parameters))


def signed_request(client: Client, body: bytes, now: datetime.datetime) -> SignedRequest | None:
    """Return the signature of the request at hand, verified; None for a client that need not sign.

    Raises SignatureRefusedError naming what is missing or does not fit.
    """
    if client.signing_key is None:
        return None
    sent = _sent()
    signature = verified(sent, client.signing_key, frozenset({str(client.id), thumbprint(client.signing_key)}))
    _require_cover(signature, body)
    _require_digest(sent.headers.get(_DIGEST, ""), body)
    created = _require_time(signature.parameters, now)
    return SignedRequest(signature, sent.headers, _nonce(signature.parameters, created))


def _sent() -> SentRequest:
    query = request.query_string.decode("latin-1")
    address = f"{request.environ['wsgi.url_scheme']}://{request.host}{quote(request.path)}"
    return SentRequest(request.method, f"{address}?{query}" if query else address, dict(request.headers.items()))


def _require_cover(signature: Signature, body: bytes) -> None:
    needed = {'"@method"'}
    if '"@target-uri"' not in signature.covered:
        needed |= {'"@path"', '"@query"'} if request.query_string else {'"@path"'}
    if body:
        needed.add('"content-digest"')
    if missing := sorted(needed - signature.covered.keys()):
        raise _refused(_INPUT, "signature_covers:" + ", ".join(name.strip('"') for name in missing))


def _require_digest(stated: str, body: bytes) -> None:
    """Compare the body as it was received; other algorithms may stand beside sha-256."""
    if not body and not stated:
        return
    digests = _SHA_256.findall(stated)
    actual = hashlib.sha256(body).digest()
    if len(digests) != 1 or not hmac.compare_digest(base64.b64decode(digests[0]), actual):
        raise _refused(_DIGEST, "content_digest")


def _require_time(parameters: Mapping[str, int | str], now: datetime.datetime) -> datetime.datetime:
    """Return when the request was signed; instants outside any calendar are refused like the others."""
    created, expires = parameters.get("created"), parameters.get("expires", now.timestamp())
    if not isinstance(created, int) or abs(created - now.timestamp()) > WITHIN.total_seconds():
        raise _refused(_INPUT, "signature_time")
    if isinstance(expires, str) or expires < now.timestamp():
        raise _refused(_INPUT, "signature_time")
    return datetime.datetime.fromtimestamp(created, datetime.UTC)


def _nonce(parameters: Mapping[str, int | str], created: datetime.datetime) -> Nonce:
    nonce = parameters.get("nonce")
    if not isinstance(nonce, str) or _NONCE.fullmatch(nonce) is None:
        raise _refused(_INPUT, "nonce")
    return Nonce(hashlib.sha256(nonce.encode()).digest(), created + KEPT)


def _refused(header: str, code: str) -> SignatureRefusedError:
    return SignatureRefusedError([FieldFault(header, code, "see docs/api.md, signed requests")])
