"""Keys come from a file, the environment or a token; whoever uses them never sees a token's secret."""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path

import pytest

from registry.bootstrap import initialise
from registry.clock import FixedClock
from registry.errors import ConflictError, KeysMismatchError, KeysMissingError, SettingsError
from registry.privacy import choose_keys, token_keys
from registry.privacy.choose_keys import key_provider
from registry.privacy.envelope import RecordCipher
from registry.privacy.key_providers import EnvironmentKeys, FileKeys
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import KeyKind, Keyring
from registry.privacy.keys_at_hand import GRACE_SECONDS, KeysAtHand, KeysInUse
from registry.privacy.token_keys import TokenKeys, token_at
from registry.services.rotate_keys import key_states, retire_keys, rotate_keys
from registry.settings import CipherName, Settings
from tests.registry.privacy.software_keys import master_of
from tests.registry.privacy.software_token import SoftwareToken

CIPHER = CipherName.AES_256_GCM


@pytest.fixture
def token() -> SoftwareToken:
    return SoftwareToken()


def _settings(tmp_path: Path, keys: str) -> Settings:
    return Settings.from_environment({"REGISTRY_HOME": str(tmp_path), "REGISTRY_KEYS": keys})


def test_records_are_sealed_and_numbers_looked_up_with_keys_in_a_token(token: SoftwareToken) -> None:
    keyring = TokenKeys(token).create(CIPHER)
    cipher, index = RecordCipher(keyring), KeyedIndex(keyring)
    sealed = cipher.new_record("t", 1)
    assert cipher.open_record("t", 1, sealed.wrapped).open("c", sealed.seal("c", "x")) == "x"
    with pytest.raises(KeysMismatchError):
        cipher.open_record("t", 2, sealed.wrapped)
    values = {index.index(purpose, "1") for purpose in IndexPurpose}
    assert len(values) == len(IndexPurpose)
    assert {len(value) for value in values} == {32}


def test_a_record_wrapped_in_one_token_does_not_open_in_another(token: SoftwareToken) -> None:
    sealed = RecordCipher(TokenKeys(token).create(CIPHER)).new_record("t", 1)
    with pytest.raises(KeysMismatchError):
        RecordCipher(TokenKeys(SoftwareToken()).create(CIPHER)).open_record("t", 1, sealed.wrapped)


def test_no_key_in_a_token_can_be_written_down(token: SoftwareToken) -> None:
    keyring = TokenKeys(token).create(CIPHER)
    with pytest.raises(TypeError, match="elsewhere"):
        keyring.as_json()
    assert not any(secret in repr(keyring).encode() for secret in token.secrets())


def test_a_register_lives_on_a_token_from_init_to_retirement(
    tmp_path: Path, token: SoftwareToken, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose_keys, "token_at", lambda _address: token)
    settings = dataclasses.replace(_settings(tmp_path, "pkcs11:token=register"))
    services = initialise(settings, clock)
    both = tuple(KeyKind)
    assert [state.in_use for state in key_states(services)] == [1, 1]
    rotate_keys(services, both, actor="test")
    assert sorted(token.labels()) == [
        f"registry-{kind}-{version}" for kind in ("index", "master") for version in (1, 2)
    ]
    retire_keys(services, both, actor="test")
    assert sorted(token.labels()) == ["registry-index-2", "registry-master-2"]
    assert services.store.keyring.signing is not None
    services.store.close()


def test_a_token_without_driver_or_that_does_not_open_is_said_without_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token_keys, "entry_points", lambda **_: [])
    with pytest.raises(SettingsError, match=r"REGISTRY_KEYS.*no driver") as missing:
        token_at("pkcs11:token=secret-name;pin-value=1234")

    class Driver:
        def load(self) -> object:
            def opened(_address: str) -> None:
                raise ValueError("pin 1234 is wrong")

            return opened

    monkeypatch.setattr(token_keys, "entry_points", lambda **_: [Driver()])
    with pytest.raises(SettingsError, match="REGISTRY_KEYS") as closed:
        token_at("pkcs11:token=secret-name;pin-value=1234")
    assert "1234" not in f"{missing.value}{closed.value}"
    assert closed.value.__cause__ is None


def test_the_environment_gives_the_same_keys_as_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    made = FileKeys(path).create(CIPHER)
    monkeypatch.setenv("THEIR_KEYS", path.read_text())
    assert key_provider(_settings(tmp_path, "env:THEIR_KEYS")).load() == made
    assert key_provider(_settings(tmp_path, str(path))).load() == made


