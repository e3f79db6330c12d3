"""Exchanging keys, sealing records and erasing what is old leave the log whole: it verifies as before."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, update

from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.privacy.keyring import KeyKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.log_report import FaultKind
from registry.services.retain import apply_retention
from registry.services.rotate_keys import retire_keys, rotate_keys
from registry.services.seal_record import seal_record
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.decision_repository import new_key
from registry.store.tables import decision, ledger_entry
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import rows, take

BOTH = tuple(KeyKind)
PEOPLE = [
    conviction(
        f"R{number}",
        name=f"{surname}示例",
        id_number=id_number("19760309", f"40{number}"),
        document_no=f"（2021）浙0106刑初{number}号",
    )
    for number, surname in enumerate("王李张刘")
]


@pytest.fixture
def register(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Services]:
    """A register with a key file of its own, people, checks and look-ups."""
    keys = tmp_path / "own-keys.json"
    shutil.copyfile(settings.keys, keys)
    keys.chmod(0o600)
    built = build(dataclasses.replace(settings, keys=keys), clock)
    report_fresh(built)
    take(built, *PEOPLE)
    take(built, revocation(decided_on="2019-06-18"))
    caller = Caller(create_app(built), add_client(built, "regulator", ClientRole.REGULATOR, None, "test").key)
    for person in PEOPLE:
        answer = caller.post("/v1/checks", application(applicant(person["name"], person["id_number"]))).get_json()
        assert caller.get(f"/v1/checks/{answer['check_no']}").status_code == 200
    yield built
    built.store.close()


def _require_whole(services: Services) -> None:
    sequence_log(services.store)
    # The wording of the rules was kept when the tests' store was made; its entries are not in this test's ledger.
    faults = [fault for fault in verify_log(services.store).faults if fault.kind is not FaultKind.RULE_ALTERED]
    assert [str(fault) for fault in faults] == []


def test_the_log_verifies_after_every_key_was_exchanged(register: Services) -> None:
    _require_whole(register)
    rotate_keys(register, BOTH, actor="test")
    retire_keys(register, BOTH, actor="test")
    _require_whole(register)


def test_the_log_verifies_after_a_record_was_sealed(register: Services) -> None:
    seal_record(register, "33:R1", reason="封存", order_no=None, actor="test")
    assert len(rows(register, decision)) == len(PEOPLE) - 1
    _require_whole(register)


@pytest.mark.parametrize("days", [100, 1_200, 4_000])
def test_the_log_verifies_after_old_things_were_erased(register: Services, days: int) -> None:
    take(register, PEOPLE[0] | {"version": "2", "name": "王建军"})
    _require_whole(register)
    later = FixedClock(register.clock.now() + datetime.timedelta(days=days))
    register.store.clock = later  # type: ignore[misc]
    apply_retention(dataclasses.replace(register, clock=later), actor="test")
    _require_whole(register)


def _as_before_0003(services: Services) -> None:
    """Turn a decision into one as revision 0002 kept them: digests by the index key and plain, no leaf, no receipt."""
    with services.store.write() as uow:
        here = uow.transaction.connection
        kept = here.execute(select(decision).order_by(decision.c.id)).first()
        assert kept is not None
        key = uow.cipher.open_record("decision", kept.check_no, kept.data_key)
        answer = orjson.loads(key.open("answer_enc", kept.answer_enc))
        del answer["receipt"]
        text, index_digest = orjson.dumps(answer).decode(), b"i" * 32
        fresh = new_key(uow.cipher, kept.check_no)
        former = {
            "request_digest": index_digest,
            "index_version": 1,
            "leaf_hash": None,
            "data_key": fresh.wrapped,
            "answer_enc": fresh.seal("answer_enc", text),
            "request_enc": fresh.seal("request_enc", key.open("request_enc", kept.request_enc or b"")),
        }
        facts = {
            "check_no": kept.check_no,
            "client_id": kept.client_id,
            "verdict": kept.verdict,
            "request_digest": index_digest.hex(),
            "answer_digest": hashlib.sha256(text.encode()).hexdigest(),
        }
        here.execute(update(decision).where(decision.c.id == kept.id).values(former))
        decided = select(ledger_entry.c.id).where(ledger_entry.c.kind == EventKind.CHECK_DECIDED)
        first = here.execute(decided.order_by(ledger_entry.c.id)).scalars().first()
        here.execute(ledger_entry.delete().where(ledger_entry.c.id == first))
        uow.ledger.record(EventKind.CHECK_DECIDED, "client:1", facts, kept.list_version)


def test_a_decision_of_before_keeps_its_entry_when_the_index_key_is_exchanged(register: Services) -> None:
    _as_before_0003(register)
    _require_whole(register)
    rotate_keys(register, BOTH, actor="test")
    retire_keys(register, BOTH, actor="test")
    assert b"i" * 32 not in {row.request_digest for row in rows(register, decision)}
    _require_whole(register)


def test_the_entry_of_a_decision_of_before_goes_with_it(register: Services) -> None:
    _as_before_0003(register)
    sequence_log(register.store)
    seal_record(register, "33:R0", reason="封存", order_no=None, actor="test")
    assert len(rows(register, decision)) == len(PEOPLE) - 1
    _require_whole(register)
