"""Systems that may call, known by the hash of their key.

A key is 256 bits of randomness, so its plain SHA-256 tells nothing; the key itself is never stored.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from registry.store.tables import api_client
from registry.store.transaction import Transaction


class ClientRole(StrEnum):
    """What kind of body a calling system belongs to; the REST door's table says what each may do."""

    LICENSING = "licensing"
    COURT = "court"
    PROVINCE = "province"
    REGULATOR = "regulator"


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may call: who it is, in which region it works (None: any), until when and in what role."""

    id: int
    name: str
    region: str | None
    role: ClientRole
    expires_at: datetime.datetime | None
    disabled_at: datetime.datetime | None

    @property
    def actor(self) -> str:
        """Return how the ledger names this client."""
        return f"client:{self.id}"

    def admitted(self, now: datetime.datetime) -> bool:
        """Say whether the client may call at an instant: neither disabled nor expired."""
        if self.disabled_at is not None and now >= self.disabled_at:
            return False
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client about to be stored, with the hash and hint of its key."""

    name: str
    region: str | None
    role: ClientRole
    key_hash: bytes
    key_hint: str
    expires_at: datetime.datetime | None = None


_BY_KEY: Final = select(
    api_client.c.id,
    api_client.c.name,
    api_client.c.region,
    api_client.c.role,
    api_client.c.expires_at,
    api_client.c.disabled_at,
).where(api_client.c.key_hash == bindparam("key_hash"))


class ClientRepository:
    """Finds and adds the systems that may call."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def by_key_hash(self, key_hash: bytes) -> Client | None:
        """Return the client a key belongs to, disabled and expired ones too."""
        row = self._transaction.connection.execute(_BY_KEY, {"key_hash": key_hash}).first()
        if row is None:
            return None
        return Client(row[0], row[1], row[2], ClientRole(row[3]), row[4], row[5])

    def add(self, client: NewClient) -> int:
        """Store a new client and return its number."""
        values = {
            "name": client.name,
            "region": client.region,
            "role": client.role.value,
            "key_hash": client.key_hash,
            "key_hint": client.key_hint,
            "created_at": self._transaction.now(),
            "expires_at": client.expires_at,
        }
        inserted = self._transaction.connection.execute(insert(api_client).values(values).returning(api_client.c.id))
        return int(inserted.scalar_one())

    def disable(self, name: str) -> list[int]:
        """Disable every client of that name as of now; return the numbers of those that could still call."""
        now = self._transaction.now()
        still = update(api_client).where(api_client.c.name == name, api_client.c.disabled_at.is_(None))
        disabled = self._transaction.connection.execute(still.values(disabled_at=now).returning(api_client.c.id))
        return [int(number) for number in disabled.scalars()]
