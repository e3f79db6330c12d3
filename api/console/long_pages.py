"""Pages that work for long: one at a time in a process, so that checks keep their share of it.

A file of the trail, a decision made again and a rehearsal take seconds of a processor and a copy of the list in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from flask import Flask, current_app

from registry.errors import OverloadedError

PATIENCE_SECONDS: Final = 2.0


@contextmanager
def long_page() -> Iterator[None]:
    """Be the one long page of this process; OverloadedError where another does not end soon."""
    turn = cast("threading.Lock", current_app.extensions["long_page"])
    if not turn.acquire(timeout=PATIENCE_SECONDS):
        raise OverloadedError("another page that takes long is being made")
    try:
        yield
    finally:
        turn.release()


def register(app: Flask) -> None:
    """Give this application its one turn."""
    app.extensions["long_page"] = threading.Lock()
