"""Proposals of models and policies: put forward by one, rehearsed, decided by another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from registry.store.rule_proposal_tables import rule_proposal
from registry.store.rule_repository import Rule
from registry.store.transaction import Transaction


class ProposalState(StrEnum):
    """Whether a proposal waits for the second person, and what became of it."""

    OPEN = "open"
    ADOPTED = "adopted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A kept version of a rule to be put before a second person; `proposer` is the role of who proposes."""

    rule: Rule
    version: str
    digest: str
    reason: str
    former_version: str
    proposed_by: str
    proposer: str


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal; `rehearsal` holds counts by name, None before it was rehearsed."""

    id: int
    rule: Rule
    version: str
    digest: str
    reason: str
    former_version: str
    state: ProposalState
    proposed_by: str
    proposer: str
    proposed_at: datetime.datetime
    rehearsal: Mapping[str, Any] | None
    rehearsed_at: datetime.datetime | None
    decided_by: str | None
    decided_at: datetime.datetime | None
    decision_reason: str | None


_COLUMNS: Final = tuple(rule_proposal.c[name] for name in StoredProposal.__dataclass_fields__)


class RuleProposalRepository:
    """Keeps proposals."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def add(self, new: NewProposal) -> int:
        """Keep a proposal; return its number."""
        number = self._transaction.new_ids(rule_proposal, 1)[0]
        stated = {name: getattr(new, name) for name in NewProposal.__dataclass_fields__}
        values = {"id": number, **stated, "state": ProposalState.OPEN, "proposed_at": self._transaction.now()}
        self._transaction.connection.execute(insert(rule_proposal).values(values))
        return number

    def find(self, number: int, *, lock: bool = False) -> StoredProposal | None:
        """Return a proposal, locked until commit if asked; None where there is none."""
        query = select(*_COLUMNS).where(rule_proposal.c.id == number)
        row = self._transaction.connection.execute(query.with_for_update() if lock else query).first()
        return None if row is None else _proposal(row)

    def latest(self, most: int) -> list[StoredProposal]:
        """Return at most so many proposals, the last first."""
        query = select(*_COLUMNS).order_by(rule_proposal.c.id.desc()).limit(most)
        return [_proposal(row) for row in self._transaction.connection.execute(query)]

    def never_adopted(self, rule: Rule) -> set[str]:
        """Return the proposed versions of a rule that were never in force."""
        query = select(rule_proposal.c.version, rule_proposal.c.former_version, rule_proposal.c.state)
        rows = self._transaction.connection.execute(query.where(rule_proposal.c.rule == rule)).all()
        adopted = {row.version for row in rows if row.state == ProposalState.ADOPTED}
        return {row.version for row in rows} - adopted - {row.former_version for row in rows}

    def rehearsed(self, number: int, figures: Mapping[str, Any]) -> None:
        """Note what a rehearsal came to."""
        values = {"rehearsal": dict(figures), "rehearsed_at": self._transaction.now()}
        this = update(rule_proposal).where(rule_proposal.c.id == number)
        self._transaction.connection.execute(this.values(values))

    def decide(self, number: int, state: ProposalState, actor: str, reason: str) -> None:
        """Note what became of a proposal, which the caller has locked."""
        values = {"state": state, "decided_by": actor, "decision_reason": reason}
        this = update(rule_proposal).where(rule_proposal.c.id == number)
        self._transaction.connection.execute(this.values(values | {"decided_at": self._transaction.now()}))


def _proposal(row: Row[Any]) -> StoredProposal:
    return StoredProposal(**{**row._mapping, "rule": Rule(row.rule), "state": ProposalState(row.state)})
