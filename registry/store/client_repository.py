"""Systems that may call, known by the hash of their key.

A key is 256 bits of randomness, so its plain SHA-256 tells nothing; the key itself is never stored.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import String, bindparam, case, cast, delete, exists, insert, literal_column, select, tuple_, update

from registry.store.log_tables import alarm
from registry.store.system_keys import first_key
from registry.store.tables import api_client, client_minute, request_nonce
from registry.store.transaction import Transaction
from registry.store.upsert import upsert


class ClientRole(StrEnum):
    """What kind of body a calling system belongs to; the REST door's table says what each may do."""

    LICENSING = "licensing"
    COURT = "court"
    PROVINCE = "province"
    REGULATOR = "regulator"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a minute a client may make, and how many were counted in a minute (since 1970)."""

    per_minute: int
    minute: int = 0
    counted: int = 0

    def left(self, now: datetime.datetime) -> int:
        """Return how many more requests this minute has room for."""
        counted = self.counted if self.minute == minute_of(now) else 0
        return max(0, self.per_minute - counted)


def minute_of(now: datetime.datetime) -> int:
    """Return the number of whole minutes since 1970."""
    return int(now.timestamp()) // 60


def seconds_left(now: datetime.datetime) -> int:
    """Return the seconds until the next minute begins, from 1 to 60."""
    return 60 - int(now.timestamp()) % 60


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may call: who it is, in which region it works (None: any), until when and in what role.

    `purposes` are those it may ask for (None: any), `rate` how often it may ask (None: without limit), `signing_key`
    the Ed25519 public key (32 bytes) its requests must be signed with (None: a bearer key is enough). `flagged`: an
    alarm says that it seems to fish, and nobody has cleared it.
    """

    id: int
    name: str
    region: str | None
    role: ClientRole
    expires_at: datetime.datetime | None
    disabled_at: datetime.datetime | None
    purposes: frozenset[str] | None = None
    rate: Rate | None = None
    signing_key: bytes | None = None
    flagged: bool = False

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
    purposes: frozenset[str] | None = None
    rate_per_minute: int | None = None
    signing_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class ListedClient:
    """A client as an administrator sees it."""

    client: Client
    key_hint: str
    created_at: datetime.datetime


# Written out and not bound: the statement of every check has the key's hash as its one parameter.
_FLAGGED: Final = (
    exists()
    .where(
        alarm.c.kind == literal_column("'probing'"),
        alarm.c.subject == cast(api_client.c.id, String),
        alarm.c.cleared_at.is_(None),
    )
    .correlate(api_client)
    .label("flagged")
)

CLIENT_COLUMNS: Final = (
    api_client.c.id,
    api_client.c.name,
    api_client.c.region,
    api_client.c.role,
    api_client.c.expires_at,
    api_client.c.disabled_at,
    api_client.c.purposes,
    api_client.c.rate_per_minute,
    api_client.c.signing_key,
    client_minute.c.minute,
    client_minute.c.requests,
    _FLAGGED,
)
"""What `client_of` reads a client from, in this order; `WITH_MINUTE` joins the tables."""

WITH_MINUTE: Final = api_client.outerjoin(client_minute, client_minute.c.client_id == api_client.c.id)

_BY_KEY: Final = select(*CLIENT_COLUMNS).select_from(WITH_MINUTE).where(api_client.c.key_hash == bindparam("key_hash"))
_BY_ID: Final = select(*CLIENT_COLUMNS).select_from(WITH_MINUTE).where(api_client.c.id == bindparam("id"))


def client_of(row: Sequence[Any]) -> Client:
    """Return the client that a row of `CLIENT_COLUMNS` describes."""
    number, name, region, role, expires_at, disabled_at, purposes, per_minute, key, minute, requests, flagged = row
    rate = None if per_minute is None else Rate(per_minute, minute or 0, requests or 0)
    allowed = None if purposes is None else frozenset(purposes)
    return Client(number, name, region, ClientRole(role), expires_at, disabled_at, allowed, rate, key, bool(flagged))


