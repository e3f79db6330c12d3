"""A job runs once a slot, whatever number of workers there are, and what goes wrong is noted and survived."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.back_off import BackOff
from jobs.heartbeat import Heartbeat
from jobs.run_job import run_job
from jobs.schedule import JOBS, Job
from jobs.work import work_once, work_until
from registry.bootstrap import build
from registry.clock import FixedClock, SystemClock
from registry.errors import ConflictError, UnavailableError
from registry.ledger.events import EventKind
from registry.services import look_back as looking
from registry.services.context import Services
from registry.settings import Settings
from registry.store.alarm_repository import AlarmKind
from registry.store.job_repository import Outcome, Run
from registry.store.lease_repository import LEASE
from registry.store.look_back_repository import FindingFilter, LookBackState
from tests.invented_list import Listing, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import NAME, NUMBER, office
from tests.registry.services.test_look_back import ask


def counting(services: Services) -> Mapping[str, int]:
    return {"done": 3}


def failing(services: Services) -> Mapping[str, int]:
    raise ConflictError("nothing to be done")


def last(services: Services, job: str) -> Run:
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
    assert run.due_at == services.clock.now().replace(second=0), "the slot is the instant the run was due at"
    assert (run.attempts, run.error, run.failures) == (1, None, 0)


def test_a_slot_is_run_once_and_the_next_one_again(services: Services) -> None:
    job = Job("tidy", 60, counting)
    assert [run_job(services, job), run_job(services, job)] == [Outcome.DONE, None]
    after = later(services, 60)
    assert run_job(after, job) is Outcome.DONE
    after.store.close()


def leave_behind(services: Services, job: Job) -> Run:
    """Begin a run as a worker does that is killed then."""
    slot = job.slot_at(services.clock.now())
    with services.store.write() as uow:
        lease = uow.leases.take(job.name, "the worker that died")
        assert lease is not None
        assert slot is not None
        run = uow.jobs.begin(job.name, slot, lease.fence)
    assert run is not None
    return run


def test_a_run_whose_worker_died_goes_on_in_its_slot_as_soon_as_the_lease_runs_out(services: Services) -> None:
    job = Job("tidy", 86_400, counting)
    left = leave_behind(services, job)
    almost, after = later(services, LEASE.total_seconds() - 1), later(services, LEASE.total_seconds())
    assert run_job(almost, job) is None, "its worker may be alive"
    assert run_job(after, job) is Outcome.DONE
    assert run_job(after, job) is None
    run = last(services, "tidy")
    assert (run.id, run.slot, run.attempts, run.fence) == (left.id, left.slot, 2, 2)
    almost.store.close()
    after.store.close()


def test_while_a_run_is_under_way_no_other_worker_begins_one(services: Services) -> None:
    job = Job("tidy", 60, counting)
    seen = []

    def look_beside(led: Services) -> Mapping[str, int]:
        after = later(led, 60)
        with led.store.write() as uow:  # as the heartbeat does a minute later
            lease = uow.leases.take("tidy", "another")
            assert lease is None
        seen.append(run_job(led, job))
        after.store.close()
        return {}

    assert run_job(services, replace(job, work=look_beside)) is Outcome.DONE
    assert seen == [None]


def test_a_leader_that_was_stopped_while_another_took_over_writes_nothing_when_it_wakes_up(
    services: Services,
) -> None:
    job = Job("tidy", 60, counting)

    def stopped(led: Services) -> Mapping[str, int]:
        with led.store.write() as uow:
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "before", "client_id": 1})
        after = later(led, LEASE.total_seconds())
        assert run_job(after, job) is Outcome.DONE, "the other worker takes the run over"
        after.store.close()
        with led.store.write() as uow:
            uow.ledger.record(EventKind.CHECK_READ, "client:1", {"check_no": "after", "client_id": 1})
        raise AssertionError("an outdated leader has written")

    assert run_job(services, replace(job, work=stopped)) is None
    with services.store.read() as uow:
        assert [entry.facts["check_no"] for _, entry, _, _ in uow.ledger.entries()] == ["before"]
    run = last(services, "tidy")
    assert (run.outcome, run.attempts, run.fence) == (Outcome.DONE, 2, 2)


def test_of_two_workers_on_one_slot_of_looking_back_the_one_that_was_stopped_leaves_nothing(
    services: Services, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_fresh(services)
    asked = [ask(office(services)) for _ in range(3)]
    put_on_list(services, Listing(person(NAME, NUMBER)))
    clock.advance(timedelta(days=1))
    monkeypatch.setattr(looking, "ANSWERS_AT_A_TIME", 1)
    job = next(each for each in JOBS if each.name == "look_back")

    def stopped(led: Services) -> Mapping[str, int]:
        def take_over(done: int, _total: int | None) -> None:
            after = later(led, LEASE.total_seconds())
            assert run_job(after, job) is Outcome.DONE, f"the other worker goes on after {done} of them"
            after.store.close()

        looking.look_back(led, progress=take_over)
        raise AssertionError("an outdated leader has looked on")

    assert run_job(services, replace(job, work=stopped)) is None
    with services.store.read() as uow:
        assert [each.check_no for each in uow.look_backs.page(FindingFilter(), 0, 10)] == asked
        ended = [e for _, e, _, _ in uow.ledger.entries() if e.kind is EventKind.ANSWERS_LOOKED_BACK_AT]
        assert [entry.facts["listed"] for entry in ended] == [3]
        assert uow.look_backs.state() == LookBackState(1)
    run = last(services, "look_back")
    assert (run.outcome, run.attempts, run.fence) == (Outcome.DONE, 2, 2)


def test_the_heartbeat_keeps_the_lease_of_a_run_that_takes_long(settings: Settings) -> None:
    """With clocks that go: the lease is looked at when it would have run out by itself."""
    services = build(settings, SystemClock())
    span, held = timedelta(seconds=3), []

    def take_long(led: Services) -> Mapping[str, int]:
        done = threading.Event()
        done.wait(span.total_seconds() + 0.5)
        with led.store.read() as uow:
            held.append(uow.leases.is_held("tidy"))
        return {}

    with Heartbeat(services, span) as heartbeat:
        assert run_job(services, Job("tidy", 60, take_long), heartbeat) is Outcome.DONE
    assert held == [True]
    services.store.close()


def test_a_slot_that_passed_while_nobody_ran_is_run_once_and_the_record_says_which(services: Services) -> None:
    nightly = Job("nightly", 86_400, counting, offset_seconds=18 * 3600 + 1800)
    assert run_job(services, nightly) is Outcome.DONE
    after = later(services, 3 * 86_400)
    assert [run_job(after, nightly), run_job(after, nightly)] == [Outcome.DONE, None]
    due = last(after, "nightly").due_at
    assert (due.hour, due.minute) == (18, 30)
    assert timedelta(0) <= after.clock.now() - due < timedelta(days=1)
    after.store.close()


def test_a_failed_run_is_tried_again_in_its_slot_after_its_back_off_and_its_alarm_comes_after_some(
    services: Services,
) -> None:
    job = Job("visit", 3_600, failing, retry=BackOff(timedelta(seconds=8), timedelta(seconds=60)), alarm_after=2)
    assert run_job(services, job) is Outcome.FAILED
    first = last(services, "visit")
    assert (first.error, first.failures, first.counts) == ("conflict", 1, {})
    assert first.retry_at is not None
    assert first.retry_at - services.clock.now() <= timedelta(seconds=8)
    assert run_job(services, job) is None
    with services.store.read() as uow:
        assert uow.alarms.open() == []
    again = later(services, 8)
    assert run_job(again, job) is Outcome.FAILED
    second = last(again, "visit")
    assert (second.id, second.attempts, second.failures) == (first.id, 2, 2)
    with services.store.read() as uow:
        assert [alarm.subject for alarm in uow.alarms.open(AlarmKind.JOB_FAILED)] == ["visit"]
    healed = later(again, 16)
    assert run_job(healed, replace(job, work=counting)) is Outcome.DONE
    assert (last(healed, "visit").failures, last(healed, "visit").error) == (0, None)
    again.store.close()
    healed.store.close()


def test_news_causes_one_run_at_once_and_the_next_only_when_there_is_more(services: Services) -> None:
    news: list[int | None] = [None]
    job = Job("visit", 3_600, counting, news=lambda _: news[0])
    outcomes = [run_job(services, job)]
    news[0] = 7
    after = later(services, 1)
    outcomes += [run_job(after, job), run_job(after, job)]
    news[0] = 8
    last_of_all = later(services, 2)
    outcomes += [run_job(last_of_all, job), run_job(last_of_all, job)]
    assert outcomes == [Outcome.DONE, Outcome.DONE, None, Outcome.DONE, None]
    assert last(services, "visit").counts == {"news": 8, "done": 3}
    after.store.close()
    last_of_all.store.close()


def test_what_broke_as_nobody_foresaw_is_noted_by_its_kind_alone(services: Services) -> None:
    def break_down(_: Services) -> Mapping[str, int]:
        raise ZeroDivisionError("张三")

    assert run_job(services, Job("tidy", 60, break_down)) is Outcome.FAILED
    assert last(services, "tidy").error == "ZeroDivisionError"


def test_a_run_that_cannot_be_noted_goes_on_once_its_lease_is_over(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("tidy", 60, counting)

    def lose_the_store(led: Services) -> Mapping[str, int]:
        def away(*_: object, **__: object) -> None:
            raise UnavailableError("the store does not answer")

        monkeypatch.setattr(led.store, "write", away)
        return {}

    assert run_job(services, replace(job, work=lose_the_store)) is Outcome.FAILED
    after = later(services, LEASE.total_seconds())
    assert run_job(after, job) is Outcome.DONE
    assert last(after, "tidy").attempts == 2
    after.store.close()


def test_workers_of_one_machine_have_names_of_their_own(services: Services) -> None:
    with Heartbeat(services) as one, Heartbeat(services) as other:
        assert one.holder != other.holder


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
