"""The tables' history: up from nothing and from every earlier revision, with data, and only up."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Connection,
    MetaData,
    NullPool,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    text,
)

from registry.errors import UnavailableError
from registry.privacy.keyring import Keyring
from registry.store import migrations, tables
from registry.store.engine import Store, open_store
from registry.store.tables import metadata
from tests.registry.store.revision_rows import ROWS_AT


def _scripts() -> list[Script]:
    """Every revision, oldest first."""
    return list(reversed(list(ScriptDirectory.from_config(migrations.configuration()).walk_revisions())))


REVISIONS = [script.revision for script in _scripts()]


@pytest.fixture
def empty(empty_database_url: str, keyring: Keyring) -> Iterator[Store]:
    store = open_store(empty_database_url, keyring)
    yield store
    store.close()


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Work on a database of an earlier revision, in which the program itself would not write."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _fill(connection: Connection, rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Insert the rows as the database knows its tables now; return each as it reads back."""
    kept = {}
    for name, row in rows.items():
        kept[name] = dict(connection.execute(select(_insert(connection, name, row))).mappings().one())
    return kept


def _insert(connection: Connection, name: str, row: dict[str, Any]) -> Table:
    table = _table(connection, name)
    readable = {
        column: value.replace(tzinfo=None)
        if connection.dialect.name == "sqlite" and isinstance(value, datetime.datetime)
        else value
        for column, value in row.items()
    }
    connection.execute(insert(table), readable)
    return table


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_of_an_earlier_store_survives_the_way_up(
    empty: Store, empty_database_url: str, revision: str
) -> None:
    with _connected(empty_database_url) as connection:
        migrations.upgrade(connection, revision)
        before = _fill(connection, ROWS_AT[revision])
    assert empty.migrate() == (revision, migrations.newest())
    with empty.read() as uow:
        for name, row in before.items():
            table = _table(uow.transaction.connection, name)
            same = [column == row[column.name] for column in table.primary_key]
            found = uow.transaction.connection.execute(select(table).where(*same)).mappings().one()
            assert {column: found[column] for column in row if column in found} == row
        assert uow.head.version() == 0


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_rows_tried_fill_every_table_of_their_revision(empty_database_url: str, revision: str) -> None:
    with _connected(empty_database_url) as connection:
        migrations.upgrade(connection, revision)
        tables = set(inspect(connection).get_table_names())
    filled_by_revisions = {"alembic_version", "list_head", "log_state", "key_in_use", "sqlite_sequence"}
    assert tables - filled_by_revisions == ROWS_AT[revision].keys()


