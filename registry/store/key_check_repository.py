"""Which keys the store is sealed with: proofs that those at hand fit, and the versions new records are made under."""

from __future__ import annotations

import hmac
from typing import Final

from sqlalchemy import delete, insert, select, update

from registry.errors import KeysMismatchError, UnavailableError
from registry.privacy.keyed_index import IndexPurpose
from registry.privacy.keyring import KeyKind, Keyring
from registry.privacy.keys_at_hand import KeysInUse
from registry.store.key_tables import key_in_use
from registry.store.tables import key_check
from registry.store.transaction import Transaction

_KNOWN: Final = "these keys opened this store"
_COLUMNS: Final = {KeyKind.MASTER: key_in_use.c.master_version, KeyKind.INDEX: key_in_use.c.index_version}
_IN_USE: Final = select(key_in_use.c.master_version, key_in_use.c.index_version, key_in_use.c.generation)


class KeyCheckRepository:
    """Writes a proof for each key that is used, examines all of them at start, and says which are in use."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def is_empty(self) -> bool:
        """Return whether no key was ever used with this store."""
        return not self._proofs()

    def in_use(self) -> KeysInUse:
        """Return the versions new records are made under."""
        row = self._transaction.connection.execute(_IN_USE).first()
        if row is None:
            raise UnavailableError("the store does not say which keys it uses: run `registry init`")
        return KeysInUse(*row)

    def prove(self, keyring: Keyring) -> bool:
        """Write the proofs of the current keys where they are missing; return whether any was.

        The first keys ever proved are from then on those in use.
        """
        present = self._proofs()
        current = {f"{kind}-{keyring.current(kind)}": keyring.current(kind) for kind in KeyKind}
        missing = current.keys() - present.keys()
        for key_id in sorted(missing):
            self._write(KeyKind(key_id.partition("-")[0]), current[key_id])
        if not present:
            self._use(master_version=keyring.current_master, index_version=keyring.current_index)
        return bool(missing)

    def switch(self, kind: KeyKind, version: int) -> None:
        """Make new records under another version from the end of this transaction on.

        The caller holds the keys' turn (Store.change_keys): no other transaction is writing.
        """
        self._write(kind, version)
        self._use(**{_COLUMNS[kind].name: version})

    def forget(self, kind: KeyKind, version: int) -> None:
        """Take away the proof of a version that nothing needs any more; every process is told to read its keys anew."""
        self._transaction.connection.execute(delete(key_check).where(key_check.c.key_id == f"{kind}-{version}"))
        self._use()

    def announce(self) -> None:
        """Tell every process to read its keys anew: a signing key was exchanged."""
        self._use()

    def proved(self, kind: KeyKind) -> list[int]:
        """Return the versions of a kind that were ever used and not retired, ascending."""
        named = (key_id.partition("-") for key_id in self._proofs())
        return sorted(int(version) for of_kind, _, version in named if of_kind == kind)

    def require_fit(self, keyring: Keyring) -> None:
        """Raise KeysMismatchError unless every key the store was sealed with is at hand and unaltered."""
        proofs, use = self._proofs(), self.in_use()
        needed = {f"{KeyKind.MASTER}-{use.master}", f"{KeyKind.INDEX}-{use.index}"}
        if not proofs.keys() >= needed or use.generation == 0:
            raise KeysMismatchError("the store was never opened with the current keys")
        for key_id, proof in sorted(proofs.items(), reverse=True):
            kind, _, version = key_id.partition("-")
            fits = self._master_fits(key_id, proof) if kind == KeyKind.MASTER else self._index_fits(int(version), proof)
            if not fits:
                raise KeysMismatchError(f"the key {key_id} is not the one this store was sealed with")
        keyring.using(use.master, use.index)

    def _proofs(self) -> dict[str, bytes]:
        query = select(key_check.c.key_id, key_check.c.proof)
        return {row.key_id: row.proof for row in self._transaction.connection.execute(query)}

    def _write(self, kind: KeyKind, version: int) -> None:
        key_id, here = f"{kind}-{version}", self._transaction
        proof = (
            here.cipher.under(version).new_record("key_check", key_id).wrapped
            if kind is KeyKind.MASTER
            else here.keyed_index.under(version, IndexPurpose.KEY_CHECK, _KNOWN)
        )
        if proof is None:
            raise KeysMismatchError(f"index key version {version} is not at hand")
        here.connection.execute(insert(key_check).values(key_id=key_id, proof=proof, created_at=here.now()))

    def _use(self, **versions: int) -> None:
        changed = update(key_in_use).values(generation=key_in_use.c.generation + 1, **versions)
        self._transaction.connection.execute(changed)

    def _master_fits(self, key_id: str, proof: bytes) -> bool:
        try:
            self._transaction.cipher.open_record("key_check", key_id, proof)
        except KeysMismatchError:
            return False
        return True

    def _index_fits(self, version: int, proof: bytes) -> bool:
        expected = self._transaction.keyed_index.under(version, IndexPurpose.KEY_CHECK, _KNOWN)
        return expected is not None and hmac.compare_digest(expected, proof)