@pytest.mark.parametrize("value", [None, "", "{", '{"format": 1}'])
def test_a_variable_that_holds_no_keys_is_named_by_the_setting_alone(value: str | None) -> None:
    keys = EnvironmentKeys("THEIR_KEYS", {} if value is None else {"THEIR_KEYS": value})
    with pytest.raises((KeysMissingError, KeysMismatchError)) as caught:
        keys.load()
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("setting", ["env:", "env:A B", "env:A=1"])
def test_a_setting_that_names_no_variable_is_refused(tmp_path: Path, setting: str) -> None:
    with pytest.raises(SettingsError, match="REGISTRY_KEYS") as caught:
        key_provider(_settings(tmp_path, setting))
    assert "A" not in str(caught.value).replace("REGISTRY_KEYS", "")


def test_production_may_have_its_keys_in_the_environment(tmp_path: Path) -> None:
    settings = Settings.from_environment({"REGISTRY_MODE": "production", "REGISTRY_KEYS": "env:THEIR_KEYS"})
    assert settings.keys_kept == "env:THEIR_KEYS"
    assert "THEIR_KEYS" not in repr(settings)
    assert _settings(tmp_path, str(tmp_path / "k.json")).keys_kept is None


def test_keys_made_at_once_by_two_operators_are_all_kept(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys.json")
    keys.create(CIPHER)
    threads = [threading.Thread(target=keys.add, args=((KeyKind.MASTER,), CIPHER)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keys.load().masters) == [1, 2, 3, 4, 5, 6, 7]


def test_what_else_stands_in_the_key_file_stays(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys.json")
    made = keys.create(CIPHER)
    keys.add(tuple(KeyKind), CIPHER)
    keys.remove(KeyKind.MASTER, 1)
    document = json.loads((tmp_path / "keys.json").read_text())
    assert document["signing"] == (made.signing.as_document() if made.signing else None)
    assert [entry["version"] for entry in document["master"]] == [2]
    assert [entry["version"] for entry in document["index"]] == [1, 2]


def test_the_last_key_cannot_be_taken_out_of_the_file(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys.json")
    keys.create(CIPHER)
    before = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(KeysMismatchError):
        keys.remove(KeyKind.MASTER, 1)
    assert (tmp_path / "keys.json").read_bytes() == before


def test_keys_in_the_environment_say_that_they_are_changed_there() -> None:
    keys = EnvironmentKeys("THEIR_KEYS", {"THEIR_KEYS": Keyring.generate().as_json()})
    with pytest.raises(ConflictError, match="REGISTRY_KEYS"):
        keys.add((KeyKind.MASTER,), CIPHER)
    with pytest.raises(ConflictError, match="REGISTRY_KEYS"):
        keys.remove(KeyKind.MASTER, 1)
    keys.remove(KeyKind.MASTER, 9)


class _Source:
    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.loads = 0

    def load(self) -> Keyring:
        self.loads += 1
        return self.keyring


def _grown(keyring: Keyring) -> Keyring:
    added = Keyring.generate()
    master = dataclasses.replace(master_of(added), version=2)
    return dataclasses.replace(keyring, masters={**keyring.masters, 2: master})


def test_a_process_reads_its_keys_again_only_when_the_store_uses_others() -> None:
    first = Keyring.generate()
    source = _Source(first)
    keys = KeysAtHand(first, source)
    keys.settle(KeysInUse(1, 1, 1))
    keys.settle(KeysInUse(1, 1, 1))
    assert source.loads == 0
    source.keyring = _grown(first)
    keys.settle(KeysInUse(2, 1, 2))
    assert (source.loads, keys.keyring.current_master) == (1, 2)


def test_what_a_reader_of_an_earlier_state_saw_does_not_bring_a_former_key_back() -> None:
    keys = KeysAtHand(_grown(Keyring.generate()))
    keys.settle(KeysInUse(2, 1, 2))
    keys.settle(KeysInUse(1, 1, 1))
    assert keys.keyring.current_master == 2


def test_a_retired_key_opens_what_was_being_read_for_a_minute_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("registry.privacy.keys_at_hand.time.monotonic", lambda: now[0])
    both = _grown(Keyring.generate())
    source = _Source(both)
    keys = KeysAtHand(both, source)
    keys.settle(KeysInUse(2, 1, 2))
    source.keyring = dataclasses.replace(both, masters={2: both.masters[2]}, current_master=2)
    keys.settle(KeysInUse(2, 1, 3))
    assert keys.master(1).version == 1
    now[0] += GRACE_SECONDS + 1
    with pytest.raises(KeysMismatchError, match="version 1"):
        keys.master(1)
