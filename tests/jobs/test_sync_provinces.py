"""Partners are visited at their times and whenever there is news, each for itself: one's trouble delays no other."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from jobs import sync_provinces
from jobs.run_job import run_job
from jobs.schedule import JOBS, Job
from jobs.sync_provinces import OpenAdapter, all_jobs, partner_jobs
from jobs.work import work_once, work_until
from registry.bootstrap import build
from registry.clock import SHANGHAI, FixedClock, SystemClock
from registry.errors import PartnerUnavailableError
from registry.exchange.adapter import Acknowledgement, Adapter, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch
from registry.exchange.digest_statement import DigestQuestion
from registry.exchange.partner import ExchangeSchedule, Partner
from registry.services.context import Services
from registry.services.pull_partner import Pulled
from registry.services.reconcile_partner import Reconciled
from registry.settings import Settings
from registry.store.alarm_repository import AlarmKind
from registry.store.exchange_tables import exchange_partner, exchange_run
from registry.store.job_repository import Outcome, Run
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import take

PARTNERS = tuple(Partner(name, "feed") for name in ("31", "32", "33", "34"))


@dataclass
class FarSide(Adapter):
    """The other side's network: what it was told, and how it fails or hangs."""

    told: list[tuple[str, int]] = field(default_factory=list)
    fault: str | None = None
    patience: float | None = None
    closed: int = 0
    handed: int = 0

    def receive(self, position: Position) -> Iterator[Arrival]:
        yield from ()

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        raise AssertionError("only announcements are tried here")

    def deliver(self, batch: Batch, signed: bytes) -> None:
        self.handed += len(batch.items)

    def announce(self, epoch: str, up_to: int) -> None:
        if self.fault is not None:
            raise PartnerUnavailableError(self.fault, "the partner does not answer")
        self.told.append((epoch, up_to))

    def ask_digests(self, question: DigestQuestion) -> bytes:
        raise AssertionError("only announcements are tried here")

    def ask_rows(self, keys: object, asked: str) -> bytes:
        raise AssertionError("only announcements are tried here")

    def close(self) -> None:
        self.closed += 1


def reached_by(sides: dict[str, FarSide]) -> OpenAdapter:
    def opened(partner: Partner, *_: object) -> Adapter:
        sides[partner.name].patience = partner.limits.seconds_per_request
        return sides[partner.name]

    return opened


@pytest.fixture
def sides() -> dict[str, FarSide]:
    return {partner.name: FarSide() for partner in PARTNERS}


@pytest.fixture
def jobs(sides: dict[str, FarSide]) -> dict[str, Job]:
    return {job.name: job for job in partner_jobs(PARTNERS, reached_by(sides))}


def pulls_by(monkeypatch: pytest.MonkeyPatch, pull: Callable[[Services, Partner], Pulled]) -> None:
    """Let visits do this instead of going over a network."""
    monkeypatch.setattr(sync_provinces, "pull_partner", lambda services, partner, _adapter: pull(services, partner))


def change_list(services: Services, changes: int) -> None:
    with services.store.write() as uow:
        uow.head.advance(changes)


def epoch_of(services: Services) -> str:
    with services.store.read() as uow:
        epoch = uow.exchange.epoch()
    assert epoch is not None
    return epoch


def note(services: Services, partner: str, **values: object) -> None:
    row = {"partner": partner, "taken_digest": NO_BATCH, "given_digest": NO_BATCH} | values
    with services.store.write() as uow:
        uow.transaction.connection.execute(insert(exchange_partner), row)


def runs_of(services: Services, partner: str) -> list[tuple[str, str, str | None]]:
    query = select(exchange_run.c.work, exchange_run.c.outcome, exchange_run.c.fault)
    with services.store.read() as uow:
        rows = uow.transaction.connection.execute(query.where(exchange_run.c.partner == partner)).all()
    return [tuple(row) for row in rows]


def last(services: Services, job: str) -> Run:
    with services.store.read() as uow:
        found = uow.jobs.last(job)
    assert found is not None
    return found


def later(services: Services, seconds: float) -> Services:
    return build(services.settings, FixedClock(services.clock.now() + datetime.timedelta(seconds=seconds)))


