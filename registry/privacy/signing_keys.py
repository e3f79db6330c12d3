"""The register's signing keys: receipts and the log's heads are signed with the current one.

A former key keeps its public half alone, so that what it signed can be verified for good and nothing more can be
signed with it. Ed25519 (RFC 8032); a key is named by its thumbprint (RFC 7638), which nobody can give to another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.errors import KeysMismatchError

KEY_BYTES: Final = 32
_LOG: Final = re.compile(r"[!-*,-~]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One version: the public key, and the 32-byte seed of the private one while it is the current version."""

    version: int
    public: bytes
    seed: bytes | None = field(repr=False, default=None)

    @classmethod
    def generate(cls, version: int) -> SigningKey:
        """Make a fresh key."""
        return cls.of(version, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def of(cls, version: int, seed: bytes) -> SigningKey:
        """Derive the public key of a seed."""
        return cls(version, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(), seed)

    @property
    def thumbprint(self) -> str:
        """The name of the key: SHA-256 over the canonical JSON of its public half, base64url (RFC 7638, RFC 8037)."""
        return thumbprint(self.public)


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """All versions, which one signs, and the log's name (its origin), which no rotation changes."""

    log: str
    keys: Mapping[int, SigningKey]
    current: int

    @classmethod
    def generate(cls) -> SigningKeys:
        """Make the first key; the log is named after it, so that no two registers' logs share a name."""
        first = SigningKey.generate(1)
        return cls(f"food-ban-registry/{hashlib.sha256(first.public).hexdigest()[:16]}", {1: first}, 1)

    @property
    def signing(self) -> SigningKey:
        """The key that signs now."""
        return self.keys[self.current]

    def rotated(self) -> SigningKeys:
        """Return the keys with a fresh one that signs from now on; of the former ones only the public half stays."""
        fresh = SigningKey.generate(max(self.keys) + 1)
        former = {version: SigningKey(version, key.public) for version, key in self.keys.items()}
        return SigningKeys(self.log, {**former, fresh.version: fresh}, fresh.version)

    def as_document(self) -> dict[str, Any]:
        """Return what the key file holds of them."""
        return {"log": self.log, "current": self.current, "keys": [_entry(key) for key in self.keys.values()]}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> SigningKeys:
        """Read what the key file holds; KeysMismatchError where it was altered, ValueError and kin where damaged."""
        keys = [_key(entry) for entry in document["keys"]]
        found = cls(str(document["log"]), {key.version: key for key in keys}, int(document["current"]))
        if found.current not in found.keys or found.signing.seed is None:
            raise KeysMismatchError("the key file lacks the signing key it calls current")
        if _LOG.fullmatch(found.log) is None:
            raise KeysMismatchError("the key file names the log in a way that cannot be signed")
        return found


def thumbprint(public: bytes) -> str:
    """Return the name of a public Ed25519 key (RFC 7638)."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{base64url(public)}"}}'
    return base64url(hashlib.sha256(canonical.encode()).digest())


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _entry(key: SigningKey) -> dict[str, str | int]:
    entry: dict[str, str | int] = {"version": key.version, "public": base64.b64encode(key.public).decode()}
    return entry if key.seed is None else entry | {"secret": base64.b64encode(key.seed).decode()}


def _key(entry: Mapping[str, Any]) -> SigningKey:
    version, public = int(entry["version"]), _decoded(entry["public"])
    if "secret" not in entry:
        return SigningKey(version, public)
    key = SigningKey.of(version, _decoded(entry["secret"]))
    if key.public != public:
        raise KeysMismatchError(f"signing key version {version} in the key file was altered")
    return key


def _decoded(encoded: str) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        decoded = b""
    if len(decoded) != KEY_BYTES:
        raise KeysMismatchError("the key file is damaged")
    return decoded
