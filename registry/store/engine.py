"""The store: opens SQLite or PostgreSQL, hands out units of work, and says plainly when it cannot."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, exc, make_url

from registry.clock import Clock, SystemClock
from registry.errors import ConflictError, SettingsError, UnavailableError
from registry.ledger.events import EventKind
from registry.privacy.envelope import RecordCipher
from registry.privacy.keyed_index import KeyedIndex
from registry.privacy.keyring import Keyring
from registry.privacy.keys_at_hand import KeysAtHand, at_hand
from registry.settings import CipherName
from registry.store import key_turn, migrations
from registry.store.file_in_place import FileInPlace
from registry.store.postgresql_connection import ask as ask_postgresql
from registry.store.postgresql_connection import create_postgresql_engine, limit_waiting
from registry.store.sqlite_connection import WRITES, create_sqlite_engine
from registry.store.sqlite_connection import ask as ask_sqlite
from registry.store.standing import Standing, StandingQuery
from registry.store.transaction import RuleVersions, Transaction
from registry.store.unit_of_work import UnitOfWork
from registry.store.writer_turn import WriterTurn

# What the drivers raise when the database is away, busy too long, damaged or lacks a table. Their texts hold no values.
_SILENT: Final = (exc.DBAPIError, exc.TimeoutError, sqlite3.Error)


class Store:
    """One database of the register and the keys that open it.

    Readers see one snapshot, however long they read. Writers on SQLite come one at a time; on PostgreSQL they run
    side by side (read committed) and queue for the list only. `versions` are of the rules this process judges by.
    """

    def __init__(
        self, engine: Engine, keys: KeysAtHand, clock: Clock, cipher: CipherName, versions: RuleVersions
    ) -> None:
        self.is_sqlite: Final = engine.dialect.name == "sqlite"
        self.keys: Final = keys
        self.cipher: Final = RecordCipher(keys, cipher)
        self.keyed_index: Final = KeyedIndex(keys)
        self.clock: Final = clock
        self.versions = versions
        self._guard: Callable[[UnitOfWork], None] | None = None
        self._engine: Final = engine
        # Both share one pool; what differs is how a transaction begins.
        self._readers: Final = _readers(engine)
        self._writers: Final = engine.execution_options(**{WRITES: True})
        dialect = engine.dialect
        self._driver_error: Final = dialect.loaded_dbapi.Error
        self._standing: Final = StandingQuery(engine, ask_sqlite if self.is_sqlite else ask_postgresql)
        self._turn: Final = WriterTurn(Path(engine.url.database or "")) if self.is_sqlite else None
        self._file: Final = FileInPlace(Path(engine.url.database or "")) if self.is_sqlite else None

    @property
    def keyring(self) -> Keyring:
        """The keys as this process uses them now; a rotation exchanges them."""
        return self.keys.keyring

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a snapshot to read from; nothing can be written in it."""
        with _translated(), self._readers.begin() as connection, self._work(connection) as uow:
            self._require_in_place()
            yield uow

    @contextmanager
    def write(self, patience: float | None = None) -> Iterator[UnitOfWork]:
        """Open a transaction that is committed, durably, when the block ends, and leaves nothing if it raises.

        `patience`: seconds a statement may wait for another writer's lock on PostgreSQL; None for the usual.
        """
        with self._writer() as connection:
            if patience is not None and not self.is_sqlite:
                limit_waiting(connection, patience)
            self.keys.settle(key_turn.joined(connection))
            with self._work(connection) as uow:
                if self._guard is not None:
                    self._guard(uow)
                yield uow

    def guarded(self, guard: Callable[[UnitOfWork], None]) -> Store:
        """Return this store for somebody whose right to write may end: `guard` is asked in every writing transaction.

        What it raises leaves the transaction without a trace.
        """
        guarded = copy.copy(self)
        guarded._guard = guard
        return guarded

    @contextmanager
    def change_keys(self) -> Iterator[UnitOfWork]:
        """Open a transaction as `write` does, while no other transaction is writing: for exchanging keys alone."""
        with self._writer() as connection:
            self.keys.settle(key_turn.taken(connection))
            yield self._unit_of_work(connection)

    def standing(self, key_hash: bytes) -> Standing:
        """Return who a key belongs to and how far the list reaches, as of this instant (see registry.store.standing).

        Raises UnavailableError where the store does not answer.
        """
        with _translated(), self._driver_connection() as connection:
            self._require_in_place()
            return self._standing.of(connection, key_hash)

    def migrate(self, actor: str = "operator") -> tuple[str, str]:
        """Bring the tables to this program's revision and record it, or do nothing; return (before, after)."""
        with self._writer() as connection:
            before, after = migrations.upgrade(connection)
            if before != after:
                facts = {"from_revision": before, "to_revision": after}
                self._unit_of_work(connection).ledger.record(EventKind.STORE_MIGRATED, actor, facts)
        return before, after

    def require_current(self) -> None:
        """Raise UnavailableError unless the tables are of this program's revision."""
        with _translated(), self._readers.begin() as connection:
            migrations.require_current(connection)

    def is_sealed(self) -> bool:
        """Return whether keys were ever used with this store; a store without tables was never sealed."""
        with _translated(), self._readers.begin() as connection:
            return bool(migrations.current(connection)) and not self._unit_of_work(connection).key_check.is_empty()

    def require_keys(self) -> None:
        """Raise KeysMismatchError unless every key this store was sealed with is at hand and unaltered."""
        with self.read() as uow:
            self.keys.settle(uow.key_check.in_use())
            uow.key_check.require_fit(self.keyring)

    def close(self) -> None:
        """Close the pooled connections; a process that forks calls this first."""
        self._engine.dispose()

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        turn = self._turn.held() if self._turn else nullcontext()
        with turn, _translated(), self._writers.begin() as connection:
            self._require_in_place()
            yield connection

    def _require_in_place(self) -> None:
        if self._file is not None:
            self._file.require()

    @contextmanager
    def _driver_connection(self) -> Iterator[object]:
        """Lend the driver's own connection out of the pool; one that failed is closed and not lent again."""
        pooled = self._engine.raw_connection()
        try:
            yield pooled.driver_connection
        except self._driver_error as error:
            pooled.invalidate()
            raise UnavailableError("the store does not answer") from error
        finally:
            pooled.close()

    @contextmanager
    def _work(self, connection: Connection) -> Iterator[UnitOfWork]:
        uow = self._unit_of_work(connection)
        try:
            yield uow
        finally:
            uow.transaction.end_streams()

    def _unit_of_work(self, connection: Connection) -> UnitOfWork:
        return UnitOfWork(Transaction(connection, self.cipher, self.keyed_index, self.clock, self.versions))


def open_store(
    url: str,
    keyring: Keyring | KeysAtHand,
    *,
    clock: Clock | None = None,
    cipher: CipherName = CipherName.AES_256_GCM,
    versions: RuleVersions | None = None,
) -> Store:
    """Return the store at an address; nothing is connected yet. SettingsError where the address is none."""
    return Store(_engine(url), at_hand(keyring), clock or SystemClock(), cipher, versions or RuleVersions())


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise SettingsError("REGISTRY_DATABASE_URL is no database address") from None
    if parsed.get_backend_name() == "sqlite":
        return create_sqlite_engine(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return create_postgresql_engine(parsed)
    raise SettingsError("REGISTRY_DATABASE_URL must begin with sqlite:// or postgresql+psycopg://")


def _readers(engine: Engine) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into the register's; texts that could quote a value are left behind."""
    try:
        yield
    except exc.IntegrityError:
        # PostgreSQL's detail quotes the key that clashed.
        raise ConflictError("the store already holds this, or lacks what it refers to") from None
    except exc.DataError:
        raise ConflictError("a value does not fit its column") from None
    except _SILENT as error:
        raise UnavailableError("the store does not answer") from error
