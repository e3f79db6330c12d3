"""Keyed index: equal numbers get equal values, and nobody without the key can try numbers out.

HMAC-SHA-256 (RFC 2104, FIPS 198-1) or HMAC-SM3 (GB/T 32905); every purpose has its own derived key, so that a
value found in one column says nothing about another.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as openssl_hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.privacy.keyring import IndexKey, Keyring


class IndexPurpose(StrEnum):
    """What a keyed value is for; values of different purposes are never comparable."""

    ID_NUMBER = "id_number"
    NAME_AND_BIRTH = "name_and_birth"
    RECORD_CONTENT = "record_content"
    CHECK_REQUEST = "check_request"
    IDEMPOTENCY_KEY = "idempotency_key"
    IDEMPOTENCY_REQUEST = "idempotency_request"
    CLIENT_KEY = "client_key"
    KEY_CHECK = "key_check"


Mac = Callable[[bytes], bytes]


class KeyedIndex:
    """Computes index values under the current index key, and under all of them to look up."""

    __slots__ = ("_current", "_macs")

    def __init__(self, keyring: Keyring) -> None:
        self._current: Final = keyring.current_index
        self._macs: Final = {
            version: {purpose: _mac(key, purpose) for purpose in IndexPurpose}
            for version, key in keyring.indexes.items()
        }

    def index(self, purpose: IndexPurpose, text: str) -> bytes:
        """Return the 32-byte value to store for a text."""
        return self._macs[self._current][purpose](text.encode())

    def lookups(self, purpose: IndexPurpose, text: str) -> tuple[bytes, ...]:
        """Return the values under which a text may be stored, current key version first."""
        versions = sorted(self._macs, key=lambda version: (version != self._current, version))
        return tuple(self._macs[version][purpose](text.encode()) for version in versions)

    def under(self, version: int, purpose: IndexPurpose, text: str) -> bytes | None:
        """Return the value under one key version, or None where that version is not here."""
        macs = self._macs.get(version)
        return None if macs is None else macs[purpose](text.encode())


def _mac(key: IndexKey, purpose: IndexPurpose) -> Mac:
    info = f"food-ban-registry/index/{purpose}".encode()
    if key.algorithm == "hmac-sm3":
        return _sm3_mac(HKDF(hashes.SM3(), 32, None, info).derive(key.secret))
    derived = HKDF(hashes.SHA256(), 32, None, info).derive(key.secret)
    return lambda message: hmac.digest(derived, message, "sha256")


def _sm3_mac(key: bytes) -> Mac:
    keyed = openssl_hmac.HMAC(key, hashes.SM3())

    def mac(message: bytes) -> bytes:
        run = keyed.copy()
        run.update(message)
        return run.finalize()

    return mac
