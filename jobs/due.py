"""Whether a run of a job is due, and which: decided from what is noted of its runs, with nothing read or written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from jobs.schedule import Job
from registry.store.job_repository import Outcome, Run
from registry.store.unit_of_work import UnitOfWork

NEWS = "news"
"""The name under which a run notes up to which number there was news, so that the same news causes one run."""


@dataclass(frozen=True, slots=True)
class Due:
    """A run that is due: for which slot, or which earlier run is to be begun again; and the news there is."""

    slot: int
    again: Run | None = None
    news: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Return what the run notes from its beginning."""
        return {} if self.news is None else {NEWS: self.news}


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of a job: its latest run, whether its present slot was taken, and the news there is."""

    last: Run | None
    slot_taken: bool
    news: int | None


def noted(uow: UnitOfWork, job: Job, now: datetime.datetime) -> Noted:
    """Read what is noted of a job."""
    slot = job.slot_at(now)
    taken = slot is None or uow.jobs.has_run(job.name, slot)
    return Noted(uow.jobs.last(job.name), taken, job.news(uow) if job.news else None)


def what_is_due(job: Job, known: Noted, now: datetime.datetime) -> Due | None:
    """Return the run that is due, None where none is; who leads the job is another question.

    A run left behind comes first, whatever its slot; one that failed waits for its time; then the present slot; then
    news that no run has seen yet.
    """
    last, slot = known.last, job.slot_at(now)
    if last is not None and last.outcome == Outcome.RUNNING:
        return Due(last.slot, last, known.news)
    if last is not None and _waits(job, last, now):
        return None
    if slot is not None and not known.slot_taken:
        return Due(slot, None, known.news)
    if last is not None and last.retry_at is not None:
        return Due(last.slot, last, known.news)
    if known.news is not None and (last is None or last.counts.get(NEWS) != known.news):
        return Due(int(now.timestamp()), None, known.news)
    return None


def _waits(job: Job, last: Run, now: datetime.datetime) -> bool:
    """Return whether a failed run waits yet; a time further off than any wait was set by a wrong clock."""
    if last.retry_at is None or job.retry is None:
        return False
    return now < last.retry_at <= now + job.retry.longest
