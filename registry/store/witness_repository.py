"""Who cosigns the log's heads: each witness by its name and its public key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.log_tables import log_witness
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness; `public_key` in the one line of a C2SP verifier key."""

    name: str
    public_key: str


class WitnessRepository:
    """Adds, ends and lists witnesses."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, witness: Witness) -> None:
        """Let a witness cosign from now on; one of that name has this key from now on."""
        here = self._transaction
        values = {"public_key": witness.public_key, "added_at": here.now(), "removed_at": None}
        insert = postgresql.insert if here.connection.dialect.name == "postgresql" else sqlite.insert
        added = insert(log_witness).values(name=witness.name, **values)
        here.connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=values))

    def remove(self, name: str) -> bool:
        """Expect nothing of a witness any more; return whether anything was expected."""
        here = self._transaction
        present = (log_witness.c.name == name) & log_witness.c.removed_at.is_(None)
        return here.connection.execute(update(log_witness).where(present).values(removed_at=here.now())).rowcount > 0

    def present(self) -> list[Witness]:
        """Return the witnesses that cosign now, by name."""
        query = select(log_witness.c.name, log_witness.c.public_key).where(log_witness.c.removed_at.is_(None))
        rows = self._transaction.connection.execute(query.order_by(log_witness.c.name))
        return [Witness(row.name, row.public_key) for row in rows]