def test_a_change_is_announced_to_every_partner_once(
    services: Services, jobs: dict[str, Job], sides: dict[str, FarSide]
) -> None:
    change_list(services, 7)
    outcomes = {run_job(services, jobs[f"announce {name}"]) for name in sides}
    assert outcomes == {Outcome.DONE}
    assert [side.told for side in sides.values()] == [[(epoch_of(services), 7)]] * 4
    assert {run_job(services, jobs[f"announce {name}"]) for name in sides} == {None}
    assert runs_of(services, "31") == [("announce", "done", None)]
    assert all(side.closed == 1 and side.patience == sync_provinces.SHORT_SECONDS for side in sides.values())


def test_a_partner_that_cannot_be_told_is_told_after_its_back_off_and_the_others_at_once(
    services: Services, jobs: dict[str, Job], sides: dict[str, FarSide]
) -> None:
    change_list(services, 7)
    sides["32"].fault = "refused"
    assert [run_job(services, jobs[f"announce {name}"]) for name in ("32", "33")] == [Outcome.FAILED, Outcome.DONE]
    assert (last(services, "announce 32").error, sides["33"].told) == ("refused", [(epoch_of(services), 7)])
    assert runs_of(services, "32") == [("announce", "failed", "refused")]
    assert run_job(services, jobs["announce 32"]) is None
    sides["32"].fault = None
    after = later(services, 1)
    assert run_job(after, jobs["announce 32"]) is Outcome.DONE
    assert sides["32"].told == [(epoch_of(services), 7)]
    after.store.close()


