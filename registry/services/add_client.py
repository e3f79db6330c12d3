"""Admit a system that may call: its key is made here, shown once and stored only as a hash."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.errors import FieldFault, InvalidInputError
from registry.law.roles import Purpose, Region
from registry.ledger.events import EventKind
from registry.store.client_repository import ClientRole, NewClient

if TYPE_CHECKING:
    from registry.services.context import Services

_KEY_BYTES = 32
_HINT = 4
_PREFIX = "fbr_"
_PURPOSES = frozenset(purpose.value for purpose in Purpose)


@dataclass(frozen=True, slots=True)
class AddedClient:
    """A new client and its key, which nobody can show again."""

    id: int
    key: str
    key_hint: str


def hash_key(key: str) -> bytes:
    """Return what is stored of a key: SHA-256; the key has 256 random bits, so nothing can be tried out."""
    return hashlib.sha256(key.encode()).digest()


@dataclass(frozen=True, slots=True)
class Limits:
    """What limits a client (None: nothing).

    `purposes` are those it may ask for, `rate_per_minute` how many requests a minute it may make, `expires_at` until
    when its key is good, `signing_key` the Ed25519 public key (32 bytes) its requests must be signed with.
    """

    purposes: frozenset[str] | None = None
    rate_per_minute: int | None = None
    expires_at: datetime.datetime | None = None
    signing_key: bytes | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A client that is to be added: its name, what kind of body it is, where it works, and what limits it."""

    name: str
    role: ClientRole
    region: str | None
    limits: Limits = UNLIMITED


def add_client(services: Services, name: str, role: ClientRole, region: str | None, actor: str) -> AddedClient:
    """Add a client that nothing limits but its role and region; raises as `add_limited_client` does."""
    return add_limited_client(services, Wanted(name, role, region), actor)


def add_limited_client(services: Services, wanted: Wanted, actor: str) -> AddedClient:
    """Store a new client and return its key, for the one time it can be shown.

    Raises InvalidInputError where the name is blank, the region none of the four, a purpose unknown, the rate or the
    expiry one that lets nothing through, or the signing key none; only a regulator may be without a region.
    """
    name, role, region = wanted.name, wanted.role, wanted.region
    faults = [*_faults(name, role, region), *_faults_of_limits(wanted.limits, services.clock.now())]
    if faults:
        raise InvalidInputError(faults)
    key = _PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    client = NewClient(name.strip(), region, role, hash_key(key), key[-_HINT:], **_limiting(wanted.limits))
    with services.store.write() as uow:
        number = uow.clients.add(client)
        uow.ledger.record(EventKind.CLIENT_ADDED, actor, _facts(number, client))
    return AddedClient(number, key, client.key_hint)


def _limiting(limits: Limits) -> dict[str, Any]:
    return {each.name: getattr(limits, each.name) for each in fields(limits)}


def _facts(number: int, client: NewClient) -> dict[str, str | int]:
    return {
        "client_id": number,
        "region": client.region or "",
        "role": client.role.value,
        "purposes": " ".join(sorted(client.purposes or ())),
        "rate_per_minute": client.rate_per_minute or 0,
        "expires_at": client.expires_at.isoformat() if client.expires_at else "",
        "signs": int(client.signing_key is not None),
    }


def _faults(name: str, role: ClientRole, region: str | None) -> Iterator[FieldFault]:
    if not name.strip() or len(name) > 200:
        yield FieldFault("name", "length:1–200", "must have 1 to 200 characters")
    if region is None and role is not ClientRole.REGULATOR:
        yield FieldFault("region", "required", "is needed for this role")
    if region is not None and (Region.of(region) is None or len(region) % 2):
        yield FieldFault("region", "region", "must be a region code beginning with 31, 32, 33 or 34")


def _faults_of_limits(limits: Limits, now: datetime.datetime) -> Iterator[FieldFault]:
    if limits.purposes is not None and not (limits.purposes and limits.purposes <= _PURPOSES):
        yield FieldFault("purposes", "one_of", f"must be some of {', '.join(sorted(_PURPOSES))}")
    if limits.rate_per_minute is not None and limits.rate_per_minute < 1:
        yield FieldFault("rate", "range", "must be at least one request a minute")
    if limits.expires_at is not None and limits.expires_at <= now:
        yield FieldFault("expires", "past", "must lie in the future")
    if limits.signing_key is not None and not _is_ed25519(limits.signing_key):
        yield FieldFault("public_key", "ed25519", "must be an Ed25519 public key of 32 bytes")


def _is_ed25519(key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return False
    return True
