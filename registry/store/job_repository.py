"""Runs of the worker's jobs: a slot of a job is run by one worker only, and what came of it is kept for a month.

A slot is the instant a run was due at, in seconds since 1970. Whoever begins a run leads the job (LeaseRepository).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Select, delete, select, update
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
class Run:
    """A run of a job for a slot; `failures`: how many runs in a row had failed when it began or ended, as it stands.

    `attempts`: how often it was begun. `error` is a code; `retry_at` is when a failed one is tried again (None: not
    before the next slot).
    """

    id: int
    job: str
    slot: int
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    outcome: str
    counts: dict[str, int]
    fence: int
    attempts: int
    error: str | None
    failures: int
    retry_at: datetime.datetime | None

    @property
    def due_at(self) -> datetime.datetime:
        """Return the instant the run was due at."""
        return datetime.datetime.fromtimestamp(self.slot, datetime.UTC)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: what it counted, and of one that failed the code, and when it is tried again."""

    outcome: Outcome
    counts: Mapping[str, int]
    error: str | None = None
    retry_at: datetime.datetime | None = None


_RUNS: Final = select(*(job_run.c[name] for name in Run.__dataclass_fields__))


class JobRepository:
    """Begins runs and notes what came of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def begin(self, job: str, slot: int, fence: int, counts: Mapping[str, int] | None = None) -> Run | None:
        """Begin the run for a slot; None where it was run before."""
        here, now = self._transaction, self._transaction.now()
        past = job_run.c.started_at < now - datetime.timedelta(days=KEPT_DAYS)
        failures = self._failures(job)
        here.connection.execute(delete(job_run).where(job_run.c.job == job, past))
        insert = postgresql.insert if here.connection.dialect.name == "postgresql" else sqlite.insert
        values = {
            "job": job,
            "slot": slot,
            "started_at": now,
            "outcome": Outcome.RUNNING.value,
            "counts": dict(counts or {}),
            "fence": fence,
            "failures": failures,
        }
        taken = insert(job_run).values(values).on_conflict_do_nothing().returning(job_run.c.id)
        number = here.connection.execute(taken).scalar()
        return None if number is None else self._run(_RUNS.where(job_run.c.id == number))

    def begin_again(self, run: Run, fence: int, counts: Mapping[str, int] | None = None) -> Run | None:
        """Begin a run anew that was interrupted or has failed: the same slot, one more attempt."""
        values = {
            "outcome": Outcome.RUNNING.value,
            "fence": fence,
            "attempts": run.attempts + 1,
            "ended_at": None,
            "retry_at": None,
            "counts": dict(counts or {}),
        }
        self._transaction.connection.execute(update(job_run).where(job_run.c.id == run.id).values(values))
        return self._run(_RUNS.where(job_run.c.id == run.id))

    def end(self, run: Run, ending: Ending) -> None:
        """Note how a run ended."""
        values = {
            "ended_at": self._transaction.now(),
            "outcome": ending.outcome.value,
            "counts": dict(ending.counts),
            "error": ending.error,
            "failures": run.failures + 1 if ending.outcome is Outcome.FAILED else 0,
            "retry_at": ending.retry_at,
        }
        self._transaction.connection.execute(update(job_run).where(job_run.c.id == run.id).values(values))

    def last(self, job: str) -> Run | None:
        """Return the latest run of a job; None where it never ran."""
        return self._run(_RUNS.where(job_run.c.job == job).order_by(job_run.c.id.desc()).limit(1))

    def runs(self, job: str) -> list[Run]:
        """Return the runs of a job that are kept, oldest first."""
        query = _RUNS.where(job_run.c.job == job).order_by(job_run.c.id)
        return [Run(**row._mapping) for row in self._transaction.connection.execute(query)]

    def has_run(self, job: str, slot: int) -> bool:
        """Return whether a slot was taken."""
        return self._run(_RUNS.where(job_run.c.job == job, job_run.c.slot == slot)) is not None

    def _failures(self, job: str) -> int:
        last = self.last(job)
        return 0 if last is None else last.failures

    def _run(self, query: Select[Any]) -> Run | None:
        row: Row[Any] | None = self._transaction.connection.execute(query).first()
        return None if row is None else Run(**row._mapping)
