"""Faults a register must survive without a wrong answer: each breaks one thing for the time of a `with` block.

What can be made real is made real (a locked file, a full file, backends of PostgreSQL terminated, a database that
takes no connections, changes that cannot be read); the rest is raised where the driver or the key provider would.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg
from flask import Flask
from sqlalchemy import Engine, event

from api.rest.app import create_app
from registry.errors import KeysMismatchError, KeysMissingError, UnavailableError
from registry.privacy.envelope import RecordCipher
from registry.privacy.keyed_index import KeyedIndex
from registry.services.check_applicants import CheckDesk
from registry.services.context import Services
from registry.services.give_receipt import ReceiptDesk
from registry.services.list_index import IndexView, ListIndex
from registry.services.load_index import ListedSubject, load_subjects
from registry.services.packed_bans import PackedBans
from registry.services.record_answers import Journal
from registry.store import group_commit
from registry.store.group_commit import GroupCommit
from registry.store.ledger_repository import LedgerRepository

SHORT = 0.15
"""Seconds a faulty store may hold a check up; minutes would pass otherwise. The product waits ten."""

_STATEMENTS_OF_A_CHECK = 14
_KINDS: tuple[type[Exception], ...] = (ZeroDivisionError, MemoryError, OSError, KeyError, RuntimeError, ValueError)


@dataclass(slots=True)
class Breakage:
    """What the driver is to do wrong next, and whether it waits for locks only shortly meanwhile."""

    hurried: bool = False
    fail_after: int | None = None
    with_what: Exception | None = None
    commit: str = ""
    full: bool = False
    at_statement: Callable[[], None] | None = None

    def statement(self) -> None:
        """Count one statement; at the chosen one, break."""
        if self.fail_after is None:
            return
        self.fail_after -= 1
        if self.fail_after >= 0:
            return
        if self.at_statement is not None:
            act, self.at_statement = self.at_statement, None
            act()
        if self.with_what is not None:
            raise self.with_what


@dataclass(slots=True)
class Target:
    """A register, its door, and the place where its driver can be broken."""

    services: Services
    app: Flask
    breakage: Breakage = field(default_factory=Breakage)

    @property
    def engine(self) -> Engine:
        """The engine beneath the store."""
        return self.services.store._engine

    @property
    def sqlite_file(self) -> Path:
        """The SQLite file."""
        return Path(self.engine.url.database or "")

    def admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection of the server's administrator, to another database than the register's."""
        url = self.engine.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        return psycopg.connect(url, autocommit=True)


def target_on(services: Services) -> Target:
    """Return a door on these services whose driver can be broken."""
    target = Target(services, create_app(services, ListIndex(None, services.model)))
    engine, breakage = target.engine, target.breakage
    for hook in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, hook, lambda *_: breakage.statement())
    event.listen(engine, "checkout", _ready(breakage, sqlite=services.store.is_sqlite))
    commit = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        if breakage.commit == "before":
            raise driver_error(engine)
        commit(connection)
        if breakage.commit == "after":
            raise driver_error(engine)

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]
    return target


def _ready(breakage: Breakage, *, sqlite: bool) -> Callable[..., None]:
    def ready(connection: Any, *_: object) -> None:
        wait = int(SHORT * 1000) if breakage.hurried else 10_000
        if not sqlite:
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = {wait}")
            connection.autocommit = False
            return
        connection.execute(f"PRAGMA busy_timeout = {wait}").close()
        connection.execute(f"PRAGMA max_page_count = {1 if breakage.full else 1 << 30}").close()

    return ready


def driver_error(engine: Engine, rng: Random | None = None) -> Exception:
    """Return what the driver raises when the database breaks."""
    rng = rng or Random(0)
    if engine.dialect.name == "sqlite":
        texts = ("disk I/O error", "database is locked", "database or disk is full", "unable to open database file")
        return rng.choice((sqlite3.OperationalError, sqlite3.DatabaseError))(rng.choice(texts))
    kinds = (psycopg.OperationalError, psycopg.errors.DiskFull, psycopg.errors.IoError, psycopg.InterfaceError)
    return rng.choice((*kinds, psycopg.errors.AdminShutdown, psycopg.errors.SerializationFailure))("injected")


Fault = Callable[[Target, Random], AbstractContextManager[None]]


@contextmanager
def statement_fails(target: Target, rng: Random) -> Iterator[None]:
    """Let every statement after the n-th fail, as where the disk or the server is gone."""
    target.breakage.fail_after = rng.randrange(_STATEMENTS_OF_A_CHECK)
    target.breakage.with_what = driver_error(target.engine, rng)
    yield


@contextmanager
def commit_fails(target: Target, rng: Random) -> Iterator[None]:
    """Let the commit fail; half of the time after it was done, as where the line breaks while it is confirmed."""
    target.breakage.commit = rng.choice(("before", "after"))
    yield


@contextmanager
def keys_fail(target: Target, rng: Random) -> Iterator[None]:
    """Let the key provider fail in the middle of its work."""
    kind, name = rng.choice(
        [(RecordCipher, "new_record"), (RecordCipher, "open_record"), (KeyedIndex, "index"), (KeyedIndex, "lookups")]
    )
    failure = rng.choice([KeysMissingError("gone"), KeysMismatchError("other"), OSError("token removed")])
    _forget_the_list(target, rng)
    with patch.object(kind, name, side_effect=failure):
        yield


