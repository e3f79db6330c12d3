"""Where two provinces say different things of one person's document, until a person has looked at it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select, update

from registry.store.exchange_tables import disagreement
from registry.store.list_reading import parts
from registry.store.named_values import among
from registry.store.tables import list_record, listed_subject
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NewDisagreement:
    """Two rows that disagree about somebody, and the columns they disagree in, separated by a semicolon."""

    subject_id: int
    one_record_id: int
    other_record_id: int
    fields: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A disagreement: about which ban, between which rows, in which columns, since when, and whether both stand."""

    id: int
    ban_no: str
    one: str
    other: str
    fields: tuple[str, ...]
    state: str
    noticed_at: datetime.datetime
    both_stand: bool


class DisagreementRepository:
    """Keeps disagreements, each pair of rows once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def on_documents(self, document_nos: Collection[str]) -> dict[str, list[tuple[int, str, int | None]]]:
        """Return, by document, the rows that stand on it: (row, region, whom it lists)."""
        found: dict[str, list[tuple[int, str, int | None]]] = {}
        columns = (list_record.c.document_no, list_record.c.id, list_record.c.source_region, list_record.c.subject_id)
        for part in parts(sorted(document_nos)):
            query = select(*columns).where(
                among(self._transaction.connection, list_record.c.document_no, part), list_record.c.state == "active"
            )
            for document, *row in self._transaction.connection.execute(query.order_by(list_record.c.id)):
                found.setdefault(document, []).append((row[0], row[1], row[2]))
        return found

    def note(self, new: Sequence[NewDisagreement]) -> list[NewDisagreement]:
        """Note disagreements; return those that were not noted before."""
        pairs = {(one.one_record_id, one.other_record_id) for one in new}
        known: set[tuple[int, int]] = set()
        for part in parts(sorted({pair[0] for pair in pairs})):
            query = select(disagreement.c.one_record_id, disagreement.c.other_record_id)
            rows = self._transaction.connection.execute(query.where(disagreement.c.one_record_id.in_(part)))
            known |= {(row[0], row[1]) for row in rows}
        fresh = [one for one in new if (one.one_record_id, one.other_record_id) not in known]
        for one in fresh:
            values = {name: getattr(one, name) for name in one.__slots__}
            values |= {"state": "open", "noticed_at": self._transaction.now()}
            self._transaction.connection.execute(insert(disagreement).values(values))
        return fresh

    def listed(self, *, open_only: bool = True, number: int | None = None) -> list[Disagreement]:
        """Return disagreements, oldest first: those nobody has settled, all, or one by its number."""
        one, other = list_record.alias(), list_record.alias()
        query = (
            select(
                disagreement,
                listed_subject.c.ban_no,
                *(
                    each.c[name].label(f"{side}_{name}")
                    for side, each in (("one", one), ("other", other))
                    for name in _KEY
                ),
            )
            .join(listed_subject, listed_subject.c.id == disagreement.c.subject_id)
            .join(one, one.c.id == disagreement.c.one_record_id)
            .join(other, other.c.id == disagreement.c.other_record_id)
            .order_by(disagreement.c.id)
        )
        if open_only:
            query = query.where(disagreement.c.state == "open")
        if number is not None:
            query = query.where(disagreement.c.id == number)
        return [
            Disagreement(
                row.id,
                row.ban_no,
                f"{row.one_source_region}:{row.one_record_no}",
                f"{row.other_source_region}:{row.other_record_no}",
                tuple(row.fields.split(";")),
                row.state,
                row.noticed_at,
                row.one_state == row.other_state == "active",
            )
            for row in self._transaction.connection.execute(query)
        ]

    def settle(self, number: int, settled_by: str, reason_digest: str) -> bool:
        """Note that a person has looked; say whether it was open."""
        table = disagreement
        values = {
            "state": "settled",
            "settled_by": settled_by,
            "settled_at": self._transaction.now(),
            "reason_digest": reason_digest,
        }
        settled = update(table).where(table.c.id == number, table.c.state == "open").values(values)
        return self._transaction.connection.execute(settled).rowcount > 0


_KEY: Final = ("source_region", "record_no", "state")
