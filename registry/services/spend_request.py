"""Spend what a request uses up, in the commit that answers it: its client's rate, and the nonce it was signed with.

Counted in the store and in the same transaction as the decision, a rate holds exactly across any number of workers, and
a signed request is answered once.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from registry.errors import FieldFault, RateExceededError, RegistryError, SignatureRefusedError
from registry.store.client_repository import Client, seconds_left

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Nonce:
    """The digest of a signed request's nonce, and until when the request could be sent again."""

    digest: bytes
    until: datetime.datetime


@dataclass(frozen=True, slots=True)
class Spending:
    """What one request uses up: so many of its client's requests a minute (None: without limit), and its nonce."""

    client_id: int
    per_minute: int | None
    requests: int = 1
    nonce: Nonce | None = None

    def counting(self, requests: int) -> Spending:
        """Return the same for a batch of so many requests."""
        return replace(self, requests=requests)

    def refusal(self, uow: UnitOfWork) -> RegistryError | None:
        """Spend it in this transaction; return why the request may not be answered, None where it may.

        A request refused for its rate is not counted: the next minute begins with none.
        """
        if self.nonce is not None and not uow.clients.use_nonce(self.client_id, self.nonce.digest, self.nonce.until):
            return SignatureRefusedError([FieldFault("Signature-Input", "nonce_used", "this nonce was used before")])
        if self.per_minute is None or uow.clients.count(self.client_id, self.requests) <= self.per_minute:
            return None
        uow.clients.count(self.client_id, -self.requests)
        return RateExceededError(seconds_left(uow.transaction.now()))


def spending_of(client: Client, nonce: Nonce | None = None) -> Spending | None:
    """Return what a request of this client uses up; None where it is neither limited nor signed."""
    if client.rate is None and nonce is None:
        return None
    return Spending(client.id, None if client.rate is None else client.rate.per_minute, nonce=nonce)


def require_room(client: Client, requests: int, now: datetime.datetime) -> None:
    """Raise RateExceededError where this minute has no room for so many requests, as far as is known."""
    if client.rate is not None and requests > client.rate.left(now):
        raise RateExceededError(seconds_left(now))
