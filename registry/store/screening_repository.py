"""Bulk screenings: which file was screened against which list, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select, update

from registry.errors import NotFoundError
from registry.store.tables import screening_run
from registry.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ScreeningRun:
    """One bulk screening as it begins: digests are SHA-256 in hexadecimal."""

    run_no: str
    input_digest: str
    list_version: int
    actor: str


class ScreeningRepository:
    """Keeps runs: begun before the first verdict is kept, ended with the digest of the verdicts."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def begin(self, run: ScreeningRun) -> None:
        """Note that a run begins, judged by this process's model and policy."""
        here = self._transaction
        values = {
            "run_no": run.run_no,
            "input_digest": run.input_digest,
            "rows": 0,
            "list_version": run.list_version,
            "model_version": here.versions.model,
            "policy_version": here.versions.policy,
            "started_at": here.now(),
            "actor": run.actor,
        }
        here.connection.execute(insert(screening_run).values(values))

    def end(self, run_no: str, rows: int, output_digest: str) -> None:
        """Note that a run is done. Raises NotFoundError where no such run has begun."""
        here = self._transaction
        values = {"rows": rows, "output_digest": output_digest, "ended_at": here.now()}
        found = here.connection.execute(update(screening_run).where(screening_run.c.run_no == run_no).values(values))
        if found.rowcount != 1:
            raise NotFoundError("no such screening run")

    def has_ended(self, run_no: str) -> bool:
        """Tell whether a run was done to its end."""
        query = select(screening_run.c.ended_at).where(screening_run.c.run_no == run_no)
        return self._transaction.connection.execute(query).scalar() is not None
