"""Keyed index: equal numbers get equal values, and nobody without the key can try numbers out.

Every purpose has values of its own, so that a value found in one column says nothing about another.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from registry.privacy.keyring import Keyring, Mac
from registry.privacy.keys_at_hand import KeysAtHand, at_hand


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
    ORIGINAL_CONTENT = "original_content"
    CASE_NUMBER = "case_number"
    DOCUMENT_CONTENT = "document_content"
    SIGN_IN = "sign_in"
    CLEARED_APPLICANT = "cleared_applicant"


class KeyedIndex:
    """Computes index values under the current index key, and under all of them to look up."""

    __slots__ = ("_derived", "_keys")

    def __init__(self, keys: KeysAtHand | Keyring) -> None:
        self._keys: Final = at_hand(keys)
        self._derived = _derived(self._keys.keyring)

    @property
    def version(self) -> int:
        """The version of the index key that values to store are computed under."""
        return self._keys.keyring.current_index

    def index(self, purpose: IndexPurpose, text: str) -> bytes:
        """Return the 32-byte value to store for a text."""
        keyring, macs = self._now()
        return macs[keyring.current_index][purpose](text.encode())

    def lookups(self, purpose: IndexPurpose, text: str) -> tuple[bytes, ...]:
        """Return the values under which a text may be stored, current key version first."""
        keyring, macs = self._now()
        versions = sorted(macs, key=lambda version: (version != keyring.current_index, version))
        return tuple(macs[version][purpose](text.encode()) for version in versions)

    def under(self, version: int, purpose: IndexPurpose, text: str) -> bytes | None:
        """Return the value under one key version, or None where that version is not here."""
        self._keys.seek_index(version)
        macs = self._now()[1].get(version)
        return None if macs is None else macs[purpose](text.encode())

    def _now(self) -> tuple[Keyring, dict[int, dict[IndexPurpose, Mac]]]:
        """Return the functions of the keys at hand, derived anew where these were exchanged."""
        keyring = self._keys.keyring
        if self._derived[0] is not keyring:
            self._derived = _derived(keyring)
        return self._derived


def _derived(keyring: Keyring) -> tuple[Keyring, dict[int, dict[IndexPurpose, Mac]]]:
    macs = {version: {use: key.mac(use) for use in IndexPurpose} for version, key in keyring.indexes.items()}
    return keyring, macs
