"""How clients have behaved of late, sealed; and the decisions since, from which that is told."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Row, bindparam, func, literal_column, select

from registry.store.log_tables import log_leaf
from registry.store.tables import client_conduct, decision, ledger_entry
from registry.store.transaction import Transaction
from registry.store.upsert import upsert

_TABLE: Final = "client_conduct"
_STATE: Final = "state_enc"
_DECISION: Final = "decision"


# In the order of their places in the log, which are given after the commit: ids are given before it, so that one that
# commits late would be passed over. The decision is found by its number, which its entry states.
_PLACED: Final = (
    select(log_leaf.c.leaf_index, ledger_entry.c.facts)
    .join(ledger_entry, ledger_entry.c.id == log_leaf.c.entry_id)
    .where(log_leaf.c.leaf_index >= bindparam("after"), ledger_entry.c.kind == literal_column("'check_decided'"))
    .order_by(log_leaf.c.leaf_index)
    .limit(bindparam("most"))
)
_DECIDED: Final = select(
    decision.c.check_no,
    decision.c.client_id,
    decision.c.decided_at,
    decision.c.application_no,
    decision.c.data_key,
    decision.c.request_enc,
    decision.c.answer_enc,
).where(decision.c.check_no.in_(bindparam("numbers", expanding=True)), decision.c.client_id.is_not(None))


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision that was not looked at yet, opened: whose, when, and what was asked and answered (JSON)."""

    client_id: int
    decided_at: datetime.datetime
    application_no: str
    request: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Page:
    """Decisions in the order of the log; `through` is how far the log was read, `last` that there was no more of it."""

    decisions: Sequence[NewDecision]
    through: int
    last: bool


class ConductRepository:
    """Keeps what is remembered of each client's conduct."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def through(self) -> int:
        """Return before which place in the log all decisions were looked at."""
        return int(self._transaction.connection.execute(select(func.max(client_conduct.c.through))).scalar() or 0)

    def page(self, after: int, most: int) -> Page:
        """Return the decisions of clients from a place in the log on, out of so many entries of checks.

        None that commits late is passed over: it gets a later place. Raises KeysMismatchError where one does not open.
        """
        entries = self._transaction.connection.execute(_PLACED, {"after": after, "most": most}).all()
        # An entry whose facts were erased speaks of a decision that was erased, too.
        numbers = [orjson.loads(entry.facts)["check_no"] for entry in entries if entry.facts is not None]
        rows: Iterable[Row[Any]] = self._transaction.connection.execute(_DECIDED, {"numbers": numbers})
        found = {row.check_no: row for row in rows}
        decisions = [self._opened(found[number]) for number in numbers if number in found]
        return Page(decisions, entries[-1].leaf_index + 1 if entries else after, len(entries) < most)

    def _opened(self, row: Row[Any]) -> NewDecision:
        key = self._transaction.cipher.open_record(_DECISION, row.check_no, row.data_key)
        request = key.open_stated("request_enc", row.request_enc)
        answer = key.open("answer_enc", row.answer_enc)
        return NewDecision(row.client_id, row.decided_at, row.application_no, request, answer)

    def state(self, client: int) -> str | None:
        """Return what is remembered of a client (JSON); None where nothing is."""
        table = client_conduct.c
        query = select(table.data_key, table.state_enc).where(table.client_id == client)
        row = self._transaction.connection.execute(query).first()
        if row is None:
            return None
        return self._transaction.cipher.open_record(_TABLE, str(client), row.data_key).open(_STATE, row.state_enc)

    def replace(self, client: int, state: str) -> None:
        """Remember this of a client instead; what was looked at stays so."""
        query = select(client_conduct.c.through).where(client_conduct.c.client_id == client)
        self.keep(client, int(self._transaction.connection.execute(query).scalar_one()), state)

    def keep(self, client: int, through: int, state: str) -> None:
        """Remember this of a client from now on, under a fresh key."""
        key = self._transaction.cipher.new_record(_TABLE, str(client))
        values = {"through": through, "data_key": key.wrapped, "state_enc": key.seal(_STATE, state)}
        add = upsert(self._transaction.connection, client_conduct).values(client_id=client, **values)
        here = [client_conduct.c.client_id]
        self._transaction.connection.execute(add.on_conflict_do_update(index_elements=here, set_=values))
