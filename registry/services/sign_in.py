"""Sign a person in: by name and password, throttled, and as slow for a name nobody has as for any other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import NotAuthenticatedError
from registry.ledger.acting_origin import Origin
from registry.ledger.events import EventKind
from registry.privacy.passwords import fits, hash_password, is_outdated
from registry.services.add_user import LONGEST_NAME, name_key
from registry.services.password_link import digest_of
from registry.services.set_password import LONGEST as LONGEST_PASSWORD
from registry.services.throttle import account_of, address_of, require_room, spare
from registry.store.ledger_repository import Event

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.account_repository import User

_TOKEN_BYTES: Final = 32
_LONGEST_DEVICE: Final = 80
_LONGEST_ADDRESS: Final = 45


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed to sign in, from which network address, and with what kind of browser."""

    name: str
    password: str
    address: str
    device: str

    def __repr__(self) -> str:
        """Return nothing of what was typed."""
        return "Attempt(…)"


def sign_in(services: Services, attempt: Attempt) -> str:
    """Open a new session and return its token, which is stored as its digest only.

    Raises RateExceededError where the account or the address has failed too often, and NotAuthenticatedError where
    there is no such name, the password is wrong, none was set yet or the account is disabled (told apart by nobody).
    """
    key = name_key(attempt.name[: LONGEST_NAME + 1])
    subjects = (account_of(key), address_of(attempt.address[:_LONGEST_ADDRESS]))
    with services.store.read() as uow:
        user = uow.accounts.by_name(key)
        kept = None if user is None or user.disabled_at is not None else uow.accounts.password_hash(user.id)
    require_room(services, subjects, user.id if user else 0)
    if len(attempt.password) > LONGEST_PASSWORD or not fits(kept, attempt.password) or user is None or kept is None:
        _record_failure(services, user)
        raise NotAuthenticatedError("name or password is wrong")
    renewed = hash_password(attempt.password) if is_outdated(kept) else None
    return _open(services, user, attempt, subjects, renewed)


def _record_failure(services: Services, user: User | None) -> None:
    with services.store.write() as uow:
        uow.ledger.record(EventKind.SIGN_IN_FAILED, "console", {"user_id": user.id if user else 0})


def _open(services: Services, user: User, attempt: Attempt, subjects: tuple[str, str], renewed: str | None) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with services.store.write() as uow:
        present = uow.accounts.by_id(user.id, lock=True)
        if present is None or present.disabled_at is not None:
            raise NotAuthenticatedError("name or password is wrong")
        spare(uow, *subjects)
        if renewed is not None:
            uow.accounts.set_password(user.id, renewed)
        address, device = attempt.address[:_LONGEST_ADDRESS], attempt.device[:_LONGEST_DEVICE]
        session = uow.accounts.open_session(user.id, digest_of(token), address, device)
        facts: dict[str, str | int] = {"user_id": user.id, "session_id": session}
        signed_in = Event(EventKind.SIGNED_IN, f"user:{user.id}", uow.head.version(), facts, Origin(session_id=session))
        uow.ledger.record_all([signed_in])
    return token
