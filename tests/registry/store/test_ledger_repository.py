"""Every act leaves a pending entry in its own commit, and the entry can be checked from what opens it."""

from __future__ import annotations

import datetime
import json

import pytest
from sqlalchemy import select

from registry.clock import FixedClock
from registry.ledger.commitment import commitment
from registry.ledger.events import EventKind
from registry.store.engine import Store
from registry.store.tables import ledger_entry

READ: dict[str, str | int] = {"check_no": "c-1", "client_id": 7}


def test_an_entry_states_what_when_by_whom_and_under_which_versions(store: Store, clock: FixedClock) -> None:
    with store.write() as uow:
        uow.head.advance(4)
        uow.ledger.record(EventKind.CHECK_READ, "client:7", READ)
    with store.read() as uow:
        [(_, entry, salt, committed)] = uow.ledger.entries()
    assert entry.kind is EventKind.CHECK_READ
    assert entry.at == clock.now()
    assert entry.actor == "client:7"
    assert (entry.list_version, entry.model_version, entry.policy_version) == (
        4,
        "model-under-test",
        "policy-under-test",
    )
    assert entry.facts == READ
    assert commitment(salt, entry) == committed


def test_an_answer_states_the_list_version_it_was_given_at(store: Store) -> None:
    with store.write() as uow:
        uow.head.advance(9)
        uow.ledger.record(EventKind.CHECK_READ, "client:7", READ, list_version=5)
    with store.read() as uow:
        [(_, entry, _, _)] = uow.ledger.entries()
    assert entry.list_version == 5


ALTERED: list[dict[str, object]] = [
    {"actor": "client:8"},
    {"facts": json.dumps(READ | {"check_no": "c-2"})},
    {"list_version": 3},
    {"at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)},
    {"model_version": "other"},
    {"policy_version": "other"},
]


@pytest.mark.parametrize("altered", ALTERED, ids=lambda altered: next(iter(altered)))
def test_an_altered_entry_no_longer_fits_its_commitment(store: Store, altered: dict[str, object]) -> None:
    with store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:7", READ)
    with store.write() as uow:
        uow.transaction.connection.execute(ledger_entry.update().values(**altered))
    with store.read() as uow:
        [(_, entry, salt, committed)] = uow.ledger.entries()
    assert commitment(salt, entry) != committed


def test_equal_acts_have_unlike_commitments(store: Store) -> None:
    with store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:7", READ)
        uow.ledger.record(EventKind.CHECK_READ, "client:7", READ)
    with store.read() as uow:
        found = list(uow.transaction.connection.execute(select(ledger_entry.c.commitment)).scalars())
    assert len(set(found)) == 2


def _advance_and_record_too_little(store: Store) -> None:
    with store.write() as uow:
        uow.head.advance()
        uow.ledger.record(EventKind.CHECK_READ, "client:7", {"client_id": 7})


def test_an_act_outside_the_vocabulary_takes_its_transaction_with_it(store: Store) -> None:
    with pytest.raises(ValueError, match="too much or too little: check_no"):
        _advance_and_record_too_little(store)
    with store.read() as uow:
        assert uow.head.version() == 0


def test_entries_are_read_on_from_where_one_stopped(store: Store) -> None:
    with store.write() as uow:
        for number in range(5):
            uow.ledger.record(EventKind.CHECK_READ, "client:7", READ | {"check_no": f"c-{number}"})
    with store.read() as uow:
        ids = [number for number, *_ in uow.ledger.entries()]
        rest = [entry.facts["check_no"] for _, entry, _, _ in uow.ledger.entries(after=ids[2])]
    assert rest == ["c-3", "c-4"]
