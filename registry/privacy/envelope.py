"""Envelope encryption: each record has its own random key, wrapped by the master key.

A sealed value opens only in the table, row and column it was sealed for; moved, altered or opened with other keys
it is refused. Layout in bytes:

    wrapped record key   format 1 | cipher 1 | master version 2 | nonce 12 | ciphertext | tag 16
    sealed column        format 1 | cipher 1 | nonce 12 | ciphertext | tag 16

The leading bytes are authenticated with the place (table, row, column), so neither can be exchanged.
"""

from __future__ import annotations

import hmac
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag

from registry.errors import KeysMismatchError
from registry.privacy.keyring import Keyring
from registry.privacy.keys_at_hand import KeysAtHand, at_hand
from registry.privacy.suites import BY_CODE, BY_NAME, NONCE_BYTES, Aead, Suite
from registry.settings import CipherName

FORMAT: Final = 1
_WRAP_HEADER: Final = 4
_SEAL_HEADER: Final = 2
_VERSION: Final = slice(2, 4)
_WRAP_BODY: Final = _WRAP_HEADER + NONCE_BYTES
_SEAL_BODY: Final = _SEAL_HEADER + NONCE_BYTES


class RecordKey:
    """The key of one record: seals and opens its columns. `wrapped` goes into the record's data_key column."""

    __slots__ = ("_aead", "_header", "_place", "_secret", "wrapped")

    def __init__(self, wrapped: bytes, suite: Suite, secret: bytes, place: bytes) -> None:
        header = bytes((FORMAT, suite.code))
        self.wrapped: Final = wrapped
        self._aead: Final[Aead] = suite.aead(secret)
        self._secret: Final = secret
        self._header: Final = header
        self._place: Final = header + place

    def seal(self, column: str, text: str) -> bytes:
        """Return the text encrypted for one column of this record."""
        return self.seal_bytes(column, text.encode())

    def seal_bytes(self, column: str, plain: bytes) -> bytes:
        """Return bytes encrypted for one column of this record."""
        nonce = urandom(NONCE_BYTES)
        return self._header + nonce + self._aead.encrypt(nonce, plain, self._place + column.encode())

    def open(self, column: str, sealed: bytes) -> str:
        """Return the text of one column; KeysMismatchError where it was altered, moved or sealed otherwise."""
        return self.open_bytes(column, sealed).decode()

    def open_bytes(self, column: str, sealed: bytes) -> bytes:
        """Return the bytes of one column; KeysMismatchError where they were altered, moved or sealed otherwise."""
        if sealed[:_SEAL_HEADER] != self._header:
            raise _unopened()
        try:
            nonce, body = sealed[_SEAL_HEADER:_SEAL_BODY], sealed[_SEAL_BODY:]
            return self._aead.decrypt(nonce, body, self._place + column.encode())
        except (InvalidTag, ValueError):
            raise _unopened() from None

    def digest(self, column: str, text: str) -> bytes:
        """Return a 32-byte digest of a text that only this record's key can compute, and nobody once it is erased.

        HMAC-SHA-256 (RFC 2104): a plain digest of what names a person could be found by trying names.
        """
        return hmac.digest(
            self._secret, b"digest\x1f" + self._place + column.encode() + b"\x1f" + text.encode(), "sha256"
        )

    def seal_stated(self, column: str, text: str | None) -> bytes | None:
        """Seal a value that may not be stated; what is not stated stays NULL."""
        return None if text is None else self.seal(column, text)

    def open_stated(self, column: str, sealed: bytes | None) -> str | None:
        """Open a value that may not be stated."""
        return None if sealed is None else self.open(column, sealed)


class RecordCipher:
    """Makes and opens record keys under the current master key and the chosen cipher."""

    __slots__ = ("_keys", "_suite", "_version")

    def __init__(
        self, keys: KeysAtHand | Keyring, cipher: CipherName = CipherName.AES_256_GCM, version: int | None = None
    ) -> None:
        self._keys: Final = at_hand(keys)
        self._suite: Final = BY_NAME[cipher]
        self._version: Final = version

    def under(self, version: int) -> RecordCipher:
        """Return this cipher under one version of the master key, in use or not."""
        return RecordCipher(self._keys, self._suite.name, version)

    @property
    def version(self) -> int:
        """The version of the master key that new records are wrapped under."""
        return self._keys.keyring.current_master if self._version is None else self._version

    def new_record(self, table: str, row: int | str) -> RecordKey:
        """Return a fresh key for one row; `row` is what names it for good (its id or natural key)."""
        return self._wrapped(self._suite, urandom(self._suite.key_bytes), _place(table, row))

    def open_record(self, table: str, row: int | str, wrapped: bytes) -> RecordKey:
        """Return the key of a stored row from its data_key column.

        Raises KeysMismatchError where the master key is another one, or the value was altered or moved.
        """
        suite, place = _suite(wrapped), _place(table, row)
        return RecordKey(wrapped, suite, self._unwrapped(suite, wrapped, place), place)

    def renewed(self, table: str, row: int | str, wrapped: bytes) -> bytes:
        """Return a data_key wrapped under the current master key: as it is, or wrapped anew; raises as opening does."""
        if version_of(wrapped) == self.version:
            return wrapped
        suite, place = _suite(wrapped), _place(table, row)
        return self._wrapped(suite, self._unwrapped(suite, wrapped, place), place).wrapped

    def _wrapped(self, suite: Suite, secret: bytes, place: bytes) -> RecordKey:
        master, nonce = self._keys.master(self.version), urandom(NONCE_BYTES)
        header = bytes((FORMAT, suite.code)) + master.version.to_bytes(2)
        wrapped = header + nonce + master.wrap(suite.code, nonce, secret, header + place)
        return RecordKey(wrapped, suite, secret, place)

    def _unwrapped(self, suite: Suite, wrapped: bytes, place: bytes) -> bytes:
        master = self._keys.master(version_of(wrapped))
        try:
            nonce, body = wrapped[_WRAP_HEADER:_WRAP_BODY], wrapped[_WRAP_BODY:]
            return master.unwrap(suite.code, nonce, body, wrapped[:_WRAP_HEADER] + place)
        except InvalidTag:
            raise _unopened() from None


def version_of(wrapped: bytes) -> int:
    """Return the version of the master key a data_key is wrapped under."""
    return int.from_bytes(wrapped[_VERSION])


def _suite(wrapped: bytes) -> Suite:
    suite = BY_CODE.get(wrapped[1]) if len(wrapped) > _WRAP_BODY and wrapped[0] == FORMAT else None
    if suite is None:
        raise _unopened()
    return suite


def _place(table: str, row: int | str) -> bytes:
    # The unit separator cannot stand in a table name or an id, so no two places share a spelling.
    return f"{table}\x1f{row}\x1f".encode()


def _unopened() -> KeysMismatchError:
    return KeysMismatchError("a sealed value does not open: other keys, or it was altered or moved")
