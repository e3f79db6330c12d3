"""Choose a password: with a one-time link, or by a signed-in user who knows the former one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault, InvalidInputError, NotFoundError
from registry.ledger.events import EventKind
from registry.privacy.passwords import fits, hash_password
from registry.services.add_user import name_key
from registry.services.desk_session import end_sessions
from registry.services.password_link import digest_of
from registry.services.throttle import account_of, require_room, spare

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_session import SignedIn
    from registry.store.account_repository import User
    from registry.store.unit_of_work import UnitOfWork

SHORTEST: Final = 12
LONGEST: Final = 128
_FEWEST_DIFFERENT: Final = 5
_RUNS: Final = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv")
_COMMON: Final = ("password", "passw0rd", "woaini", "iloveyou", "admin", "qwerty", "letmein", "welcome")
_LONGEST_RUN: Final = 8
_BESIDE_COMMON: Final = 6


def set_password(services: Services, code: str, password: str) -> str:
    """Set the password of the account a link opens, end its sessions and return its name; the link is used up.

    Raises NotFoundError where the link is unknown, used or too old, or its account disabled (told apart by nobody),
    and InvalidInputError where the password is too easy.
    """
    with services.store.read() as uow:
        user = _of_link(uow, code)
    require_strong(password, user.name)
    kept = hash_password(password)
    with services.store.write() as uow:
        user = _of_link(uow, code, lock=True)
        uow.accounts.end_links(user.id)
        uow.accounts.set_password(user.id, kept)
        end_sessions(uow, user.id, f"user:{user.id}", "password")
        spare(uow, account_of(name_key(user.name)))
        uow.ledger.record(EventKind.PASSWORD_SET, f"user:{user.id}", {"user_id": user.id, "by": "link"})
    return user.name


def _of_link(uow: UnitOfWork, code: str, *, lock: bool = False) -> User:
    number = uow.accounts.user_of_link(digest_of(code), lock=lock)
    user = None if number is None else uow.accounts.by_id(number, lock=lock)
    if user is None or user.disabled_at is not None:
        raise NotFoundError("the link is unknown, used or too old")
    return user


def change_password(services: Services, signed_in: SignedIn, former: str, password: str) -> None:
    """Change the password of who is signed in; every other session of the account ends.

    Raises InvalidInputError where the former password is wrong or the new one too easy, and RateExceededError where
    the former one was wrong too often.
    """
    actor = signed_in.actor
    require_strong(password, actor.name)
    subjects = [account_of(name_key(actor.name))]
    require_room(services, subjects, actor.user_id)
    with services.store.read() as uow:
        kept = uow.accounts.password_hash(actor.user_id)
    if not fits(kept, former):
        raise InvalidInputError([FieldFault("former_password", "wrong_password", "is not the present password")])
    hashed = hash_password(password)
    with services.store.write() as uow:
        uow.accounts.set_password(actor.user_id, hashed)
        uow.accounts.end_links(actor.user_id)
        end_sessions(uow, actor.user_id, actor.text, "password", but=signed_in.session_id)
        spare(uow, *subjects)
        uow.ledger.record(EventKind.PASSWORD_SET, actor.text, {"user_id": actor.user_id, "by": "user"})


def require_strong(password: str, name: str) -> None:
    """Raise InvalidInputError where a password is too short or easily guessed (NIST SP 800-63B section 3.1.1.2)."""
    if faults := list(_faults(password, name)):
        raise InvalidInputError(faults)


def _faults(password: str, name: str) -> Iterator[FieldFault]:
    if len(password) < SHORTEST:
        yield FieldFault("password", f"too_short:{SHORTEST}", f"must have at least {SHORTEST} characters")
    elif len(password) > LONGEST:
        yield FieldFault("password", f"too_long:{LONGEST}", f"must have at most {LONGEST} characters")
    elif _is_easy(name_key(password), name_key(name)):
        yield FieldFault("password", "easy_password", "is among those tried first")


def _is_easy(password: str, name: str) -> bool:
    """Say whether a password is a name, a common word or a run of keys with little beside it."""
    if len(set(password)) < _FEWEST_DIFFERENT:
        return True
    if any(run[at : at + _LONGEST_RUN] in password for run in _RUNS for at in range(len(run) - _LONGEST_RUN + 1)):
        return True
    return any(word in password and len(password) - len(word) < _BESIDE_COMMON for word in (*_COMMON, name))
