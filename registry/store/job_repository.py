"""Runs of the worker's jobs: a slot of a job is run by one worker only, and what came of it is kept for a month."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.log_tables import job_run
from registry.store.transaction import Transaction

KEPT_DAYS: Final = 30


class Outcome(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The latest run of a job."""

    job: str
    slot: int
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    outcome: str
    counts: dict[str, int]


class JobRepository:
    """Takes slots and notes what came of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def take(self, job: str, slot: int, longest: datetime.timedelta) -> int | None:
        """Take a slot of a job and return the run's number; None where another worker has it or still runs one before.

        A run that began more than `longest` ago was given up: its worker died.
        """
        here, now = self._transaction, self._transaction.now()
        at_work = (job_run.c.outcome == Outcome.RUNNING) & (job_run.c.started_at > now - longest)
        if here.connection.execute(select(job_run.c.id).where(job_run.c.job == job, at_work)).first() is not None:
            return None
        past = job_run.c.started_at < now - datetime.timedelta(days=KEPT_DAYS)
        here.connection.execute(delete(job_run).where(job_run.c.job == job, past))
        insert = postgresql.insert if here.connection.dialect.name == "postgresql" else sqlite.insert
        values = {"job": job, "slot": slot, "started_at": now, "outcome": Outcome.RUNNING.value, "counts": {}}
        taken = insert(job_run).values(values).on_conflict_do_nothing().returning(job_run.c.id)
        return here.connection.execute(taken).scalar()

    def end(self, run: int, outcome: Outcome, counts: Mapping[str, int]) -> None:
        """Note how a run ended and what it counted."""
        values = {"ended_at": self._transaction.now(), "outcome": outcome.value, "counts": dict(counts)}
        self._transaction.connection.execute(update(job_run).where(job_run.c.id == run).values(values))

    def last(self, job: str) -> LastRun | None:
        """Return the latest run of a job; None where it never ran."""
        query = select(
            job_run.c.job,
            job_run.c.slot,
            job_run.c.started_at,
            job_run.c.ended_at,
            job_run.c.outcome,
            job_run.c.counts,
        ).where(job_run.c.job == job)
        row = self._transaction.connection.execute(query.order_by(job_run.c.id.desc()).limit(1)).first()
        return None if row is None else LastRun(*row)
