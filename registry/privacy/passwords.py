"""Passwords of people: kept as argon2id hashes (RFC 9106) and compared so that nothing is learned from the time."""

from __future__ import annotations

import functools
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB: Final = 65_536
PASSES: Final = 3
AT_ONCE: Final = 2
"""Hashes one process works out at a time: each takes 64 MiB, and sign-ins must not take the machine from the checks."""

_turn: Final = threading.BoundedSemaphore(AT_ONCE)


@functools.cache
def _hasher() -> PasswordHasher:
    """Return the hasher; RFC 9106 section 4, second recommended option, with one lane instead of four."""
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)


@functools.cache
def _nobodys() -> str:
    """Return the hash that stands in for an account that is not there, so that looking takes as long."""
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return what is kept of a password: algorithm, costs, a salt of its own, and the hash."""
    with _turn:
        return _hasher().hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Say whether a password is the one that was kept; None, for nobody, never fits and takes as long to say."""
    with _turn:
        try:
            found = _hasher().verify(kept or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return found and kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made with other costs than are used now."""
    return _hasher().check_needs_rehash(kept)
