"""Run a job once: take its lead and its slot, note what came of it, and survive what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from jobs.due import Due, noted, what_is_due
from jobs.heartbeat import Heartbeat
from jobs.schedule import Job
from registry.errors import LeaseLostError, PartnerUnavailableError, RegistryError, UnavailableError, UnforeseenError
from registry.services.context import Services
from registry.services.each_alone import Alone
from registry.services.rules_in_force import rules_in_force
from registry.store.alarm_repository import AlarmKind
from registry.store.job_repository import Ending, Outcome, Run
from registry.store.lease_repository import Lease
from registry.store.unit_of_work import UnitOfWork

_log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A run this worker has begun, under a lease of its own."""

    run: Run
    lease: Lease
    due: Due


def run_job(services: Services, job: Job, heartbeat: Heartbeat | None = None) -> Outcome | None:
    """Run a job if it is due and nobody else leads it; return what came of it, None where there was nothing to do.

    What the register's errors can say is noted, logged and over: the job runs again after its back-off or at its next
    slot. A job that goes on failing has an alarm until it succeeds. Whatever the run writes is written as long as this
    worker leads the job: one that was stopped and wakes up after another has taken over leaves nothing.
    """
    if not job.noted:
        return _run_unnoted(services, job)
    if heartbeat is not None:
        return _run_led(services, job, heartbeat)
    with Heartbeat(services) as own:
        return _run_led(services, job, own)


def _run_unnoted(services: Services, job: Job) -> Outcome:
    try:
        job.work(services)
    except RegistryError as failure:
        _log.info("job", job=job.name, outcome=Outcome.FAILED.value, error=failure.code)
        _note_alarm(services, job, failed=True)
        return Outcome.FAILED
    _note_alarm(services, job, failed=False)
    return Outcome.DONE


def _note_alarm(services: Services, job: Job, *, failed: bool) -> None:
    """Raise or clear the alarm of a job without notes; where the store takes nothing, the log line has to do."""
    try:
        with services.store.read() as uow:
            changes = _has_alarm(uow, job) != failed
        if changes:
            with services.store.write() as uow:
                _settle_alarm(uow, job, failed=failed)
    except UnavailableError as failure:
        _log.error("job", job=job.name, outcome=Outcome.FAILED.value, error=failure.code)


def _run_led(services: Services, job: Job, heartbeat: Heartbeat) -> Outcome | None:
    try:
        turn = _take(services, job, heartbeat)
    except RegistryError as failure:
        _log.error("job", job=job.name, outcome=Outcome.FAILED.value, error=failure.code)
        return Outcome.FAILED
    if turn is None:
        return None
    led = replace(_current(services), store=services.store.guarded(partial(_require, turn.lease)))
    try:
        with heartbeat.keeping(turn.lease):
            return _note(led, job, turn, _work(led, job, turn))
    except LeaseLostError:
        _log.warning("job", job=job.name, slot=turn.run.slot, outcome="lost", error="lease_lost")
    except UnavailableError as failure:
        # The run stays open and is begun again once the lease has run out.
        _log.error("job", job=job.name, slot=turn.run.slot, outcome=Outcome.FAILED.value, error=failure.code)
        return Outcome.FAILED
    return None


def _current(services: Services) -> Services:
    """Return the services with the rules in force; where these cannot be read, those the worker began with."""
    try:
        return rules_in_force(services)
    except RegistryError as failure:
        _log.error("rules", outcome=Outcome.FAILED.value, error=failure.code)
        return services


def _take(services: Services, job: Job, heartbeat: Heartbeat) -> _Turn | None:
    """Take the job's lead and begin what is due; looked at first without writing, as mostly nothing is."""
    now = services.clock.now()
    with services.store.read() as uow:
        if uow.leases.is_held(job.name) or what_is_due(job, noted(uow, job, now), now) is None:
            return None
    with services.store.write() as uow:
        lease = uow.leases.take(job.name, heartbeat.holder, heartbeat.span)
        if lease is None:
            return None
        due = what_is_due(job, noted(uow, job, now), now)
        run = None if due is None else _begin(uow, job, due, lease)
        if due is None or run is None:
            uow.leases.release(lease)
            return None
    return _Turn(run, lease, due)


def _begin(uow: UnitOfWork, job: Job, due: Due, lease: Lease) -> Run | None:
    if due.again is not None:
        return uow.jobs.begin_again(due.again, lease.fence, due.counts)
    return uow.jobs.begin(job.name, due.slot, lease.fence, due.counts)


def _require(lease: Lease, uow: UnitOfWork) -> None:
    uow.leases.require(lease)


def _work(services: Services, job: Job, turn: _Turn) -> Ending:
    """Do the work; raises LeaseLostError alone."""
    try:
        with Alone():
            counts = job.work(services)
    except LeaseLostError:
        raise
    except RegistryError as failure:
        return _failed(services, job, turn, failure)
    return Ending(Outcome.DONE, {**turn.due.counts, **counts})


def _failed(services: Services, job: Job, turn: _Turn, failure: RegistryError) -> Ending:
    failures = turn.run.failures + 1
    seed = f"{job.name}/{turn.run.slot}"
    retry_at = services.clock.now() + job.retry.wait(failures, seed) if job.retry else None
    return Ending(Outcome.FAILED, turn.due.counts, error_of(failure), retry_at)


def error_of(failure: RegistryError) -> str:
    """Return the code a failure is noted by: a partner's fault by its own, what nobody foresaw by its kind alone."""
    if isinstance(failure, PartnerUnavailableError):
        return failure.fault[:60]
    if isinstance(failure, UnforeseenError) and failure.__cause__ is not None:
        return type(failure.__cause__).__name__[:60]
    return failure.code


def _note(services: Services, job: Job, turn: _Turn, ending: Ending) -> Outcome:
    """Note the run, settle its alarm and give up the lead, in one commit."""
    failed = ending.outcome is Outcome.FAILED
    with services.store.write() as uow:
        uow.jobs.end(turn.run, ending)
        if not failed or turn.run.failures + 1 >= job.alarm_after:
            _settle_alarm(uow, job, failed=failed)
        uow.leases.release(turn.lease)
    told: Mapping[str, object] = {"slot": turn.run.slot, "attempt": turn.run.attempts, **ending.counts}
    _log.info("job", job=job.name, outcome=ending.outcome.value, error=ending.error, **told)
    return ending.outcome


def _has_alarm(uow: UnitOfWork, job: Job) -> bool:
    return any(alarm.subject == job.name for alarm in uow.alarms.open(AlarmKind.JOB_FAILED))


def _settle_alarm(uow: UnitOfWork, job: Job, *, failed: bool) -> None:
    if failed:
        uow.alarms.raise_alarm(AlarmKind.JOB_FAILED, job.name, "the worker's log says why")
    else:
        uow.alarms.clear(AlarmKind.JOB_FAILED, job.name)
