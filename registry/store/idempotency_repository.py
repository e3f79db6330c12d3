"""Answers given under an idempotency key, so that asking again gives the same bytes and decides nothing twice.

A claim is found by a keyed value of the idempotency key, which is kept sealed so that a rotation can compute it anew;
what was asked is recognised by a digest under the row's own key.

A claim (`running`) is committed before the work and becomes the answer (`done`) in the same commit as the decision.
A claim left behind by a crash may be taken over after LEASE; whoever lost it cannot commit.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass, field
from typing import Final, cast

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.errors import IdempotencyInProgressError, IdempotencyMismatchError
from registry.privacy.envelope import RecordKey
from registry.privacy.keyed_index import IndexPurpose
from registry.store.tables import idempotency_key
from registry.store.transaction import Transaction

LEASE: Final = datetime.timedelta(seconds=60)
"""After so long a claim without an answer may be taken over: its process probably did not survive.

Nothing rests on no request taking longer: whoever lost its claim cannot commit, and its decisions are not kept."""

_TABLE: Final = "idempotency_key"
_RESPONSE: Final = "response_enc"
_KEY: Final = "key_enc"
_REQUEST: Final = "request_digest"
_NAME_BYTES: Final = 16
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
    """The right to answer a request, and the key its answer is sealed with.

    It is told from a later claim on the same idempotency key by what it is sealed as.
    """

    asked: AskedOnce
    sealed_as: str
    key: RecordKey | None = field(repr=False, compare=False)


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
        self._require_same(row, asked)
        if row.state == _DONE:
            return self._open(row)
        if row.created_at + LEASE > self._transaction.now():
            raise IdempotencyInProgressError("the request is still being worked on")
        return None

    def claim(self, asked: AskedOnce) -> Claim | StoredResponse:
        """Take the right to answer, or return the response given before; raises as `find` does."""
        # Under a former index key the same claim has another digest, which the insert would not meet.
        given = self.find(asked)
        if given is not None:
            return given
        claim = self._new_claim(asked)
        if self._insert(self._values(claim)):
            return claim
        return self.find(asked) or self._take_over(claim)

    def finish(self, claim: Claim, response: StoredResponse) -> None:
        """Keep the response of a claim; IdempotencyInProgressError where another has taken the claim over."""
        if claim.key is None:
            raise IdempotencyInProgressError("nobody's claim cannot be answered")
        values = {"state": _DONE, "status": response.status, _RESPONSE: claim.key.seal(_RESPONSE, response.body)}
        changed = self._transaction.connection.execute(update(idempotency_key).where(self._is(claim)).values(values))
        if changed.rowcount != 1:
            raise IdempotencyInProgressError("the claim was taken over by a later request")

    def release(self, claim: Claim) -> None:
        """Give a claim back, so that the request can be made again at once."""
        self._transaction.connection.execute(delete(idempotency_key).where(self._is(claim)))

    def _new_claim(self, asked: AskedOnce) -> Claim:
        sealed_as = secrets.token_hex(_NAME_BYTES)
        return Claim(asked, sealed_as, self._transaction.cipher.new_record(_TABLE, sealed_as))

    def _values(self, claim: Claim) -> dict[str, object]:
        key, asked, index = cast("RecordKey", claim.key), claim.asked, self._transaction.keyed_index
        return {
            "client_id": asked.client_id,
            "key_digest": index.index(IndexPurpose.IDEMPOTENCY_KEY, asked.key),
            "index_version": index.version,
            "sealed_as": claim.sealed_as,
            "data_key": key.wrapped,
            _KEY: key.seal(_KEY, asked.key),
            "request_digest": key.digest(_REQUEST, asked.content),
            "state": _RUNNING,
            "created_at": self._transaction.now(),
        }

    def _require_same(self, row: Row[tuple[object, ...]], asked: AskedOnce) -> None:
        if row.sealed_as is None:  # claimed before revision 0003
            same = row.request_digest in self._transaction.keyed_index.lookups(
                IndexPurpose.IDEMPOTENCY_REQUEST, asked.content
            )
        else:
            same = self._key(row).digest(_REQUEST, asked.content) == row.request_digest
        if not same:
            raise IdempotencyMismatchError("the idempotency key was used with another body")

    def _row(self, asked: AskedOnce) -> Row[tuple[object, ...]] | None:
        digests = self._transaction.keyed_index.lookups(IndexPurpose.IDEMPOTENCY_KEY, asked.key)
        sought = {"client_id": asked.client_id, "digests": list(digests)}
        return self._transaction.connection.execute(_BY_KEY, sought).first()

    def _insert(self, values: dict[str, object]) -> bool:
        connection = self._transaction.connection
        build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = build(idempotency_key).values(values).on_conflict_do_nothing()
        return connection.execute(statement.returning(idempotency_key.c.client_id)).first() is not None

    def _take_over(self, claim: Claim) -> Claim:
        row = self._row(claim.asked)
        if row is not None:
            left_behind = and_(_row_is(claim.asked.client_id, row.key_digest), _sealed_as(row.sealed_as))
            taken = update(idempotency_key).where(left_behind, idempotency_key.c.state == _RUNNING)
            if self._transaction.connection.execute(taken.values(self._values(claim))).rowcount == 1:
                return claim
        raise IdempotencyInProgressError("the request is still being worked on")

    def _open(self, row: Row[tuple[object, ...]]) -> StoredResponse:
        return StoredResponse(row.status, self._key(row).open(_RESPONSE, row.response_enc))

    def _key(self, row: Row[tuple[object, ...]]) -> RecordKey:
        return self._transaction.cipher.open_record(_TABLE, sealed_name(row), row.data_key)

    def _is(self, claim: Claim) -> ColumnElement[bool]:
        """Find a claim by the name it is sealed as, under whatever digest a rotation has moved it to meanwhile."""
        digests = self._transaction.keyed_index.lookups(IndexPurpose.IDEMPOTENCY_KEY, claim.asked.key)
        held = and_(idempotency_key.c.sealed_as == claim.sealed_as, idempotency_key.c.state == _RUNNING)
        of_key = and_(idempotency_key.c.client_id == claim.asked.client_id, idempotency_key.c.key_digest.in_(digests))
        return and_(of_key, held)


def sealed_name(row: Row[tuple[object, ...]]) -> str:
    """Return what a row is sealed as: a random name, or before revision 0003 its client and digest."""
    return str(row.sealed_as) if row.sealed_as is not None else f"{row.client_id}:{row.key_digest.hex()}"


def _row_is(client_id: int, digest: bytes) -> ColumnElement[bool]:
    return and_(idempotency_key.c.client_id == client_id, idempotency_key.c.key_digest == digest)


def _sealed_as(name: str | None) -> ColumnElement[bool]:
    return idempotency_key.c.sealed_as.is_(None) if name is None else idempotency_key.c.sealed_as == name
