"""A store opens with the keys it was sealed with, and with no others."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update

from registry.clock import FixedClock
from registry.errors import KeysMismatchError
from registry.privacy.keyring import IndexKey, Keyring, MasterKey
from registry.settings import CipherName
from registry.store.engine import Store, open_store
from registry.store.tables import key_check


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
    turned = dataclasses.replace(keyring, indexes={1: IndexKey(1, "hmac-sm3", keyring.indexes[1].secret)})
    with pytest.raises(KeysMismatchError, match="index-1"):
        _require_fit(database_url, turned)


def test_a_new_current_key_must_be_proved_before_it_is_used(store: Store, database_url: str, keyring: Keyring) -> None:
    added = {2: MasterKey.of(2, bytes(range(32)))}
    rotated = dataclasses.replace(keyring, masters={**keyring.masters, **added}, current_master=2)
    with pytest.raises(KeysMismatchError, match="never opened"):
        _require_fit(database_url, rotated)
    rotating = open_store(database_url, rotated)
    with rotating.write() as uow:
        assert uow.key_check.prove(rotated)
        uow.key_check.require_fit(rotated)
        uow.transaction.connection.execute(key_check.delete().where(key_check.c.key_id == "master-2"))
    rotating.close()


def _prove_and_require_fit(store: Store) -> None:
    with store.write() as uow:
        uow.key_check.prove(store.keyring)
        uow.key_check.require_fit(store.keyring)


def test_a_key_the_store_still_needs_may_not_be_left_out(store: Store, database_url: str, keyring: Keyring) -> None:
    without = dataclasses.replace(keyring, masters={2: MasterKey.of(2, bytes(range(32)))}, current_master=2)
    rotating = open_store(database_url, without)
    with pytest.raises(KeysMismatchError, match="master-1"):
        _prove_and_require_fit(rotating)
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
