"""Acts get contiguous places and a signed head, once each, and nothing is signed over a log that was altered."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from registry.errors import LogInDoubtError
from registry.ledger.checkpoint import open_checkpoint
from registry.ledger.events import EventKind
from registry.ledger.leaf import leaf_hash
from registry.ledger.merkle import root_of
from registry.privacy.keyring import Keyring
from registry.services import sequence_log as sequencing
from registry.services.sequence_log import Sequenced, log_keys, sequence_log, verifier_keys
from registry.store.alarm_repository import AlarmKind
from registry.store.engine import Store, open_store
from registry.store.log_tables import log_head, log_leaf, log_tile
from registry.store.tables import ledger_entry


def act(store: Store, count: int = 1) -> None:
    """Record so many look-ups in one transaction."""
    with store.write() as uow:
        for number in range(count):
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": f"c-{number}", "client_id": 1})


def leaves(store: Store) -> list[tuple[int, int, bytes]]:
    with store.read() as uow:
        query = select(log_leaf).order_by(log_leaf.c.leaf_index)
        return [tuple(row) for row in uow.transaction.connection.execute(query)]


def altered(store: Store, statement: Any) -> None:
    with store.write() as uow:
        uow.transaction.connection.execute(statement)


def test_every_entry_gets_the_next_place_and_the_head_is_signed_over_all(store: Store) -> None:
    act(store, 3)
    assert sequence_log(store) == Sequenced(3, 3)
    act(store, 2)
    assert sequence_log(store) == Sequenced(2, 5)
    placed = leaves(store)
    assert [(index, entry) for index, entry, _ in placed] == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    with store.read() as uow:
        entries = list(uow.ledger.entries())
        heads = list(uow.log.heads())
        assert uow.log.pending_since() is None
    assert [each for _, _, each in placed] == [leaf_hash(entry, committed) for _, entry, _, committed in entries]
    assert [(head.previous_size, head.size) for head in heads] == [(0, 3), (3, 5)]
    keys = log_keys(store)
    for head in heads:
        said = open_checkpoint(head.checkpoint, verifier_keys(keys), keys.log)
        assert (said.size, said.root) == (head.size, root_of([each for _, _, each in placed[: head.size]]))


def test_where_nothing_waits_nothing_is_signed(store: Store) -> None:
    act(store)
    sequence_log(store)
    assert sequence_log(store) == Sequenced(0, 0)
    with store.read() as uow:
        assert len(list(uow.log.heads())) == 1


def test_more_than_fits_one_step_is_placed_in_several(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "MOST_AT_ONCE", 300)
    act(store, 700)
    assert sequence_log(store) == Sequenced(700, 700)
    with store.read() as uow:
        assert [head.size for head in uow.log.heads()] == [300, 600, 700]
        assert [(level, at, len(hashes) // 32) for level, at, hashes in uow.log.tiles()] == [
            (0, 0, 256), (0, 1, 256), (1, 0, 2),
        ]  # fmt: skip


def test_two_workers_at_once_give_each_entry_one_place(store: Store, database_url: str, keyring: Keyring) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        own = open_store(database_url, keyring)
        try:
            for _ in range(12):
                act(own, 3)
                sequence_log(own)
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            own.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    sequence_log(store)
    placed = leaves(store)
    assert [index for index, _, _ in placed] == list(range(108))
    assert {entry for _, entry, _ in placed} == set(range(1, 109))


def test_heads_signed_by_a_former_key_are_continued_under_the_new_one(store: Store, monkeypatch: Any) -> None:
    act(store)
    sequence_log(store)
    rotated = log_keys(store).rotated()
    monkeypatch.setattr(sequencing, "log_keys", lambda store: rotated)
    act(store)
    assert sequence_log(store) == Sequenced(1, 2)


LAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
ALTERATIONS = {
    "a leaf of the last tile": update(log_leaf).where(log_leaf.c.leaf_index == 299).values(leaf_hash=b"x" * 32),
    "a tile": update(log_tile).where(log_tile.c.level == 1).values(hashes=b"x" * 32),
    "a tile taken away": delete(log_tile).where(log_tile.c.level == 1),
    "leaves taken from the end": delete(log_leaf).where(log_leaf.c.leaf_index >= 290),
    "a leaf added without a head": insert(log_leaf).values(leaf_index=300, entry_id=301, leaf_hash=b"x" * 32),
    "the last head's root": update(log_head).where(log_head.c.size == 300).values(root=b"x" * 32),
    "the last head's checkpoint": update(log_head).where(log_head.c.size == 300).values(checkpoint="x"),
    "the last head taken away": delete(log_head).where(log_head.c.size == 300),
    "an entry made to wait again": update(ledger_entry).where(ledger_entry.c.id == 9).values(pending=True),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_nothing_is_signed_over_a_log_that_was_altered(store: Store, what: str) -> None:
    act(store, 100)
    sequence_log(store)
    act(store, 200)
    sequence_log(store)
    act(store)
    altered(store, ALTERATIONS[what])
    with pytest.raises(LogInDoubtError):
        sequence_log(store)
    with store.read() as uow:
        before = list(uow.log.heads())
        assert [alarm.kind for alarm in uow.alarms.open()] == [AlarmKind.LOG_IN_DOUBT]
        assert uow.log.doubted_at() == store.clock.now()
        recorded = [entry.kind for _, entry, _, _ in uow.ledger.entries(301)]
    assert recorded == [EventKind.ALARM_RAISED]
    with pytest.raises(LogInDoubtError, match="runbook"):
        sequence_log(store)
    with store.read() as uow:
        assert list(uow.log.heads()) == before
        assert len(uow.alarms.open()) == 1
