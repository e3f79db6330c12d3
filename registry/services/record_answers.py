"""Keep answers before they are given: decision, ledger entry and idempotent response in one commit."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from registry.errors import RegistryError
from registry.ledger.commitment import Committed, Entry
from registry.ledger.events import EventKind, Facts
from registry.services import stored_request
from registry.services.admit_applicants import CheckRequest
from registry.services.give_receipt import ReceiptDesk
from registry.services.spend_request import Spending
from registry.store.case_values import NewCase
from registry.store.client_repository import Client
from registry.store.decision_repository import (
    SIGNATURE,
    Decision,
    SealedDecision,
    answer_digest,
    new_key,
    request_digest,
    seal,
)
from registry.store.group_commit import GroupCommit
from registry.store.idempotency_repository import AskedOnce, Claim, StoredResponse
from registry.store.ledger_repository import Event

if TYPE_CHECKING:
    from registry.privacy.envelope import RecordKey
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork


TRYING_SECONDS = 2.0
"""How long a store may take for a write that changes nothing before it counts as one that takes none."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A check that was judged: whose, what was asked, when, on which list version, and the whole answer.

    The answer gets its receipt (`Journal.sign`) before it is kept. `case`: what is put before the regulators with it.
    """

    client: Client
    request: CheckRequest
    at: datetime.datetime
    list_version: int
    answer: dict[str, Any]
    case: NewCase | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """To whom an answer belongs: a client, or a bulk run."""

    client_id: int | None = None
    run_no: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A decision and the ledger entry that its answer's receipt names, ready to be committed together."""

    decision: SealedDecision
    entry: Committed
    case: NewCase | None = None
    cleared: tuple[str, ...] = ()
    """The numbers of the clearances it was answered with."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled in the commit that keeps an answer.

    The claim on its idempotency key, what the request uses up, and what its client signed (None: it need not sign).
    """

    claim: Claim | None = None
    spending: Spending | None = None
    evidence: str | None = None


@dataclass(slots=True)
class _Keeping:
    signed: Sequence[Signed]
    settled: Settled
    response: StoredResponse
    refusal: RegistryError | None = None

    def may_be_kept(self, uow: UnitOfWork) -> bool:
        """Spend what the request uses up; False where that refuses it: then it fails alone, without its group."""
        self.refusal = None if (spending := self.settled.spending) is None else spending.refusal(uow)
        return self.refusal is None

    def write(self, uow: UnitOfWork) -> None:
        if not self.may_be_kept(uow):
            return
        _keep(uow, self.signed)
        if self.settled.claim is not None:
            uow.idempotency.finish(self.settled.claim, self.response)


@dataclass(slots=True)
class _Claiming:
    asked: AskedOnce
    outcome: list[Claim | StoredResponse | RegistryError] = field(default_factory=list)

    def write(self, uow: UnitOfWork) -> None:
        # Kept back rather than raised: other acts of the same commit have nothing to do with it.
        try:
            self.outcome[:] = [uow.idempotency.claim(self.asked)]
        except RegistryError as refusal:
            self.outcome[:] = [refusal]


@dataclass(slots=True)
class _Releasing:
    claim: Claim

    def write(self, uow: UnitOfWork) -> None:
        uow.idempotency.release(self.claim)


@dataclass(slots=True)
class _Recording:
    event: Event

    def write(self, uow: UnitOfWork) -> None:
        uow.ledger.record_all([self.event])


@dataclass(slots=True)
class _Spending:
    spending: Spending
    refusal: RegistryError | None = None

    def write(self, uow: UnitOfWork) -> None:
        self.refusal = self.spending.refusal(uow)


class _Trying:
    """Changes nothing, and needs all that a change needs: the writer's turn, and a store that takes writes."""

    def write(self, uow: UnitOfWork) -> None:
        uow.idempotency.release(_NOBODYS)


_NOBODYS = Claim(AskedOnce(0, "", ""), "", None)
_Act = _Keeping | _Claiming | _Releasing | _Recording | _Spending | _Trying


def _write_all(uow: UnitOfWork, acts: Sequence[_Act]) -> None:
    kept = [
        each
        for act in acts
        if isinstance(act, _Keeping) and act.settled.claim is None and act.may_be_kept(uow)
        for each in act.signed
    ]
    _keep(uow, kept)
    for act in acts:
        if not isinstance(act, _Keeping) or act.settled.claim is not None:
            act.write(uow)


def _keep(uow: UnitOfWork, signed: Sequence[Signed]) -> None:
    uow.decisions.add_sealed([each.decision for each in signed])
    uow.cases.open_all([each.case for each in signed if each.case is not None])
    uow.clearances.note_uses([(number, str(each.decision["check_no"])) for each in signed for number in each.cleared])
    uow.ledger.append([each.entry for each in signed])


