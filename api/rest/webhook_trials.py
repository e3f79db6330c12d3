"""How many trial events a process sends at a time, outside of the line that checks stand in.

A trial calls an address that a client names and may take as long as that address likes: it holds up nobody's check,
and no client can take more than one of the few places.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from flask import Flask, current_app

from api.rest.waiting_line import step_out
from registry.errors import RateExceededError

AT_ONCE: Final = 2
"""Trials a process sends at a time, whoever asks."""

RETRY_AFTER_SECONDS: Final = 6
"""A second more than an address has to answer."""


class Trials:
    """The clients whose addresses are being tried."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._under_way: Final = set[int]()

    @contextmanager
    def one(self, client_id: int) -> Iterator[None]:
        """Hold one place; RateExceededError where this client has one, or no place is free."""
        with self._lock:
            if client_id in self._under_way or len(self._under_way) >= AT_ONCE:
                raise RateExceededError(RETRY_AFTER_SECONDS)
            self._under_way.add(client_id)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(client_id)


@contextmanager
def trial(client_id: int) -> Iterator[None]:
    """Hold a place to try this client's address; the turn among the checks goes to whoever waits for it."""
    with cast("Trials", current_app.extensions["webhook_trials"]).one(client_id):
        step_out()
        yield


def register(app: Flask) -> None:
    """Give this application its places."""
    app.extensions["webhook_trials"] = Trials()
