"""The worker's heartbeat: a thread that renews the leases of the runs under way, over a connection of its own."""

from __future__ import annotations

import datetime
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

import structlog

from registry.errors import RegistryError
from registry.services.context import Services
from registry.store.engine import Store, open_store
from registry.store.lease_repository import LEASE, Lease

_PATIENCE: Final = 2.0
"""Seconds to wait for a lock before this renewal is given up; the next follows."""

_log = structlog.get_logger("jobs")


class Heartbeat:
    """Keeps leases of so long a span alive while their runs last; a process that is stopped or killed keeps none.

    It opens its own store, so that runs that hold every connection of the other do not stop it.
    """

    def __init__(self, services: Services, span: datetime.timedelta = LEASE) -> None:
        self.holder: Final = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.span: Final = span
        self._services: Final = services
        self._leases: Final = set[Lease]()
        self._lock: Final = threading.Lock()
        self._ended: Final = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, _failure: BaseException | None, _trace: TracebackType | None) -> None:
        """Stop beating."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    @contextmanager
    def keeping(self, lease: Lease) -> Iterator[None]:
        """Keep a lease alive during the block."""
        with self._lock:
            self._leases.add(lease)
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._leases.discard(lease)

    def _beat(self) -> None:
        services = self._services
        store = open_store(
            services.settings.database_url, services.store.keys, clock=services.clock, cipher=services.settings.cipher
        )
        try:
            while not self._ended.wait(self.span.total_seconds() / 4):
                self._renew(store)
        finally:
            store.close()

    def _renew(self, store: Store) -> None:
        with self._lock:
            leases = list(self._leases)
        if not leases:
            return
        try:
            with store.write(_PATIENCE) as uow:
                for lease in leases:
                    uow.leases.renew(lease, self.span)
        except RegistryError as failure:
            _log.warning("heartbeat", error=failure.code)
