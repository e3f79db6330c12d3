"""The ciphers a record may be sealed with; each is known by one byte in the sealed value.

AES-256-GCM: NIST SP 800-38D. SM4-GCM: GB/T 32907-2016 in the mode of RFC 8998.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.settings import CipherName

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Aead(Protocol):
    """Encrypts and authenticates: what is opened is exactly what was sealed, in its place, or nothing."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag (16 bytes) of `data`, bound to `associated_data`."""
        ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plain bytes; raises InvalidTag where anything differs."""
        ...


class Sm4Gcm:
    """SM4 in Galois/Counter mode, with the shape of the library's AESGCM."""

    __slots__ = ("_algorithm",)

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return ciphertext and tag (16 bytes)."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Return the plain bytes; raises InvalidTag where anything differs."""
        if len(data) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


@dataclass(frozen=True, slots=True)
class Suite:
    """One cipher with its key length in bytes, its byte in sealed values and its companion hash."""

    name: CipherName
    code: int
    key_bytes: int
    aead: Callable[[bytes], Aead]
    digest: Callable[[], hashes.HashAlgorithm]

    def derive(self, secret: bytes, label: str) -> Aead:
        """Return this cipher under a key derived (HKDF, RFC 5869) from a master secret for one use."""
        info = f"food-ban-registry/{label}/{self.name}".encode()
        return self.aead(HKDF(self.digest(), self.key_bytes, None, info).derive(secret))


AES_256_GCM: Final = Suite(CipherName.AES_256_GCM, 1, 32, AESGCM, hashes.SHA256)
SM4_GCM: Final = Suite(CipherName.SM4_GCM, 2, 16, Sm4Gcm, hashes.SM3)
BY_NAME: Final = {suite.name: suite for suite in (AES_256_GCM, SM4_GCM)}
BY_CODE: Final = {suite.code: suite for suite in (AES_256_GCM, SM4_GCM)}
