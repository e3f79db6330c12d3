"""Pending ledger entries, written in the same transaction as the act they record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Row, bindparam, insert, select, update

from registry.ledger.acting_origin import Origin, acting_origin
from registry.ledger.commitment import Committed, Entry, canonical_facts, ids_digest
from registry.ledger.events import EventKind, Facts
from registry.store.head_repository import HeadRepository
from registry.store.tables import ledger_entry
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Event:
    """One act to be recorded with others of its transaction, which another thread may commit; where it comes from."""

    kind: EventKind
    actor: str
    list_version: int
    facts: Facts
    origin: Origin = field(default_factory=acting_origin)


_APPEND: Final = insert(ledger_entry)
_AT_ONCE: Final = 10_000
_ABOUT: Final = (
    "check_no", "document_no", "sheet_no", "certificate_no", "objection_no", "notice_no", "hold_no", "original_no",
    "clearance_no", "ban_no", "run_no", "file",
)  # fmt: skip


class LedgerRepository:
    """Appends entries; none is changed afterwards but for its place in the log and for erasing what opens it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def record(
        self, kind: EventKind, actor: str, facts: Facts, list_version: int | None = None, about: str | None = None
    ) -> None:
        """Append one entry for an act of this transaction.

        The list version is the head as this transaction sees it, unless an answer states the version it was given
        at. `about`: the number of what the act was about, where its facts state none. Raises ValueError
        where the facts are not those of the kind (registry.ledger.events).
        """
        here = self._transaction
        version = HeadRepository(here).version() if list_version is None else list_version
        entry = Entry(kind, here.now(), actor, version, here.versions.model, here.versions.policy, facts)
        row = _row(Committed.of(entry))
        here.connection.execute(_APPEND, row | {"about": row["about"] or about})

    def record_all(self, events: Sequence[Event]) -> None:
        """Append the entries of many acts of this transaction, in one statement; each states its own list version."""
        self.append([self.commit(event) for event in events])

    def commit(self, event: Event) -> Committed:
        """Return the entry of an act at this transaction's instant, its salt drawn; nothing is written yet."""
        here = self._transaction
        model, policy = here.versions.model, here.versions.policy
        entry = Entry(event.kind, here.now(), event.actor, event.list_version, model, policy, event.facts)
        return Committed.of(entry, event.origin)

    def append(self, entries: Sequence[Committed]) -> None:
        """Write entries that were committed to already, in one statement."""
        if entries:
            self._transaction.connection.execute(_APPEND, [_row(committed) for committed in entries])

    def erase_openings(self, entries: Sequence[int], rule: str, actor: str) -> int:
        """Erase salt and facts of entries by their numbers, and record it; return how many had any.

        `rule` names what asks for it (a retention rule, a sealing order). Their leaves stay, so that the log stands;
        whoever verifies it sees that these were erased by this act and no others.
        """
        here = self._transaction.connection
        opened = select(ledger_entry.c.id).where(ledger_entry.c.salt.is_not(None))
        found = sorted(
            number
            for begin in range(0, len(entries), _AT_ONCE)
            for number in here.execute(opened.where(ledger_entry.c.id.in_(entries[begin : begin + _AT_ONCE]))).scalars()
        )
        if not found:
            return 0
        facts: dict[str, str | int] = {"rule": rule, "entries": len(found), "ids_digest": ids_digest(found)}
        event = Event(EventKind.OPENINGS_ERASED, actor, HeadRepository(self._transaction).version(), facts)
        recorded = here.execute(_APPEND.returning(ledger_entry.c.id), _row(self.commit(event))).scalar_one()
        erased = update(ledger_entry).where(ledger_entry.c.id == bindparam("of_id"))
        values = erased.values(salt=None, facts=None, about=None, address=None, behalf=None, erased_by=recorded)
        here.execute(values, [{"of_id": number} for number in found])
        return len(found)

    def entries(self, after: int = 0) -> Iterator[tuple[int, Entry, bytes, bytes]]:
        """Yield (id, entry, salt, commitment) of the entries that can still be opened, in the order of their ids."""
        query = select(ledger_entry).where(ledger_entry.c.id > after, ledger_entry.c.salt.is_not(None))
        for row in self._transaction.connection.execute(query.order_by(ledger_entry.c.id)):
            yield row.id, _entry(row), row.salt, row.commitment


def _row(committed: Committed) -> dict[str, object]:
    entry = committed.entry
    return {
        "kind": entry.kind,
        "at": entry.at,
        "actor": entry.actor,
        "list_version": entry.list_version,
        "model_version": entry.model_version,
        "policy_version": entry.policy_version,
        "commitment": committed.commitment,
        "salt": committed.salt,
        "facts": canonical_facts(entry.facts),
        "about": None if entry.kind == EventKind.CHECK_DECIDED else _about(entry.facts),
        "session_id": committed.origin.session_id,
        "address": committed.origin.address,
        "behalf": committed.origin.behalf,
    }


def _about(facts: Facts) -> str | None:
    """Return the number of what an act was about: the first its facts state."""
    return next((str(facts[name]) for name in _ABOUT if facts.get(name)), None)


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        EventKind(row.kind),
        row.at,
        row.actor,
        row.list_version,
        row.model_version,
        row.policy_version,
        json.loads(row.facts),
    )