class ClientRepository:
    """Finds and adds the systems that may call."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def by_key_hash(self, key_hash: bytes) -> Client | None:
        """Return the client a key belongs to, disabled and expired ones too."""
        row = self._transaction.connection.execute(_BY_KEY, {"key_hash": key_hash}).first()
        return None if row is None else client_of(row)

    def by_id(self, number: int) -> Client | None:
        """Return the client of a number, disabled and expired ones too."""
        row = self._transaction.connection.execute(_BY_ID, {"id": number}).first()
        return None if row is None else client_of(row)

    def are_one_system(self, one: int, other: int) -> bool:
        """Say whether two keys are one system's: the later one renewed the other."""
        return first_key(self._transaction.connection, one) == first_key(self._transaction.connection, other)

    def listed(self) -> list[ListedClient]:
        """Return every client ever added, in the order of their numbers."""
        query = select(*CLIENT_COLUMNS, api_client.c.key_hint, api_client.c.created_at)
        rows = self._transaction.connection.execute(query.select_from(WITH_MINUTE).order_by(api_client.c.id))
        return [ListedClient(client_of(row[:-2]), row[-2], row[-1]) for row in rows]

    def count(self, client: int, requests: int) -> int:
        """Count requests of a client in the minute that is running; return how many were counted in it so far.

        The row is locked until the transaction ends, so that processes count one after the other.
        """
        minute = minute_of(self._transaction.now())
        table = client_minute.c
        add = upsert(self._transaction.connection, client_minute)
        add = add.values(client_id=client, minute=minute, requests=requests)
        same = table.minute == add.excluded.minute
        counted = case((same, table.requests + add.excluded.requests), else_=add.excluded.requests)
        add = add.on_conflict_do_update(
            index_elements=[table.client_id], set_={"minute": add.excluded.minute, "requests": counted}
        )
        return int(self._transaction.connection.execute(add.returning(table.requests)).scalar_one())

    def use_nonce(self, client: int, digest: bytes, until: datetime.datetime) -> bool:
        """Keep a nonce until its request would be too old; return whether it is new. Those out of date are dropped."""
        here = self._transaction
        here.connection.execute(delete(request_nonce).where(request_nonce.c.until < here.now()))
        add = upsert(here.connection, request_nonce).values(client_id=client, nonce_digest=digest, until=until)
        added = add.on_conflict_do_nothing().returning(request_nonce.c.client_id)
        return here.connection.execute(added).first() is not None

    def erase_spent(self, before: datetime.datetime, most: int) -> int:
        """Erase nonces and counts of minutes that are older than an instant, at most so many of each."""
        nonce, count = request_nonce.c, client_minute.c
        nonces = select(nonce.client_id, nonce.nonce_digest).where(nonce.until < before).limit(most)
        counts = select(count.client_id).where(count.minute < minute_of(before)).limit(most)
        erased = (
            delete(request_nonce).where(tuple_(nonce.client_id, nonce.nonce_digest).in_(nonces)),
            delete(client_minute).where(count.client_id.in_(counts)),
        )
        return sum(self._transaction.connection.execute(each).rowcount for each in erased)

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
            "purposes": sorted(client.purposes) if client.purposes is not None else None,
            "rate_per_minute": client.rate_per_minute,
            "signing_key": client.signing_key,
        }
        inserted = self._transaction.connection.execute(insert(api_client).values(values).returning(api_client.c.id))
        return int(inserted.scalar_one())

    def flagged_of(self, name: str) -> list[int]:
        """Return the numbers of the clients of that name that are flagged, disabled ones too."""
        query = select(api_client.c.id).where(api_client.c.name == name, _FLAGGED.element).order_by(api_client.c.id)
        return [int(number) for number in self._transaction.connection.execute(query).scalars()]

    def disable(self, name: str) -> list[int]:
        """Disable every client of that name as of now; return the numbers of those that could still call."""
        now = self._transaction.now()
        still = update(api_client).where(api_client.c.name == name, api_client.c.disabled_at.is_(None))
        disabled = self._transaction.connection.execute(still.values(disabled_at=now).returning(api_client.c.id))
        return [int(number) for number in disabled.scalars()]