@contextmanager
def index_fails(target: Target, rng: Random) -> Iterator[None]:
    """Let the list in memory fail: while it is caught up, searched, or asked for a ban."""
    kind, name = rng.choice([(ListIndex, "caught_up"), (IndexView, "search"), (PackedBans, "of")])
    failure = rng.choice([UnavailableError("in doubt"), rng.choice(_KINDS)("injected")])
    with patch.object(kind, name, side_effect=failure):
        yield


@contextmanager
def reading_the_list_breaks_off(target: Target, rng: Random) -> Iterator[None]:
    """Let the list be read anew and break off after some of the listed."""
    most = rng.randrange(4)

    def breaks_off(*asked: Any) -> Iterator[ListedSubject]:
        whole = load_subjects(*asked)
        yield from itertools.islice(whole, most)
        whole.close()  # type: ignore[attr-defined]
        raise UnavailableError("the store does not answer")

    target.app.extensions["desk"].index._list = None
    with patch("registry.services.list_index.load_subjects", breaks_off):
        yield


@contextmanager
def ledger_fails(target: Target, rng: Random) -> Iterator[None]:
    """Let no entry be appended to the ledger, or no receipt be signed."""
    failure = rng.choice([UnavailableError("ledger"), rng.choice(_KINDS)("injected")])
    place: tuple[object, str] = rng.choice([(LedgerRepository, "append"), (ReceiptDesk, "receipt")])
    with patch.object(*place, side_effect=failure):
        yield


@contextmanager
def log_is_in_doubt(target: Target, rng: Random) -> Iterator[None]:
    """Let the log be found other than it was signed."""
    store = target.services.store
    with store.write() as uow:
        uow.log.set_doubt(uow.transaction.now())
    try:
        yield
    finally:
        with store.write() as uow:
            uow.log.set_doubt(None)


@contextmanager
def keeping_fails(target: Target, rng: Random) -> Iterator[None]:
    """Let the program itself break between judgement and answer."""
    place: tuple[object, str] = rng.choice([(Journal, "keep"), (GroupCommit, "commit"), (GroupCommit, "_attempt")])
    with patch.object(*place, side_effect=rng.choice(_KINDS)("injected")):
        yield


@contextmanager
def store_is_locked(target: Target, rng: Random) -> Iterator[None]:
    """Let somebody else hold the store for writing."""
    if target.services.store.is_sqlite:
        with sqlite3.connect(target.sqlite_file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE").close()
            yield
            other.execute("ROLLBACK").close()
        other.close()
        return
    url = target.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE decision, ledger_entry, idempotency_key IN EXCLUSIVE MODE")
        yield
        holder.rollback()


@contextmanager
def store_is_full_or_gone(target: Target, rng: Random) -> Iterator[None]:
    """SQLite: its file may not grow. PostgreSQL: sessions are ended midway, or the database takes no connections."""
    if target.services.store.is_sqlite:
        target.breakage.full = True
        yield
        return
    if rng.random() < 0.5:
        target.breakage.fail_after = rng.randrange(_STATEMENTS_OF_A_CHECK)
        target.breakage.at_statement = lambda: end_sessions(target)
        yield
        return
    with closed_to_connections(target):
        yield


def end_sessions(target: Target) -> None:
    """End every session of the register's database from outside."""
    with target.admin() as admin:
        ended = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(ended, (target.engine.url.database,))


@contextmanager
def closed_to_connections(target: Target) -> Iterator[None]:
    """Let the server refuse every session of the register's database, as where it is stopped."""
    name = target.engine.url.database
    with target.admin() as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        end_sessions(target)
        yield
    finally:
        with target.admin() as admin:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def turn_is_held(target: Target, rng: Random) -> Iterator[None]:
    """Let a hung process hold the turn of SQLite's writers; on PostgreSQL, which has none, lock the store."""
    if not target.services.store.is_sqlite:
        with store_is_locked(target, rng):
            yield
        return
    file = target.sqlite_file
    descriptor = os.open(file.with_name(f"{file.name}-turn"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


QUICK: tuple[Fault, ...] = (
    statement_fails,
    commit_fails,
    keys_fail,
    index_fails,
    reading_the_list_breaks_off,
    ledger_fails,
    log_is_in_doubt,
    keeping_fails,
)
SLOW: tuple[Fault, ...] = (store_is_locked, store_is_full_or_gone, turn_is_held)
"""These take a wait or a new connection; they are drawn less often."""


@contextmanager
def broken(target: Target, fault: Fault, rng: Random) -> Iterator[None]:
    """Break the register in one way for the block, and mend it."""
    target.breakage.hurried = True
    try:
        with patch.object(group_commit, "LONGEST_WAIT_SECONDS", SHORT * 3), fault(target, rng):
            yield
    finally:
        _mend(target.breakage)


def _mend(breakage: Breakage) -> None:
    for each in fields(Breakage):
        setattr(breakage, each.name, each.default)


def _forget_the_list(target: Target, rng: Random) -> None:
    desk: CheckDesk = target.app.extensions["desk"]
    if rng.random() < 0.3:
        desk.index._list = None
