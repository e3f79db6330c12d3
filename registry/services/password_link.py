"""One-time links: how a user gets to choose a password without anybody else ever knowing one."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, NotFoundError
from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

LINK_LIVES: Final = datetime.timedelta(hours=24)
_CODE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """The code of a link (256 random bits, stored as its digest only) and until when it is good."""

    code: str
    expires_at: datetime.datetime


def digest_of(code: str) -> bytes:
    """Return what is stored of a code or token of 256 random bits: its SHA-256."""
    return hashlib.sha256(code.encode()).digest()


def make_link(uow: UnitOfWork, user: int, actor: str) -> PasswordLink:
    """Store a new link of an account, end its earlier ones, and record it."""
    link = PasswordLink(secrets.token_urlsafe(_CODE_BYTES), uow.transaction.now() + LINK_LIVES)
    uow.accounts.add_link(user, digest_of(link.code), link.expires_at)
    uow.ledger.record(EventKind.PASSWORD_LINK_MADE, actor, {"user_id": user})
    return link


def reset_password(services: Services, user: int, actor: str) -> PasswordLink:
    """Return a new one-time link for an account; its password holds until the link is used.

    Raises NotFoundError where there is no such account and ConflictError where it is disabled.
    """
    with services.store.write() as uow:
        found = uow.accounts.by_id(user, lock=True)
        if found is None:
            raise NotFoundError("there is no such user")
        if found.disabled_at is not None:
            raise ConflictError("the user is disabled: enable the account first")
        return make_link(uow, user, actor)
