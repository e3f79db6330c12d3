"""Whose body is received: callers whose key was good a moment ago need not be looked up again to upload.

Who is remembered here may upload and no more: every check admits its caller anew after the last byte.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import current_app, g

from api.rest.auth import admitted_to_check

if TYPE_CHECKING:
    from registry.services.context import Services

SECONDS = 5.0
"""How long a key withdrawn meanwhile may still upload what is then refused."""

_MOST = 10_000


class KnownCallers:
    """The keys that were admitted to one process's checks of late, by their hashes."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, float]] = {}

    def find(self, key_hash: bytes) -> int | None:
        """Return the number of the client that showed a key a moment ago; None where nobody did."""
        client, until = self._known.get(key_hash, (None, 0.0))
        return client if time.monotonic() < until else None

    def remember(self, key_hash: bytes, client: int) -> None:
        """Keep in mind that a key was admitted just now."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key_hash] = client, time.monotonic() + SECONDS


def may_upload(services: Services, key_hash: bytes) -> int:
    """Return the number of the client that a body is received from; raises as `auth.admit` does."""
    known: KnownCallers = current_app.extensions["known_callers"]
    client = known.find(key_hash)
    if client is None:
        client = admitted_to_check(services, services.store.standing(key_hash).client).id
        known.remember(key_hash, client)
    g.client_id = client
    return client
