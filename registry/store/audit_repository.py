"""Reads the log and what it speaks of from end to end, row by row, for those who verify it; writes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, or_, select

from registry.store.list_state import State, all_states
from registry.store.log_tables import log_leaf
from registry.store.tables import decision, ledger_entry, list_change, list_head, rule_text, screening_run
from registry.store.transaction import Transaction

_ROWS_AT_A_TIME: Final = 5_000


class PlacedEntry(NamedTuple):
    """A leaf as it is stored beside the entry it stands for; without entry every field after `stored_hash` is None."""

    leaf_index: int
    entry_id: int
    stored_hash: bytes
    kind: str | None
    at: datetime.datetime
    actor: str
    list_version: int
    model_version: str
    policy_version: str
    commitment: bytes
    salt: bytes | None
    facts: str | None
    pending: bool | None
    erased_by: int | None


class UnplacedEntry(NamedTuple):
    """An entry that has no leaf: since when, whether it waits for one, and what its leaf will be reckoned from."""

    entry_id: int
    waits: bool
    kind: str
    at: datetime.datetime
    actor: str
    list_version: int
    model_version: str
    policy_version: str
    commitment: bytes
    salt: bytes | None
    facts: str | None


class KeptAnswer(NamedTuple):
    """A check's decision as it is stored, with the place and the facts of the entry it names, where there is one."""

    check_no: str
    client_id: int
    application_no: str
    purpose: str
    region: str | None
    decided_at: datetime.datetime
    verdict: str
    list_version: int
    model_version: str
    policy_version: str
    outcome: str
    index_version: int | None
    data_key: bytes
    answer_enc: bytes
    request_enc: bytes | None
    request_digest: bytes
    leaf_hash: bytes | None
    leaf_index: int | None
    kind: str | None
    at: datetime.datetime | None
    entry_list_version: int | None
    facts: str | None


class ChangeRow(NamedTuple):
    """A list change as it is stored."""

    version: int
    subject_id: int
    kind: str
    region: str
    record_id: int | None
    recorded_at: datetime.datetime
    state_digest: bytes | None


_PLACED: Final = (
    select(
        log_leaf.c.leaf_index,
        log_leaf.c.entry_id,
        log_leaf.c.leaf_hash,
        ledger_entry.c.kind,
        ledger_entry.c.at,
        ledger_entry.c.actor,
        ledger_entry.c.list_version,
        ledger_entry.c.model_version,
        ledger_entry.c.policy_version,
        ledger_entry.c.commitment,
        ledger_entry.c.salt,
        ledger_entry.c.facts,
        ledger_entry.c.pending,
        ledger_entry.c.erased_by,
    )
    .outerjoin(ledger_entry, ledger_entry.c.id == log_leaf.c.entry_id)
    .order_by(log_leaf.c.leaf_index)
)
_UNPLACED: Final = (
    select(
        ledger_entry.c.id,
        ledger_entry.c.pending.is_not(None),
        ledger_entry.c.kind,
        ledger_entry.c.at,
        ledger_entry.c.actor,
        ledger_entry.c.list_version,
        ledger_entry.c.model_version,
        ledger_entry.c.policy_version,
        ledger_entry.c.commitment,
        ledger_entry.c.salt,
        ledger_entry.c.facts,
    )
    .where(ledger_entry.c.id.not_in(select(log_leaf.c.entry_id)))
    .order_by(ledger_entry.c.id)
)
_ANSWERS: Final = (
    select(
        decision.c.check_no,
        decision.c.client_id,
        decision.c.application_no,
        decision.c.purpose,
        decision.c.region,
        decision.c.decided_at,
        decision.c.verdict,
        decision.c.list_version,
        decision.c.model_version,
        decision.c.policy_version,
        decision.c.outcome,
        decision.c.index_version,
        decision.c.data_key,
        decision.c.answer_enc,
        decision.c.request_enc,
        decision.c.request_digest,
        decision.c.leaf_hash,
        log_leaf.c.leaf_index,
        ledger_entry.c.kind,
        ledger_entry.c.at,
        ledger_entry.c.list_version.label("entry_list_version"),
        ledger_entry.c.facts,
    )
    .outerjoin(log_leaf, log_leaf.c.leaf_hash == decision.c.leaf_hash)
    .outerjoin(ledger_entry, ledger_entry.c.id == log_leaf.c.entry_id)
    .where(decision.c.client_id.is_not(None))
    .order_by(decision.c.id)
)
_CHANGES: Final = select(
    list_change.c.version,
    list_change.c.subject_id,
    list_change.c.kind,
    list_change.c.region,
    list_change.c.record_id,
    list_change.c.recorded_at,
    list_change.c.state_digest,
).order_by(list_change.c.version)
_ERASED: Final = (
    select(ledger_entry.c.erased_by, ledger_entry.c.id)
    .where(or_(ledger_entry.c.erased_by.is_not(None), ledger_entry.c.salt.is_(None)))
    .order_by(ledger_entry.c.erased_by, ledger_entry.c.id)
)


