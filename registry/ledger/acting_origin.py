"""Where the acts of a request come from and on whose behalf: set by the door, noted beside each act's entry.

It is no part of the entry's leaf, which says who and what for ever: a session's address is forgotten with the session,
a system's address and reference with what opens the entry.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """A session of the console, or a system's network address and the reference it states for who asked it."""

    session_id: int | None = None
    address: str | None = None
    behalf: str | None = None


NOWHERE: Final = Origin()
_ORIGIN: Final[ContextVar[Origin]] = ContextVar("acting_origin", default=NOWHERE)


def acts_from(origin: Origin) -> None:
    """Note where the acts of this thread's request come from."""
    _ORIGIN.set(origin)


def acting_origin() -> Origin:
    """Return where acts come from at this moment."""
    return _ORIGIN.get()
