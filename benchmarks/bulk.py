"""How fast whole files are screened, and in how much memory: by the index alone, and by `registry screen`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.labelled_set import make_set
from benchmarks.listed_people import applicants, listed_people
from benchmarks.screen_labelled_set import Measured
from matching.index import Index
from matching.model import DEFAULT
from matching.segment import Segment

BATCH = 1024
_PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class IndexRate:
    """Screening by `Index.search_many` in one process."""

    listed: int
    applicants: int
    seconds: float
    peak_mebibytes: float

    @property
    def per_second(self) -> float:
        """Applicants a second."""
        return self.applicants / self.seconds


@dataclass(frozen=True, slots=True)
class Bulk:
    """Both ways of screening a file."""

    index: list[IndexRate]
    commands: list[Measured]


def measure(seed: int, sizes: list[int], command_size: int) -> Bulk:
    """Measure the index on lists of these sizes, and the commands on files of `command_size` rows each.

    Each measurement has a process of its own, so that the memory of one is not counted for the next.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        rates = [processes.submit(index_rate, seed, size, size).result() for size in sizes]
    return Bulk(rates, _commands(seed, command_size))


def _commands(seed: int, size: int) -> list[Measured]:
    with tempfile.TemporaryDirectory() as directory:
        made, report = Path(directory) / "set", Path(directory) / "report.json"
        make_set(seed, size, size).write(made)
        arguments = [sys.executable, "-m", "benchmarks.screen_labelled_set", str(made), "--json", str(report)]
        subprocess.run(arguments, cwd=_PROJECT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own module
        measured = [Measured(**command) for command in json.loads(report.read_text("utf-8"))["commands"]]
        return [replace(each, command=each.command.partition(" /")[0]) for each in measured]


def index_rate(seed: int, listed: int, sought: int) -> IndexRate:
    """Screen `sought` applicants against `listed` people, in batches, in this process."""
    rng = np.random.default_rng(seed)
    index = Index(DEFAULT, [Segment.build(DEFAULT, listed_people(rng, listed))])
    people = list(applicants(rng, sought))
    begun = time.perf_counter()
    for start in range(0, sought, BATCH):
        index.search_many(people[start : start + BATCH])
    return IndexRate(listed, sought, time.perf_counter() - begun, _peak_mebibytes())


def _peak_mebibytes() -> float:
    """Return this process's own peak; what getrusage says counts the parent's memory in until the program starts."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def lines(result: Bulk) -> list[str]:
    """Return the measurements as text."""
    text = [
        f"index: {each.applicants:,} against {each.listed:,} in {each.seconds:.1f} s, {each.per_second:,.0f} a second, "
        f"peak {each.peak_mebibytes:.0f} MiB"
        for each in result.index
    ]
    return text + [
        f"registry {each.command}: {each.rows:,} rows in {each.seconds:.1f} s, peak {each.peak_mebibytes:.0f} MiB"
        for each in result.commands
    ]
