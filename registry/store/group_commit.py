"""Make acts durable before they are answered: together on SQLite, one by one on PostgreSQL.

A SQLite file takes one writer at a time and each commit costs a flush to disk. One writer thread per process
therefore gathers what waits and commits it as one transaction, each waiting for its own commit. Two processes that
fight for the file starve each other, so a lock between processes is held round the commit. PostgreSQL groups
commits itself; there each act commits in its own thread. docs/decisions/0004-serving-and-durability.md has the figures.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from registry.errors import RegistryError, UnavailableError

if TYPE_CHECKING:
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork

Act = TypeVar("Act")
Apply = Callable[["UnitOfWork", Sequence[Act]], None]

_MOST_TOGETHER = 256
LONGEST_WAIT_SECONDS = 10.0
"""How long an act waits for the store. A client that gives up earlier would not learn that it was refused."""


@dataclass(slots=True)
class _Waiting(Generic[Act]):
    act: Act
    done: Future[None] = field(default_factory=Future)

    def begun(self) -> bool:
        """Say whether the act is being written, from now on if not already; False where its asker has given up."""
        return not self.done.cancelled() and (self.done.running() or self.done.set_running_or_notify_cancel())


class GroupCommit(Generic[Act]):
    """Writes acts through `apply`; `commit` returns once the act is durable, and raises where it is not.

    `apply` writes a whole group in one transaction. Where a group fails, its acts are written one by one, so that
    one that cannot be written (an idempotency claim that was taken over) fails alone.
    """

    def __init__(self, store: Store, apply: Apply[Act]) -> None:
        self._store = store
        self._apply = apply
        self._waiting: queue.SimpleQueue[_Waiting[Act]] = queue.SimpleQueue()
        self._start_lock = threading.Lock()
        self._writer_of: int | None = None

    def commit(self, act: Act, patience: float | None = None) -> None:
        """Return when the act is durable.

        Raises what `apply` raised for this act, and UnavailableError where the store did not take it within
        `patience` seconds (None: the longest wait); an act whose turn had not come by then is never written.
        """
        if not self._store.is_sqlite:
            with self._store.write(patience) as uow:
                self._apply(uow, [act])
            return
        self._ensure_writer()
        waiting = _Waiting(act)
        self._waiting.put(waiting)
        try:
            waiting.done.result(timeout=LONGEST_WAIT_SECONDS if patience is None else patience)
        except TimeoutError:
            waiting.done.cancel()
            raise UnavailableError("the store did not take the act in time") from None

    def _ensure_writer(self) -> None:
        if self._writer_of == os.getpid():
            return
        with self._start_lock:
            if self._writer_of != os.getpid():
                threading.Thread(target=self._run, name="group-commit", daemon=True).start()
                self._writer_of = os.getpid()

    def _run(self) -> None:
        group: list[_Waiting[Act]] = []
        try:
            while True:
                group = self._gather()
                self._settle(group)
        finally:  # a fault nobody foresaw: those who wait are told, and the next act starts a new writer
            self._writer_of = None
            self._finish([waiting for waiting in group if not waiting.done.done()], UnavailableError("writer ended"))

    def _gather(self) -> list[_Waiting[Act]]:
        group = [self._waiting.get()]
        while len(group) < _MOST_TOGETHER:
            try:
                group.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return group

    def _settle(self, group: list[_Waiting[Act]]) -> None:
        failure = self._attempt(group)
        if failure is not None and len(group) > 1 and not isinstance(failure, UnavailableError):
            for waiting in group:
                self._finish([waiting], self._attempt([waiting]))
            return
        self._finish(group, failure)

    def _attempt(self, group: Sequence[_Waiting[Act]]) -> RegistryError | None:
        try:
            with self._store.write() as uow:
                self._apply(uow, [waiting.act for waiting in group if waiting.begun()])
        except RegistryError as failure:
            return failure
        return None

    @staticmethod
    def _finish(group: Sequence[_Waiting[Act]], failure: RegistryError | None) -> None:
        for waiting in group:
            if not waiting.begun():
                continue
            if failure is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(failure)
