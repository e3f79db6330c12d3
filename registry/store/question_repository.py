"""Questions about rows that wait for a finding: what somebody missed, and whom it was asked of; kept sealed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import delete, insert, select

from registry.store.certificate_tables import finding_question
from registry.store.list_reading import parts
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FindingQuestion:
    """Somebody looked at a row and could not tell: what is missing, whom it is asked of, who looked, and when."""

    record_id: int
    missing: str = field(repr=False)
    asked_of: str | None = field(repr=False)
    asked_by: str
    asked_at: datetime.datetime


class QuestionRepository:
    """Keeps, shows and erases questions."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def ask(self, record_id: int, missing: str, asked_of: str | None, asked_by: str) -> str:
        """Keep a question; return a digest only its own key can make, hexadecimal: for the ledger."""
        number = self._transaction.new_ids(finding_question, 1)[0]
        key = self._transaction.cipher.new_record(finding_question.name, number)
        self._transaction.connection.execute(
            insert(finding_question).values(
                id=number,
                record_id=record_id,
                data_key=key.wrapped,
                missing_enc=key.seal("missing_enc", missing),
                asked_of_enc=key.seal_stated("asked_of_enc", asked_of),
                asked_by=asked_by,
                asked_at=self._transaction.now(),
            )
        )
        return key.digest("missing_enc", f"{asked_of or ''}\x1f{missing}").hex()

    def about(self, record_ids: Sequence[int]) -> dict[int, list[FindingQuestion]]:
        """Return the questions asked about rows, latest first; rows nobody asked about are left out."""
        found: dict[int, list[FindingQuestion]] = {}
        for part in parts(sorted(set(record_ids))):
            query = select(finding_question).where(finding_question.c.record_id.in_(part))
            for row in self._transaction.connection.execute(query.order_by(finding_question.c.id.desc())).all():
                key = self._transaction.cipher.open_record(finding_question.name, row.id, row.data_key)
                missing = key.open("missing_enc", row.missing_enc)
                asked_of = key.open_stated("asked_of_enc", row.asked_of_enc)
                question = FindingQuestion(row.record_id, missing, asked_of, row.asked_by, row.asked_at)
                found.setdefault(row.record_id, []).append(question)
        return found

    def forget(self, record_ids: Sequence[int]) -> int:
        """Erase the questions about rows that are erased or settled; return how many there were."""
        gone = 0
        for part in parts(sorted(set(record_ids))):
            erased = delete(finding_question).where(finding_question.c.record_id.in_(part))
            gone += self._transaction.connection.execute(erased).rowcount
        return gone
