"""What a check asks in one statement is what the repositories say, on both databases, as of the instant it is asked."""

from __future__ import annotations

import datetime

import pytest

from registry.errors import UnavailableError
from registry.store.change_repository import ListState
from registry.store.client_repository import ClientRole, NewClient
from registry.store.engine import Store

KEY, EXPIRING, NOBODYS = b"k" * 32, b"e" * 32, b"n" * 32


def _advance_and_fail(store: Store) -> None:
    with store.write() as uow:
        uow.head.advance(1)
        uow.head.advance(0)


def test_the_one_statement_says_what_the_repositories_say(store: Store) -> None:
    expires = store.clock.now() + datetime.timedelta(hours=1, microseconds=7)
    with store.write() as uow:
        uow.clients.add(NewClient("one", "33", ClientRole.LICENSING, KEY, "kkkk"))
        uow.clients.add(NewClient("two", None, ClientRole.REGULATOR, EXPIRING, "eeee", expires))
        uow.coverage.advance(["31", "33"])
        assert uow.coverage.set_valid_for({"33": datetime.timedelta(hours=36), "34": datetime.timedelta(days=1)})
        uow.head.advance(7)
    with store.read() as uow:
        version = uow.head.version()
        state = ListState(version, uow.coverage.as_of(), uow.changes.mark(version), uow.coverage.valid_for())
        for key in (KEY, EXPIRING, NOBODYS):
            standing = store.standing(key)
            assert standing.client == uow.clients.by_key_hash(key)
            assert standing.list == state
    assert state.version == 7
    assert set(state.as_of.values()) == {store.clock.now()}
    assert state.valid_for == {"33": datetime.timedelta(hours=36)}, "34 was never heard of"


def test_what_was_committed_before_is_seen_by_the_next_question(store: Store) -> None:
    with store.write() as uow:
        uow.clients.add(NewClient("one", "33", ClientRole.LICENSING, KEY, "kkkk"))
    for version in range(1, 4):
        with store.write() as uow:
            uow.head.advance(1)
        assert store.standing(KEY).list.version == version
    with store.write() as uow:
        uow.clients.disable("one")
    found = store.standing(KEY).client
    assert found is not None
    assert not found.admitted(store.clock.now())


def test_a_connection_that_was_asked_serves_ordinary_transactions_afterwards(store: Store) -> None:
    for _ in range(3):
        store.standing(KEY)
        with pytest.raises(ValueError, match="at least one"):
            _advance_and_fail(store)
    assert store.standing(KEY).list.version == 0


def test_a_store_without_a_list_does_not_answer(store: Store) -> None:
    with store.write() as uow:
        uow.transaction.connection.exec_driver_sql("DELETE FROM list_head")
    try:
        with pytest.raises(UnavailableError):
            store.standing(KEY)
    finally:
        with store.write() as uow:
            uow.transaction.connection.exec_driver_sql("INSERT INTO list_head (id, version) VALUES (1, 0)")


def test_a_statement_the_database_refuses_is_no_answer_and_spoils_no_connection(store: Store) -> None:
    with store.write() as uow:
        uow.transaction.connection.exec_driver_sql("ALTER TABLE region_coverage RENAME TO elsewhere")
    with pytest.raises(UnavailableError):
        store.standing(KEY)
    with store.write() as uow:
        uow.transaction.connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO region_coverage")
    assert store.standing(KEY).client is None
