"""`registry log`: what was verified is said, a fault ends with status 1, and an end cut off is found out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from api.cli.main import main
from registry import bootstrap
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.sequence_log import doubt, sequence_log
from registry.settings import Settings
from registry.store.log_tables import log_head, log_leaf
from registry.store.tables import ledger_entry


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A fresh register with a few acts, placed."""
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path))
    made = bootstrap.initialise(Settings.from_environment(os.environ))
    act(made)
    yield made
    made.store.close()


def act(services: Services) -> None:
    with services.store.write() as uow:
        for number in range(3):
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": f"c-{number}", "client_id": 1})
    sequence_log(services.store)


def log(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["log", *arguments])


def test_a_sound_record_is_verified_and_what_was_looked_at_is_said(services: Services) -> None:
    done = log("verify")
    assert done.exit_code == 0, done.output
    with services.store.read() as uow:
        size = uow.log.size()
    assert f"{size} entries: {size} opened, 0 whose facts were erased" in done.output
    report = json.loads(log("verify", "--json").stdout)
    assert (report["sound"], report["entries"], report["heads"]) == (True, size, 1)


def test_the_incremental_verification_begins_at_the_head_verified_last(services: Services) -> None:
    assert log("verify", "--since").exit_code == 2
    log("verify")
    act(services)
    done = json.loads(log("verify", "--since", "--json").stdout)
    assert (done["sound"], done["entries"]) == (True, 3)
    assert json.loads(log("verify", "--since", "--json").stdout)["entries"] == 0


def test_an_altered_entry_is_named_and_the_command_ends_with_status_1(services: Services) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(ledger_entry).where(ledger_entry.c.id == 2).values(actor="nobody"))
    done = log("verify")
    assert done.exit_code == 1
    assert "FAULT entry_altered: the entry is not what its leaf says [leaves 1 to 1] [entry 2]" in done.output


@pytest.mark.parametrize("incremental", [(), ("--since",)])
def test_an_end_cut_off_with_all_traces_is_found_by_the_head_kept(
    services: Services, incremental: tuple[str, ...]
) -> None:
    with services.store.read() as uow:
        size = uow.log.size()
    act(services)
    assert log("verify").exit_code == 0
    with services.store.write() as uow:
        here = uow.transaction.connection
        here.execute(delete(log_leaf).where(log_leaf.c.leaf_index >= size))
        here.execute(delete(ledger_entry).where(ledger_entry.c.id > size))
        here.execute(delete(log_head).where(log_head.c.size > size))
    done = log("verify", *incremental)
    assert done.exit_code == 1
    assert "FAULT history_differs" in done.output


def test_a_verified_head_of_another_log_is_not_taken_for_ours(services: Services) -> None:
    (services.settings.home / "verified-head").write_text("another\n1\nAAAA\n\n", "utf-8")
    assert log("verify").exit_code == 2


def test_head_and_growth_can_be_printed_and_a_check_that_is_not_there_cannot_be_proven(services: Services) -> None:
    act(services)
    with services.store.read() as uow:
        first, second = (head.size for head in uow.log.heads())
        newest = uow.log.newest()
    assert newest is not None
    assert log("head").stdout == newest.checkpoint
    grown = json.loads(log("consistency", str(first), str(second), "--json").stdout)
    assert log("consistency", str(first), str(second)).stdout.split() == grown["hashes"]
    assert log("prove", "C0").exit_code == 1


def test_a_log_in_doubt_is_trusted_again_only_where_it_verifies(services: Services) -> None:
    assert log("resume").exit_code == 1
    doubt(services.store, "something was altered")
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(ledger_entry).where(ledger_entry.c.id == 2).values(list_version=9))
    refused = log("resume")
    assert refused.exit_code == 1
    assert "stays in doubt" in refused.output
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(ledger_entry).where(ledger_entry.c.id == 2).values(list_version=0))
    assert log("resume").exit_code == 0
    with services.store.read() as uow:
        assert uow.log.doubted_at() is None
        assert uow.alarms.open() == []
        assert [entry.kind for _, entry, _, _ in uow.ledger.entries()][-1] is EventKind.LOG_RESUMED
