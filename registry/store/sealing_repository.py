"""Records that may not be kept: which they are, and what in the store still shows them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, tuple_, update

from registry.ledger.events import EventKind
from registry.store.erasing_repository import ErasingRepository
from registry.store.idempotency_repository import sealed_name
from registry.store.key_tables import sealed_record
from registry.store.list_reading import parts
from registry.store.look_back_repository import LookBackRepository
from registry.store.named_values import keyed
from registry.store.notice_repository import NoticeRepository
from registry.store.tables import (
    api_client,
    decision,
    idempotency_key,
    ledger_entry,
    list_change,
    list_record,
    listed_identity,
    listed_subject,
    quarantine_row,
    screening_run,
)
from registry.store.transaction import Transaction

RecordKey = tuple[str, str]
"""Source region and record number."""


@dataclass(frozen=True, slots=True)
class SealingOrder:
    """One record that was sealed: which, when, and the SHA-256 of the order (hexadecimal)."""

    source_region: str
    record_no: str
    order_digest: str
    sealed_at: datetime.datetime

    @property
    def key(self) -> RecordKey:
        """Source region and record number."""
        return self.source_region, self.record_no


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that left the register while the record was in it: what, when, by whom, and what names it."""

    what: str
    at: datetime.datetime
    who: str
    digest: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A decision as far as sealing needs it: its number, who asked, and the answer in clear."""

    id: int
    check_no: str
    client_id: int | None
    run_no: str | None
    answer: str


class SealingRepository:
    """Keeps sealing orders, and finds and erases what still shows a sealed record."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def order(self, sealed: SealingOrder) -> bool:
        """Note that a record is sealed; return whether that was new."""
        if self.among([sealed.key]):
            return False
        values = {
            "source_region": sealed.source_region,
            "record_no": sealed.record_no,
            "order_digest": sealed.order_digest,
            "sealed_at": sealed.sealed_at,
        }
        self._transaction.connection.execute(insert(sealed_record).values(values))
        return True

    def orders(self, *, unreached: bool = False) -> list[SealingOrder]:
        """Return the orders, oldest first; with `unreached` those not yet known to have reached every answer."""
        query = select(sealed_record).order_by(sealed_record.c.id)
        query = query.where(sealed_record.c.reached_at.is_(None)) if unreached else query
        rows = self._transaction.connection.execute(query)
        return [SealingOrder(row.source_region, row.record_no, row.order_digest, row.sealed_at) for row in rows]

    def among(self, keys: Iterable[RecordKey]) -> set[RecordKey]:
        """Return those of the named records that are sealed."""
        key, here = (sealed_record.c.source_region, sealed_record.c.record_no), self._transaction.connection
        query = select(*key)
        return {
            (row[0], row[1])
            for part in parts(sorted(set(keys)))
            for row in here.execute(query.where(keyed(here, key, part)))
        }

    def reached(self, orders: Sequence[SealingOrder]) -> None:
        """Note that nothing in the store shows these records any more."""
        key = tuple_(sealed_record.c.source_region, sealed_record.c.record_no)
        now = self._transaction.now()
        for part in parts([order.key for order in orders]):
            changed = update(sealed_record).where(key.in_(part), sealed_record.c.reached_at.is_(None))
            self._transaction.connection.execute(changed.values(reached_at=now))

    def subjects(self, keys: Iterable[RecordKey]) -> dict[int, str]:
        """Return the subjects the named records ever listed, with their ban numbers; erasing a record keeps these."""
        key = tuple_(list_record.c.source_region, list_record.c.record_no)
        query = (
            select(listed_subject.c.id, listed_subject.c.ban_no)
            .join(list_change, list_change.c.subject_id == listed_subject.c.id)
            .join(list_record, list_record.c.id == list_change.c.record_id)
            .distinct()
        )
        found = (self._transaction.connection.execute(query.where(key.in_(part))) for part in parts(sorted(set(keys))))
        return {row[0]: row[1] for rows in found for row in rows}

    def other_records(self, subjects: Iterable[int], key: RecordKey) -> list[str]:
        """Return the other rows that name these subjects, as region:number."""
        query = (
            select(list_record.c.source_region, list_record.c.record_no)
            .join(listed_identity, listed_identity.c.record_id == list_record.c.id)
            .where(listed_identity.c.subject_id.in_(sorted(subjects)))
            .distinct()
            .order_by(list_record.c.source_region, list_record.c.record_no)
        )
        rows = self._transaction.connection.execute(query).all()
        return [f"{row[0]}:{row[1]}" for row in rows if (row[0], row[1]) != key]

    def answers(self, after: int, most: int) -> Iterator[KeptAnswer]:
        """Yield at most so many answers after a number, in clear."""
        columns = (decision.c.id, decision.c.check_no, decision.c.client_id, decision.c.run_no, decision.c.data_key)
        query = select(*columns, decision.c.answer_enc).where(decision.c.id > after).order_by(decision.c.id).limit(most)
        for row in self._transaction.connection.execute(query).all():
            key = self._transaction.cipher.open_record(decision.name, row.check_no, row.data_key)
            yield KeptAnswer(row.id, row.check_no, row.client_id, row.run_no, key.open("answer_enc", row.answer_enc))

    def erase_answers(self, answers: Sequence[KeptAnswer], rule: str, actor: str) -> int:
        """Erase decisions, what opens their entries and the responses that repeat them; return how many responses."""
        responses = self._erase_responses(answers)
        found = [(answer.id, answer.check_no) for answer in answers]
        ErasingRepository(self._transaction).erase_decisions(found, rule, actor)
        return responses

    def erase_late_bans(self, subjects: Iterable[int], rule: str, actor: str) -> None:
        """Erase what looking back found of listed subjects, what was told of it, and what opens the entries of both."""
        look_backs = LookBackRepository(self._transaction)
        findings = look_backs.of_listed(subjects)
        notices = NoticeRepository(self._transaction).forget_late_bans(findings)
        ErasingRepository(self._transaction).erase_entries_of_late_bans(findings, notices, rule, actor)
        look_backs.forget_findings(findings)

    def erase_quarantined(self, key: RecordKey) -> int:
        """Erase the quarantined originals of a record; return how many there were."""
        of_record = (quarantine_row.c.source_region == key[0], quarantine_row.c.record_no == key[1])
        return self._transaction.connection.execute(delete(quarantine_row).where(*of_record)).rowcount

    def handed_out(self, key: RecordKey) -> list[Handed]:
        """Return the exports of the list that held a record; the ledger knows when, by whom and by which digest."""
        first = select(func.min(list_change.c.version)).join(list_record, list_record.c.id == list_change.c.record_id)
        since = self._transaction.connection.execute(
            first.where(list_record.c.source_region == key[0], list_record.c.record_no == key[1])
        ).scalar()
        if since is None:
            return []
        exports = select(ledger_entry).where(
            ledger_entry.c.kind == EventKind.LIST_EXPORTED, ledger_entry.c.list_version >= since
        )
        rows = self._transaction.connection.execute(exports.order_by(ledger_entry.c.id))
        return [Handed("export", row.at, row.actor, row.facts or "") for row in rows]

    def askers(self, answers: Sequence[KeptAnswer]) -> list[Handed]:
        """Return who was given answers: clients by name, bulk runs by who ran them and the digest of their verdicts."""
        clients = sorted({answer.client_id for answer in answers if answer.client_id is not None})
        runs = sorted({answer.run_no for answer in answers if answer.run_no is not None})
        told = select(api_client.c.name, func.max(decision.c.decided_at)).join(
            decision, decision.c.client_id == api_client.c.id
        )
        rows = self._transaction.connection.execute(
            told.where(decision.c.id.in_([answer.id for answer in answers]), api_client.c.id.in_(clients)).group_by(
                api_client.c.name
            )
        )
        handed = [Handed("answer", row[1], row[0], "") for row in rows]
        ran = select(screening_run).where(screening_run.c.run_no.in_(runs)).order_by(screening_run.c.run_no)
        return handed + [
            Handed("screening", row.started_at, row.actor, row.output_digest or "")
            for row in self._transaction.connection.execute(ran)
        ]

    def readers_of_the_feed(self) -> list[str]:
        """Return the clients that read the feed of changes, by name: the lifting reaches them there."""
        query = select(api_client.c.name).where(api_client.c.role == "province", api_client.c.disabled_at.is_(None))
        return sorted(self._transaction.connection.execute(query).scalars())

    def _erase_responses(self, answers: Sequence[KeptAnswer]) -> int:
        clients = sorted({answer.client_id for answer in answers if answer.client_id is not None})
        numbers = [answer.check_no for answer in answers]
        query = select(idempotency_key).where(
            idempotency_key.c.client_id.in_(clients), idempotency_key.c.state == "done"
        )
        erased = 0
        for row in self._transaction.connection.execute(query).all():
            if self._repeats(row, numbers):
                this = (idempotency_key.c.client_id == row.client_id, idempotency_key.c.key_digest == row.key_digest)
                erased += self._transaction.connection.execute(delete(idempotency_key).where(*this)).rowcount
        return erased

    def _repeats(self, row: Any, numbers: Sequence[str]) -> bool:
        key = self._transaction.cipher.open_record(idempotency_key.name, sealed_name(row), row.data_key)
        body = key.open("response_enc", row.response_enc)
        return any(number in body for number in numbers)
