"""Admit a system that may call: its key is made here, shown once and stored only as a hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import FieldFault, InvalidInputError
from registry.law.roles import Region
from registry.ledger.events import EventKind
from registry.store.client_repository import ClientRole, NewClient

if TYPE_CHECKING:
    from registry.services.context import Services

_KEY_BYTES = 32
_HINT = 4
_PREFIX = "fbr_"


@dataclass(frozen=True, slots=True)
class AddedClient:
    """A new client and its key, which nobody can show again."""

    id: int
    key: str
    key_hint: str


def hash_key(key: str) -> bytes:
    """Return what is stored of a key: SHA-256; the key has 256 random bits, so nothing can be tried out."""
    return hashlib.sha256(key.encode()).digest()


def add_client(services: Services, name: str, role: ClientRole, region: str | None, actor: str) -> AddedClient:
    """Store a new client and return its key, for the one time it can be shown.

    Raises InvalidInputError where the name is blank or the region is none of the four; only a regulator may be
    without a region.
    """
    _require_sound(name, role, region)
    key = _PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    with services.store.write() as uow:
        number = uow.clients.add(NewClient(name.strip(), region, role, hash_key(key), key[-_HINT:]))
        facts: dict[str, str | int] = {"client_id": number, "region": region or "", "role": role.value}
        uow.ledger.record(EventKind.CLIENT_ADDED, actor, facts)
    return AddedClient(number, key, key[-_HINT:])


def _require_sound(name: str, role: ClientRole, region: str | None) -> None:
    faults = []
    if not name.strip() or len(name) > 200:
        faults.append(FieldFault("name", "length:1–200", "must have 1 to 200 characters"))
    if region is None and role is not ClientRole.REGULATOR:
        faults.append(FieldFault("region", "required", "is needed for this role"))
    if region is not None and (Region.of(region) is None or len(region) % 2):
        faults.append(FieldFault("region", "region", "must be a region code beginning with 31, 32, 33 or 34"))
    if faults:
        raise InvalidInputError(faults)
