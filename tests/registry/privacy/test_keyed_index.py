"""Equal texts get equal values under one purpose and key, and nothing else is equal."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import IndexKey, Keyring
from registry.settings import CipherName
from tests.registry.privacy.software_keys import index_of

NUMBER = "339900197501011234"


@pytest.fixture(params=CipherName)
def keyring(request: pytest.FixtureRequest) -> Keyring:
    return Keyring.generate(request.param)


def test_the_same_number_has_the_same_value(keyring: Keyring) -> None:
    first, second = KeyedIndex(keyring), KeyedIndex(keyring)
    assert first.index(IndexPurpose.ID_NUMBER, NUMBER) == second.index(IndexPurpose.ID_NUMBER, NUMBER)
    assert len(first.index(IndexPurpose.ID_NUMBER, NUMBER)) == 32


def test_each_purpose_has_values_of_its_own(keyring: Keyring) -> None:
    index = KeyedIndex(keyring)
    assert len({index.index(purpose, NUMBER) for purpose in IndexPurpose}) == len(IndexPurpose)


def test_other_keys_give_other_values(keyring: Keyring) -> None:
    strange = KeyedIndex(Keyring.generate())
    assert strange.index(IndexPurpose.ID_NUMBER, NUMBER) != KeyedIndex(keyring).index(IndexPurpose.ID_NUMBER, NUMBER)


def test_another_number_has_another_value(keyring: Keyring) -> None:
    index = KeyedIndex(keyring)
    assert index.index(IndexPurpose.ID_NUMBER, NUMBER) != index.index(IndexPurpose.ID_NUMBER, NUMBER[:-1] + "5")


def test_the_two_hashes_are_the_two_standards() -> None:
    """The value is an HMAC as RFC 2104 builds it over the hash, under a key derived for the purpose (RFC 5869)."""
    secret = bytes(range(32))
    for algorithm, digest in (("hmac-sha-256", "sha256"), ("hmac-sm3", "sm3")):
        keyring = dataclasses.replace(Keyring.generate(), indexes={1: IndexKey(1, algorithm, secret)})
        purpose_key = _hkdf(digest, secret, b"food-ban-registry/index/id_number")
        assert KeyedIndex(keyring).index(IndexPurpose.ID_NUMBER, NUMBER) == _hmac(digest, purpose_key, NUMBER.encode())


def _hkdf(digest: str, secret: bytes, info: bytes) -> bytes:
    return _hmac(digest, _hmac(digest, bytes(32), secret), info + b"\x01")


def _hmac(digest: str, key: bytes, message: bytes) -> bytes:
    padded = key.ljust(64, b"\x00")
    inner = hashlib.new(digest, bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.new(digest, bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def test_after_a_rotation_a_number_is_looked_up_under_every_key(keyring: Keyring) -> None:
    old = KeyedIndex(keyring)
    indexes = {**keyring.indexes, 2: IndexKey(2, "hmac-sm3", bytes(range(32)))}
    rotated = KeyedIndex(dataclasses.replace(keyring, indexes=indexes, current_index=2))
    values = rotated.lookups(IndexPurpose.ID_NUMBER, NUMBER)
    assert values[0] == rotated.index(IndexPurpose.ID_NUMBER, NUMBER)
    assert values[1] == old.index(IndexPurpose.ID_NUMBER, NUMBER)
    assert rotated.under(1, IndexPurpose.ID_NUMBER, NUMBER) == values[1]
    assert rotated.under(9, IndexPurpose.ID_NUMBER, NUMBER) is None


def test_an_index_shows_no_key(keyring: Keyring) -> None:
    assert index_of(keyring).secret.hex() not in repr(KeyedIndex(keyring))
