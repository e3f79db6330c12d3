"""Acts are durable when `commit` returns, and one that fails fails alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from registry.errors import ConflictError, UnavailableError
from registry.ledger.events import EventKind
from registry.store.engine import Store
from registry.store.group_commit import GroupCommit
from registry.store.ledger_repository import Event
from registry.store.unit_of_work import UnitOfWork


def event(number: int) -> Event:
    return Event(EventKind.CHECK_READ, "test", 0, {"check_no": f"C{number}", "client_id": number})


def numbers(store: Store) -> list[int]:
    with store.read() as uow:
        return sorted(int(entry.facts["client_id"]) for _, entry, _, _ in uow.ledger.entries())


class Recording:
    """Writes events, and remembers how many came together; number 13 is refused."""

    def __init__(self) -> None:
        self.groups: list[int] = []

    def __call__(self, uow: UnitOfWork, events: Sequence[Event]) -> None:
        self.groups.append(len(events))
        uow.ledger.record_all(events)
        if any(each.facts["client_id"] == 13 for each in events):
            raise ConflictError("thirteen")


def commit_all(commits: GroupCommit[Event], count: int) -> dict[int, str]:
    """Commit so many events at once and return which failed, and how."""
    failed: dict[int, str] = {}
    ready = threading.Barrier(count)

    def commit(number: int) -> None:
        ready.wait()
        try:
            commits.commit(event(number))
        except ConflictError as refusal:
            failed[number] = str(refusal)

    threads = [threading.Thread(target=commit, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_an_act_is_in_the_store_when_commit_returns(store: Store) -> None:
    commits = GroupCommit(store, Recording())
    for number in range(5):
        commits.commit(event(number))
        assert numbers(store) == list(range(number + 1))


def test_one_act_that_fails_takes_none_of_the_others_with_it(store: Store) -> None:
    failed = commit_all(GroupCommit(store, Recording()), 30)
    assert failed == {13: "thirteen"}
    assert numbers(store) == [number for number in range(30) if number != 13]


def test_acts_that_wait_together_share_a_commit_where_the_store_takes_one_writer(store: Store) -> None:
    recording = Recording()
    commits = GroupCommit(store, recording)
    with store.write() as uow:
        uow.head.version()
        if store.is_sqlite:
            waiting = threading.Thread(target=commit_all, args=(commits, 12))
            waiting.start()
            waiting.join(0.3)
    if not store.is_sqlite:
        commit_all(commits, 12)
        assert recording.groups == [1] * 12
        return
    waiting.join()
    assert sum(recording.groups) == 12
    assert max(recording.groups) >= 6


def test_an_unavailable_store_fails_every_act_that_waits(store: Store) -> None:
    def unavailable(uow: UnitOfWork, events: Sequence[Event]) -> None:
        raise UnavailableError("gone")

    with pytest.raises(UnavailableError):
        GroupCommit(store, unavailable).commit(event(1))
    assert numbers(store) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_nobody_foresaw_fails_the_act_and_the_next_one_is_written(store: Store) -> None:
    faults = [ZeroDivisionError("unforeseen")]

    def once(uow: UnitOfWork, events: Sequence[Event]) -> None:
        if faults:
            raise faults.pop()
        uow.ledger.record_all(events)

    commits = GroupCommit(store, once)
    with pytest.raises((UnavailableError, ZeroDivisionError)):
        commits.commit(event(1))
    commits.commit(event(2))
    assert numbers(store) == [2]


def test_an_act_whose_asker_gave_up_waiting_is_never_written(store: Store) -> None:
    commits = GroupCommit(store, Recording())
    commits.commit(event(1))
    with writes_held(store, "ledger_entry"), pytest.raises(UnavailableError):
        commits.commit(event(2), patience=0.2)
    commits.commit(event(3))
    assert numbers(store) == [1, 3]


@contextmanager
def writes_held(store: Store, table: str) -> Iterator[None]:
    """Let no other writer get at a table for the block (on SQLite: at anything)."""
    with store.write() as uow:
        if not store.is_sqlite:
            uow.transaction.connection.exec_driver_sql(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield
