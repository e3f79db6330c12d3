"""The long runs: each in slices that are drawn from one seed, so that a run that was stopped goes on where it was.

A slice works on a register of its own, on SQLite and PostgreSQL in turns, and comes to figures. Figures add up;
those whose name begins with `most` take the largest. `wrong` must be 0.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry import bootstrap
from registry.privacy.keyring import Keyring
from registry.settings import Settings
from tests.conftest import DATABASES, create_database
from tests.soak.announcements import announce_changes
from tests.soak.exchange_faults import tried
from tests.soak.exchange_kills import as_installed, kill_while_exchanging
from tests.soak.exchange_pair import two_sides
from tests.soak.failing_closed import checks_under_faults
from tests.soak.five_replicas import Workshop, run
from tests.soak.fuzzing import fuzzed
from tests.soak.generated_requests import ask_generated
from tests.soak.key_rotation import rotate_under_load
from tests.soak.kills import kill_under_load, served
from tests.soak.overload import overload
from tests.soak.parsers import PARSERS
from tests.soak.register_with_log import register_with_log
from tests.soak.restarted_database import RestartedDatabase
from tests.soak.tampering import tamper
from tests.soak.tree_agreement import compare_large, compare_small
from tests.soak.workers import trouble_workers

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where slices run: a directory of the run, and a PostgreSQL server."""

    directory: Path
    postgresql: str

    @contextmanager
    def register(self, database: str) -> Iterator[Settings]:
        """Give an empty register for the block."""
        with tempfile.TemporaryDirectory(dir=self.directory, ignore_cleanup_errors=True) as home:
            url = f"sqlite:///{home}/registry.sqlite3"
            if database == "postgresql":
                url = create_database(self.postgresql, f"soak_{os.getpid()}_{time.time_ns()}")
            settings = Settings(Path(home), url, Path(home) / "keys.json")
            bootstrap.initialise(settings).store.close()
            yield settings

    @contextmanager
    def two_sides(self, database: str) -> Iterator[tuple[Settings, Settings]]:
        """Give the settings of a hub and of a province's own system for the block; nothing is set up yet."""
        with tempfile.TemporaryDirectory(dir=self.directory, ignore_cleanup_errors=True) as home:
            yield two_sides(Path(home), self.postgresql if database == "postgresql" else None)


@dataclass(frozen=True, slots=True)
class LongRun:
    """One line of the figures: what it shows, how many slices it has, and what one of them does."""

    shows: str
    slices: int
    work: Callable[[Ground, int, str], Figures]


def _failing_closed(ground: Ground, number: int, seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        seen = checks_under_faults(settings, seed, 500)
    return _told(seen.figures(), seen.wrong)


def _kills(ground: Ground, number: int, seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        outcome = kill_under_load(settings, seed, 10, served)
    return _told(outcome.figures(), outcome.wrong)


def _workers(ground: Ground, number: int, seed: str) -> Figures:
    if number % 4 == 3:
        return _workers_without_database(seed)
    with ground.register(DATABASES[number % 2]) as settings:
        outcome = trouble_workers(settings, seed, 10)
    return _told(outcome.figures(), outcome.wrong)


def _workers_without_database(seed: str) -> Figures:
    """The same on a PostgreSQL server that restarts now and then."""
    with RestartedDatabase() as server, tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home), create_database(server.url, "restarted"), Path(home) / "keys.json")
        bootstrap.initialise(settings).store.close()
        outcome = trouble_workers(settings, seed, 10, server.restart)
    return _told(outcome.figures(), outcome.wrong)


def _announced(ground: Ground, number: int, seed: str) -> Figures:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        outcome = announce_changes(Path(home), ground.postgresql if number % 2 else None, seed, 100)
    return _told(outcome.figures(), outcome.wrong)


