"""How far the exchange with every partner has come: epochs, positions, the batches taken and given, and runs."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from registry.store.exchange_tables import exchange_batch, exchange_epoch, exchange_partner, exchange_run
from registry.store.transaction import Transaction
from registry.store.upsert import upsert

NO_BATCH: Final = "0" * 64
_EPOCH_BYTES: Final = 16
_TAKEN: Final = "in"
_GIVEN: Final = "out"


@dataclass(frozen=True, slots=True)
class PartnerState:
    """How the exchange with one partner stands, in both directions (the columns of exchange_partner)."""

    partner: str
    epoch: str | None = None
    taken_to: int = 0
    taken_digest: str = NO_BATCH
    snapshot_after: str | None = None
    snapshot_at: int | None = None
    announced_to: int = 0
    given_to: int = 0
    given_digest: str = NO_BATCH
    told_to: int = 0
    acknowledged_to: int = 0
    last_tried_at: datetime.datetime | None = None
    last_success_at: datetime.datetime | None = None
    failures: int = 0
    retry_at: datetime.datetime | None = None
    last_fault: str | None = None


@dataclass(frozen=True, slots=True)
class BatchNote:
    """What is kept of a batch: where it stands in its sender's numbers, its digest, and what became of it."""

    partner: str
    epoch: str
    kind: str
    first: int
    last: int
    items: int
    digest: str
    previous: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExchangeRun:
    """One visit to a partner: what for, from when to when, how it ended, and how far behind it left us."""

    id: int
    partner: str
    work: str
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    outcome: str
    batches: int
    items: int
    behind: int | None
    fault: str | None


