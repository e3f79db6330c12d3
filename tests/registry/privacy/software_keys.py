"""Software keys as tests may see them: with their secrets."""

from __future__ import annotations

from registry.privacy.keyring import IndexKey, Keyring, MasterKey


def master_of(keyring: Keyring, version: int = 1) -> MasterKey:
    key = keyring.master(version)
    assert isinstance(key, MasterKey)
    return key


def index_of(keyring: Keyring, version: int = 1) -> IndexKey:
    key = keyring.indexes[version]
    assert isinstance(key, IndexKey)
    return key