def _cleared(answer: Mapping[str, Any]) -> tuple[str, ...]:
    used = (each["clearance_no"] for subject in answer["subjects"] for each in subject.get("cleared", ()))
    return tuple(dict.fromkeys(used))


def new_check_no(at: datetime.datetime) -> str:
    """Return a fresh check number: the millisecond, which the answer states anyway, and 80 random bits.

    Numbers of one time lie together in the store's index, so that a commit touches one page of it and not one a row.
    """
    return f"C{int(at.timestamp() * 1000):012X}{secrets.token_hex(10).upper()}"


class Journal:
    """The way to durable answers of one process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._receipts = ReceiptDesk(store)
        self._commits: GroupCommit[_Act] = GroupCommit(store, _write_all)

    def sign(self, decided: Decided, sent: object, evidence: str | None = None) -> Signed:
        """Put the receipt into an answer to a request as it was sent (parsed JSON), and make ready what is committed.

        `evidence` is what the client signed. The entry is made before the commit, so that the receipt can name its
        leaf; nothing is written yet.
        """
        answer = decided.answer
        decision = decision_of(decided.request, answer, decided.at, Asker(client_id=decided.client.id))
        key = new_key(self._store.cipher, decision.check_no)
        entry = self._entry(decided, _facts(decided, decision, key))
        answer["receipt"] = self._receipts.receipt(sent, answer, entry)
        # The digest in the entry is that of the answer without its receipt.
        whole = f'{decision.answer[:-1]},"receipt":{orjson.dumps(answer["receipt"]).decode()}}}'
        row = seal(key, replace(decision, answer=whole))
        row |= {"leaf_hash": entry.leaf_hash, SIGNATURE: key.seal_stated(SIGNATURE, evidence)}
        return Signed(row, entry, decided.case, _cleared(answer))

    def _entry(self, decided: Decided, facts: Facts) -> Committed:
        rules, at, actor = decided.answer["list"], decided.at, decided.client.actor
        entry = Entry(EventKind.CHECK_DECIDED, at, actor, decided.list_version, rules["model"], rules["policy"], facts)
        return Committed.of(entry)

    def keep(self, signed: Sequence[Signed], settled: Settled, response: StoredResponse) -> None:
        """Return once every answer, its ledger entry and the response under its idempotency key are durable.

        Raises RateExceededError or SignatureRefusedError where the request may not spend what it uses up, and
        UnavailableError where the store does not take the answers; then nothing of them was kept.
        """
        keeping = _Keeping(signed, settled, response)
        self._commits.commit(keeping)
        if keeping.refusal is not None:
            raise keeping.refusal

    def spend(self, spending: Spending | None) -> None:
        """Spend what a request uses up that decides nothing; raises as `keep` does, at once where there is nothing."""
        if spending is None:
            return
        act = _Spending(spending)
        self._commits.commit(act)
        if act.refusal is not None:
            raise act.refusal

    def claim(self, asked: AskedOnce) -> Claim | StoredResponse:
        """Take the right to answer under an idempotency key, or return what was answered; raises as the store does."""
        claiming = _Claiming(asked)
        self._commits.commit(claiming)
        outcome = claiming.outcome[0]
        if isinstance(outcome, RegistryError):
            raise outcome
        return outcome

    def release(self, claim: Claim) -> None:
        """Give a claim back whose work failed, so that the request can be made again at once."""
        self._commits.commit(_Releasing(claim))

    def record(self, event: Event) -> None:
        """Return once an act that changes nothing else is in the ledger; raises as `keep` does."""
        self._commits.commit(_Recording(event))

    def try_write(self) -> None:
        """Return where the store takes writes at once; UnavailableError where it does not, within seconds."""
        self._commits.commit(_Trying(), patience=TRYING_SECONDS)


def decision_of(request: CheckRequest, answer: Mapping[str, Any], at: datetime.datetime, asker: Asker) -> Decision:
    """Return what is kept of an answer that was given to a client, or found in a bulk run."""
    return Decision(
        check_no=answer["check_no"],
        client_id=asker.client_id,
        run_no=asker.run_no,
        application_no=request.application_no,
        purpose=request.purpose.value,
        region=request.region,
        decided_at=at,
        verdict=answer["verdict"],
        list_version=answer["list"]["version"],
        model_version=answer["list"]["model"],
        policy_version=answer["list"]["policy"],
        request=stored_request.written(request),
        answer=orjson.dumps(answer).decode(),
    )


def _facts(decided: Decided, decision: Decision, key: RecordKey) -> Facts:
    """The digests are made with the record's own key: a plain one could be found by trying names and numbers."""
    return {
        "check_no": decision.check_no,
        "client_id": decided.client.id,
        "verdict": decision.verdict,
        "request_digest": request_digest(key, decision.request).hex(),
        "answer_digest": answer_digest(key, decision.answer).hex(),
    }
