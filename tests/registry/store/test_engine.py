"""The store is durable, keeps readers apart from writers, and fails closed."""

from __future__ import annotations

import datetime
import os
import sqlite3
import threading
import traceback
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, select, text

from registry.clock import FixedClock
from registry.errors import ConflictError, SettingsError, UnavailableError
from registry.ledger.events import EventKind
from registry.privacy.keyring import Keyring
from registry.store.engine import Store, open_store
from registry.store.list_repository import ListRepository
from registry.store.postgresql_connection import require_durable
from registry.store.sqlite_connection import PRAGMAS
from registry.store.tables import import_run, ledger_entry, list_head, listed_subject, region_coverage
from registry.store.unit_of_work import UnitOfWork
from tests.registry.privacy.software_keys import master_of

READ: dict[str, str | int] = {"check_no": "c-1", "client_id": 1}


def _setting(connection: Connection, name: str) -> str:
    return str(connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar())


def _pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def _subject(ban_no: str) -> dict[str, object]:
    return {"ban_no": ban_no, "kind": "person", "created_version": 1}


def _count(uow: UnitOfWork) -> int:
    return uow.transaction.connection.execute(select(func.count()).select_from(listed_subject)).scalar_one()


def test_a_commit_is_on_the_disk_before_it_returns(store: Store) -> None:
    with store.write() as uow:
        connection = uow.transaction.connection
        if store.is_sqlite:
            assert _pragma(connection, "synchronous") == 2
            assert _pragma(connection, "journal_mode") == "wal"
            assert _pragma(connection, "foreign_keys") == 1
            assert _pragma(connection, "busy_timeout") == 30_000
            assert _pragma(connection, "secure_delete") == 1
        else:
            assert _setting(connection, "synchronous_commit") == "on"
            assert _setting(connection, "fsync") == "on"
            assert _setting(connection, "full_page_writes") == "on"


def test_every_pooled_connection_is_durable_not_only_the_first(store: Store) -> None:
    with store.read() as first, store.read() as second:
        for uow in (first, second):
            connection = uow.transaction.connection
            found = (
                _pragma(connection, "synchronous") if store.is_sqlite else _setting(connection, "synchronous_commit")
            )
            assert found in (2, "on")


def test_a_postgresql_that_may_lose_commits_is_refused(postgresql_database: str, keyring: Keyring) -> None:
    store = open_store(f"{postgresql_database}&options=-csynchronous_commit%3Doff", keyring)
    with pytest.raises(UnavailableError, match="synchronous_commit"), store.read():
        pass
    store.close()


def test_an_old_postgresql_is_refused(postgresql_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.store.postgresql_connection.OLDEST", 99)
    with (
        psycopg.connect(postgresql_database.replace("+psycopg", "")) as connection,
        pytest.raises(UnavailableError, match="99 or newer"),
    ):
        require_durable(connection)


def test_a_sqlite_that_refuses_a_pragma_is_refused(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "page_size", 7)
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", keyring)
    with pytest.raises(UnavailableError, match="page_size"), store.read():
        pass
    store.close()


def test_what_is_committed_is_there_for_the_next_reader(store: Store) -> None:
    with store.write() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject("b-1"))
    with store.read() as uow:
        assert _count(uow) == 1


def _write_and_fail(store: Store) -> None:
    with store.write() as uow:
        uow.head.advance(3)
        uow.transaction.connection.execute(insert(listed_subject), _subject("b-1"))
        uow.ledger.record(EventKind.CHECK_READ, "client:1", READ)
        raise LookupError


def test_a_unit_of_work_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(LookupError):
        _write_and_fail(store)
    with store.read() as uow:
        assert uow.head.version() == 0
        assert _count(uow) == 0
        assert list(uow.ledger.entries()) == []


def test_a_writer_works_on_after_a_failed_one(store: Store) -> None:
    with pytest.raises(LookupError), store.write():
        raise LookupError
    with store.write() as uow:
        assert uow.head.advance() == range(1, 2)


def test_a_reader_sees_one_state_however_long_it_reads(store: Store) -> None:
    with store.read() as reader:
        before = reader.head.version()
        with store.write() as writer:
            writer.head.advance(5)
            writer.transaction.connection.execute(insert(listed_subject), _subject("b-1"))
        assert reader.head.version() == before == 0
        assert _count(reader) == 0
    with store.read() as reader:
        assert reader.head.version() == 5


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(UnavailableError), store.read() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject("b-1"))
    with store.write() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject("b-1"))
    with pytest.raises(UnavailableError), store.read() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject("b-2"))


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as writer:
        writer.head.advance()
        with store.read() as reader:
            assert reader.head.version() == 0


def test_a_writer_on_sqlite_holds_the_file_from_its_first_moment(
    tmp_path: Path, sqlite_template: Path, keyring: Keyring
) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}", keyring)
    stranger = sqlite3.connect(path, timeout=0, isolation_level=None)
    with store.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        stranger.execute("BEGIN IMMEDIATE")
    stranger.close()
    store.close()


def test_a_unit_of_work_inside_another_is_a_mistake_that_is_told_at_once(tmp_path: Path, keyring: Keyring) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", keyring)
    store.migrate()
    with store.write(), pytest.raises(RuntimeError, match="inside another"), store.write():
        pass
    store.close()


def test_a_writer_that_never_gets_its_turn_is_refused(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.store.writer_turn.PATIENCE", 0.05)
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}", keyring)
    store.migrate()
    failures: list[Exception] = []

    def write() -> None:
        try:
            with store.write():
                pass
        except UnavailableError as failure:
            failures.append(failure)

    with store.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(failures) == 1
    store.close()


