"""How the body of a request is received: whole and within its size, and never so that it holds everybody else up.

A worker has few threads, and a body that stalls holds one for as long as its sender keeps the line open: the server
(granian) neither limits the time of a body nor lets a read be given up. So only some of a worker's threads may be
receiving at once, of one caller fewer; whoever finds no place waits while one may still come free, and is then told
to try again. A reverse proxy that buffers bodies keeps stalled ones away altogether (docs/runbooks/reverse-proxy.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from registry.errors import UnavailableError

MOST_AT_ONCE = 12
"""Of the sixteen requests a worker works on at once (api/rest/waiting_line.py); the others are left for answers."""

MOST_OF_ONE = 6
"""Of one caller, so that two that stall do not shut out a third."""

STALLED_SECONDS = 1.0
"""A body that takes longer counts as stalled: nobody waits for its place. Nearly all come with their request."""

_PART = 1 << 16


@dataclass(slots=True, eq=False)
class _Receiving:
    caller: int
    since: float


class Reception:
    """The places where one process's requests receive their bodies."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken: list[_Receiving] = []

    @contextmanager
    def place(self, caller: int) -> Iterator[None]:
        """Hold a place for the block; raises UnavailableError where those in the way have stalled."""
        with self._changed:
            while in_the_way := self._in_the_way(caller):
                patience = max(other.since for other in in_the_way) + STALLED_SECONDS - time.monotonic()
                if patience <= 0:
                    raise UnavailableError("bodies of other requests have stalled")
                self._changed.wait(patience)
            mine = _Receiving(caller, time.monotonic())
            self._taken.append(mine)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(mine)
                self._changed.notify()

    def _in_the_way(self, caller: int) -> list[_Receiving]:
        """Return those of whom one must leave before there is a place; none where there is one."""
        own = [other for other in self._taken if other.caller == caller]
        if len(own) >= MOST_OF_ONE:
            return own
        return list(self._taken) if len(self._taken) >= MOST_AT_ONCE else []


def received(caller: int) -> bytes:
    """Return the body of this request.

    Raises 413 where it is larger than `request.max_content_length`, whether or not its length was stated, and
    UnavailableError where there is no place to receive it.
    """
    most = request.max_content_length or 0
    stated = request.content_length
    if stated is not None and stated > most:
        raise RequestEntityTooLarge
    reception = cast("Reception", current_app.extensions["reception"])
    with reception.place(caller):
        # One byte more than may be, so that too much is seen.
        body = _read(request.environ["wsgi.input"].read, most + 1 if stated is None else stated)
    if len(body) > most:
        raise RequestEntityTooLarge
    return body


def _read(read: Callable[[int], bytes], length: int) -> bytes:
    body = bytearray()
    while len(body) < length and (part := read(min(_PART, length - len(body)))):
        body += part
    return bytes(body)
