"""Run a job once: take its slot, note what came of it, and survive what goes wrong."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import structlog

from jobs.schedule import Job
from registry.errors import RegistryError, UnavailableError
from registry.services.context import Services
from registry.store.alarm_repository import AlarmKind
from registry.store.job_repository import Outcome

LONGEST_RUN = datetime.timedelta(hours=1)
"""After this a run that did not end counts as one whose worker died."""

_log = structlog.get_logger("jobs")


def run_job(services: Services, job: Job) -> Outcome | None:
    """Run a job if its present slot is free; return what came of it, None where another worker has the slot.

    What the register's errors can say is noted, logged and over: the job runs again at its next slot. A job that
    fails has an alarm until it succeeds.
    """
    try:
        run = _take(services, job)
    except RegistryError as failure:
        _log.error("job", job=job.name, outcome=Outcome.FAILED.value, error=failure.code)
        return Outcome.FAILED
    if job.noted and run is None:
        return None
    counts, failed = _work(services, job)
    outcome = Outcome.DONE if failed is None else Outcome.FAILED
    _note(services, job, run, outcome, counts)
    if failed is not None or job.noted:
        _log.info("job", job=job.name, outcome=outcome.value, error=failed and failed.code, **counts)
    return outcome


def _take(services: Services, job: Job) -> int | None:
    if not job.noted:
        return None
    slot = int(services.clock.now().timestamp()) // job.every_seconds
    with services.store.write() as uow:
        return uow.jobs.take(job.name, slot, LONGEST_RUN)


def _work(services: Services, job: Job) -> tuple[Mapping[str, int], RegistryError | None]:
    try:
        return job.work(services), None
    except RegistryError as failure:
        return {}, failure


def _note(services: Services, job: Job, run: int | None, outcome: Outcome, counts: Mapping[str, int]) -> None:
    """Note the run and its alarm; where the store takes nothing, the log line has to do."""
    try:
        if run is not None:
            with services.store.write() as uow:
                uow.jobs.end(run, outcome, counts)
        _alarm(services, job, outcome)
    except UnavailableError as failure:
        _log.error("job", job=job.name, outcome=outcome.value, error=failure.code)


def _alarm(services: Services, job: Job, outcome: Outcome) -> None:
    with services.store.read() as uow:
        is_open = any(alarm.subject == job.name for alarm in uow.alarms.open(AlarmKind.JOB_FAILED))
    if is_open == (outcome is Outcome.FAILED):
        return
    with services.store.write() as uow:
        if outcome is Outcome.FAILED:
            uow.alarms.raise_alarm(AlarmKind.JOB_FAILED, job.name, "the worker's log says why")
        else:
            uow.alarms.clear(AlarmKind.JOB_FAILED, job.name)
