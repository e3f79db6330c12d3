"""A store opens with the keys it was sealed with, and with no others."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update

from registry.clock import FixedClock
from registry.errors import KeysMismatchError
from registry.privacy.keyring import IndexKey, KeyKind, Keyring, MasterKey
from registry.settings import CipherName
from registry.store.engine import Store, open_store
from registry.store.tables import key_check
from tests.registry.privacy.software_keys import index_of


def _require_fit(url: str, keyring: Keyring) -> None:
    store = open_store(url, keyring)
    try:
        with store.read() as uow:
            uow.key_check.require_fit(keyring)
    finally:
        store.close()


def test_the_keys_of_the_store_fit(store: Store, database_url: str, keyring: Keyring) -> None:
    _require_fit(database_url, keyring)
    assert store.is_sealed()


def test_other_keys_are_refused(store: Store, database_url: str) -> None:
    with pytest.raises(KeysMismatchError, match="master-1"):
        _require_fit(database_url, Keyring.generate())


def test_the_right_master_key_with_another_index_key_is_refused(
    store: Store, database_url: str, keyring: Keyring
) -> None:
    strange = dataclasses.replace(keyring, indexes={1: IndexKey(1, "hmac-sha-256", bytes(32))})
    with pytest.raises(KeysMismatchError, match="index-1"):
        _require_fit(database_url, strange)
    turned = dataclasses.replace(keyring, indexes={1: IndexKey(1, "hmac-sm3", index_of(keyring).secret)})
    with pytest.raises(KeysMismatchError, match="index-1"):
        _require_fit(database_url, turned)


def test_a_key_that_was_only_added_changes_nothing_until_the_store_switches(
    store: Store, database_url: str, keyring: Keyring
) -> None:
    added = {2: MasterKey.of(2, bytes(range(32)))}
    _require_fit(database_url, dataclasses.replace(keyring, masters={**keyring.masters, **added}, current_master=2))
    with store.read() as uow:
        assert uow.key_check.proved(KeyKind.MASTER) == [1]


def test_after_a_switch_the_keys_without_the_new_one_are_refused(
    store: Store, database_url: str, keyring: Keyring
) -> None:
    added = {2: MasterKey.of(2, bytes(range(32)))}
    both = dataclasses.replace(keyring, masters={**keyring.masters, **added})
    rotating = open_store(database_url, both)
    with rotating.change_keys() as uow:
        uow.key_check.switch(KeyKind.MASTER, 2)
    try:
        _require_fit(database_url, both)
        with pytest.raises(KeysMismatchError, match="master-2"):
            _require_fit(database_url, keyring)
        with pytest.raises(KeysMismatchError, match="master-1"):
            _require_fit(database_url, dataclasses.replace(keyring, masters=added, current_master=2))
    finally:
        rotating.close()


def _alter_and_require_fit(store: Store) -> None:
    with store.write() as uow:
        altered = update(key_check).where(key_check.c.key_id == "master-1").values(proof=b"x" * 64)
        uow.transaction.connection.execute(altered)
        uow.key_check.require_fit(store.keyring)


def test_an_altered_proof_is_refused(store: Store) -> None:
    with pytest.raises(KeysMismatchError, match="master-1"):
        _alter_and_require_fit(store)


def test_proving_twice_writes_once(store: Store, keyring: Keyring) -> None:
    with store.write() as uow:
        assert not uow.key_check.prove(keyring)


def test_a_store_is_sealed_from_its_first_proof(empty_database_url: str, clock: FixedClock) -> None:
    keyring = Keyring.generate(CipherName.SM4_GCM)
    store = open_store(empty_database_url, keyring, clock=clock, cipher=CipherName.SM4_GCM)
    assert not store.is_sealed()
    store.migrate()
    assert not store.is_sealed()
    with store.write() as uow:
        assert uow.key_check.is_empty()
        assert uow.key_check.prove(keyring)
        uow.key_check.require_fit(keyring)
    assert store.is_sealed()
    store.close()