class AuditRepository:
    """Streams what a verification compares."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def placed(self, first: int) -> Iterator[PlacedEntry]:
        """Stream the leaves from an index on, in their order, with their entries."""
        for row in self._stream(_PLACED.where(log_leaf.c.leaf_index >= first)):
            yield PlacedEntry(*row)

    def unplaced(self) -> Iterator[UnplacedEntry]:
        """Stream the entries that have no leaf."""
        for row in self._stream(_UNPLACED):
            yield UnplacedEntry(*row)

    def answers(self, first: int) -> Iterator[KeptAnswer]:
        """Stream the decisions of checks whose entry is placed at an index or later, or has no place."""
        here = or_(log_leaf.c.leaf_index >= first, log_leaf.c.leaf_index.is_(None))
        for row in self._stream(_ANSWERS.where(here) if first else _ANSWERS):
            yield KeptAnswer(*row)

    def unnamed_checks(self) -> set[str]:
        """Return the check numbers of decisions that name no leaf, as those before revision 0003."""
        query = select(decision.c.check_no).where(decision.c.leaf_hash.is_(None), decision.c.client_id.is_not(None))
        return set(self._transaction.connection.execute(query).scalars())

    def changes(self, after: int) -> Iterator[ChangeRow]:
        """Stream the list changes after a version."""
        for row in self._stream(_CHANGES.where(list_change.c.version > after)):
            yield ChangeRow(*row)

    def last_changes(self) -> Iterator[tuple[int, int, bytes | None]]:
        """Stream subject, version and state digest of the last change of every subject, by its number."""
        later = list_change.alias("later")
        last = select(func.max(later.c.version)).where(later.c.subject_id == list_change.c.subject_id)
        query = select(list_change.c.subject_id, list_change.c.version, list_change.c.state_digest)
        ordered = query.where(list_change.c.version == last.scalar_subquery()).order_by(list_change.c.subject_id)
        for row in self._stream(ordered):
            yield row[0], row[1], row[2]

    def states(self) -> Iterator[State]:
        """Stream the digest of what stands against each subject, by its number."""
        yield from all_states(self._transaction)

    def list_version(self) -> int:
        """Return the version the list's head states."""
        return int(self._transaction.connection.execute(select(func.max(list_head.c.version))).scalar() or 0)

    def erased(self) -> Iterator[tuple[int | None, int]]:
        """Stream (erasing entry, erased entry), ascending; the first is None where an erasing is recorded nowhere."""
        for row in self._stream(_ERASED):
            yield row[0], row[1]

    def rules(self) -> list[tuple[str, str, str, str]]:
        """Return rule, version, digest and wording of every kept rule."""
        query = select(rule_text.c.rule, rule_text.c.version, rule_text.c.digest, rule_text.c.text)
        return [(row[0], row[1], row[2], row[3]) for row in self._transaction.connection.execute(query)]

    def screenings(self) -> dict[str, tuple[int, str, str | None]]:
        """Return rows, input digest and output digest of every bulk run that ended, by run number."""
        query = select(
            screening_run.c.run_no, screening_run.c.rows, screening_run.c.input_digest, screening_run.c.output_digest
        ).where(screening_run.c.ended_at.is_not(None))
        return {row[0]: (row[1], row[2], row[3]) for row in self._transaction.connection.execute(query)}

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        with self._transaction.stream(query, _ROWS_AT_A_TIME) as rows:
            yield from rows
