"""`registry worker`: what is due once, or all of it until told to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from api.cli.main import main
from registry import bootstrap
from registry.ledger.events import EventKind
from registry.settings import Settings
from registry.store.log_tables import log_leaf

TEN_SECONDS = 10


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of a fresh register in a home of its own."""
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path))
    bootstrap.initialise(Settings.from_environment(os.environ)).store.close()
    return dict(os.environ)


def _placed(environment: dict[str, str]) -> int:
    services = bootstrap.build(Settings.from_environment(environment))
    try:
        with services.store.read() as uow:
            # The retention job places entries, too, and records its run after that: it is waited for.
            kinds = {entry.kind for _, entry, _, _ in uow.ledger.entries()}
            done = EventKind.RETENTION_APPLIED in kinds and uow.log.pending_since() is None
            return uow.log.size() if done else 0
    finally:
        services.store.close()


def test_once_it_does_what_is_due_and_ends(environment: dict[str, str]) -> None:
    done = CliRunner().invoke(main, ["worker", "--once"])
    assert done.exit_code == 0, done.output
    assert "sequence: done" in done.output
    assert _placed(environment) > 0


def test_once_it_ends_with_status_1_where_a_job_fails(environment: dict[str, str]) -> None:
    CliRunner().invoke(main, ["worker", "--once"])
    services = bootstrap.build(Settings.from_environment(environment))
    with services.store.write() as uow:
        uow.transaction.connection.execute(delete(log_leaf))
        uow.log.set_doubt(None)
        uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})
    services.store.close()
    done = CliRunner().invoke(main, ["worker", "--once"])
    assert done.exit_code == 1
    assert "sequence: failed" in done.output


def test_it_works_until_it_is_told_to_end_and_ends_in_order(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "api.cli", "worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        give_up = time.monotonic() + 3 * TEN_SECONDS
        while not _placed(environment) and time.monotonic() < give_up:
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        process.wait(TEN_SECONDS)
        assert process.returncode == 0
    assert _placed(environment) > 0
