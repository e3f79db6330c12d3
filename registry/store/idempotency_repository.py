"""Answers given under an idempotency key, so that asking again gives the same bytes and decides nothing twice.

A claim (`running`) is committed before the work and becomes the answer (`done`) in the same commit as the decision.
A claim left behind by a crash may be taken over after LEASE; whoever lost it cannot commit.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.errors import IdempotencyInProgressError, IdempotencyMismatchError
from registry.privacy.keyed_index import IndexPurpose
from registry.store.tables import idempotency_key
from registry.store.transaction import Transaction

LEASE: Final = datetime.timedelta(seconds=60)
"""After so long a claim without an answer may be taken over: its process probably did not survive.

Nothing rests on no request taking longer: whoever lost its claim cannot commit, and its decisions are not kept."""

_TABLE: Final = "idempotency_key"
_RESPONSE: Final = "response_enc"
_RUNNING: Final = "running"
_DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """A request under an idempotency key: whose, under which key, and its canonical content."""

    client_id: int
    key: str
    content: str


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The response that was given: HTTP status and body."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a request; it is told from a later claim on the same key by its instant."""

    asked: AskedOnce
    since: datetime.datetime


_BY_KEY: Final = select(idempotency_key).where(
    idempotency_key.c.client_id == bindparam("client_id"),
    idempotency_key.c.key_digest.in_(bindparam("digests", expanding=True)),
)


class IdempotencyRepository:
    """Claims idempotency keys and keeps the responses given under them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def find(self, asked: AskedOnce) -> StoredResponse | None:
        """Return the response given before, or None where the key is free or its claim was left behind.

        Raises IdempotencyMismatchError where the key was used with another body, IdempotencyInProgressError where
        the request is still being worked on, KeysMismatchError where the response does not open.
        """
        row = self._row(asked)
        if row is None:
            return None
        digests = self._transaction.keyed_index.lookups(IndexPurpose.IDEMPOTENCY_REQUEST, asked.content)
        if row.request_digest not in digests:
            raise IdempotencyMismatchError("the idempotency key was used with another body")
        if row.state == _DONE:
            return self._open(row)
        if row.created_at + LEASE > self._transaction.now():
            raise IdempotencyInProgressError("the request is still being worked on")
        return None

    def claim(self, asked: AskedOnce) -> Claim | StoredResponse:
        """Take the right to answer, or return the response given before; raises as `find` does."""
        now = self._transaction.now()
        values = {
            "client_id": asked.client_id,
            "key_digest": self._digest(asked),
            "request_digest": self._content_digest(asked),
            "state": _RUNNING,
            "created_at": now,
        }
        if self._insert(values):
            return Claim(asked, now)
        found = self.find(asked)
        if found is not None:
            return found
        return self._take_over(asked, now)

    def finish(self, claim: Claim, response: StoredResponse) -> None:
        """Keep the response of a claim; IdempotencyInProgressError where another has taken the claim over."""
        digest = self._digest(claim.asked)
        key = self._transaction.cipher.new_record(_TABLE, _row_name(claim.asked.client_id, digest))
        values = {
            "state": _DONE,
            "status": response.status,
            "data_key": key.wrapped,
            _RESPONSE: key.seal(_RESPONSE, response.body),
        }
        changed = self._transaction.connection.execute(update(idempotency_key).where(_is(claim, digest)).values(values))
        if changed.rowcount != 1:
            raise IdempotencyInProgressError("the claim was taken over by a later request")

    def release(self, claim: Claim) -> None:
        """Give a claim back, so that the request can be made again at once."""
        self._transaction.connection.execute(delete(idempotency_key).where(_is(claim, self._digest(claim.asked))))

    def _row(self, asked: AskedOnce) -> Row[tuple[object, ...]] | None:
        digests = self._transaction.keyed_index.lookups(IndexPurpose.IDEMPOTENCY_KEY, asked.key)
        sought = {"client_id": asked.client_id, "digests": list(digests)}
        return self._transaction.connection.execute(_BY_KEY, sought).first()

    def _insert(self, values: dict[str, object]) -> bool:
        connection = self._transaction.connection
        build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = build(idempotency_key).values(values).on_conflict_do_nothing()
        return connection.execute(statement.returning(idempotency_key.c.client_id)).first() is not None

    def _take_over(self, asked: AskedOnce, now: datetime.datetime) -> Claim:
        row = self._row(asked)
        if row is not None:
            left_behind = and_(_row_is(asked.client_id, row.key_digest), idempotency_key.c.created_at == row.created_at)
            taken = update(idempotency_key).where(left_behind, idempotency_key.c.state == _RUNNING)
            values = {"created_at": now, "key_digest": self._digest(asked)}
            if self._transaction.connection.execute(taken.values(values)).rowcount == 1:
                return Claim(asked, now)
        raise IdempotencyInProgressError("the request is still being worked on")

    def _open(self, row: Row[tuple[object, ...]]) -> StoredResponse:
        name = _row_name(row.client_id, row.key_digest)
        key = self._transaction.cipher.open_record(_TABLE, name, row.data_key)
        return StoredResponse(row.status, key.open(_RESPONSE, row.response_enc))

    def _digest(self, asked: AskedOnce) -> bytes:
        return self._transaction.keyed_index.index(IndexPurpose.IDEMPOTENCY_KEY, asked.key)

    def _content_digest(self, asked: AskedOnce) -> bytes:
        return self._transaction.keyed_index.index(IndexPurpose.IDEMPOTENCY_REQUEST, asked.content)


def _row_name(client_id: int, digest: bytes) -> str:
    return f"{client_id}:{digest.hex()}"


def _row_is(client_id: int, digest: bytes) -> ColumnElement[bool]:
    return and_(idempotency_key.c.client_id == client_id, idempotency_key.c.key_digest == digest)


def _is(claim: Claim, digest: bytes) -> ColumnElement[bool]:
    held = and_(idempotency_key.c.created_at == claim.since, idempotency_key.c.state == _RUNNING)
    return and_(_row_is(claim.asked.client_id, digest), held)
