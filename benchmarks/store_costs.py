"""What the store costs: sealing and opening, a million rows at start-up, a read, a commit, and waiting for one's turn.

Run: python -m benchmarks.store_costs. SQLite in a temporary directory; prints one line per figure.
"""

from __future__ import annotations

import datetime
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, select, update

from registry.ledger.events import EventKind
from registry.privacy.envelope import RecordCipher
from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.privacy.keyring import Keyring
from registry.settings import CipherName
from registry.store.engine import Store, open_store
from registry.store.tables import list_head, list_record, listed_identity, listed_subject
from registry.store.unit_of_work import UnitOfWork

SEALED = {
    "name_enc": "欧阳测试",
    "other_names_enc": "曾用名:王小军",
    "id_number_enc": "339900197501011234",
    "birth_enc": "1975-01-01",
}
ROWS = 100_000
BATCH = 10_000
SECONDS = 4.0


def main() -> None:
    """Print every figure."""
    for cipher in CipherName:
        _sealing(cipher)
        _start_up(cipher)
    _transactions()
    for queued in (False, True):
        _writers(queued=queued)


def _per_call(act: Callable[[], object], calls: int) -> float:
    """Return microseconds per call, the best of three runs."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(calls):
            act()
        best = min(best, time.perf_counter() - began)
    return best / calls * 1e6


def _sealing(name: CipherName) -> None:
    keyring = Keyring.generate(name)
    cipher, index = RecordCipher(keyring, name), KeyedIndex(keyring)
    record = cipher.new_record("listed_identity", 12_345)
    sealed = record.seal("id_number_enc", SEALED["id_number_enc"])
    acts: dict[str, Callable[[], object]] = {
        "new record key": lambda: cipher.new_record("listed_identity", 12_345),
        "unwrap record key": lambda: cipher.open_record("listed_identity", 12_345, record.wrapped),
        "seal a column": lambda: record.seal("id_number_enc", SEALED["id_number_enc"]),
        "open a column": lambda: record.open("id_number_enc", sealed),
        "index value": lambda: index.index(IndexPurpose.ID_NUMBER, SEALED["id_number_enc"]),
    }
    for label, act in acts.items():
        print(f"{name}: {label} {_per_call(act, 20_000):.2f} µs")


def _start_up(name: CipherName) -> None:
    """Write and then open identities with four sealed columns each."""
    with tempfile.TemporaryDirectory() as directory:
        store = _store(Path(directory), Keyring.generate(name), name)
        began = time.perf_counter()
        with store.write() as uow:
            _one_record(uow)
            for _ in range(0, ROWS, BATCH):
                uow.transaction.connection.execute(insert(listed_identity), _identities(uow))
        written = time.perf_counter()
        with store.read() as uow:
            _open_all(uow)
        opened = time.perf_counter()
        store.close()
    each = 1e6 / ROWS
    print(f"{name}: seal and insert a row {(written - began) * each:.1f} µs")
    print(f"{name}: read and open a row {(opened - written) * each:.1f} µs")


def _store(directory: Path, keyring: Keyring, cipher: CipherName = CipherName.AES_256_GCM) -> Store:
    store = open_store(f"sqlite:///{directory / 'store.sqlite3'}", keyring, cipher=cipher)
    store.migrate()
    return store


def _one_record(uow: UnitOfWork) -> None:
    connection = uow.transaction.connection
    connection.execute(insert(listed_subject), {"id": 1, "ban_no": "b", "kind": "person", "created_version": 1})
    record = {
        "id": 1, "source_region": "33", "record_no": "r", "version": 1, "kind": "conviction", "state": "active",
        "outcome": "in_force", "data_key": b"", "payload": b"", "content_digest": b"",
        "received_at": datetime.datetime.now(datetime.UTC),
    }  # fmt: skip
    connection.execute(insert(list_record), record)


def _identities(uow: UnitOfWork) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in uow.new_ids(listed_identity, BATCH):
        record = uow.cipher.new_record("listed_identity", number)
        row: dict[str, object] = {column: record.seal(column, text) for column, text in SEALED.items()}
        index = uow.keyed_index.index(IndexPurpose.ID_NUMBER, str(number))
        rows.append(
            row | {"id": number, "subject_id": 1, "record_id": 1, "data_key": record.wrapped, "id_index": index}
        )
    return rows


def _open_all(uow: UnitOfWork) -> None:
    columns = [listed_identity.c[name] for name in ("id", "data_key", *SEALED)]
    connection = uow.transaction.connection.execution_options(yield_per=5_000)
    for number, wrapped, *values in connection.execute(select(*columns)):
        record = uow.cipher.open_record("listed_identity", number, wrapped)
        for column, value in zip(SEALED, values, strict=True):
            record.open(column, value)


def _transactions() -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = _store(Path(directory), Keyring.generate())
        print(f"read the list version {_per_call(lambda: _read(store), 2_000):.0f} µs")
        print(f"commit one ledger entry {_per_call(lambda: _record(store), 500):.0f} µs")
        store.close()


def _read(store: Store) -> None:
    with store.read() as uow:
        uow.head.version()


def _record(store: Store) -> None:
    with store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c-1", "client_id": 1})


def _writers(*, queued: bool) -> None:
    """Two processes of four threads commit to one file; how long does the unluckiest wait?"""
    with tempfile.TemporaryDirectory() as directory:
        keyring = Keyring.generate()
        _store(Path(directory), keyring).close()
        results: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
        arguments = (directory, keyring, queued, results)
        processes = [multiprocessing.Process(target=_write_on, args=arguments) for _ in range(2)]
        for process in processes:
            process.start()
        waits = sorted(wait for _ in processes for wait in results.get())
        for process in processes:
            process.join()
    middle, late = waits[len(waits) // 2] * 1e3, waits[len(waits) * 99 // 100] * 1e3
    label = "in turn" if queued else "as SQLite lets them"
    print(
        f"2 x 4 writers, {label}: {len(waits) / SECONDS:.0f} commits/s,"
        f" median {middle:.1f} ms, p99 {late:.1f} ms, longest {waits[-1] * 1e3:.0f} ms"
    )


def _write_on(directory: str, keyring: Keyring, queued: bool, results: multiprocessing.Queue[list[float]]) -> None:
    store = open_store(f"sqlite:///{directory}/store.sqlite3", keyring)
    waits: list[float] = []
    end = time.monotonic() + SECONDS
    act = _advance if queued else _advance_unqueued

    def write() -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            act(store)
            waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    results.put(waits)


def _advance(store: Store) -> None:
    with store.write() as uow:
        uow.transaction.connection.execute(update(list_head).values(version=list_head.c.version + 1))


def _advance_unqueued(store: Store) -> None:
    """The same commit without the queue in front of the file."""
    with store._writers.begin() as connection:
        connection.execute(update(list_head).values(version=list_head.c.version + 1))


if __name__ == "__main__":
    main()
