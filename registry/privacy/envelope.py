"""Envelope encryption: each record has its own random key, wrapped by the master key.

A sealed value opens only in the table, row and column it was sealed for; moved, altered or opened with other keys
it is refused. Layout in bytes:

    wrapped record key   format 1 | cipher 1 | master version 2 | nonce 12 | ciphertext | tag 16
    sealed column        format 1 | cipher 1 | nonce 12 | ciphertext | tag 16

The leading bytes are authenticated with the place (table, row, column), so neither can be exchanged.
"""

from __future__ import annotations

from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag

from registry.errors import KeysMismatchError
from registry.privacy.keyring import Keyring
from registry.privacy.suites import BY_CODE, BY_NAME, NONCE_BYTES, Aead, Suite
from registry.settings import CipherName

FORMAT: Final = 1
_WRAP_HEADER: Final = 4
_SEAL_HEADER: Final = 2
_WRAP_BODY: Final = _WRAP_HEADER + NONCE_BYTES
_SEAL_BODY: Final = _SEAL_HEADER + NONCE_BYTES


class RecordKey:
    """The key of one record: seals and opens its columns. `wrapped` goes into the record's data_key column."""

    __slots__ = ("_aead", "_header", "_place", "wrapped")

    def __init__(self, wrapped: bytes, aead: Aead, header: bytes, place: bytes) -> None:
        self.wrapped: Final = wrapped
        self._aead: Final = aead
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

    def seal_stated(self, column: str, text: str | None) -> bytes | None:
        """Seal a value that may not be stated; what is not stated stays NULL."""
        return None if text is None else self.seal(column, text)

    def open_stated(self, column: str, sealed: bytes | None) -> str | None:
        """Open a value that may not be stated."""
        return None if sealed is None else self.open(column, sealed)


class RecordCipher:
    """Makes and opens record keys under the current master key and the chosen cipher."""

    __slots__ = ("_keyring", "_suite")

    def __init__(self, keyring: Keyring, cipher: CipherName = CipherName.AES_256_GCM) -> None:
        self._keyring: Final = keyring
        self._suite: Final = BY_NAME[cipher]

    def new_record(self, table: str, row: int | str) -> RecordKey:
        """Return a fresh key for one row; `row` is what names it for good (its id or natural key)."""
        suite, master = self._suite, self._keyring.master(self._keyring.current_master)
        secret, nonce = urandom(suite.key_bytes), urandom(NONCE_BYTES)
        header = bytes((FORMAT, suite.code)) + master.version.to_bytes(2)
        place = _place(table, row)
        wrapped = header + nonce + master.aeads[suite.code].encrypt(nonce, secret, header + place)
        return _record_key(suite, wrapped, secret, place)

    def open_record(self, table: str, row: int | str, wrapped: bytes) -> RecordKey:
        """Return the key of a stored row from its data_key column.

        Raises KeysMismatchError where the master key is another one, or the value was altered or moved.
        """
        suite = BY_CODE.get(wrapped[1]) if len(wrapped) > _WRAP_BODY and wrapped[0] == FORMAT else None
        if suite is None:
            raise _unopened()
        master = self._keyring.master(int.from_bytes(wrapped[2:_WRAP_HEADER]))
        place = _place(table, row)
        try:
            nonce, body = wrapped[_WRAP_HEADER:_WRAP_BODY], wrapped[_WRAP_BODY:]
            secret = master.aeads[suite.code].decrypt(nonce, body, wrapped[:_WRAP_HEADER] + place)
        except InvalidTag:
            raise _unopened() from None
        return _record_key(suite, wrapped, secret, place)


def _record_key(suite: Suite, wrapped: bytes, secret: bytes, place: bytes) -> RecordKey:
    return RecordKey(wrapped, suite.aead(secret), bytes((FORMAT, suite.code)), place)


def _place(table: str, row: int | str) -> bytes:
    # The unit separator cannot stand in a table name or an id, so no two places share a spelling.
    return f"{table}\x1f{row}\x1f".encode()


def _unopened() -> KeysMismatchError:
    return KeysMismatchError("a sealed value does not open: other keys, or it was altered or moved")
