"""Sessions of the console: kept here, never in the browser, which holds a random token and nothing else."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.ledger.events import EventKind
from registry.services.actor import Actor
from registry.services.password_link import digest_of
from registry.store.account_repository import Session

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork

IDLE: Final = datetime.timedelta(minutes=30)
LONGEST: Final = datetime.timedelta(hours=10)
_SEEN_EVERY: Final = datetime.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session in use: whose it is, its number, and when it ends if nothing is done meanwhile."""

    actor: Actor
    session_id: int
    ends_at: datetime.datetime


def find_session(services: Services, token: str, *, in_use: bool = True) -> SignedIn | None:
    """Return who a token belongs to, or None where the session is over or was never there.

    A session is over 30 minutes after it was last used and 10 hours after it began, when it was ended, or its account
    disabled. `in_use` is false for what a page asks by itself: a browser left open does not stay signed in.
    """
    with services.store.read() as uow:
        found = uow.accounts.session(digest_of(token))
    now = services.clock.now()
    if found is None or found[1].disabled_at is not None or _is_over(found[0], now):
        return None
    session, user = found
    if in_use and now - session.seen_at >= _SEEN_EVERY:
        with services.store.write() as uow:
            uow.accounts.see(session.id)
    seen = now if in_use else session.seen_at
    return SignedIn(Actor.of(user), session.id, min(seen + IDLE, session.created_at + LONGEST))


def open_sessions(services: Services, user: int) -> list[Session]:
    """Return a user's sessions that are not over, latest first."""
    now = services.clock.now()
    with services.store.read() as uow:
        found = uow.accounts.sessions(user, now - IDLE)
    return [session for session in found if not _is_over(session, now)]


def end_session(services: Services, actor: Actor, session: int, by: str) -> int:
    """End one session of who is signed in (`by` sign_out or user) and return how many were open: one or none."""
    with services.store.write() as uow:
        return end_sessions(uow, actor.user_id, actor.text, by, only=session)


def end_other_sessions(services: Services, signed_in: SignedIn) -> int:
    """End every session of who is signed in but the present one and return how many were open."""
    with services.store.write() as uow:
        actor = signed_in.actor
        return end_sessions(uow, actor.user_id, actor.text, "user", but=signed_in.session_id)


def end_sessions(  # noqa: PLR0913 -- whose, by whom, how, and which of them
    uow: UnitOfWork, user: int, actor: str, by: str, *, only: int | None = None, but: int | None = None
) -> int:
    """End sessions of an account and record it where any was open.

    `by`: sign_out, user (from the account page), password (was set), disabled or role (was changed).
    """
    ended = uow.accounts.end_sessions(user, only=only, but=but)
    if ended:
        facts: dict[str, str | int] = {"user_id": user, "sessions": ended, "by": by}
        uow.ledger.record(EventKind.SESSIONS_ENDED, actor, facts)
    return ended


def _is_over(session: Session, now: datetime.datetime) -> bool:
    return session.ended_at is not None or now - session.seen_at >= IDLE or now - session.created_at >= LONGEST
