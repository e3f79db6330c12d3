"""The feed: batches fetched from a partner's REST door, page by page (docs/sync-protocol.md, 6).

Changes follow the last batch taken; where the partner knows that batch no more, or has begun another epoch, the whole
list is fetched as a snapshot, which goes on at the page it had come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import orjson

from registry.clock import Clock, SystemClock
from registry.errors import HeldBatchError, PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch, BatchKind
from registry.exchange.credentials import resolved
from registry.exchange.digest_statement import DigestQuestion
from registry.exchange.feed_connection import Access, Answer, FeedConnection, Question
from registry.exchange.partner import Partner
from registry.exchange.reconciliation import RecordKey
from registry.exchange.sides import own_name
from registry.exchange.wire import understood
from registry.privacy.keyring import Keyring
from registry.settings import Settings

_SNAPSHOT_ASKED: Final = frozenset({"unknown_position", "epoch_changed", "snapshot_needed"})
_NOTHING: Final = frozenset({204, 304})
_TAKEN_DOWN: Final = frozenset({200, 202, 204})
_UNKNOWN: Final = 404
_ANNOUNCING_SECONDS: Final = 5.0
_MOST_ITEMS: Final = 1_000
"""More than this no door gives at once."""
_ENVELOPE_BYTES: Final = 1 << 16
_BEGINNING: Final = Position(None, 0, NO_BATCH)


def open_feed(partner: Partner, settings: Settings, keyring: Keyring, clock: Clock | None = None) -> FeedAdapter:
    """Return the transport of a partner whose file says `adapter = "feed"`; nothing is connected yet.

    Raises SettingsError where our key there is not where the partner's file says.
    """
    folder, authorities = Path(partner.options.get("folder", ".")), partner.options.get("ca")
    access = Access(
        partner.options["url"],
        resolved(partner.options["key"], folder),
        None if keyring.signing is None else keyring.signing.signing,
        None if authorities is None else folder / authorities,
    )
    limits = partner.limits
    most = _ENVELOPE_BYTES + 2 * limits.bytes_per_batch  # every quotation mark of a batch is escaped in its envelope
    connection = FeedConnection(access, clock or SystemClock(), limits.seconds_per_request, most)
    return FeedAdapter(partner, own_name(settings), connection)


class Asking(Protocol):
    """What asks a partner."""

    def ask(self, question: Question, seconds: float | None = None) -> Answer:
        """Return the whole answer, or raise PartnerUnavailableError."""

    def close(self) -> None:
        """Let go of the connection."""


class FeedAdapter:
    """A partner's REST door, as a transport of batches; `own` is the name this side goes by."""

    def __init__(self, partner: Partner, own: str, connection: Asking) -> None:
        self._partner: Final = partner
        self._own: Final = own
        self._connection: Final = connection

    def receive(self, position: Position) -> Iterator[Arrival]:
        """Yield what the partner has after a position, oldest first, until it has nothing.

        Each arrival is taken before the next is asked for. Raises PartnerUnavailableError where the partner cannot be
        reached, or asks for a snapshot again right after one.
        """
        at, restarted = position, False
        while True:
            answer = self._ask(at)
            if answer.code in _SNAPSHOT_ASKED:
                if restarted:
                    raise PartnerUnavailableError(
                        "snapshot_in_vain", "the partner asks for a snapshot after a snapshot"
                    )
                at, restarted = _BEGINNING, True
                continue
            if answer.status in _NOTHING:
                return
            arrival = self._arrival(answer)
            yield arrival
            if arrival.batch is None or not _leads_on(at, arrival.batch):
                return
            at = _position_after(arrival.batch)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:  # noqa: ARG002 -- named by its digest
        """Tell the partner what became of every item of a batch; one it knows no more it will say so of when asked."""
        body = {
            "epoch": acknowledgement.epoch,
            "batch": acknowledgement.digest,
            "from": acknowledgement.first,
            "to": acknowledgement.last,
            "accepted": acknowledgement.accepted,
            "outcomes": [list(outcome) for outcome in acknowledgement.outcomes],
        }
        self._post("/v1/acknowledgements", body, may_be_unknown=True)

    def deliver(self, batch: Batch, signed: bytes) -> None:
        """Do nothing: the partner comes and gets it."""

    def announce(self, epoch: str, up_to: int) -> None:
        """Say that there is news up to a number, and nothing else."""
        news = {"region": self._own, "epoch": epoch, "up_to": up_to}
        self._post("/v1/announcements", news, seconds=_ANNOUNCING_SECONDS)

    def ask_digests(self, question: DigestQuestion) -> bytes:
        """Return the partner's signed statement of digests, or of the members of buckets."""
        path = "/v1/digests" + ("/" + ",".join(map(str, question.buckets)) if question.buckets else "")
        return self._stated(Question("GET", path, {"at": question.at, "asked": question.asked}))

    def ask_rows(self, keys: Sequence[RecordKey], asked: str) -> bytes:
        """Return the partner's signed statement of rows as they stand there."""
        body = orjson.dumps({"asked": asked, "rows": [list(key) for key in keys]})
        return self._stated(Question("POST", "/v1/restatements", {}, body))

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _stated(self, question: Question) -> bytes:
        answer = self._connection.ask(question)
        if answer.status != 200:
            raise _refused(answer)
        return answer.body

    def _ask(self, at: Position) -> Answer:
        path, query = _page_of(at) if _in_snapshot(at) else _changes_after(at)
        most = min(self._partner.limits.items_per_batch, _MOST_ITEMS)
        answer = self._connection.ask(Question("GET", path, {"limit": most} | query, known=f'"{at.digest}"'))
        if answer.status != 200 and answer.status not in _NOTHING and answer.code not in _SNAPSHOT_ASKED:
            raise _refused(answer)
        return answer

    def _arrival(self, answer: Answer) -> Arrival:
        try:
            return Arrival(answer.body, understood(answer.body, self._partner, self._own))
        except HeldBatchError as fault:
            return Arrival(answer.body, None, fault.code, fault.detail)

    def _post(
        self, path: str, body: Mapping[str, object], *, seconds: float | None = None, may_be_unknown: bool = False
    ) -> None:
        answer = self._connection.ask(Question("POST", path, {}, orjson.dumps(body)), seconds)
        if answer.status not in _TAKEN_DOWN and not (may_be_unknown and answer.status == _UNKNOWN):
            raise _refused(answer)


def _refused(answer: Answer) -> PartnerUnavailableError:
    return PartnerUnavailableError(f"answered_{answer.status}", f"the partner answered {answer.status}")


def _in_snapshot(at: Position) -> bool:
    return at.epoch is None or at.snapshot_after is not None


def _page_of(at: Position) -> tuple[str, dict[str, str | int]]:
    if at.snapshot_after is None:
        return "/v1/snapshot", {"previous": NO_BATCH}
    return "/v1/snapshot", {"after": at.snapshot_after, "at": at.number, "previous": at.digest}


def _changes_after(at: Position) -> tuple[str, dict[str, str | int]]:
    return "/v1/changes", {"after": at.number, "epoch": at.epoch or "", "previous": at.digest}


def _position_after(batch: Batch) -> Position:
    return Position(batch.epoch, batch.last, batch.digest, batch.page_next)


def _leads_on(at: Position, batch: Batch) -> bool:
    """Say whether a batch brings the exchange on: a partner that gives the same one again would be asked for ever."""
    if batch.kind is BatchKind.CHANGES:
        return batch.last > at.number
    return batch.page_next is None or batch.page_next != at.snapshot_after
