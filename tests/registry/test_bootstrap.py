"""A process starts on its own store with its own keys, or says plainly why it does not."""

from __future__ import annotations

import dataclasses
import stat
import threading
from pathlib import Path

import pytest

from matching.model import MODEL_VERSION
from registry.bootstrap import build, initialise
from registry.clock import FixedClock
from registry.errors import KeysExposedError, KeysMismatchError, KeysMissingError, UnavailableError
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.settings import CipherName, Mode, Settings

BEGUN = [
    EventKind.STORE_MIGRATED,
    EventKind.KEYS_CREATED,
    EventKind.SIGNING_KEY_MADE,
    EventKind.RULES_KEPT,
    EventKind.RULES_KEPT,
]


@pytest.fixture
def fresh(empty_database_url: str, tmp_path: Path) -> Settings:
    """The settings of a machine on which nothing was ever started."""
    return Settings(tmp_path / "home", empty_database_url, tmp_path / "home" / "keys.json")


def _kinds(services: Services) -> list[EventKind]:
    with services.store.read() as uow:
        return [entry.kind for _, entry, _, _ in uow.ledger.entries()]


def test_what_init_made_a_process_starts_on(fresh: Settings, clock: FixedClock) -> None:
    initialise(fresh, clock).store.close()
    services = build(fresh, clock)
    with services.store.read() as uow:
        assert uow.head.version() == 0
    assert services.clock is clock
    assert services.settings is fresh
    assert services.policy.version == Policy.load(None).version
    services.store.close()


def test_init_records_what_it_did_once_however_often_it_runs(fresh: Settings, clock: FixedClock) -> None:
    for _ in range(3):
        services = initialise(fresh, clock)
        assert _kinds(services) == BEGUN
        services.store.close()


def test_entries_state_the_model_and_policy_of_the_process(fresh: Settings, clock: FixedClock) -> None:
    services = initialise(fresh, clock)
    with services.store.read() as uow:
        _, entry, _, _ = next(uow.ledger.entries())
    assert (entry.model_version, entry.policy_version) == (MODEL_VERSION, services.policy.version)
    assert entry.actor == "operator"
    services.store.close()


def test_init_makes_a_key_file_for_its_owner_alone_and_keeps_it(fresh: Settings, clock: FixedClock) -> None:
    initialise(fresh, clock).store.close()
    assert stat.S_IMODE(fresh.keys.stat().st_mode) == 0o600
    before = fresh.keys.read_bytes()
    initialise(fresh, clock).store.close()
    assert fresh.keys.read_bytes() == before


def test_two_operators_may_run_init_at_once(fresh: Settings, clock: FixedClock) -> None:
    started: list[Services] = []
    threads = [threading.Thread(target=lambda: started.append(initialise(fresh, clock))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 3
    assert _kinds(started[0]) == BEGUN
    for services in started:
        services.store.close()


def test_a_process_without_its_key_file_does_not_start(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeysMissingError):
        build(dataclasses.replace(settings, keys=tmp_path / "gone.json"))


def test_init_makes_no_new_keys_for_a_store_that_was_sealed(settings: Settings, tmp_path: Path) -> None:
    gone = dataclasses.replace(settings, keys=tmp_path / "gone.json")
    with pytest.raises(KeysMissingError, match="bring it back"):
        initialise(gone)
    assert not gone.keys.exists()


def test_init_makes_no_keys_in_production(fresh: Settings) -> None:
    with pytest.raises(KeysMissingError):
        initialise(dataclasses.replace(fresh, mode=Mode.PRODUCTION))
    assert not fresh.keys.exists()


def test_a_process_with_the_keys_of_another_store_does_not_start(
    settings: Settings, fresh: Settings, clock: FixedClock
) -> None:
    initialise(fresh, clock).store.close()
    swapped = dataclasses.replace(settings, keys=fresh.keys)
    with pytest.raises(KeysMismatchError):
        build(swapped)
    with pytest.raises(KeysMismatchError):
        initialise(swapped)


def test_a_process_with_an_exposed_key_file_does_not_start(fresh: Settings, clock: FixedClock) -> None:
    initialise(fresh, clock).store.close()
    fresh.keys.chmod(0o644)
    with pytest.raises(KeysExposedError):
        build(fresh)


def test_a_process_does_not_start_on_a_store_that_was_never_made(fresh: Settings, key_file: Path) -> None:
    with pytest.raises(UnavailableError, match="registry init"):
        build(dataclasses.replace(fresh, keys=key_file))


def test_a_cipher_chosen_later_is_used_for_new_records_and_old_ones_still_open(
    fresh: Settings, clock: FixedClock
) -> None:
    first = initialise(fresh, clock)
    old = first.store.cipher.new_record("t", 1)
    first.store.close()
    later = build(dataclasses.replace(fresh, cipher=CipherName.SM4_GCM), clock)
    assert later.store.cipher.new_record("t", 2).wrapped[1] == 2
    assert later.store.cipher.open_record("t", 1, old.wrapped).wrapped == old.wrapped
    later.store.close()


def test_the_services_of_the_tests_are_those_of_a_process(services: Services) -> None:
    with services.store.read() as uow:
        assert uow.head.version() == 0
