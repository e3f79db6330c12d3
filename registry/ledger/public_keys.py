"""The public keys document: all that anybody needs to verify receipts, heads and cosignatures, and nothing secret.

It is a JSON Web Key Set (RFC 7517, RFC 8037) for JOSE libraries; beside each key stands the same key in the line
that signed notes use, and beside the keys the log's name and its witnesses.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.ledger.receipt import ALGORITHM
from registry.ledger.signed_note import PUBLIC_BYTES, SignatureError, VerifierKey
from registry.privacy.signing_keys import SigningKey, SigningKeys, base64url


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The keys as a verifier reads them: the log's name, its keys of 32 bytes, and its witnesses' keys."""

    log: str
    keys: tuple[bytes, ...]
    witnesses: tuple[VerifierKey, ...] = ()

    @property
    def log_keys(self) -> tuple[VerifierKey, ...]:
        """The same keys, as they sign the log's heads."""
        return tuple(VerifierKey(self.log, key) for key in self.keys)

    @classmethod
    def of(cls, signing: SigningKeys) -> PublicKeys:
        """Return the public halves of signing keys."""
        return cls(signing.log, tuple(key.public for key in signing.keys.values()))

    @classmethod
    def parse(cls, document: object) -> PublicKeys:
        """Read a public keys document; SignatureError where it is none."""
        if not isinstance(document, dict) or not isinstance(document.get("origin"), str):
            raise SignatureError("this is no public keys document")
        entries, witnesses = document.get("keys"), document.get("witnesses", [])
        if not isinstance(entries, list) or not isinstance(witnesses, list) or not entries:
            raise SignatureError("the public keys document names no keys")
        keys = tuple(_public(entry) for entry in entries)
        return cls(document["origin"], keys, tuple(_witness(witness) for witness in witnesses))


def public_keys_document(signing: SigningKeys, witnesses: Sequence[str]) -> dict[str, Any]:
    """Return the document: the current key first, then the former ones, newest first."""
    newest_first = sorted(signing.keys.values(), key=lambda key: (key.version != signing.current, -key.version))
    return {
        "origin": signing.log,
        "keys": [_entry(signing, key) for key in newest_first],
        "witnesses": [{"name": VerifierKey.parse(key).name, "verifier": key} for key in witnesses],
    }


def _entry(signing: SigningKeys, key: SigningKey) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64url(key.public),
        "kid": key.thumbprint,
        "use": "sig",
        "alg": ALGORITHM,
        "version": key.version,
        "signs": key.version == signing.current,
        "verifier": VerifierKey(signing.log, key.public).spelt(),
    }


def _witness(entry: object) -> VerifierKey:
    if not isinstance(entry, Mapping):
        raise SignatureError("the public keys document has a witness that cannot be read")
    return VerifierKey.parse(str(entry.get("verifier")))


def _public(entry: object) -> bytes:
    x = entry.get("x") if isinstance(entry, Mapping) and entry.get("crv") == "Ed25519" else None
    try:
        key = base64.b64decode(f"{x}=", altchars=b"-_", validate=True) if isinstance(x, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != PUBLIC_BYTES:
        raise SignatureError("the public keys document has a key that cannot be read")
    return key
