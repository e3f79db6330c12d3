"""How many of the console's requests a worker works on at once: people never take the threads that checks need."""

from __future__ import annotations

import threading
from typing import Final, cast

from flask import Flask, current_app, g

from registry.errors import OverloadedError

AT_ONCE: Final = 8
MOST_WAITING: Final = 16
PATIENCE_SECONDS: Final = 5.0
THREADS: Final = AT_ONCE + MOST_WAITING


class Turns:
    """Places to work in, and places to wait for one."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._all: Final = threading.BoundedSemaphore(at_once + waiting)
        self._working: Final = threading.BoundedSemaphore(at_once)
        self._patience: Final = patience_seconds

    def enter(self) -> None:
        """Take a turn; OverloadedError where too many wait already, or it does not come in time."""
        if not self._all.acquire(blocking=False):
            raise OverloadedError("too many requests are waiting")
        if not self._working.acquire(timeout=self._patience):
            self._all.release()
            raise OverloadedError("the request has waited too long")

    def leave(self) -> None:
        """Give the turn back."""
        self._working.release()
        self._all.release()


def _enter() -> None:
    cast("Turns", current_app.extensions["turns"]).enter()
    g.in_turn = True


def _leave(_failure: BaseException | None) -> None:
    if g.pop("in_turn", False):
        cast("Turns", current_app.extensions["turns"]).leave()


def register(app: Flask) -> None:
    """Let every request of the console take a turn."""
    app.extensions["turns"] = Turns()
    app.before_request(_enter)
    app.teardown_request(_leave)
