"""Proofs that the keys at hand are those the store was sealed with: one per key version."""

from __future__ import annotations

import hmac
from typing import Final

from sqlalchemy import insert, select

from registry.errors import KeysMismatchError
from registry.privacy.keyed_index import IndexPurpose
from registry.privacy.keyring import Keyring
from registry.store.tables import key_check
from registry.store.transaction import Transaction

_KNOWN: Final = "these keys opened this store"


class KeyCheckRepository:
    """Writes a proof for each current key and examines all of them at start."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def is_empty(self) -> bool:
        """Return whether no key was ever used with this store."""
        return not self._proofs()

    def prove(self, keyring: Keyring) -> bool:
        """Write the proofs of the current keys where they are missing; return whether any was."""
        present = self._proofs()
        missing = {key: proof for key, proof in self._current(keyring).items() if key not in present}
        if missing:
            rows = [
                {"key_id": key, "proof": proof, "created_at": self._transaction.now()} for key, proof in missing.items()
            ]
            self._transaction.connection.execute(insert(key_check), rows)
        return bool(missing)

    def require_fit(self, keyring: Keyring) -> None:
        """Raise KeysMismatchError unless every key the store was sealed with is at hand and unaltered."""
        proofs = self._proofs()
        if not proofs.keys() >= self._current(keyring).keys():
            raise KeysMismatchError("the store was never opened with the current keys")
        for key_id, proof in proofs.items():
            kind, _, version = key_id.partition("-")
            fits = self._master_fits(key_id, proof) if kind == "master" else self._index_fits(int(version), proof)
            if not fits:
                raise KeysMismatchError(f"the key {key_id} is not the one this store was sealed with")

    def _proofs(self) -> dict[str, bytes]:
        query = select(key_check.c.key_id, key_check.c.proof)
        return {row.key_id: row.proof for row in self._transaction.connection.execute(query)}

    def _current(self, keyring: Keyring) -> dict[str, bytes]:
        master = f"master-{keyring.current_master}"
        return {
            master: self._transaction.cipher.new_record("key_check", master).wrapped,
            f"index-{keyring.current_index}": self._transaction.keyed_index.index(IndexPurpose.KEY_CHECK, _KNOWN),
        }

    def _master_fits(self, key_id: str, proof: bytes) -> bool:
        try:
            self._transaction.cipher.open_record("key_check", key_id, proof)
        except KeysMismatchError:
            return False
        return True

    def _index_fits(self, version: int, proof: bytes) -> bool:
        expected = self._transaction.keyed_index.under(version, IndexPurpose.KEY_CHECK, _KNOWN)
        return expected is not None and hmac.compare_digest(expected, proof)
