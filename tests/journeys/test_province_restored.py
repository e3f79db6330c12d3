"""A province whose store is lost and brought back from an older backup: its numbers begin anew, and nobody is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.bootstrap import build, initialise
from registry.clock import FixedClock
from registry.privacy.keyring import Keyring
from registry.services.backup import back_up
from registry.services.context import Services
from registry.services.own_epoch import own_epoch
from registry.services.restore import restore
from registry.services.sequence_log import sequence_log
from registry.store.alarm_repository import AlarmKind
from tests.registry.intake.list_rows_at_hand import conviction, id_number
from tests.registry.services.exchange_at_hand import pull, side, sqlite_copy, standing
from tests.registry.services.register_under_test import take

PEOPLE = {
    name: conviction(number, name=name, id_number=id_number(sequence=sequence))
    for name, number, sequence in (("赵一", "R1", "401"), ("赵二", "R2", "403"), ("赵三", "R3", "405"))
}


@pytest.fixture
def hub(tmp_path: Path, keyring: Keyring, clock: FixedClock, sqlite_template: Path) -> Iterator[Services]:
    opened = side(tmp_path, "hub", keyring, clock, sqlite_copy(tmp_path, "hub", sqlite_template))
    yield opened
    opened.store.close()


def test_a_province_brought_back_from_its_backup_begins_an_epoch_and_both_hold_the_same_again(
    hub: Services, tmp_path: Path, keyring: Keyring, clock: FixedClock, sqlite_template: Path
) -> None:
    prepared = side(tmp_path, "33", keyring, clock, sqlite_copy(tmp_path, "33", sqlite_template))
    prepared.store.close()
    for path in prepared.settings.home.glob("registry.sqlite3*"):
        path.unlink()  # a backup is verified to its first entry: the store is made as an operator makes it
    zhejiang = initialise(prepared.settings, clock)
    take(zhejiang, PEOPLE["赵一"])
    sequence_log(zhejiang.store)
    pull(hub, zhejiang)
    epoch = own_epoch(zhejiang)
    back_up(zhejiang, tmp_path / "backup", lambda url: opened_on(zhejiang, url), "test")
    take(zhejiang, PEOPLE["赵二"])
    assert pull(hub, zhejiang).items == 1
    brought_back = lost_and_restored(zhejiang, tmp_path / "backup")
    assert own_epoch(brought_back) != epoch
    take(brought_back, PEOPLE["赵三"])  # it takes the number the lost row had
    assert pull(hub, brought_back).held is None
    with hub.store.read() as uow:
        assert [alarm.subject for alarm in uow.alarms.open(AlarmKind.EPOCH_CHANGED)] == ["33"]
        assert uow.exchange.state("33").epoch == own_epoch(brought_back)
    assert {number for _, number in standing(hub)} == {"R1", "R2", "R3"}
    assert {number for _, number in standing(brought_back)} == {"R1", "R3"}
    take(brought_back, PEOPLE["赵二"])
    assert pull(hub, brought_back).held is None
    assert standing(hub) == standing(brought_back)
    brought_back.store.close()


def lost_and_restored(services: Services, backup: Path) -> Services:
    """Lose a side's store, bring back its backup with the service, and open it."""
    settings = services.settings
    services.store.close()
    for path in settings.home.glob("registry.sqlite3*"):
        path.unlink()
    restore(settings, backup, (), lambda url: opened_on(services, url), "test")
    return build(settings, services.clock)


def opened_on(services: Services, url: str) -> Services:
    return build(dataclasses.replace(services.settings, database_url=url), services.clock)
