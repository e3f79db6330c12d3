"""The worker: every job of the table and of the partners at its times, until it is told to end."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor as OwnThread
from apscheduler.schedulers.background import BackgroundScheduler

from jobs.heartbeat import Heartbeat
from jobs.run_job import run_job
from jobs.schedule import Job
from jobs.sync_provinces import all_jobs
from registry.services.context import Services
from registry.store.job_repository import Outcome
from registry.store.lease_repository import LEASE

_log = structlog.get_logger("jobs")


def work_once(services: Services, jobs: Sequence[Job] | None = None) -> dict[str, Outcome | None]:
    """Run what is due once; return what came of each job (None: not due, or another worker leads it).

    Partners are visited side by side, so that one's trouble delays no other; the rest runs one after another, the
    sequencer last.
    """
    chosen = all_jobs(services) if jobs is None else tuple(jobs)
    beside = [job for job in chosen if job.partner is not None]
    with Heartbeat(services) as heartbeat, ThreadPoolExecutor(max(1, len(beside))) as threads:
        visits = {job.name: threads.submit(run_job, services, job, heartbeat) for job in beside}
        visited = {name: visit.result() for name, visit in visits.items()}
        alone = {job.name: run_job(services, job, heartbeat) for job in chosen if job.partner is None}
    outcomes = visited | alone
    return {job.name: outcomes[job.name] for job in chosen}


def work_until(
    services: Services,
    ended: threading.Event,
    jobs: Sequence[Job] | None = None,
    lease: datetime.timedelta = LEASE,
) -> None:
    """Run every job at its times until the event is set; runs under way then end first.

    Every job has a thread of its own: a partner that does not answer holds up nothing but its own visits. `lease`:
    after how long a run whose worker died goes on elsewhere.
    """
    chosen = all_jobs(services) if jobs is None else jobs
    scheduler = BackgroundScheduler(
        timezone=datetime.UTC, logger=_quiet(), executors={job.name: OwnThread(1) for job in chosen}
    )
    scheduler.add_listener(_unforeseen, EVENT_JOB_ERROR)
    with Heartbeat(services, lease) as heartbeat:
        for job in chosen:
            _add(scheduler, services, job, heartbeat)
        scheduler.start()
        try:
            ended.wait()
        finally:
            scheduler.shutdown(wait=True)


def _add(scheduler: BackgroundScheduler, services: Services, job: Job, heartbeat: Heartbeat) -> None:
    # Late is better than never, once is enough, and a slow run is not run twice at a time.
    scheduler.add_job(
        run_job,
        "interval",
        args=(services, job, heartbeat),
        id=job.name,
        executor=job.name,
        seconds=job.look_seconds,
        next_run_time=datetime.datetime.now(datetime.UTC),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )


def _unforeseen(event: JobExecutionEvent) -> None:
    """Log what broke that no job foresaw, by its kind alone: its text could quote anything."""
    _log.error("job", job=event.job_id, outcome=Outcome.FAILED.value, error=type(event.exception).__name__)


def _quiet() -> logging.Logger:
    """Return a logger that says nothing: APScheduler's own lines quote arguments and exceptions."""
    silent = logging.getLogger("registry.worker.apscheduler")
    silent.disabled = True
    return silent
