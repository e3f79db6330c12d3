"""A job runs once a slot, whatever number of workers there are, and what goes wrong is noted and survived."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.run_job import LONGEST_RUN, run_job
from jobs.schedule import JOBS, Job
from jobs.work import work_once, work_until
from registry.bootstrap import build
from registry.clock import FixedClock, SystemClock
from registry.errors import ConflictError, UnavailableError
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.settings import Settings
from registry.store.alarm_repository import AlarmKind
from registry.store.job_repository import LastRun, Outcome


def counting(services: Services) -> Mapping[str, int]:
    return {"done": 3}


def failing(services: Services) -> Mapping[str, int]:
    raise ConflictError("nothing to be done")


def last(services: Services, job: str) -> LastRun:
    with services.store.read() as uow:
        found = uow.jobs.last(job)
    assert found is not None
    return found


def later(services: Services, seconds: float) -> Services:
    """The same register, so much later."""
    clock = FixedClock(services.clock.now() + timedelta(seconds=seconds))
    return build(services.settings, clock)


def test_a_run_is_noted_with_what_it_counted(services: Services) -> None:
    assert run_job(services, Job("tidy", 60, counting)) is Outcome.DONE
    run = last(services, "tidy")
    assert (run.outcome, run.counts, run.ended_at) == (Outcome.DONE, {"done": 3}, services.clock.now())
    assert run.slot == int(services.clock.now().timestamp()) // 60


def test_a_slot_is_run_once_and_the_next_one_again(services: Services) -> None:
    job = Job("tidy", 60, counting)
    assert [run_job(services, job), run_job(services, job)] == [Outcome.DONE, None]
    after = later(services, 60)
    assert run_job(after, job) is Outcome.DONE
    after.store.close()


def test_while_a_run_is_under_way_no_other_begins_unless_its_worker_died(services: Services) -> None:
    with services.store.write() as uow:
        assert uow.jobs.take("tidy", 1, LONGEST_RUN) is not None
    assert run_job(services, Job("tidy", 60, counting)) is None
    after = later(services, LONGEST_RUN.total_seconds())
    assert run_job(after, Job("tidy", 60, counting)) is Outcome.DONE
    after.store.close()


def test_a_job_that_fails_is_noted_has_an_alarm_and_is_tried_at_its_next_slot(services: Services) -> None:
    assert run_job(services, Job("tidy", 60, failing)) is Outcome.FAILED
    assert last(services, "tidy").outcome == Outcome.FAILED
    with services.store.read() as uow:
        assert [(alarm.kind, alarm.subject) for alarm in uow.alarms.open()] == [(AlarmKind.JOB_FAILED, "tidy")]
    after = later(services, 60)
    assert run_job(after, Job("tidy", 60, counting)) is Outcome.DONE
    with after.store.read() as uow:
        assert uow.alarms.open() == []
    after.store.close()


def test_runs_are_forgotten_after_a_month(services: Services) -> None:
    run_job(services, Job("tidy", 60, failing))
    after = later(services, 31 * 86_400)
    run_job(after, Job("tidy", 60, counting))
    with after.store.read() as uow:
        assert uow.transaction.connection.exec_driver_sql("SELECT count(*) FROM job_run").scalar() == 1
    after.store.close()


def test_a_store_that_does_not_answer_is_a_failed_run_and_no_end_of_the_worker(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise UnavailableError("the store does not answer")

    monkeypatch.setattr(services.store, "write", away)
    monkeypatch.setattr(services.store, "read", away)
    assert set(work_once(services).values()) == {Outcome.FAILED}


def test_what_is_due_places_the_acts_in_the_log(services: Services) -> None:
    with services.store.write() as uow:
        uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})
    assert set(work_once(services).values()) == {Outcome.DONE}
    with services.store.read() as uow:
        assert uow.log.pending_since() is None
        assert uow.log.size() > 0


def test_two_working_workers_place_every_act_within_ten_seconds_and_end_when_told(settings: Settings) -> None:
    ended, workers = threading.Event(), [build(settings, SystemClock()) for _ in range(2)]
    threads = [threading.Thread(target=work_until, args=(services, ended)) for services in workers]
    for thread in threads:
        thread.start()
    placed = 0
    for _ in range(5):
        with workers[0].store.write() as uow:
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "c", "client_id": 1})
        for _ in range(100):
            with workers[0].store.read() as uow:
                if uow.log.pending_since() is None:
                    placed += 1
                    break
            ended.wait(0.1)
    ended.set()
    for thread in threads:
        thread.join(20)
    for services in workers:
        services.store.close()
    assert placed == 5
    assert not any(thread.is_alive() for thread in threads)


def test_a_job_that_breaks_as_nobody_foresaw_does_not_end_the_worker(services: Services) -> None:
    runs, ended = [], threading.Event()

    def break_down(services: Services) -> Mapping[str, int]:
        runs.append(1)
        if len(runs) == 2:
            ended.set()
        raise ZeroDivisionError

    work_until(services, ended, [Job("broken", 1, break_down, noted=False)])
    assert len(runs) >= 2


def test_every_job_has_a_name_of_its_own_and_the_sequencer_is_prompt() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    sequencer = next(job for job in JOBS if job.name == "sequence")
    assert sequencer.every_seconds <= 2
    assert replace(sequencer, noted=False) == sequencer