def test_up_from_nothing_the_store_is_what_the_program_describes(empty: Store) -> None:
    assert empty.migrate() == ("", migrations.newest())
    with empty.read() as uow:
        assert [entry.facts for _, entry, _, _ in uow.ledger.entries()] == [
            {"from_revision": "", "to_revision": migrations.newest()}
        ]
    with empty.read() as uow:
        compared = MigrationContext.configure(
            uow.transaction.connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(compared, metadata) == []


def test_the_conditions_the_program_describes_are_in_the_store(empty: Store) -> None:
    """Alembic does not compare CHECK constraints, so their names are compared here."""
    empty.migrate()
    with empty.read() as uow:
        seen = inspect(uow.transaction.connection)
        for table in metadata.sorted_tables:
            wanted = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
            assert {check["name"] for check in seen.get_check_constraints(table.name)} == wanted, table.name


def test_migrating_again_changes_nothing(empty: Store) -> None:
    empty.migrate()
    assert empty.migrate() == (migrations.newest(), migrations.newest())
    with empty.read() as uow:
        assert len(list(uow.ledger.entries())) == 1
    empty.require_current()


def test_two_operators_may_migrate_at_once(empty: Store, empty_database_url: str, keyring: Keyring) -> None:
    outcomes: list[tuple[str, str]] = []

    def migrate() -> None:
        store = open_store(empty_database_url, keyring)
        outcomes.append(store.migrate())
        store.close()

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = migrations.newest()
    assert sorted(outcomes) == [("", newest), (newest, newest), (newest, newest)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(empty: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    original = command.upgrade

    def fail_at_the_end(*arguments: Any) -> None:
        original(*arguments)
        raise LookupError

    monkeypatch.setattr(command, "upgrade", fail_at_the_end)
    with pytest.raises(LookupError):
        empty.migrate()
    with empty.read() as uow:
        assert inspect(uow.transaction.connection).get_table_names() == []


def test_an_empty_store_is_refused(empty: Store) -> None:
    with pytest.raises(UnavailableError, match="registry init"):
        empty.require_current()


def test_a_store_of_a_later_program_is_refused(empty: Store) -> None:
    empty.migrate()
    with empty.write() as uow:
        uow.transaction.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnavailableError, match="newer than this program"):
        empty.require_current()
    with pytest.raises(UnavailableError, match="newer than this program"):
        empty.migrate()


def test_revisions_are_one_line_and_have_no_way_down() -> None:
    scripts = _scripts()
    assert [script.down_revision for script in scripts] == [None, *REVISIONS[:-1]]
    assert not any(hasattr(script.module, "downgrade") for script in scripts)


def test_bases_of_before_learn_from_which_version_to_which_they_stood(empty: Store, empty_database_url: str) -> None:
    """One person listed by one row, corrected by a second, lifted; another row of theirs stands throughout."""
    rows = ROWS_AT["0006"]
    noon = rows["list_change"]["recorded_at"]
    hours = [noon + datetime.timedelta(hours=hour) for hour in range(5)]
    changes = [(1, "added", 1), (2, "added", 3), (3, "corrected", 2), (4, "lifted", 2)]
    ended = {1: hours[3], 2: hours[4], 3: None}
    with _connected(empty_database_url) as connection:
        migrations.upgrade(connection, "0006")
        subject, record, basis, change = (
            _table(connection, name) for name in ("listed_subject", "list_record", "basis", "list_change")
        )
        naive = connection.dialect.name == "sqlite"

        def at(instant: datetime.datetime | None) -> datetime.datetime | None:
            return instant.replace(tzinfo=None) if instant is not None and naive else instant

        connection.execute(insert(subject), rows["listed_subject"])
        for number, end in ended.items():
            named = {"id": number, "record_no": f"r-{number}", "received_at": at(noon)}
            connection.execute(insert(record), {**rows["list_record"], **named})
            about = {"id": number, "record_id": number, "ended_at": at(end)}
            connection.execute(insert(basis), {**rows["basis"], **about})
        for version, kind, number in changes:
            told = {"version": version, "kind": kind, "record_id": number, "recorded_at": at(hours[version])}
            connection.execute(insert(change), {**rows["list_change"], **told})
    empty.migrate()
    with empty.read() as uow:
        columns = (tables.basis.c.record_id, tables.basis.c.from_version, tables.basis.c.until_version)
        found = uow.transaction.connection.execute(select(*columns).order_by(columns[0])).all()
    assert [tuple(row) for row in found] == [(1, 1, 3), (2, 3, 4), (3, 2, None)]


BEFORE = ROWS_AT["0013"]


def test_what_a_renewed_key_had_of_its_own_comes_under_the_first_one(empty: Store, empty_database_url: str) -> None:
    """Two notices of the first key, one of the second, which has named an address of its own."""
    keys = ((1, 2), (2, 1))
    notices = ((1, 1, 1), (2, 1, 2), (3, 2, 1))
    with _connected(empty_database_url) as connection:
        migrations.upgrade(connection, "0013")
        for own, last in keys:
            _insert(connection, "api_client", {**BEFORE["api_client"], "id": own, "key_hash": bytes([own]) * 32})
            _insert(connection, "notice_count", {"client_id": own, "last": last})
            _insert(connection, "webhook", {**BEFORE["webhook"], "client_id": own, "url": f"https://{own}.example/"})
        for number, own, place in notices:
            named = {"id": number, "notice_no": f"n-{number}", "client_id": own, "number": place}
            _insert(connection, "client_notice", {**BEFORE["client_notice"], **named})
    empty.migrate()
    with empty.read() as uow:
        kept = tables.metadata.tables["client_notice"].c
        columns = (kept.id, kept.client_id, kept.number)
        found = uow.transaction.connection.execute(select(*columns).order_by(kept.id)).all()
        assert [tuple(row) for row in found] == [(1, 1, 1), (2, 1, 2), (3, 1, 3)]
        renewed = uow.notices.webhook(2)
        assert renewed is not None
        assert renewed.url == "https://2.example/"
