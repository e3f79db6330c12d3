"""Versions of the list are contiguous and appear in the order of their commits, whoever writes."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from registry.privacy.keyring import Keyring
from registry.store.engine import Store, open_store
from registry.store.tables import list_change, listed_subject

WRITERS = 8
ROUNDS = 12


def _change(store: Store, writer: int, size: int, pause: float) -> None:
    """Append `size` changes in one commit, dawdling between taking the numbers and committing them."""
    with store.write() as uow:
        connection = uow.transaction.connection
        versions = uow.head.advance(size)
        time.sleep(pause)
        ids = uow.new_ids(listed_subject, size)
        subjects = [
            {"id": new, "ban_no": f"b-{writer}-{version}", "kind": "person", "created_version": version}
            for new, version in zip(ids, versions, strict=True)
        ]
        connection.execute(insert(listed_subject), subjects)
        at = uow.transaction.now()
        changes = [
            {"version": version, "subject_id": new, "kind": "listed", "region": "33", "recorded_at": at}
            for new, version in zip(ids, versions, strict=True)
        ]
        connection.execute(insert(list_change), changes)


def _write(url: str, keyring: Keyring, writer: int, failures: list[BaseException]) -> None:
    dice = random.Random(writer)
    store = open_store(url, keyring)
    try:
        for _ in range(ROUNDS):
            _change(store, writer, dice.randint(1, 4), dice.random() * 0.004)
    except BaseException as failure:
        failures.append(failure)
        raise
    finally:
        store.close()


def _finish(writers: list[threading.Thread], done: threading.Event) -> None:
    for thread in writers:
        thread.join()
    done.set()


def _follow(store: Store, done: threading.Event) -> Iterator[int]:
    """Yield versions as a province would: always those after the last one seen."""
    last = 0
    while True:
        finished = done.is_set()
        with store.read() as uow:
            query = select(list_change.c.version).where(list_change.c.version > last).order_by(list_change.c.version)
            seen = list(uow.transaction.connection.execute(query).scalars())
            assert uow.head.version() == (seen[-1] if seen else last), "the head is not the last change of its snapshot"
        yield from seen
        last = seen[-1] if seen else last
        if finished:
            return


def test_a_reader_who_follows_the_feed_misses_nothing_while_eight_write(
    store: Store, database_url: str, keyring: Keyring
) -> None:
    failures: list[BaseException] = []
    writers = [
        threading.Thread(target=_write, args=(database_url, keyring, number, failures)) for number in range(WRITERS)
    ]
    done = threading.Event()
    for thread in writers:
        thread.start()
    finisher = threading.Thread(target=_finish, args=(writers, done))
    finisher.start()
    followed = list(_follow(store, done))
    finisher.join()

    assert failures == []
    with store.read() as uow:
        kept = list(uow.transaction.connection.execute(select(list_change.c.version)).scalars())
        head = uow.head.version()
    assert len(kept) >= WRITERS * ROUNDS
    assert followed == list(range(1, head + 1))
    assert sorted(kept) == followed


def test_the_list_advances_by_exactly_what_was_asked(store: Store) -> None:
    with store.write() as uow:
        assert uow.head.advance(3) == range(1, 4)
        assert uow.head.advance() == range(4, 5)
        assert uow.head.version() == 4


@pytest.mark.parametrize("count", [0, -1])
def test_the_list_never_stands_still_or_goes_back(store: Store, count: int) -> None:
    with pytest.raises(ValueError, match="at least one"), store.write() as uow:
        uow.head.advance(count)


def test_who_locks_the_list_sees_what_the_writer_before_committed(
    store: Store, database_url: str, keyring: Keyring
) -> None:
    """Two importers of the same person: the second finds the first one's entry instead of making another."""
    holding = threading.Event()
    seen: list[str] = []
    other = open_store(database_url, keyring)

    def second() -> None:
        holding.wait()
        with other.write() as uow:
            uow.head.lock()
            seen.extend(uow.transaction.connection.execute(select(listed_subject.c.ban_no)).scalars())

    thread = threading.Thread(target=second)
    thread.start()
    with store.write() as uow:
        uow.head.lock()
        holding.set()
        time.sleep(0.05)
        subject = {"ban_no": "b-1", "kind": "person", "created_version": 1}
        uow.transaction.connection.execute(insert(listed_subject), subject)
    thread.join()
    other.close()
    assert seen == ["b-1"]
