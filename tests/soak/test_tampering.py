"""Nobody without the keys can alter the record unseen, and the verification says which entry it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from registry.services.context import Services
from registry.services.log_report import FaultKind
from registry.services.sequence_log import log_keys
from registry.services.verify_log import verify_log
from registry.settings import CipherName, Mode, Settings
from registry.store.tables import decision
from tests.soak.register_with_log import ENTRIES, register_with_log
from tests.soak.tampering import tamper

ALTERED = 100
"""On each of the two databases; `make soak` alters ten times as often."""


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    return Settings(tmp_path, empty_database_url, tmp_path / "keys.json", Mode.DEVELOPMENT, CipherName.AES_256_GCM)


def test_every_alteration_of_the_record_is_found_and_named(settings: Settings) -> None:
    services = register_with_log(settings)
    sound = verify_log(services.store)
    assert sound.faults == []
    assert sound.entries >= ENTRIES
    assert sound.decisions > 50
    assert sound.changes > 50
    assert sound.sealed == 3
    assert log_keys(services.store).log in sound.checkpoint
    found = tamper(services, ALTERED, "make test")
    assert found.unseen == []
    assert found.unnamed == []
    assert verify_log(services.store).sound
    _forget_the_leaf_of_a_check(services)
    assert [fault.kind for fault in verify_log(services.store).faults] == [FaultKind.DECISION_ALTERED]
    services.store.close()


def _forget_the_leaf_of_a_check(services: Services) -> None:
    """Make a check look like one from before checks named their leaf."""
    with services.store.write() as uow:
        last = select(func.max(decision.c.id)).scalar_subquery()
        uow.transaction.connection.execute(update(decision).where(decision.c.id == last).values(leaf_hash=None))
