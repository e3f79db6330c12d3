"""A witness that leaves heads unsigned is noticed, and so is its return."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.ledger.signed_note import KeyKind, SignerKey
from registry.services.add_witness import add_witness, remove_witness
from registry.services.context import Services
from registry.services.sequence_log import sequence_log
from registry.services.watch_witnesses import MOST_LATE, watch_witnesses
from registry.store.alarm_repository import AlarmKind
from registry.store.cosignature_repository import StoredCosignature
from registry.store.engine import Store, open_store


def at(services: Services, after: timedelta) -> Store:
    clock = FixedClock(services.clock.now() + after)
    return open_store(services.settings.database_url, services.keyring, clock=clock)


def sign(store: Store, name: str) -> None:
    """Note a cosignature under the newest head."""
    with store.write() as uow:
        newest = uow.log.newest()
        assert newest is not None
        assert uow.cosignatures.add(StoredCosignature(newest.size, name, "line", "key"))


def witness(services: Services, name: str) -> str:
    key = SignerKey(name, bytes(32), KeyKind.COSIGNATURE_V1).verifier()
    add_witness(services, name, key.spelt(), "operator")
    return name


def alarms(store: Store) -> list[str]:
    with store.read() as uow:
        return [alarm.subject for alarm in uow.alarms.open(AlarmKind.COSIGNATURE_MISSING)]


def test_a_witness_is_late_when_a_head_was_left_unsigned_too_long_and_no_sooner(services: Services) -> None:
    name = witness(services, "zhejiang.example")
    sequence_log(services.store)
    just = at(services, MOST_LATE)
    assert watch_witnesses(just).late == ()
    over = at(services, MOST_LATE + timedelta(seconds=1))
    assert watch_witnesses(over).late == (name,)
    assert watch_witnesses(over).late == (name,)
    assert alarms(over) == [name]
    sign(over, name)
    assert watch_witnesses(over).late == ()
    assert alarms(over) == []
    with over.read() as uow:
        told = [entry.kind for _, entry, _, _ in uow.ledger.entries()][-2:]
    assert told == [EventKind.ALARM_RAISED, EventKind.ALARM_CLEARED]
    for store in (just, over):
        store.close()


def test_a_quiet_log_owes_no_new_cosignature(services: Services) -> None:
    name = witness(services, "zhejiang.example")
    sequence_log(services.store)
    sign(services.store, name)
    year = at(services, timedelta(days=365))
    assert watch_witnesses(year).late == ()
    with year.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})
    sequence_log(year)
    assert watch_witnesses(year).late == ()
    after = at(services, timedelta(days=365) + MOST_LATE + timedelta(seconds=1))
    assert watch_witnesses(after).late == (name,)
    for store in (year, after):
        store.close()


def test_a_new_witness_owes_nothing_for_heads_of_before_until_it_had_its_time(services: Services) -> None:
    witness(services, "jiangsu.example")
    sequence_log(services.store)
    week = at(services, timedelta(days=7))
    with week.write() as uow:
        uow.witnesses.remove("jiangsu.example")
    added_later = replace(services, store=week)
    witness(added_later, "anhui.example")
    assert watch_witnesses(week).late == ()
    after = at(services, timedelta(days=7) + MOST_LATE + timedelta(seconds=1))
    assert watch_witnesses(after).late == ("anhui.example",)
    for store in (week, after):
        store.close()


def test_a_witness_that_was_removed_has_no_alarm_any_more(services: Services) -> None:
    name = witness(services, "zhejiang.example")
    sequence_log(services.store)
    over = at(services, MOST_LATE + timedelta(seconds=1))
    watch_witnesses(over)
    remove_witness(services, name, "operator")
    assert watch_witnesses(over).witnesses == 0
    assert alarms(over) == []
    over.close()