def test_a_clash_is_told_without_quoting_what_clashed(store: Store) -> None:
    secret = "-".join(("secret", "ban", "number"))
    with store.write() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject(secret))
    with pytest.raises(ConflictError) as caught, store.write() as uow:
        uow.transaction.connection.execute(insert(listed_subject), _subject(secret))
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_what_is_referred_to_must_exist(store: Store) -> None:
    with pytest.raises(ConflictError), store.write() as uow:
        uow.transaction.connection.execute(
            text("INSERT INTO idempotency_key (client_id, key_digest, request_digest, state, created_at)"
                 " VALUES (77, :digest, :digest, 'running', :at)"),
            {"digest": b"d", "at": "2025-11-21 00:00:00"},
        )  # fmt: skip


def test_a_failing_statement_is_told_without_its_values(store: Store) -> None:
    secret = "-".join(("330106", "secret"))
    with pytest.raises(UnavailableError) as caught, store.write() as uow:
        uow.transaction.connection.execute(text("SELECT no_such(CAST(:v AS text))"), {"v": secret})
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_a_store_that_is_away_is_unavailable(tmp_path: Path, keyring: Keyring) -> None:
    here = tmp_path / "socket"
    for url in (f"postgresql+psycopg://nobody@/none?host={here}", f"sqlite:///{tmp_path}"):
        store = open_store(url, keyring)
        with pytest.raises(UnavailableError), store.read() as uow:
            uow.head.version()
        with pytest.raises(UnavailableError), store.write() as uow:
            uow.head.advance()
        store.close()


def test_a_damaged_sqlite_file_is_unavailable(tmp_path: Path, keyring: Keyring) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    store = open_store(f"sqlite:///{path}", keyring)
    with pytest.raises(UnavailableError), store.read() as uow:
        uow.head.version()
    store.close()


def test_a_list_without_head_is_unavailable(store: Store) -> None:
    with store.write() as uow:
        uow.transaction.connection.execute(list_head.delete())
    with pytest.raises(UnavailableError, match="no head"), store.read() as uow:
        uow.head.version()
    with store.write() as uow:
        uow.transaction.connection.execute(insert(list_head), {"id": 1, "version": 0})


@pytest.mark.parametrize("url", ["mysql://root:hunter2@db/x", "postgresql://root:hunter2@db/x", "hunter2"])
def test_an_address_of_another_kind_is_refused_without_being_shown(url: str, keyring: Keyring) -> None:
    with pytest.raises(SettingsError, match="REGISTRY_DATABASE_URL") as caught:
        open_store(url, keyring)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_list_in_memory_is_refused(keyring: Keyring) -> None:
    with pytest.raises(UnavailableError, match="must be a file"):
        open_store("sqlite://", keyring)


def test_an_instant_comes_back_as_it_went_in(store: Store, clock: FixedClock) -> None:
    shanghai = datetime.datetime(2025, 11, 21, 10, 0, 0, 123456, datetime.timezone(datetime.timedelta(hours=8)))
    with store.write() as uow:
        uow.transaction.connection.execute(insert(region_coverage), {"region": "33", "as_of": shanghai})
    with store.read() as uow:
        found = uow.transaction.connection.execute(select(region_coverage.c.as_of)).scalar_one()
    assert found == shanghai
    assert found.tzinfo == datetime.UTC


def test_an_instant_without_time_zone_is_refused(store: Store) -> None:
    naive = datetime.datetime(2025, 11, 21, 10, 0)  # noqa: DTZ001  the mistake under test
    with pytest.raises(Exception, match="must name its time zone"), store.write() as uow:
        uow.transaction.connection.execute(insert(region_coverage), {"region": "33", "as_of": naive})


def test_reserved_ids_are_never_given_twice(store: Store) -> None:
    with store.write() as uow:
        first = uow.new_ids(listed_subject, 3)
        second = uow.new_ids(listed_subject, 2)
        uow.transaction.connection.execute(insert(listed_subject), {"id": second[1]} | _subject("b-1"))
        inserted = uow.transaction.connection.execute(insert(listed_subject), _subject("b-2")).inserted_primary_key
        third = uow.new_ids(listed_subject, 1)
        assert uow.new_ids(import_run, 0) == []
    assert inserted is not None
    given = [*first, *second, inserted[0], *third]
    assert given == sorted(set(given))
    assert len(given) == 7


def test_a_repository_is_built_once_per_unit_of_work(store: Store) -> None:
    with store.read() as uow:
        assert isinstance(uow.lists, ListRepository)
        assert uow.lists is uow.lists
        names = (
            "head",
            "lists",
            "quarantine",
            "coverage",
            "decisions",
            "clients",
            "idempotency",
            "ledger",
            "key_check",
        )
        assert len({type(getattr(uow, name)) for name in names}) == len(names)


def test_nothing_of_a_store_shows_its_keys(store: Store, keyring: Keyring) -> None:
    secret = master_of(keyring).secret
    with store.read() as uow:
        shown = repr([store, uow, uow.transaction, uow.cipher, uow.keyed_index, keyring])
    assert repr(secret)[2:-1] not in shown
    assert secret.hex() not in shown


def test_ledger_entries_are_kept_apart_from_what_opens_them(store: Store) -> None:
    """Erasing salt and facts together is possible, one without the other is not."""
    with store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", READ)
    with pytest.raises(ConflictError), store.write() as uow:
        uow.transaction.connection.execute(ledger_entry.update().values(salt=None))
    with store.write() as uow:
        uow.transaction.connection.execute(ledger_entry.update().values(salt=None, facts=None))


def test_a_new_database_can_be_read_by_its_owner_alone(tmp_path: Path, keyring: Keyring) -> None:
    before = os.umask(0o022)
    try:
        store = open_store(f"sqlite:///{tmp_path / 'new.sqlite3'}", keyring)
        store.migrate()
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert "new.sqlite3" in modes
