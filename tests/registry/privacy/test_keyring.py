"""The key file is its owner's alone, written whole, and refused where it is missing, open to others or altered."""

from __future__ import annotations

import base64
import copy
import json
import os
import stat
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.errors import KeysExposedError, KeysMismatchError, KeysMissingError
from registry.privacy.keyring import Keyring, MasterKey, fingerprint
from registry.settings import CipherName
from tests.registry.privacy.software_keys import index_of, master_of

Document = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_key_file_is_readable_by_its_owner_alone_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        Keyring.create(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_come_back_from_their_file(path: Path) -> None:
    created = Keyring.create(path)
    loaded = Keyring.load(path)
    assert loaded == created
    assert master_of(loaded).secret == master_of(created).secret
    assert len(master_of(loaded).secret) == 32


def test_keys_are_never_alike() -> None:
    first, second = Keyring.generate(), Keyring.generate()
    secrets = {master_of(first).secret, master_of(second).secret, index_of(first).secret, index_of(second).secret}
    assert len(secrets) == 4


def test_an_existing_key_file_is_never_overwritten(path: Path) -> None:
    Keyring.create(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        Keyring.create(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_appears_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        Keyring.create(path)
    assert list(path.parent.iterdir()) == []


def test_a_missing_key_file_is_said_to_be_missing(path: Path) -> None:
    with pytest.raises(KeysMissingError, match="REGISTRY_KEYS"):
        Keyring.load(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_key_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    Keyring.create(path)
    path.chmod(mode)
    with pytest.raises(KeysExposedError, match="chmod 600"):
        Keyring.load(path)


def _flip(document: Document) -> None:
    secret = bytearray(base64.b64decode(document["master"][0]["secret"]))
    secret[5] ^= 1
    document["master"][0]["secret"] = base64.b64encode(secret).decode()


def _shorten(document: Document) -> None:
    short = base64.b64decode(document["index"][0]["secret"])[:16]
    document["index"][0] |= {"secret": base64.b64encode(short).decode(), "fingerprint": fingerprint(short)}


DAMAGES: dict[str, Callable[[Document], object]] = {
    "a flipped bit": _flip,
    "a short secret": _shorten,
    "no base64": lambda document: document["master"][0].update(secret="%%%"),
    "no current": lambda document: document.pop("current"),
    "current elsewhere": lambda document: document["current"].update(master=9),
    "no masters": lambda document: document.update(master=[]),
    "masters no list": lambda document: document.update(master=7),
    "strange algorithm": lambda document: document["index"][0].update(algorithm="md5"),
    "strange format": lambda document: document.update(format=99),
    "no version": lambda document: document["index"][0].pop("version"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_an_altered_key_file_is_refused_without_showing_a_key(path: Path, damage: Callable[[Document], object]) -> None:
    Keyring.create(path)
    document = json.loads(path.read_text())
    original = copy.deepcopy(document)
    damage(document)
    path.write_text(json.dumps(document))
    with pytest.raises(KeysMismatchError) as caught:
        Keyring.load(path)
    shown = "".join(traceback.format_exception(caught.value))
    assert original["master"][0]["secret"] not in shown
    assert original["index"][0]["secret"] not in shown


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"null"])
def test_a_file_that_is_no_key_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeysMismatchError):
        Keyring.load(path)


def test_a_directory_in_place_of_the_key_file_is_refused(path: Path) -> None:
    path.mkdir(mode=0o700)
    with pytest.raises(KeysMismatchError, match="cannot be read"):
        Keyring.load(path)


def test_several_versions_live_side_by_side_and_one_is_current(path: Path) -> None:
    old = Keyring.generate()
    added = MasterKey.of(2, bytes(range(32)))
    both = Keyring({**old.masters, 2: added}, old.indexes, current_master=2, current_index=1)
    both.write_new(path)
    loaded = Keyring.load(path)
    assert loaded.current_master == 2
    assert master_of(loaded).secret == master_of(old).secret
    assert master_of(loaded, 2).secret == added.secret


def test_a_version_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(KeysMismatchError, match="version 7"):
        Keyring.create(path).master(7)


@pytest.mark.parametrize(
    ("cipher", "algorithm"), [(CipherName.AES_256_GCM, "hmac-sha-256"), (CipherName.SM4_GCM, "hmac-sm3")]
)
def test_the_index_hash_is_the_ciphers_companion(path: Path, cipher: CipherName, algorithm: str) -> None:
    Keyring.create(path, cipher)
    assert index_of(Keyring.load(path)).algorithm == algorithm


def test_no_text_of_a_keyring_shows_a_secret(path: Path) -> None:
    keyring = Keyring.create(path)
    for secret in (master_of(keyring).secret, index_of(keyring).secret):
        for shown in (repr(keyring), str(keyring), f"{keyring}", repr(vars_of(keyring))):
            assert secret.hex() not in shown
            assert repr(secret)[2:-1] not in shown
            assert base64.b64encode(secret).decode() not in shown


def vars_of(keyring: Keyring) -> list[object]:
    return [keyring.masters, keyring.indexes, keyring.master(1), keyring.indexes[1]]
