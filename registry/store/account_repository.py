"""People who use the console: their accounts, sessions and one-time links, and failed sign-ins."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, update

from registry.privacy.keyed_index import IndexPurpose
from registry.store.account_tables import desk_session, desk_user, password_link, sign_in_count
from registry.store.transaction import Transaction
from registry.store.upsert import upsert


class UserRole(StrEnum):
    """What a person does here; the console's routes say which of them each is for."""

    CLERK = "clerk"
    CONFIRMER = "confirmer"
    REGULATOR = "regulator"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """An account: who it is, in what role and for which region (None: all four)."""

    id: int
    name: str
    role: UserRole
    region: str | None
    has_password: bool
    created_at: datetime.datetime
    disabled_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of an account, where it came from and when it was last seen."""

    id: int
    user_id: int
    created_at: datetime.datetime
    seen_at: datetime.datetime
    ended_at: datetime.datetime | None
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often signing in failed of late for an account or an address, and until when it is refused."""

    failures: int
    last_at: datetime.datetime
    refused_until: datetime.datetime | None


_USER: Final = (
    desk_user.c.id,
    desk_user.c.name,
    desk_user.c.role,
    desk_user.c.region,
    desk_user.c.password_hash.is_not(None),
    desk_user.c.created_at,
    desk_user.c.disabled_at,
)
_SESSION: Final = (
    desk_session.c.id,
    desk_session.c.user_id,
    desk_session.c.created_at,
    desk_session.c.seen_at,
    desk_session.c.ended_at,
    desk_session.c.address,
    desk_session.c.device,
)


def _user(row: Sequence[Any]) -> User:
    number, name, role, region, has_password, created_at, disabled_at = row
    return User(number, name, UserRole(role), region, bool(has_password), created_at, disabled_at)


