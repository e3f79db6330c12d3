"""A backup made while the store is in use comes back whole and verified, and nothing else comes back at all."""

from __future__ import annotations

import base64
import dataclasses
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.bootstrap import build, initialise
from registry.clock import FixedClock
from registry.errors import ConflictError, KeysMismatchError, RegistryError, UnavailableError
from registry.ledger.events import EventKind
from registry.privacy.keyring import Keyring
from registry.services.add_client import add_client
from registry.services.backup import DATABASE, MANIFEST, Manifest, back_up, digest_of
from registry.services.context import Services
from registry.services.restore import Restored, restore
from registry.services.seal_record import seal_record
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.register_under_test import take


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    return Settings(home, f"sqlite:///{home}/registry.sqlite3", tmp_path / "keys.json")


@pytest.fixture
def services(settings: Settings, clock: FixedClock) -> Iterator[Services]:
    initialise(settings, clock).store.close()
    built = build(settings, clock)
    list_people(built, range(1, 6))
    sequence_log(built.store)
    yield built
    built.store.close()


def list_people(services: Services, numbers: range) -> None:
    """Import so many convictions, each of somebody else."""
    rows = [
        conviction(
            f"R{number}", id_number=id_number(sequence=f"{number:03d}"), document_no=f"（2021）浙0106刑初{number}号"
        )
        for number in numbers
    ]
    take(services, *rows)


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of a machine that has the keys and no store."""
    home = tmp_path / "elsewhere"
    return dataclasses.replace(settings, home=home, database_url=f"sqlite:///{home}/registry.sqlite3")


def backed_up(services: Services, out: Path) -> Manifest:
    def opened(url: str) -> Services:
        return build(dataclasses.replace(services.settings, database_url=url), services.clock)

    return back_up(services, out, opened, "test")


def brought_back(settings: Settings, backup: Path, clock: FixedClock, *heads: str) -> Restored:
    def opened(url: str) -> Services:
        return build(dataclasses.replace(settings, database_url=url), clock)

    return restore(settings, backup, heads, opened, "test")


def recorded(services: Services, kind: EventKind) -> int:
    with services.store.read() as uow:
        return sum(entry.kind is kind for _, entry, _, _ in uow.ledger.entries())


def list_version(services: Services) -> int:
    with services.store.read() as uow:
        return uow.head.version()


def test_a_backup_comes_back_whole_verified_and_recorded(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    manifest = backed_up(services, tmp_path / "backup")
    assert recorded(services, EventKind.STORE_BACKED_UP) == 1
    list_people(services, range(6, 7))
    came_back = brought_back(elsewhere, tmp_path / "backup", clock)
    again = build(elsewhere, clock)
    assert (list_version(again), manifest.list_version, list_version(services)) == (5, 5, 6)
    assert came_back.entries > 0
    assert recorded(again, EventKind.STORE_RESTORED) == 1
    sequence_log(again.store)
    assert verify_log(again.store).sound
    with again.store.read() as uow:
        assert (uow.log.newest() or pytest.fail("no head")).size > came_back.entries
    again.store.close()
    assert [path.name for path in elsewhere.home.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_one_moment_of_a_store_that_is_being_written(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    ended = threading.Event()

    def write() -> None:
        number = 100
        while not ended.is_set():
            list_people(services, range(number, number + 3))
            number += 3

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(3):
            backed_up(services, tmp_path / f"backup-{turn}")
    finally:
        ended.set()
        writer.join()
    brought_back(elsewhere, tmp_path / "backup-2", clock)
    again = build(elsewhere, clock)
    with again.store.read() as uow:
        assert (uow.head.version() - 5) % 3 == 0
        assert len(uow.changes.page(0, 10_000)) == uow.head.version()
    again.store.close()


def test_no_key_is_in_a_backup_and_only_its_owner_may_read_it(services: Services, tmp_path: Path) -> None:
    backed_up(services, tmp_path / "backup")
    document = json.loads(services.settings.keys.read_text())
    secrets = [base64.b64decode(entry["secret"]) for entry in (*document["master"], *document["index"])]
    for file in (tmp_path / "backup").iterdir():
        held = file.read_bytes()
        assert not any(secret in held or base64.b64encode(secret) in held for secret in secrets)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert (tmp_path / "backup" / DATABASE).stat().st_mode & 0o077 == 0


def test_nothing_is_ever_overwritten(services: Services, settings: Settings, tmp_path: Path, clock: FixedClock) -> None:
    backed_up(services, tmp_path / "backup")
    with pytest.raises(ConflictError, match="already"):
        backed_up(services, tmp_path / "backup")
    before = list_version(services)
    with pytest.raises(ConflictError, match="already"):
        brought_back(settings, tmp_path / "backup", clock)
    assert list_version(services) == before


def refused(settings: Settings, backup: Path, clock: FixedClock, *heads: str) -> RegistryError:
    """Return why a backup is refused, after seeing that nothing stands where the store would."""
    with pytest.raises(RegistryError) as failure:
        brought_back(settings, backup, clock, *heads)
    assert not settings.home.exists() or list(settings.home.iterdir()) == []
    return failure.value


def alter(backup: Path, statement: str) -> None:
    """Change the copy, and its manifest with it, as somebody who knows how would."""
    with closing(sqlite3.connect(backup / DATABASE)) as copy:
        assert copy.execute(statement).rowcount > 0
        copy.commit()
    manifest = json.loads((backup / MANIFEST).read_text())
    file = backup / DATABASE
    manifest |= {"sha256": digest_of(file), "bytes": file.stat().st_size}
    (backup / MANIFEST).write_text(json.dumps(manifest))


def test_a_damaged_backup_is_refused(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    backed_up(services, tmp_path / "backup")
    with (tmp_path / "backup" / DATABASE).open("r+b") as file:
        file.seek(5000)
        file.write(b"\0\1\2")
    assert "digest" in str(refused(elsewhere, tmp_path / "backup", clock))
    (tmp_path / "backup" / MANIFEST).write_text("{}")
    assert "manifest" in str(refused(elsewhere, tmp_path / "backup", clock))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET actor = 'nobody' WHERE id = (SELECT min(entry_id) FROM log_leaf)",
        "DELETE FROM log_leaf WHERE leaf_index = 0",
        "UPDATE list_change SET region = '31' WHERE version = 1",
    ],
)
def test_a_backup_whose_record_was_altered_is_refused_though_its_digest_was_altered_with_it(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock, statement: str
) -> None:
    backed_up(services, tmp_path / "backup")
    alter(tmp_path / "backup", statement)
    assert "does not verify" in str(refused(elsewhere, tmp_path / "backup", clock))


def test_a_backup_that_does_not_reach_a_head_a_witness_holds_is_refused(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    backed_up(services, tmp_path / "backup")
    sequence_log(services.store)
    with services.store.read() as uow:
        head = uow.log.newest()
    assert head is not None
    assert "does not verify" in str(refused(elsewhere, tmp_path / "backup", clock, head.checkpoint))
    assert "cannot be used" in str(refused(elsewhere, tmp_path / "backup", clock, "no head\n"))


def test_other_keys_do_not_open_a_backup(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    backed_up(services, tmp_path / "backup")
    Keyring.create(tmp_path / "other.json")
    stranger = dataclasses.replace(elsewhere, keys=tmp_path / "other.json")
    assert isinstance(refused(stranger, tmp_path / "backup", clock), KeysMismatchError | UnavailableError)


def test_what_was_sealed_after_the_backup_is_sealed_again(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    backed_up(services, tmp_path / "backup")
    seal_record(services, "33:R1", reason="order", order_no="1", actor="test")
    elsewhere.home.mkdir()
    shutil.copyfile(services.settings.home / "sealing-orders.jsonl", elsewhere.home / "sealing-orders.jsonl")
    assert brought_back(elsewhere, tmp_path / "backup", clock).sealed_again == 1
    again = build(elsewhere, clock)
    with again.store.read() as uow:
        assert {face.record_no for face in uow.lists.faces(None)} == {f"R{number}" for number in range(2, 6)}
    again.store.close()


def test_postgresql_has_tools_of_its_own_and_the_command_says_so(services: Services, tmp_path: Path) -> None:
    elsewhere = dataclasses.replace(services.settings, database_url="postgresql+psycopg://register@db/register")
    with pytest.raises(ConflictError, match="pg_dump"):
        back_up(dataclasses.replace(services, settings=elsewhere), tmp_path / "backup", build, "test")  # type: ignore[arg-type]


def test_a_client_of_the_store_is_a_client_of_what_came_back(
    services: Services, elsewhere: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    add_client(services, "licensing 33", ClientRole.LICENSING, "33", "test")
    backed_up(services, tmp_path / "backup")
    brought_back(elsewhere, tmp_path / "backup", clock)
    again = build(elsewhere, clock)
    assert recorded(again, EventKind.CLIENT_ADDED) == 1
    again.store.close()
