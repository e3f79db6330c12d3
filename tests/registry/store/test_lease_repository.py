"""One leads at a time, under a number that grows with every change of hands."""

from __future__ import annotations

import datetime
import threading

import pytest

from registry.clock import FixedClock
from registry.errors import LeaseLostError
from registry.ledger.events import EventKind
from registry.store.engine import Store
from registry.store.lease_repository import LEASE, Lease
from registry.store.unit_of_work import UnitOfWork

SECOND = datetime.timedelta(seconds=1)


def take(store: Store, holder: str) -> Lease | None:
    with store.write() as uow:
        return uow.leases.take("tidy", holder)


def lead(store: Store, holder: str) -> Lease:
    lease = take(store, holder)
    assert lease is not None
    return lease


def test_nobody_else_leads_until_the_lease_is_given_up_or_runs_out(store: Store, clock: FixedClock) -> None:
    first = lead(store, "one")
    assert take(store, "other") is None
    assert take(store, "one") is None, "the same worker has no second run of a job either"
    with store.write() as uow:
        uow.leases.release(first)
    second = lead(store, "other")
    clock.advance(LEASE - SECOND)
    assert take(store, "one") is None
    clock.advance(SECOND)
    third = lead(store, "one")
    assert (first.fence, second.fence, third.fence) == (1, 2, 3)


def test_a_lease_that_is_renewed_goes_on_and_one_that_was_lost_is_not_renewed(store: Store, clock: FixedClock) -> None:
    lease = lead(store, "one")
    clock.advance(LEASE - SECOND)
    with store.write() as uow:
        assert uow.leases.renew(lease)
    clock.advance(LEASE - SECOND)
    with store.read() as uow:
        assert uow.leases.is_held("tidy")
    clock.advance(SECOND)
    lead(store, "other")
    with store.write() as uow:
        assert not uow.leases.renew(lease)
        uow.leases.release(lease)
    with store.read() as uow:
        assert uow.leases.is_held("tidy"), "the former holder cannot give the other's lease up"


def write_under(store: Store, lease: Lease) -> None:
    with store.guarded(lambda uow: uow.leases.require(lease)).write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})


def entries(store: Store) -> int:
    with store.read() as uow:
        return len(list(uow.ledger.entries()))


def test_an_outdated_leader_writes_nothing(store: Store, clock: FixedClock) -> None:
    lease = lead(store, "one")
    write_under(store, lease)
    clock.advance(LEASE)
    write_under(store, lease)
    lead(store, "other")
    with pytest.raises(LeaseLostError):
        write_under(store, lease)
    assert entries(store) == 2


def test_a_lease_that_was_given_up_allows_nothing_more(store: Store) -> None:
    lease = lead(store, "one")
    with store.write() as uow:
        uow.leases.release(lease)
    with pytest.raises(LeaseLostError):
        write_under(store, lease)
    assert entries(store) == 0


def test_a_lease_is_not_taken_over_between_the_question_and_the_commit(store: Store, clock: FixedClock) -> None:
    """The commit under the old number comes before the new one is given; renewing is let through meanwhile."""
    lease, asked, waited = lead(store, "one"), threading.Event(), threading.Event()
    clock.advance(LEASE)

    def guard(uow: UnitOfWork) -> None:
        uow.leases.require(lease)
        asked.set()

    def work() -> None:
        with store.guarded(guard).write() as uow:
            waited.wait(0.5)
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})

    worker = threading.Thread(target=work)
    worker.start()
    assert asked.wait(10)
    if not store.is_sqlite:  # there nobody writes beside another
        with store.write() as uow:
            assert uow.leases.renew(lease, -LEASE)
        assert take(store, "other") is None
        waited.set()
    while take(store, "other") is None:
        pass
    assert entries(store) == 1, "what was asked before is committed before"
    worker.join()
    with pytest.raises(LeaseLostError):
        write_under(store, lease)
