"""A PKCS#11 token in software: does what a token must, and gives no key away."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.privacy.keyring import KeyKind


class SoftwareToken:
    """The double the tests hold the protocol by."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}
        self._data: dict[str, bytes] = {}

    def secrets(self) -> list[bytes]:
        """What no test may find anywhere."""
        return list(self._keys.values())

    def labels(self) -> list[str]:
        return list(self._keys)

    def encrypt(self, label: str, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        return AESGCM(self._keys[label]).encrypt(nonce, data, associated)

    def decrypt(self, label: str, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        return AESGCM(self._keys[label]).decrypt(nonce, data, associated)

    def mac(self, label: str, message: bytes) -> bytes:
        return hmac.digest(self._keys[label], message, hashlib.sha256)

    def generate(self, label: str, kind: KeyKind) -> None:
        assert label.startswith(f"registry-{kind}-")
        assert label not in self._keys
        self._keys[label] = secrets.token_bytes(32)

    def destroy(self, label: str) -> None:
        del self._keys[label]

    def data(self, label: str) -> bytes | None:
        return self._data.get(label)

    def put_data(self, label: str, value: bytes) -> None:
        self._data[label] = value
