"""Clearances: given for one applicant and one listed person, looked up by a keyed value, revocable."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from registry.privacy.keyed_index import IndexPurpose, KeyedIndex
from registry.store.case_tables import clearance, clearance_use
from registry.store.case_values import StoredClearance
from registry.store.transaction import Transaction

_NUMBER_BYTES: Final = 8
_SEALED: Final = frozenset({"reason", "evidence"})
_SHOWN: Final = tuple(name for name in StoredClearance.__dataclass_fields__ if name not in _SEALED)


@dataclass(frozen=True, slots=True)
class NewClearance:
    """A clearance about to be given; `applicant` is the one spelling of who applied, in clear."""

    ban_no: str
    check_no: str
    applicant: str = field(repr=False)
    evidence: str = field(repr=False)
    given_by: str


class ClearanceRepository:
    """Gives, finds and revokes clearances."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def give(self, new: NewClearance) -> str:
        """Keep a clearance; return its number."""
        row_id = self._transaction.new_ids(clearance, 1)[0]
        key = self._transaction.cipher.new_record(clearance.name, row_id)
        clearance_no = f"L{secrets.token_hex(_NUMBER_BYTES).upper()}"
        values: dict[str, Any] = {"id": row_id, "clearance_no": clearance_no, "ban_no": new.ban_no}
        values |= {"check_no": new.check_no, "given_by": new.given_by, "data_key": key.wrapped}
        values |= {"applicant_enc": key.seal("applicant_enc", new.applicant)}
        values |= {"evidence_enc": key.seal("evidence_enc", new.evidence)}
        values |= keyed_applicant(self._transaction.keyed_index, new.applicant)
        values |= {"given_at": self._transaction.now()}
        self._transaction.connection.execute(insert(clearance).values(values))
        return clearance_no

    def standing_for(
        self, applicants: Sequence[str], at: datetime.datetime | None = None
    ) -> dict[str, list[StoredClearance]]:
        """Return the clearances of applicants, by their one spelling, that are (`at`: were) in force."""
        index = self._transaction.keyed_index
        keyed = {value: one for one in applicants for value in index.lookups(IndexPurpose.CLEARED_APPLICANT, one)}
        query = select(clearance).where(clearance.c.applicant_index.in_(keyed)).order_by(clearance.c.id)
        found: dict[str, list[StoredClearance]] = {}
        for row in self._transaction.connection.execute(query).all():
            stored = self._opened(row)
            if stored.stood_at(at):
                found.setdefault(keyed[bytes(row.applicant_index)], []).append(stored)
        return found

    def all_standing(self) -> dict[str, list[StoredClearance]]:
        """Return every clearance in force, by the one spelling of its applicant: for a bulk run."""
        query = select(clearance).where(clearance.c.revoked_at.is_(None)).order_by(clearance.c.id)
        found: dict[str, list[StoredClearance]] = {}
        for row in self._transaction.connection.execute(query).all():
            key = self._transaction.cipher.open_record(clearance.name, row.id, row.data_key)
            found.setdefault(key.open("applicant_enc", row.applicant_enc), []).append(self._opened(row))
        return found

    def find(self, clearance_no: str) -> StoredClearance | None:
        """Return a clearance, revoked or not; None where there is none."""
        row = self._transaction.connection.execute(
            select(clearance).where(clearance.c.clearance_no == clearance_no)
        ).first()
        return None if row is None else self._opened(row)

    def of_checks(self, check_nos: Sequence[str]) -> list[StoredClearance]:
        """Return the clearances given in cases, oldest first."""
        query = select(clearance).where(clearance.c.check_no.in_(check_nos)).order_by(clearance.c.id)
        return [self._opened(row) for row in self._transaction.connection.execute(query).all()]

    def note_uses(self, uses: Sequence[tuple[str, str]]) -> None:
        """Note which checks were answered with which clearances: (clearance number, check number)."""
        if uses:
            rows = [{"clearance_no": clearance_no, "check_no": check_no} for clearance_no, check_no in uses]
            self._transaction.connection.execute(insert(clearance_use), rows)

    def uses_of(self, clearance_no: str) -> list[str]:
        """Return the checks that were answered with a clearance, as far as they are kept, oldest first."""
        query = select(clearance_use.c.check_no).where(clearance_use.c.clearance_no == clearance_no)
        return list(self._transaction.connection.execute(query.order_by(clearance_use.c.check_no)).scalars())

    def revoke(self, stored: StoredClearance, reason: str, actor: str) -> bool:
        """End a clearance; False where somebody has ended it before."""
        row = self._transaction.connection.execute(select(clearance).where(clearance.c.id == stored.id)).one()
        key = self._transaction.cipher.open_record(clearance.name, row.id, row.data_key)
        values = {"revoked_by": actor, "revoked_at": self._transaction.now()}
        values |= {"reason_enc": key.seal("reason_enc", reason)}
        this = (clearance.c.id == stored.id, clearance.c.revoked_at.is_(None))
        return self._transaction.connection.execute(update(clearance).where(*this).values(values)).rowcount == 1

    def _opened(self, row: Row[Any]) -> StoredClearance:
        key = self._transaction.cipher.open_record(clearance.name, row.id, row.data_key)
        stated = {name: getattr(row, name) for name in _SHOWN}
        evidence, reason = key.open("evidence_enc", row.evidence_enc), key.open_stated("reason_enc", row.reason_enc)
        return StoredClearance(**stated, evidence=evidence, reason=reason)


def keyed_applicant(index: KeyedIndex, applicant: str) -> dict[str, Any]:
    """Return the keyed columns of a clearance, under the index key in use."""
    return {"applicant_index": index.index(IndexPurpose.CLEARED_APPLICANT, applicant), "index_version": index.version}