def _overload(ground: Ground, number: int, seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        load = overload(settings, connections=2_000, seconds=10)
    return _told(load.figures(), load.wrong)


def _key_rotation(ground: Ground, number: int, _seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        rotated = rotate_under_load(settings, people=200_000)
    return _told(rotated.figures(), rotated.wrong)


def _generated(ground: Ground, number: int, seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        services = bootstrap.build(settings)
        asked = ask_generated(services, number_of(seed), 60)
        services.store.close()
    return _told({"cases": asked.met.total(), "wrong": len(asked.wrong)}, asked.wrong)


def _fuzzing(ground: Ground, number: int, seed: str) -> Figures:
    name = sorted(PARSERS)[number % len(PARSERS)]
    return fuzzed(name, number_of(seed), ground.directory / "corpus")


def _tampering(ground: Ground, number: int, seed: str) -> Figures:
    with ground.register(DATABASES[number % 2]) as settings:
        services = register_with_log(settings)
        found = tamper(services, 100, seed)
        services.store.close()
    return _told(found.figures(), found.unseen + found.unnamed)


def _tree_agreement(_ground: Ground, _number: int, seed: str) -> Figures:
    unlike = compare_small(64) + compare_large(1 << 20, 2_000, seed)
    return _told({"trees": 2_000, "wrong": len(unlike)}, unlike)


def _five_replicas(ground: Ground, _number: int, seed: str) -> Figures:
    with ground.register("sqlite") as settings:
        home, keyring = settings.home, Keyring.load(settings.keys)
        template = home / "template.sqlite3"
        shutil.copyfile(home / "registry.sqlite3", template)
        seen = run(Workshop.of(template, home, keyring), 100, number_of(seed)).seen
    return _told(dict(sorted(seen.items())), [])


def _exchange_faults(ground: Ground, number: int, seed: str) -> Figures:
    with ground.two_sides(DATABASES[number % 2]) as sides:
        outcome = tried(*sides, seed, 40, skew_days=(0, 0, -1, 1)[number % 4])
    return _told(outcome.figures(), outcome.wrong)


def _exchange_kills(ground: Ground, number: int, seed: str) -> Figures:
    with ground.two_sides(DATABASES[number % 2]) as sides:
        outcome = kill_while_exchanging(*sides, seed, 10, as_installed)
    return _told(outcome.figures(), outcome.wrong)


def number_of(seed: str) -> int:
    """Return a number that is the same in every process."""
    return int.from_bytes(seed.encode()[-6:])


def _told(figures: Figures, wrong: list[str]) -> Figures:
    for why in sorted(set(wrong)):
        print(f"  wrong: {why}", flush=True)
    return figures


RUNS: Mapping[str, LongRun] = {
    "failing-closed": LongRun("10,000 checks under injected faults", 20, _failing_closed),
    "kills": LongRun("200 servers killed under load", 20, _kills),
    "workers": LongRun("200 times a worker killed or stopped in its work, or its database restarted", 20, _workers),
    "five-replicas": LongRun("2,000 runs of a hub and four provinces over the worst of lines", 20, _five_replicas),
    "exchange-faults": LongRun("800 rounds of an exchange with a trouble on the line", 20, _exchange_faults),
    "exchange-kills": LongRun("200 doors and workers killed while they exchange", 20, _exchange_kills),
    "announcements": LongRun("200 changes in one province and the seconds until each held in another", 2, _announced),
    "overload": LongRun("2,000 connections that ask without pause, 40 s", 4, _overload),
    "key-rotation": LongRun("keys exchanged under 200,000 people and load", 2, _key_rotation),
    "generated-requests": LongRun("requests drawn from the OpenAPI document", 45, _generated),
    "tampering": LongRun("1,000 alterations of the record on each database, found and named", 20, _tampering),
    "tree-agreement": LongRun("trees to 2^20 leaves beside an independent implementation", 1, _tree_agreement),
    "fuzzing": LongRun("every parser for ten minutes under a coverage-guided fuzzer", 20 * len(PARSERS), _fuzzing),
}


class Kept:
    """What was done so far, in a file that is replaced whole after every slice."""

    def __init__(self, directory: Path, seed: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._file = directory / f"figures-{seed}.json"
        self.seed = seed
        self.done: dict[str, dict[str, dict[str, float]]] = {}
        if self._file.exists():
            self.done = json.loads(self._file.read_text("utf-8"))["slices"]

    def note(self, name: str, number: int, figures: Figures) -> None:
        """Keep the figures of a slice."""
        self.done.setdefault(name, {})[str(number)] = dict(figures)
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({"seed": self.seed, "slices": self.done, "sums": self.sums()}, indent=1), "utf-8")
        draft.replace(self._file)

    def sums(self) -> dict[str, dict[str, float]]:
        """Return the figures of every run so far."""
        return {name: summed(slices.values()) for name, slices in self.done.items()}

    def text(self) -> str:
        """Return the figures for people."""
        lines = [f"seed {self.seed}"]
        for name, sums in self.sums().items():
            lines.append(f"{name}: {RUNS[name].shows}; {len(self.done[name])} of {RUNS[name].slices} slices done")
            lines += [f"  {figure:36}{value:>14,.10g}" for figure, value in sums.items()]
        return "\n".join(lines)


def summed(slices: Iterable[dict[str, float]]) -> dict[str, float]:
    """Add figures up; those whose name begins with `most` take the largest."""
    total: dict[str, float] = {}
    for figures in slices:
        for name, value in figures.items():
            total[name] = max(total.get(name, 0), value) if name.startswith("most") else total.get(name, 0) + value
    return total


def run_slices(ground: Ground, kept: Kept, names: list[str], until: float) -> None:
    """Work through what is left of the runs named, one slice of each in turns, until the clock says so."""
    left = [
        (number, name)
        for name in names
        for number in range(RUNS[name].slices)
        if str(number) not in kept.done.get(name, {})
    ]
    for number, name in sorted(left):
        if time.monotonic() > until:
            return
        began = time.monotonic()
        print(f"{name} {number + 1} of {RUNS[name].slices}", flush=True)
        figures = RUNS[name].work(ground, number, f"{kept.seed}/{name}/{number}")
        kept.note(name, number, {**figures, "seconds": round(time.monotonic() - began, 1)})
