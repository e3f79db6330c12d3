"""Answers as they were given: sealed whole, beside the few columns that carry no identity."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from sqlalchemy import Row, bindparam, func, insert, or_, select

from registry.privacy.envelope import RecordCipher, RecordKey, version_of
from registry.store.system_keys import keys_of_system
from registry.store.tables import api_client, decision
from registry.store.transaction import Transaction

_TABLE: Final = "decision"
_ANSWER: Final = "answer_enc"
_REQUEST: Final = "request_enc"
SIGNATURE: Final = "signature_enc"
_OPEN: Final = "open"
_CLEAR: Final = "clear"
_RELEASED: Final = "released"
_RECEIPT: Final = ',"receipt":'


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer about to be kept, of a check (client_id) or a bulk run (run_no).

    `request` and `answer` are JSON: what was asked, so that it can be replayed, and what was answered.
    """

    check_no: str
    client_id: int | None
    run_no: str | None
    application_no: str
    purpose: str
    region: str | None
    decided_at: datetime.datetime
    verdict: str
    list_version: int
    model_version: str
    policy_version: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """An answer as it was given, and what a regulator has decided since."""

    answer: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ReplayableDecision:
    """A decision with all that is needed to make it again; `request` is None where it was not kept.

    `region` is that of the check or else of the client that made it; None where neither names one.
    """

    id: int
    check_no: str
    application_no: str
    region: str | None
    verdict: str
    decided_at: datetime.datetime
    list_version: int
    model_version: str
    policy_version: str
    request: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer looked back at, with what was asked: clear, or released by a regulator, so that a licence may stand."""

    id: int
    check_no: str
    decided_at: datetime.datetime
    list_version: int
    region: str | None
    request: str


@dataclass(frozen=True, slots=True)
class Period:
    """Decisions from an instant until before another, of a region (area code; None: of all) and with a verdict."""

    begins: datetime.datetime
    ends: datetime.datetime
    region: str | None = None
    verdict: str | None = None


_ITS_KEYS: Final = keys_of_system(bindparam("client_id"))
_ITS_OWN: Final = select(decision.c.data_key, decision.c.answer_enc, decision.c.outcome).where(
    decision.c.check_no == bindparam("check_no"), decision.c.client_id.in_(_ITS_KEYS)
)
# A check that names no region is of the region of the client that made it.
_ANY: Final = select(decision.c.data_key, decision.c.answer_enc, decision.c.outcome).where(
    decision.c.check_no == bindparam("check_no")
)
_OF_REGION: Final = _ANY.outerjoin(api_client, api_client.c.id == decision.c.client_id).where(
    or_(
        decision.c.client_id.in_(_ITS_KEYS),
        func.coalesce(decision.c.region, api_client.c.region).startswith(bindparam("region"), autoescape=False),
    )
)
_OF_RUN: Final = (
    select(decision.c.check_no, decision.c.data_key, decision.c.answer_enc, decision.c.outcome)
    .where(decision.c.run_no == bindparam("run_no"))
    .order_by(decision.c.id)
)
_ITS_REGION: Final = func.coalesce(decision.c.region, api_client.c.region)
_REPLAYABLE: Final = select(
    decision.c.id,
    decision.c.check_no,
    decision.c.application_no,
    _ITS_REGION.label("of_region"),
    decision.c.verdict,
    decision.c.decided_at,
    decision.c.list_version,
    decision.c.model_version,
    decision.c.policy_version,
    decision.c.data_key,
    decision.c.request_enc,
    decision.c.answer_enc,
).outerjoin(api_client, api_client.c.id == decision.c.client_id)
_PAST: Final = (
    select(
        decision.c.id,
        decision.c.check_no,
        decision.c.decided_at,
        decision.c.list_version,
        _ITS_REGION.label("of_region"),
        decision.c.data_key,
        decision.c.request_enc,
    )
    .outerjoin(api_client, api_client.c.id == decision.c.client_id)
    .where(decision.c.request_enc.is_not(None))
)
_ROWS_AT_A_TIME: Final = 1_000
_INSERT: Final = insert(decision)

SealedDecision = dict[str, object]


def new_key(cipher: RecordCipher, check_no: str) -> RecordKey:
    """Return a fresh key for the answer of a check number; digests made with it say nothing without it."""
    return cipher.new_record(_TABLE, check_no)


def request_digest(key: RecordKey, request: str) -> bytes:
    """Return what the store and the ledger keep to recognise a request by."""
    return key.digest(_REQUEST, request)


def answer_digest(key: RecordKey, answer: str) -> bytes:
    """Return what the ledger keeps to recognise an answer by."""
    return key.digest(_ANSWER, answer)


def seal(key: RecordKey, taken: Decision) -> SealedDecision:
    """Return the row of a decision, its answer sealed to its check number; done before the writer's turn is taken."""
    return {
        "check_no": taken.check_no,
        "client_id": taken.client_id,
        "run_no": taken.run_no,
        "application_no": taken.application_no,
        "purpose": taken.purpose,
        "region": taken.region,
        "decided_at": taken.decided_at,
        "verdict": taken.verdict,
        "list_version": taken.list_version,
        "model_version": taken.model_version,
        "policy_version": taken.policy_version,
        "request_digest": request_digest(key, taken.request),
        "index_version": None,
        "data_key": key.wrapped,
        _ANSWER: key.seal(_ANSWER, taken.answer),
        _REQUEST: key.seal(_REQUEST, taken.request),
        "outcome": _OPEN,
    }


