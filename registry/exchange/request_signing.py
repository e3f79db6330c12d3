"""Sign requests to a partner (HTTP Message Signatures, RFC 9421, Ed25519), as the REST door demands them.

Covered are `@method`, `@path`, `@query` where there is a query, and `content-digest` (RFC 9530) where there is a body;
`created`, a nonce never used before, and the key's thumbprint as `keyid` are its parameters.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from registry.privacy.signing_keys import SigningKey

_NONCE_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request as far as it is signed; signing adds to its headers."""

    method: str
    url: str
    headers: MutableMapping[str, str]


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, name: str, seed: bytes) -> None:
        self._keys: Final = {name: Ed25519PrivateKey.from_private_bytes(seed)}

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._keys[key_id]


def sign_request(
    request: OutgoingRequest,
    body: bytes,
    key: SigningKey,
    created: datetime.datetime,
    also: Sequence[str] = (),
) -> None:
    """Add Signature, Signature-Input and, where there is a body, Content-Digest to a request's headers.

    `also`: what else is covered, such as `@authority`.
    Raises ValueError for a key without its private half.
    """
    if key.seed is None:
        raise ValueError("a former key signs nothing")
    covered = ["@method", "@path", *(["@query"] if "?" in request.url else []), *also]
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(key.thumbprint, key.seed))
    signer.sign(
        request,
        key_id=key.thumbprint,
        created=created,
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        label="sig",
        covered_component_ids=covered,
        body=body or None,
    )