class ExchangeRepository:
    """Keeps positions and batches; whoever takes or gives does it in the transaction of the act itself."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def epoch(self) -> str | None:
        """Return the name of this store's history; None where it has none yet."""
        query = select(exchange_epoch.c.epoch).where(exchange_epoch.c.id == 1)
        found: str | None = self._transaction.connection.execute(query).scalar()
        return found

    def begin_epoch(self) -> str:
        """Give this store's history a new name: the first, or another after the store was brought back."""
        values = {"epoch": secrets.token_hex(_EPOCH_BYTES), "began_at": self._transaction.now()}
        if self.epoch() is None:
            self._transaction.connection.execute(insert(exchange_epoch).values(id=1, **values))
        else:
            self._transaction.connection.execute(update(exchange_epoch).where(exchange_epoch.c.id == 1).values(values))
        return str(values["epoch"])

    def state(self, partner: str) -> PartnerState:
        """Return how it stands with a partner, from the beginning where it was never spoken to."""
        query = select(exchange_partner).where(exchange_partner.c.partner == partner)
        row = self._transaction.connection.execute(query).first()
        return PartnerState(partner) if row is None else PartnerState(**row._mapping)

    def states(self) -> list[PartnerState]:
        """Return how it stands with every partner ever spoken to."""
        query = select(exchange_partner).order_by(exchange_partner.c.partner)
        return [PartnerState(**row._mapping) for row in self._transaction.connection.execute(query)]

    def keep(self, partner: str, **values: Any) -> None:
        """Note how it stands with a partner; the fields are those of PartnerState."""
        table = exchange_partner
        known = update(table).where(table.c.partner == partner).values(values)
        if self._transaction.connection.execute(known).rowcount == 0:
            start = {"taken_digest": NO_BATCH, "given_digest": NO_BATCH}
            self._transaction.connection.execute(insert(table).values({"partner": partner, **start, **values}))

    def note_taken(self, note: BatchNote) -> None:
        """Note a batch that was taken."""
        self._note(_TAKEN, note)

    def note_given(self, note: BatchNote) -> bool:
        """Note a batch that was made for a partner; False where one of the same bytes is noted already."""
        return self._note(_GIVEN, note)

    def taken(self, partner: str, digest: str) -> BatchNote | None:
        """Return the batch of that digest, if it was taken from the partner."""
        return self._found(_TAKEN, partner, digest)

    def given(self, partner: str, digest: str) -> BatchNote | None:
        """Return the batch of that digest, if it was made for the partner."""
        return self._found(_GIVEN, partner, digest)

    def took_up_to(self, partner: str, epoch: str, last: int, digest: str) -> bool:
        """Say whether a batch of that digest which ends at that number was taken."""
        return _ends_at(self.taken(partner, digest), epoch, last)

    def gave_up_to(self, partner: str, epoch: str, last: int, digest: str) -> bool:
        """Say whether a batch of that digest which ends at that number was made for the partner."""
        return _ends_at(self.given(partner, digest), epoch, last)

    def last_given(self, partner: str) -> BatchNote | None:
        """Return the batch made for a partner last."""
        query = select(exchange_batch).where(exchange_batch.c.partner == partner, exchange_batch.c.direction == _GIVEN)
        row = self._transaction.connection.execute(query.order_by(exchange_batch.c.id.desc()).limit(1)).first()
        return None if row is None else _note_of(row)

    def counts_since(self, partner: str, since: datetime.datetime) -> list[Mapping[str, int]]:
        """Return what became of the batches taken from a partner since an instant."""
        query = select(exchange_batch.c.counts).where(
            exchange_batch.c.partner == partner, exchange_batch.c.direction == _TAKEN, exchange_batch.c.at > since
        )
        return list(self._transaction.connection.execute(query).scalars())

    def acknowledge(self, partner: str, digest: str, counts: Mapping[str, int]) -> None:
        """Note that a partner has said what became of a batch it was given."""
        table = exchange_batch
        this = (table.c.partner == partner, table.c.direction == _GIVEN, table.c.digest == digest)
        values = {"acknowledged_at": self._transaction.now(), "counts": dict(counts)}
        self._transaction.connection.execute(update(table).where(*this).values(values))

    def unacknowledged(self, partner: str, most: int) -> list[BatchNote]:
        """Return the batches of the present epoch made for a partner that it has said nothing of, the oldest first."""
        table = exchange_batch
        made = (table.c.partner == partner, table.c.direction == _GIVEN, table.c.epoch == self.epoch())
        query = select(table).where(*made, table.c.acknowledged_at.is_(None)).order_by(table.c.id).limit(most)
        return [_note_of(row) for row in self._transaction.connection.execute(query)]

    def begin_run(self, partner: str, work: str) -> int:
        """Note that a visit began; return its number."""
        number = self._transaction.new_ids(exchange_run, 1)[0]
        values = {"id": number, "partner": partner, "work": work, "outcome": "running"}
        run = insert(exchange_run).values(started_at=self._transaction.now(), **values)
        self._transaction.connection.execute(run)
        return number

    def end_run(self, number: int, outcome: str, **counts: Any) -> None:
        """Note how a visit ended: `done`, `failed` or `held`; `counts` are batches, items, behind and fault."""
        ended = update(exchange_run).where(exchange_run.c.id == number)
        values = {"ended_at": self._transaction.now(), "outcome": outcome, **counts}
        self._transaction.connection.execute(ended.values(values))

    def runs(self, partner: str | None = None, most: int = 100) -> list[ExchangeRun]:
        """Return the last visits (to a partner), newest first."""
        query = select(exchange_run).order_by(exchange_run.c.id.desc()).limit(most)
        if partner is not None:
            query = query.where(exchange_run.c.partner == partner)
        return [ExchangeRun(**row._mapping) for row in self._transaction.connection.execute(query)]

    def successes(self, partner: str, since: datetime.datetime) -> list[datetime.datetime]:
        """Return when visits to fetch something ended well since an instant, oldest first."""
        run = exchange_run.c
        done = (run.partner == partner, run.work == "pull", run.outcome == "done", run.ended_at >= since)
        query = select(run.ended_at).where(*done).order_by(run.ended_at)
        return list(self._transaction.connection.execute(query).scalars())

    def last_run(self, partner: str, work: str) -> ExchangeRun | None:
        """Return the last visit to a partner for some work that ended."""
        run = exchange_run.c
        this = (run.partner == partner, run.work == work, run.ended_at.is_not(None))
        row = self._transaction.connection.execute(select(exchange_run).where(*this).order_by(run.id.desc())).first()
        return None if row is None else ExchangeRun(**row._mapping)

    def _note(self, direction: str, note: BatchNote) -> bool:
        values = {name: getattr(note, name) for name in note.__slots__}
        connection = self._transaction.connection
        batch = upsert(connection, exchange_batch).values(direction=direction, at=self._transaction.now(), **values)
        known = batch.on_conflict_do_nothing(index_elements=["partner", "direction", "digest"])
        return bool(connection.execute(known).rowcount)

    def _found(self, direction: str, partner: str, digest: str) -> BatchNote | None:
        table = exchange_batch
        this = (table.c.partner == partner, table.c.direction == direction, table.c.digest == digest)
        row = self._transaction.connection.execute(select(table).where(*this)).first()
        return None if row is None else _note_of(row)


def _ends_at(note: BatchNote | None, epoch: str, last: int) -> bool:
    return note is not None and (note.epoch, note.last) == (epoch, last)


def _note_of(row: Row[Any]) -> BatchNote:
    return BatchNote(**{name: row._mapping[name] for name in BatchNote.__slots__})