class StoredAnswer(Protocol):
    """What is needed to open what is kept of a decision."""

    @property
    def check_no(self) -> str:
        """Its number."""

    @property
    def index_version(self) -> int | None:
        """The index key of its digests, where it was made before revision 0003."""

    @property
    def data_key(self) -> bytes:
        """Its wrapped key."""

    @property
    def answer_enc(self) -> bytes:
        """The sealed answer."""

    @property
    def request_enc(self) -> bytes | None:
        """The sealed request."""


@dataclass(frozen=True, slots=True)
class OpenedDecision:
    """The answer as it is kept, and the digests of it (without its receipt) and of the request (hexadecimal).

    `request_digest` is None where the request was not kept, or its digest was made by an index key.
    """

    answer: str
    answer_digest: str
    request_digest: str | None


def open_decision(cipher: RecordCipher, row: StoredAnswer) -> OpenedDecision:
    """Open a decision and digest it anew; KeysMismatchError where any of it does not open."""
    key = cipher.open_record(_TABLE, row.check_no, row.data_key)
    answer, request = key.open(_ANSWER, row.answer_enc), key.open_stated(_REQUEST, row.request_enc)
    if row.index_version is not None:  # before revision 0003, whatever has become of its request's digest since
        return OpenedDecision(answer, hashlib.sha256(answer.encode()).hexdigest(), None)
    unsigned, receipt, _ = answer.rpartition(_RECEIPT)
    digest = answer_digest(key, unsigned + "}" if receipt else answer).hex()
    return OpenedDecision(answer, digest, None if request is None else request_digest(key, request).hex())


