"""A verification says what it looked at, and what it cannot know it does not claim."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import select, update

from registry.bootstrap import initialise
from registry.clock import FixedClock
from registry.ledger.checkpoint import Checkpoint
from registry.ledger.commitment import canonical_entry, new_salt
from registry.ledger.events import EventKind, Facts
from registry.ledger.signed_note import KeyKind, SignerKey
from registry.services.add_witness import add_witness
from registry.services.context import Services
from registry.services.log_report import FaultKind, LogReport
from registry.services.sequence_log import log_keys, sequence_log
from registry.services.verify_log import LONGEST_WAIT, verify_log
from registry.services.verify_records import _NEEDED
from registry.settings import Settings
from registry.store.client_repository import ClientRole, NewClient
from registry.store.cosignature_repository import StoredCosignature
from registry.store.decision_repository import Decision, new_key, seal
from registry.store.engine import Store, open_store
from registry.store.tables import ledger_entry

if TYPE_CHECKING:
    from registry.ledger.leaf import StatedOpenly

CHANGED: Facts = {"first_version": 1, "last_version": 1, "region": "33", "source": "import", "changes_digest": "0"}
NOW_AND_THEN: Facts = {"check_no": "c", "client_id": 1}


@pytest.fixture
def services(empty_database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """A register of its own, from its first entry on."""
    made = initialise(Settings(tmp_path, empty_database_url, tmp_path / "keys.json"), clock)
    yield made
    made.store.close()


@pytest.fixture
def store(services: Services) -> Store:
    """Its store, with three look-ups placed."""
    record(services.store, 3)
    return services.store


def record(store: Store, count: int = 1) -> int:
    """Record look-ups and place everything; return the number of the last entry."""
    with store.write() as uow:
        for _ in range(count):
            uow.ledger.record(EventKind.CHECK_READ, "client:1", NOW_AND_THEN)
        last = [number for number, _, _, _ in uow.ledger.entries()][-1]
    sequence_log(store)
    return last


def kinds(report: LogReport) -> list[FaultKind]:
    return [fault.kind for fault in report.faults]


def test_an_entry_that_waits_is_sound_and_one_that_waits_too_long_is_a_fault(services: Services, store: Store) -> None:
    placed = record(store)
    with store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", NOW_AND_THEN)
    report = verify_log(store)
    assert (report.faults, report.entries, report.waiting) == ([], placed, 1)
    late = FixedClock(store.clock.now() + LONGEST_WAIT + datetime.timedelta(seconds=1))
    after = open_store(services.settings.database_url, services.keyring, clock=late)
    (fault,) = verify_log(after).faults
    assert (fault.kind, fault.entry) == (FaultKind.WAITS_TOO_LONG, placed + 1)
    after.close()


def test_facts_can_be_erased_on_record_and_everything_still_verifies(store: Store) -> None:
    before = verify_log(store)
    with store.write() as uow:
        assert uow.ledger.erase_openings([before.size, before.size - 2], "retention", "test") == 2
        assert uow.ledger.erase_openings([before.size], "retention", "test") == 0
    sequence_log(store)
    report = verify_log(store, Checkpoint(log_keys(store).log, before.size, bytes.fromhex(before.root)))
    assert (report.faults, report.opened, report.sealed) == ([], before.size - 1, 2)
    with store.read() as uow:
        opened = [number for number, _, _, _ in uow.ledger.entries()]
    assert opened == [*range(1, before.size - 2), before.size - 1, before.size + 1]


def test_a_cosignature_that_does_not_hold_is_a_fault(services: Services, store: Store) -> None:
    key = SignerKey("zhejiang.example", bytes(32), KeyKind.COSIGNATURE_V1).verifier()
    add_witness(services, key.name, key.spelt(), "test")
    with store.write() as uow:
        newest = uow.log.newest()
        assert newest is not None
        uow.cosignatures.add(StoredCosignature(newest.size, key.name, "no line", key.spelt()))
    report = verify_log(store)
    assert kinds(report) == [FaultKind.COSIGNATURE_FALSE]
    assert report.cosignatures == 1


def test_an_incremental_verification_looks_at_what_came_since_and_not_before(store: Store) -> None:
    first = verify_log(store)
    known = Checkpoint(log_keys(store).log, first.size, bytes.fromhex(first.root))
    last = record(store)
    for entry, incremental_finds in ((2, False), (last, True)):
        with store.write() as uow:
            changed = update(ledger_entry).where(ledger_entry.c.id == entry)
            uow.transaction.connection.execute(changed.values(list_version=9))
        assert verify_log(store).sound is False
        since = verify_log(store, known, incremental=True)
        assert (since.since, since.entries, not since.sound) == (first.size, 1, incremental_finds)
        with store.write() as uow:
            uow.transaction.connection.execute(changed.values(list_version=0))


@pytest.mark.parametrize("kind", [*_NEEDED])
@pytest.mark.parametrize("facts", ['{"check_no":1}', "[]1", '"facts"'])
def test_facts_that_were_never_ours_are_a_fault_even_where_salt_and_commitment_fit(
    store: Store, kind: str, facts: str
) -> None:
    with store.write() as uow:
        uow.ledger.record(EventKind.LIST_CHANGED, "operator", CHANGED)
        here = uow.transaction.connection
        newest = here.execute(select(ledger_entry).order_by(ledger_entry.c.id.desc()).limit(1)).one()
        row = SimpleNamespace(**{**newest._mapping, "kind": kind})
        salt = new_salt()
        committed = hashlib.sha256(salt + canonical_entry(cast("StatedOpenly", row), facts)).digest()
        forged = {"kind": kind, "salt": salt, "facts": facts, "commitment": committed}
        here.execute(update(ledger_entry).where(ledger_entry.c.id == newest.id).values(forged))
    assert FaultKind.FACTS_ALTERED in kinds(verify_log(store))
    sequence_log(store)
    assert FaultKind.FACTS_ALTERED in kinds(verify_log(store))


@pytest.mark.parametrize("altered", [False, True])
def test_a_decision_from_before_it_named_a_leaf_is_found_by_its_number(store: Store, altered: bool) -> None:
    taken = Decision(
        check_no="C-old", client_id=1, run_no=None, application_no="a", purpose="food_filing", region=None,
        decided_at=store.clock.now(), verdict="clear", list_version=0, model_version="m", policy_version="p",
        request="{}", answer='{"list":{"version":0,"model":"m","policy":"p"}}',
    )  # fmt: skip
    plain = hashlib.sha256(taken.answer.encode()).hexdigest()
    facts: Facts = {"check_no": "C-old", "client_id": 1, "verdict": "clear", "request_digest": "00" * 32}
    with store.write() as uow:
        uow.clients.add(NewClient("office", "33", ClientRole.LICENSING, bytes(32), "hint"))
        kept = replace(taken, answer=taken.answer.replace("}", ',"x":1}', 1)) if altered else taken
        row = seal(new_key(store.cipher, taken.check_no), kept)
        uow.decisions.add_sealed([row | {"index_version": 1, "request_digest": bytes(32)}])
        uow.ledger.record(EventKind.CHECK_DECIDED, "client:1", {**facts, "answer_digest": plain})
    sequence_log(store)
    assert kinds(verify_log(store)) == ([FaultKind.DECISION_ALTERED] if altered else [])
