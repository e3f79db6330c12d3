"""The worker: every job of the table at its times, until it is told to end."""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Sequence

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from jobs.run_job import run_job
from jobs.schedule import JOBS, Job
from registry.services.context import Services
from registry.store.job_repository import Outcome

_log = structlog.get_logger("jobs")


def work_once(services: Services, jobs: Sequence[Job] = JOBS) -> dict[str, Outcome | None]:
    """Run what is due once, one job after another; return what came of each (None: another worker has its slot)."""
    return {job.name: run_job(services, job) for job in jobs}


def work_until(services: Services, ended: threading.Event, jobs: Sequence[Job] = JOBS) -> None:
    """Run every job at its times until the event is set; runs under way then end first."""
    scheduler = BackgroundScheduler(timezone=datetime.UTC, logger=_quiet())
    scheduler.add_listener(_unforeseen, EVENT_JOB_ERROR)
    for job in jobs:
        # Late is better than never, once is enough, and a slow run is not run twice at a time.
        scheduler.add_job(
            run_job,
            "interval",
            args=(services, job),
            id=job.name,
            seconds=job.every_seconds,
            next_run_time=datetime.datetime.now(datetime.UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    try:
        ended.wait()
    finally:
        scheduler.shutdown(wait=True)


def _unforeseen(event: JobExecutionEvent) -> None:
    """Log what broke that no job foresaw, by its kind alone: its text could quote anything."""
    _log.error("job", job=event.job_id, outcome=Outcome.FAILED.value, error=type(event.exception).__name__)


def _quiet() -> logging.Logger:
    """Return a logger that says nothing: APScheduler's own lines quote arguments and exceptions."""
    silent = logging.getLogger("registry.worker.apscheduler")
    silent.disabled = True
    return silent
