"""How clients have behaved of late, sealed; and the decisions since, from which that is told."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from registry.store.tables import client_conduct, decision
from registry.store.transaction import Transaction
from registry.store.upsert import upsert

_TABLE: Final = "client_conduct"
_STATE: Final = "state_enc"
_DECISION: Final = "decision"


_COLUMNS: Final = (
    decision.c.id,
    decision.c.check_no,
    decision.c.client_id,
    decision.c.decided_at,
    decision.c.application_no,
    decision.c.data_key,
    decision.c.request_enc,
    decision.c.answer_enc,
)


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision that was not looked at yet, opened: whose, when, and what was asked and answered (JSON)."""

    id: int
    client_id: int
    decided_at: datetime.datetime
    application_no: str
    request: str | None
    answer: str


class ConductRepository:
    """Keeps what is remembered of each client's conduct."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def through(self) -> int:
        """Return up to which decision all were looked at."""
        return int(self._transaction.connection.execute(select(func.max(client_conduct.c.through))).scalar() or 0)

    def since(self, after: int, most: int) -> Iterator[NewDecision]:
        """Yield the decisions of clients after one, in their order; KeysMismatchError where one does not open.

        On PostgreSQL one that commits after a later one is passed over; conduct is told by many.
        """
        columns = (decision.c.id, decision.c.check_no, decision.c.client_id, decision.c.decided_at)
        query = select(
            *columns, decision.c.application_no, decision.c.data_key, decision.c.request_enc, decision.c.answer_enc
        )
        new = query.where(decision.c.id > after, decision.c.client_id.is_not(None)).order_by(decision.c.id).limit(most)
        for row in self._transaction.connection.execute(new):
            key = self._transaction.cipher.open_record(_DECISION, row.check_no, row.data_key)
            request = key.open_stated("request_enc", row.request_enc)
            answer = key.open("answer_enc", row.answer_enc)
            yield NewDecision(row.id, row.client_id, row.decided_at, row.application_no, request, answer)

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
