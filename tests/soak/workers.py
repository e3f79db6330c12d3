"""Two workers beside each other that are killed, stopped and woken up again, and whose database restarts under them.

The job tried works as a visit to a partner does: it reads how far it has come, fetches (waits), and commits one step,
without asking again how far it has come; what keeps an outdated leader from committing a step twice is its lease alone.
After all rounds every step of every slot was committed exactly once, and no slot was left undone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from random import Random
from typing import Final, TypeAlias

from api.rest import request_log
from jobs.schedule import Job
from jobs.work import work_until
from registry.bootstrap import build
from registry.errors import RegistryError
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.settings import Settings
from registry.store.job_repository import Outcome as RunOutcome
from registry.store.job_repository import Run

JOB: Final = "visit"
STEPS: Final = 4
_LEASE: Final = timedelta(seconds=1)
_FETCH_SECONDS: Final = 0.1
_PAUSE_SECONDS: Final = 2.5
_PATIENCE_SECONDS: Final = 60.0
_PRELOADED: Final = ["tests.soak.workers"]

Restart = Callable[[], None]
"""Ends the database server as a crash does and starts it again."""
Working: TypeAlias = "Synchronized[int]"
"""Set by a worker that has read how far it has come and has not committed yet."""


@dataclass(slots=True)
class Outcome:
    """What was done to the workers, and what is wrong with what they have left."""

    kills: int = 0
    pauses: int = 0
    restarts: int = 0
    slots: int = 0
    resumed: int = 0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return the counts."""
        return {
            "kills": self.kills,
            "pauses": self.pauses,
            "restarts": self.restarts,
            "slots": self.slots,
            "resumed": self.resumed,
            "wrong": len(self.wrong),
        }


def _visit(working: Working, services: Services) -> Mapping[str, int]:
    with services.store.read() as uow:
        run = uow.jobs.last(JOB)
    assert run is not None
    for _ in range(STEPS):
        done = _steps(services, run.slot)
        if done == STEPS:
            break
        working.value = 1
        time.sleep(_FETCH_SECONDS)
        with services.store.write() as uow:
            facts: dict[str, str | int] = {"check_no": f"{run.slot}/{done + 1}", "client_id": done + 1}
            uow.ledger.record(EventKind.CHECK_READ, "worker", facts)
            uow.exchange.keep("31", taken_to=run.slot * 10 + done + 1)
        working.value = 0
    return {"steps": STEPS}


def _steps(services: Services, slot: int) -> int:
    """Return how many steps of a slot are committed."""
    with services.store.read() as uow:
        come_to = uow.exchange.state("31").taken_to
    return come_to - slot * 10 if come_to // 10 == slot else 0


def _work(settings: Settings, working: Working) -> None:
    with open(os.devnull, "w") as nowhere:
        request_log.configure(nowhere, lasting=False)
        os.dup2(nowhere.fileno(), 2)
        job = Job(JOB, 1, lambda services: _visit(working, services))
        work_until(build(settings), threading.Event(), [job], _LEASE)


class _Worker:
    """A worker process that can be killed, stopped, woken up and started anew."""

    def __init__(self, settings: Settings) -> None:
        self._settings: Final = settings
        self._context: Final = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._working: Working = self._context.Value("i", 0)
        self._process: BaseProcess = self._started()

    def _started(self) -> BaseProcess:
        self._working.value = 0
        process = self._context.Process(target=_work, args=(self._settings, self._working), daemon=True)
        process.start()
        return process

    @property
    def is_at_work(self) -> bool:
        """Say whether it is between reading and committing."""
        return bool(self._working.value)

    def kill(self) -> None:
        """End it without warning, and forget what it was doing."""
        self._process.kill()
        self._process.join()
        self._process.close()

    def start(self) -> None:
        """Start another in its place."""
        self._process = self._started()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop it for the block, as a machine that is suspended stops."""
        os.kill(self._process.pid or 0, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid or 0, signal.SIGCONT)


def trouble_workers(settings: Settings, seed: str, rounds: int, restart: Restart | None = None) -> Outcome:
    """Kill, stop and wake up one of two workers so many times while it works, and restart the database now and then."""
    rng, outcome, services = Random(seed), Outcome(), build(settings)
    workers = [_Worker(settings), _Worker(settings)]
    try:
        for _ in range(rounds):
            _trouble(workers, rng, outcome, restart)
        _settle(services)
    finally:
        for worker in workers:
            worker.kill()
    _judge(services, outcome)
    services.store.close()
    return outcome


def _trouble(workers: list[_Worker], rng: Random, outcome: Outcome, restart: Restart | None) -> None:
    victim = _at_work(workers)
    time.sleep(rng.random() * _FETCH_SECONDS)
    what = rng.choice(["kill", "pause", "restart"] if restart else ["kill", "pause"])
    if what == "kill":
        victim.kill()
        victim.start()
        outcome.kills += 1
    elif what == "pause":
        with victim.stopped():
            time.sleep(_PAUSE_SECONDS)
        outcome.pauses += 1
    elif restart is not None:
        restart()
        outcome.restarts += 1


def _at_work(workers: list[_Worker]) -> _Worker:
    """Wait until one of them works and return it."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        for worker in workers:
            if worker.is_at_work:
                return worker
        time.sleep(0.005)
    raise AssertionError("no worker works any more")


def _settle(services: Services) -> None:
    """Wait until a slot was begun and done after all trouble."""
    after, give_up = int(time.time()), time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < give_up:
        with suppress(RegistryError):
            last = _last(services)
            if last is not None and last.slot > after and last.outcome == RunOutcome.DONE:
                return
        time.sleep(0.1)


def _last(services: Services) -> Run | None:
    with services.store.read() as uow:
        return uow.jobs.last(JOB)


def _judge(services: Services, outcome: Outcome) -> None:
    """Hold what was committed against what is noted of the runs; the last may be under way."""
    with services.store.read() as uow:
        runs = uow.jobs.runs(JOB)[:-1]
        entries = [str(entry.facts["check_no"]) for _, entry, _, _ in uow.ledger.entries() if "check_no" in entry.facts]
    committed = Counter(entries)
    outcome.slots, outcome.resumed = len(runs), sum(run.attempts > 1 for run in runs)
    outcome.wrong += [f"step {step} was committed {times} times" for step, times in committed.items() if times > 1]
    for run in runs:
        steps = sum(f"{run.slot}/{number}" in committed for number in range(1, STEPS + 1))
        if run.outcome != RunOutcome.DONE:
            outcome.wrong.append(f"slot {run.slot} was left {run.outcome}: {run.error}")
        if steps != STEPS:
            outcome.wrong.append(f"slot {run.slot} has {steps} of {STEPS} steps")
