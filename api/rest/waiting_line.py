"""How many requests a worker works on at once, how many may wait, and that the others are told so at once.

Load beyond what a machine bears must not make everybody wait until nobody is answered: whoever finds the line full,
or has stood in it too long, is refused (503, `Retry-After`), and who is let in is answered as ever. Health and metrics
do not stand in the line, so that a busy worker is not taken for a dead one.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Final, cast

from flask import Flask, current_app, g, request

from registry.errors import OverloadedError

AT_ONCE: Final = 16
"""Requests a worker works on at a time; a small number makes small groups of commits (decision 0004)."""

MOST_WAITING: Final = 96
"""Requests that may wait for one of those to end: a quarter of a second at 400 checks a second."""

PATIENCE_SECONDS: Final = 3.0
"""How long one may wait. With the ten seconds of the store it is less than the fifteen a client is told to wait."""

REFUSING: Final = 16
"""Threads left over to refuse the others, and to say that the worker lives."""

_OUTSIDE: Final = frozenset({"health", "metrics", "openapi", "documentation"})


class WaitingLine:
    """Turns to work, given in the order of asking."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._lock: Final = threading.Lock()
        self._free = at_once
        self._most: Final = waiting
        self._patience: Final = patience_seconds
        self._line: Final[deque[threading.Lock]] = deque()

    def enter(self) -> None:
        """Take a turn, waiting for one where there is room to wait; OverloadedError where there is not."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._line) >= self._most:
                raise OverloadedError("too many requests are waiting")
            place = threading.Lock()
            place.acquire()
            self._line.append(place)
        if not place.acquire(timeout=self._patience):
            self._give_up(place)

    def leave(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._lock:
            if self._line:
                self._line.popleft().release()
            else:
                self._free += 1

    def _give_up(self, place: threading.Lock) -> None:
        """Step out of the line, unless the turn was handed over at this very moment."""
        with self._lock:
            if place in self._line:
                self._line.remove(place)
                raise OverloadedError("the request has waited too long")


def _enter() -> None:
    if request.blueprint not in _OUTSIDE:
        _line().enter()
        g.in_turn = True


def step_out() -> None:
    """Hand this request's turn to whoever waits: what follows waits for somebody outside of this process."""
    if g.pop("in_turn", False):
        _line().leave()


def _leave(_failure: BaseException | None) -> None:
    step_out()


def _line() -> WaitingLine:
    return cast("WaitingLine", current_app.extensions["waiting_line"])


def register(app: Flask) -> None:
    """Let every request of this application that does work stand in one line."""
    app.extensions["waiting_line"] = WaitingLine()
    app.before_request(_enter)
    app.teardown_request(_leave)
