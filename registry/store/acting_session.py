"""From which session of the console the acts of a request come: set by the door, noted beside each act's entry.

It is no part of the entry's leaf, which says who and what for ever: where somebody sat is forgotten with the session.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

_SESSION: Final[ContextVar[int | None]] = ContextVar("acting_session", default=None)


def acts_in(session_id: int | None) -> None:
    """Note whose session the acts of this thread's request come from; None: of no session."""
    _SESSION.set(session_id)


def acting_session() -> int | None:
    """Return the session acts come from at this moment, or None."""
    return _SESSION.get()