class DecisionRepository:
    """Keeps answers, and finds them again for the client they were given to."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, taken: Sequence[Decision]) -> None:
        """Keep answers, in one statement."""
        self.add_sealed([seal(new_key(self._transaction.cipher, one.check_no), one) for one in taken])

    def add_sealed(self, rows: Sequence[SealedDecision]) -> None:
        """Keep answers that are sealed already; a key exchanged since then is caught up with."""
        if rows:
            self._transaction.connection.execute(_INSERT, [self._renewed(row) for row in rows])

    def _renewed(self, row: SealedDecision) -> SealedDecision:
        data_key, cipher = cast("bytes", row["data_key"]), self._transaction.cipher
        if version_of(data_key) == cipher.version:
            return row
        return {**row, "data_key": cipher.renewed(_TABLE, str(row["check_no"]), data_key)}

    def of_client(self, check_no: str, client_id: int) -> KeptDecision | None:
        """Return the answer a client's system was given, by whichever key; None where it is none or another system's.

        Raises KeysMismatchError where it does not open with the keys at hand.
        """
        sought = {"check_no": check_no, "client_id": client_id}
        row = self._transaction.connection.execute(_ITS_OWN, sought).first()
        if row is None:
            return None
        return self._opened(check_no, row)

    def of_region(self, check_no: str, region: str | None, client_id: int) -> KeptDecision | None:
        """Return an answer that any client of a region was given (None: of all), or that this client was given.

        None where there is none or it is of elsewhere; raises as `of_client` does.
        """
        query = _ANY if region is None else _OF_REGION
        sought = {"check_no": check_no} | ({} if region is None else {"client_id": client_id, "region": region})
        row = self._transaction.connection.execute(query, sought).first()
        return None if row is None else self._opened(check_no, row)

    def of_application(self, application_no: str, client_id: int | None, after: str) -> list[str]:
        """Return the checks a client made for an application after one of them, by number, in their order."""
        first = select(decision.c.id).where(decision.c.check_no == after).scalar_subquery()
        same = (decision.c.application_no == application_no, decision.c.client_id == client_id, decision.c.id > first)
        query = select(decision.c.check_no).where(*same).order_by(decision.c.id)
        return list(self._transaction.connection.execute(query).scalars())

    def leaf_hash(self, check_no: str) -> bytes | None:
        """Return the leaf a decision names; None where there is no such decision or it names none."""
        query = select(decision.c.leaf_hash).where(decision.c.check_no == check_no)
        return self._transaction.connection.execute(query).scalar()

    def of_run(self, run_no: str) -> Iterator[KeptDecision]:
        """Yield the answers a bulk run kept, in the order of its file; raises as `of_client` does."""
        for row in self._transaction.connection.execute(_OF_RUN, {"run_no": run_no}):
            yield self._opened(row.check_no, row)

    def replayable(self, check_no: str) -> ReplayableDecision | None:
        """Return a decision, whoever's it is, with its request; None where there is none; raises as the rest."""
        row = self._transaction.connection.execute(_REPLAYABLE.where(decision.c.check_no == check_no)).first()
        return None if row is None else self._replayable(row)

    def since(self, at: datetime.datetime) -> Iterator[ReplayableDecision]:
        """Stream the decisions made at an instant or later, in the order they were kept; raises as `of_client` does."""
        query = _REPLAYABLE.where(decision.c.decided_at >= at).order_by(decision.c.id)
        with self._transaction.stream(query, _ROWS_AT_A_TIME) as rows:
            for row in rows:
                yield self._replayable(row)

    def any_since(self, at: datetime.datetime) -> bool:
        """Say whether any decision was made at an instant or later."""
        query = select(decision.c.id).where(decision.c.decided_at >= at).limit(1)
        return self._transaction.connection.execute(query).first() is not None

    def of_period(self, period: Period, after: int = 0, most: int | None = None) -> Iterator[ReplayableDecision]:
        """Stream the decisions of a period after a number, in the order they were kept; raises as `of_client` does."""
        wanted = [decision.c.decided_at >= period.begins, decision.c.decided_at < period.ends, decision.c.id > after]
        if period.region is not None:
            wanted.append(_ITS_REGION.startswith(period.region, autoescape=True))
        if period.verdict is not None:
            wanted.append(decision.c.verdict == period.verdict)
        query = _REPLAYABLE.where(*wanted).order_by(decision.c.id).limit(most)
        with self._transaction.stream(query, _ROWS_AT_A_TIME) as rows:
            for row in rows:
                yield self._replayable(row)

    def past_answers(self, after: int, most: int, since: datetime.datetime, before_version: int) -> list[PastAnswer]:
        """Return at most so many answers after a number that let somebody through, in the order of their numbers.

        Only those whose request is kept, given since an instant, by a list of before a version. Raises as `of_client`
        does.
        """
        let_through = or_(decision.c.verdict == _CLEAR, decision.c.outcome == _RELEASED)
        within = (decision.c.decided_at >= since, decision.c.list_version < before_version)
        query = _PAST.where(decision.c.id > after, *within, let_through)
        rows = self._transaction.connection.execute(query.order_by(decision.c.id).limit(most)).all()
        return [self._past(row) for row in rows]

    def _past(self, row: Row[*tuple[Any, ...]]) -> PastAnswer:
        key = self._transaction.cipher.open_record(_TABLE, row.check_no, row.data_key)
        return PastAnswer(
            id=row.id,
            check_no=row.check_no,
            decided_at=row.decided_at,
            list_version=row.list_version,
            region=row.of_region,
            request=key.open(_REQUEST, row.request_enc),
        )

    def _replayable(self, row: Row[*tuple[Any, ...]]) -> ReplayableDecision:
        key = self._transaction.cipher.open_record(_TABLE, row.check_no, row.data_key)
        return ReplayableDecision(
            id=row.id,
            check_no=row.check_no,
            application_no=row.application_no,
            region=row.of_region,
            verdict=row.verdict,
            decided_at=row.decided_at,
            list_version=row.list_version,
            model_version=row.model_version,
            policy_version=row.policy_version,
            request=key.open_stated(_REQUEST, row.request_enc),
            answer=key.open(_ANSWER, row.answer_enc),
        )

    def _opened(self, check_no: str, row: Row[*tuple[Any, ...]]) -> KeptDecision:
        key = self._transaction.cipher.open_record(_TABLE, check_no, row.data_key)
        return KeptDecision(key.open(_ANSWER, row.answer_enc), row.outcome)
