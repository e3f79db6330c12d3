"""A region of three on loopback, each with its door and its worker: how soon a change in one province holds in another.

Nothing is visited on schedule while it is tried (every ten minutes): what arrives arrives because it was announced.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from jobs.schedule import JOBS, Job
from jobs.sync_provinces import partner_jobs
from jobs.work import work_until
from registry.bootstrap import initialise
from registry.exchange.batch import HUB
from registry.services.context import Services
from registry.settings import Role, Settings
from tests.conftest import create_database
from tests.soak.exchange_changes import Changes
from tests.soak.exchange_pair import acquainted
from tests.soak.served_door import served_door

GIVER, TAKER = "34", "33"
_PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Outcome:
    """How long each change took to hold in the other province, in seconds, from its commit to the commit there."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return how many there were, and the median, the 99th percentile and the longest."""
        ordered = sorted(self.seconds)
        at = {"most_median": 0.5, "most_p99": 0.99, "most_seconds": 1.0}
        figures = {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in at.items()}
        return {"changes": len(ordered), **{name: round(each, 2) for name, each in figures.items()}}


def announce_changes(directory: Path, server: str | None, seed: str, changes: int) -> Outcome:
    """Change the list of one province so many times, one after another, and wait each time for the other's."""
    rng, outcome = Random(seed), Outcome()
    drawn = Changes(rng)
    with region(directory, server) as sides:
        for number in range(changes):
            before = _version(sides[TAKER])
            time.sleep(rng.random())
            drawn.take(sides[GIVER], [drawn.new(GIVER)])
            took = _seconds_until(sides[TAKER], before + 1)
            if took is None:
                outcome.wrong.append(f"change {number} did not arrive")
            else:
                outcome.seconds.append(took)
    return outcome


def _seconds_until(services: Services, version: int) -> float | None:
    began = time.monotonic()
    while (took := time.monotonic() - began) < _PATIENCE_SECONDS:
        if _version(services) >= version:
            return took
        time.sleep(0.01)
    return None


def _version(services: Services) -> int:
    with services.store.read() as uow:
        return uow.head.version()


@contextmanager
def region(directory: Path, server: str | None) -> Iterator[Mapping[str, Services]]:
    """Set up the hub and two provinces, acquainted with each other, and let their doors and workers run."""
    with ExitStack() as stack:
        sides = {name: initialise(_settings(directory, server, name)) for name in (HUB, GIVER, TAKER)}
        for services in sides.values():
            stack.callback(services.store.close)
        addresses = {
            name: f"http://127.0.0.1:{stack.enter_context(served_door(services))}" for name, services in sides.items()
        }
        jobs: dict[str, tuple[Job, ...]] = dict.fromkeys(sides, JOBS)
        for name in (GIVER, TAKER):
            at_hub = acquainted(sides[HUB], name, sides[name], addresses[name])
            at_home = acquainted(sides[name], HUB, sides[HUB], addresses[HUB])
            jobs[HUB] += partner_jobs([at_hub])
            jobs[name] += partner_jobs([at_home])
        for name, services in sides.items():
            stack.enter_context(_worker(services, jobs[name]))
        yield sides


def _settings(directory: Path, server: str | None, name: str) -> Settings:
    home = directory / name
    home.mkdir(parents=True)
    url = create_database(server, f"region_{name}_{time.time_ns()}") if server else f"sqlite:///{home}/r.sqlite3"
    role = Role.HUB if name == HUB else Role.PROVINCE
    return Settings(home, url, home / "keys.json", role=role, region=None if name == HUB else name)


@contextmanager
def _worker(services: Services, jobs: tuple[Job, ...]) -> Iterator[None]:
    ended = threading.Event()
    thread = threading.Thread(target=work_until, args=(services, ended, jobs), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