class AccountRepository:
    """Finds and keeps accounts, sessions, links and counts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, name: str, name_key: str, role: UserRole, region: str | None) -> int:
        """Store a new account without a password and return its number."""
        values = {"name": name, "name_key": name_key, "role": role.value, "region": region}
        added = insert(desk_user).values(**values, created_at=self._transaction.now()).returning(desk_user.c.id)
        return int(self._transaction.connection.execute(added).scalar_one())

    def by_id(self, number: int, *, lock: bool = False) -> User | None:
        """Return the account of a number; `lock` keeps other writers from it until the transaction ends."""
        query = select(*_USER).where(desk_user.c.id == number)
        row = self._transaction.connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else _user(row)

    def by_name(self, name_key: str) -> User | None:
        """Return the account of a name as it is compared, disabled ones too."""
        row = self._transaction.connection.execute(select(*_USER).where(desk_user.c.name_key == name_key)).first()
        return None if row is None else _user(row)

    def listed(self) -> list[tuple[User, datetime.datetime | None]]:
        """Return every account in the order of its number, each with the instant it was last seen (None: never)."""
        seen = select(func.max(desk_session.c.seen_at)).where(desk_session.c.user_id == desk_user.c.id)
        rows = self._transaction.connection.execute(select(*_USER, seen.scalar_subquery()).order_by(desk_user.c.id))
        return [(_user(row[:-1]), row[-1]) for row in rows]

    def password_hash(self, user: int) -> str | None:
        """Return what is kept of an account's password; None before one was set."""
        query = select(desk_user.c.password_hash).where(desk_user.c.id == user)
        kept: str | None = self._transaction.connection.execute(query).scalar()
        return kept

    def set_password(self, user: int, password_hash: str) -> None:
        """Keep a new password of an account."""
        self._change(user, password_hash=password_hash, password_at=self._transaction.now())

    def set_role(self, user: int, role: UserRole, region: str | None) -> None:
        """Give an account another role or region."""
        self._change(user, role=role.value, region=region)

    def set_disabled(self, user: int, *, disabled: bool) -> None:
        """Disable an account as of now, or let it be used again."""
        self._change(user, disabled_at=self._transaction.now() if disabled else None)

    def _change(self, user: int, **values: object) -> None:
        self._transaction.connection.execute(update(desk_user).where(desk_user.c.id == user).values(**values))

    def open_session(self, user: int, token_digest: bytes, address: str, device: str) -> int:
        """Store a new session and return its number."""
        now = self._transaction.now()
        values = {"user_id": user, "token_digest": token_digest, "address": address, "device": device}
        opened = insert(desk_session).values(**values, created_at=now, seen_at=now).returning(desk_session.c.id)
        return int(self._transaction.connection.execute(opened).scalar_one())

    def session(self, token_digest: bytes) -> tuple[Session, User] | None:
        """Return the session a token belongs to, with its account; ended ones too."""
        query = select(*_SESSION, *_USER).join(desk_user, desk_user.c.id == desk_session.c.user_id)
        row = self._transaction.connection.execute(query.where(desk_session.c.token_digest == token_digest)).first()
        if row is None:
            return None
        return Session(*row[: len(_SESSION)]), _user(row[len(_SESSION) :])

    def see(self, session: int) -> None:
        """Note that a session is in use."""
        seen = update(desk_session).where(desk_session.c.id == session, desk_session.c.ended_at.is_(None))
        self._transaction.connection.execute(seen.values(seen_at=self._transaction.now()))

    def sessions(self, user: int, seen_since: datetime.datetime) -> list[Session]:
        """Return an account's sessions that are not ended and were seen since, latest first."""
        query = select(*_SESSION).where(desk_session.c.user_id == user, desk_session.c.ended_at.is_(None))
        query = query.where(desk_session.c.seen_at > seen_since).order_by(desk_session.c.id.desc())
        return [Session(*row) for row in self._transaction.connection.execute(query)]

    def end_sessions(self, user: int, *, only: int | None = None, but: int | None = None) -> int:
        """End an account's sessions (one of them, or all but one) and return how many were open."""
        ended = update(desk_session).where(desk_session.c.user_id == user, desk_session.c.ended_at.is_(None))
        if only is not None:
            ended = ended.where(desk_session.c.id == only)
        if but is not None:
            ended = ended.where(desk_session.c.id != but)
        ended = ended.values(ended_at=self._transaction.now())
        return len(self._transaction.connection.execute(ended.returning(desk_session.c.id)).all())

    def add_link(self, user: int, code_digest: bytes, expires_at: datetime.datetime) -> None:
        """Store a one-time link; earlier ones of the account end."""
        self.end_links(user)
        values = {"user_id": user, "code_digest": code_digest, "expires_at": expires_at}
        self._transaction.connection.execute(insert(password_link).values(**values, made_at=self._transaction.now()))

    def end_links(self, user: int) -> None:
        """End every one-time link of an account."""
        ended = update(password_link).where(password_link.c.user_id == user, password_link.c.ended_at.is_(None))
        self._transaction.connection.execute(ended.values(ended_at=self._transaction.now()))

    def user_of_link(self, code_digest: bytes, *, lock: bool = False) -> int | None:
        """Return whose account a link opens, where it may still be used; None otherwise. `lock`: as `by_id`."""
        query = select(password_link.c.user_id).where(
            password_link.c.code_digest == code_digest,
            password_link.c.ended_at.is_(None),
            password_link.c.expires_at > self._transaction.now(),
        )
        user: int | None = self._transaction.connection.execute(query.with_for_update() if lock else query).scalar()
        return user

    def counts(self, subjects: Sequence[str]) -> list[Count]:
        """Return the failures counted for each account or address, however long ago.

        The rows are locked until the transaction ends, so that attempts made at once are counted one after the other.
        """
        return [self._count(subject) for subject in subjects]

    def _count(self, subject: str) -> Count:
        here, digest = self._transaction.connection, self._digest(subject)
        begun = upsert(here, sign_in_count).values(digest=digest, failures=0, last_at=self._transaction.now())
        here.execute(begun.on_conflict_do_nothing())
        query = select(sign_in_count.c.failures, sign_in_count.c.last_at, sign_in_count.c.refused_until)
        return Count(*here.execute(query.where(sign_in_count.c.digest == digest).with_for_update()).one())

    def set_count(self, subject: str, count: Count) -> None:
        """Keep how often signing in failed for an account or an address."""
        kept = update(sign_in_count).where(sign_in_count.c.digest == self._digest(subject))
        kept = kept.values(failures=count.failures, last_at=count.last_at, refused_until=count.refused_until)
        self._transaction.connection.execute(kept)

    def clear_count(self, subject: str) -> None:
        """Forget the failures of an account or an address."""
        forgotten = delete(sign_in_count).where(sign_in_count.c.digest == self._digest(subject))
        self._transaction.connection.execute(forgotten)

    def erase_sessions(self, before: datetime.datetime, most: int) -> int:
        """Erase sessions last seen, and links made, before an instant: so many of each at most; return how many."""
        return self._erase(desk_session, desk_session.c.seen_at < before, most) + self._erase(
            password_link, password_link.c.made_at < before, most
        )

    def erase_counts(self, before: datetime.datetime, most: int) -> int:
        """Erase counts of failed sign-ins older than an instant, so many at most; return how many."""
        old = select(sign_in_count.c.digest).where(sign_in_count.c.last_at < before).limit(most)
        erased = delete(sign_in_count).where(sign_in_count.c.digest.in_(old)).returning(sign_in_count.c.digest)
        return len(self._transaction.connection.execute(erased).all())

    def _erase(self, table: Table, which: ColumnElement[bool], most: int) -> int:
        old = select(table.c.id).where(which).order_by(table.c.id).limit(most)
        erased = delete(table).where(table.c.id.in_(old)).returning(table.c.id)
        return len(self._transaction.connection.execute(erased).all())

    def _digest(self, subject: str) -> bytes:
        return self._transaction.keyed_index.index(IndexPurpose.SIGN_IN, subject)