def test_what_a_partner_announces_is_pulled_at_once_and_not_again_and_again_where_it_does_not_come(
    services: Services, jobs: dict[str, Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = []

    def pull(_: Services, partner: Partner) -> Pulled:
        visits.append(partner.name)
        return Pulled(0, 0, None, 0)

    pulls_by(monkeypatch, pull)
    assert run_job(services, jobs["pull 33"]) is Outcome.DONE
    note(services, "33", taken_to=3, announced_to=5)
    after = later(services, 1)
    assert [run_job(after, jobs["pull 33"]) for _ in range(3)] == [Outcome.DONE, None, None]
    assert last(after, "pull 33").counts == {"news": 5, "batches": 0, "items": 0, "held": 0}
    with after.store.write() as uow:
        uow.transaction.connection.execute(update(exchange_partner).values(announced_to=6))
    even_later = later(services, 2)
    assert run_job(even_later, jobs["pull 33"]) is Outcome.DONE
    assert visits == ["33"] * 3
    after.store.close()
    even_later.store.close()


def test_a_visit_says_how_long_its_regions_data_is_fresh(
    services: Services, sides: dict[str, FarSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(services: Services, partner: Partner) -> Pulled:
        with services.store.write() as uow:
            uow.coverage.advance([partner.name])
        return Pulled(1, 2, None, 0)

    pulls_by(monkeypatch, pull)
    partner = Partner("34", "feed", valid_until=datetime.timedelta(hours=30))
    assert run_job(services, partner_jobs([partner], reached_by(sides))[0]) is Outcome.DONE
    with services.store.read() as uow:
        assert uow.coverage.valid_for() == {"34": datetime.timedelta(hours=30)}


def test_a_visit_whose_worker_died_is_noted_as_interrupted_by_the_next(
    services: Services, jobs: dict[str, Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    with services.store.write() as uow:
        values = {"partner": "33", "work": "pull", "started_at": services.clock.now(), "outcome": "running"}
        uow.transaction.connection.execute(insert(exchange_run), values)
    pulls_by(monkeypatch, lambda *_: Pulled(0, 0, None, 0))
    assert run_job(services, jobs["pull 33"]) is Outcome.DONE
    assert runs_of(services, "33") == [("pull", "failed", "interrupted")]


def test_a_partner_that_fails_has_its_own_back_off_and_an_alarm_after_three_visits(
    services: Services, jobs: dict[str, Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(_services: Services, _partner: Partner) -> Pulled:
        raise PartnerUnavailableError("timed_out", "the partner does not answer")

    pulls_by(monkeypatch, pull)
    errors = []
    for failures in range(1, 4):
        now = later(services, failures * 60)
        assert run_job(now, jobs["pull 31"]) is Outcome.FAILED
        with now.store.read() as uow:
            errors.append([alarm.subject for alarm in uow.alarms.open(AlarmKind.JOB_FAILED)])
        run = last(now, "pull 31")
        assert (run.error, run.failures) == ("timed_out", failures)
        now.store.close()
    assert errors == [[], [], ["pull 31"]]


def test_a_partner_that_hangs_delays_no_other(
    settings: Settings, sides: dict[str, FarSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, ended, answer = build(settings, SystemClock()), threading.Event(), threading.Event()
    visited = {name: threading.Event() for name in sides}

    def pull(_: Services, partner: Partner) -> Pulled:
        if partner.name == "31":
            answer.wait(60)
        visited[partner.name].set()
        return Pulled(0, 0, None, 0)

    pulls_by(monkeypatch, pull)
    change_list(services, 1)
    jobs = (*partner_jobs(PARTNERS, reached_by(sides)), *JOBS)
    worker = threading.Thread(target=work_until, args=(services, ended, jobs))
    worker.start()
    assert all(visited[name].wait(30) for name in ("32", "33", "34"))
    for _ in range(300):
        if all(side.told for side in sides.values()):
            break
        ended.wait(0.1)
    assert all(side.told for side in sides.values()), "even it is told meanwhile that there is news"
    assert not visited["31"].is_set()
    with services.store.read() as uow:
        assert uow.leases.is_held("pull 31")
    answer.set()
    ended.set()
    worker.join(30)
    assert not worker.is_alive()
    services.store.close()


def test_all_that_is_due_once_visits_partners_side_by_side(
    services: Services, sides: dict[str, FarSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(4)

    def pull(_services: Services, _partner: Partner) -> Pulled:
        together.wait(30)
        return Pulled(0, 0, None, 0)

    pulls_by(monkeypatch, pull)
    outcomes = work_once(services, (*partner_jobs(PARTNERS, reached_by(sides)), *JOBS))
    assert {outcomes[f"pull {partner.name}"] for partner in PARTNERS} == {Outcome.DONE}
    assert list(outcomes)[-1] == "sequence"


def test_a_wrong_file_stops_the_visits_of_its_own_partner_alone(services: Services, tmp_path: Path) -> None:
    folder = services.settings.partner_files
    folder.mkdir()
    (folder / "31.toml").write_text("partner = 31", encoding="utf-8")
    jobs = {job.name: job for job in all_jobs(services)}
    assert jobs.keys() == {"watch_coverage", *(job.name for job in JOBS)}
    assert run_job(services, jobs["watch_coverage"]) is Outcome.FAILED
    with services.store.read() as uow:
        assert [alarm.subject for alarm in uow.alarms.open(AlarmKind.JOB_FAILED)] == ["watch_coverage"]


def test_a_partner_that_is_handed_batches_is_pushed_to_and_not_told(sides: dict[str, FarSide]) -> None:
    jobs = partner_jobs([Partner("32", "drop")], reached_by(sides))
    assert [job.name for job in jobs] == ["pull 32", "push 32", "reconcile 32"]


def test_what_is_new_for_a_folder_is_handed_over_between_slots_and_once(
    services: Services, sides: dict[str, FarSide], clock: FixedClock
) -> None:
    push = partner_jobs([Partner("32", "drop")], reached_by(sides))[1]
    assert push.look_seconds == 0.5
    assert run_job(services, push) is Outcome.DONE  # its slot
    assert run_job(services, push) is None
    take(services, conviction("Z1"))
    clock.advance(datetime.timedelta(seconds=1))
    assert run_job(services, push) is Outcome.DONE
    assert sides["32"].handed == 1
    assert run_job(services, push) is None


def test_lists_are_compared_at_the_hour_configured_and_not_before_anything_was_taken(
    services: Services, sides: dict[str, FarSide], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def compare(_services: Services, partner: Partner, _adapter: Adapter) -> Reconciled:
        compared.append(partner.name)
        return Reconciled(partner.name, 7, 7, 40, (), True, (), None, (), 900)

    monkeypatch.setattr(sync_provinces, "reconcile_partner", compare)
    plan = ExchangeSchedule(reconcile_at=datetime.time(3, 15))
    nightly = partner_jobs([Partner("31", "feed", schedule=plan)], reached_by(sides))[-1]
    assert run_job(services, nightly) is Outcome.DONE
    assert compared == []
    with services.store.write() as uow:
        uow.exchange.keep("31", last_success_at=services.clock.now())
    after = later(services, 86_400)
    assert run_job(after, nightly) is Outcome.DONE
    run = last(after, nightly.name)
    assert (compared, run.counts) == (["31"], {"compared": 40, "differing": 0, "restated": 0})
    assert run.due_at.astimezone(SHANGHAI).time() == datetime.time(3, 15)
    after.store.close()
