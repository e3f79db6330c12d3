"""How fast whole files are screened, and in how much memory: by the index alone, and by `registry screen`."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.labelled_set import make_set
from benchmarks.listed_people import applicants, listed_people
from benchmarks.screen_labelled_set import Measured, run
from matching.index import Index
from matching.model import DEFAULT
from matching.segment import Segment

BATCH = 1024


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


def measure(seed: int, sizes: list[int], command_size: int, home: Path | None = None) -> Bulk:
    """Measure the index on lists of these sizes, and the commands on files of `command_size` rows each."""
    with tempfile.TemporaryDirectory(dir=home) as directory:
        made = Path(directory) / "set"
        make_set(seed, command_size, command_size).write(made)
        place = Path(directory) / "home"
        place.mkdir()
        commands, _ = run(made, place, os.environ.get("REGISTRY_DATABASE_URL"))
    return Bulk([index_rate(seed, size, size) for size in sizes], commands)


def index_rate(seed: int, listed: int, sought: int) -> IndexRate:
    """Screen `sought` applicants against `listed` people, in batches, in this process."""
    rng = np.random.default_rng(seed)
    index = Index(DEFAULT, [Segment.build(DEFAULT, listed_people(rng, listed))])
    people = list(applicants(rng, sought))
    begun = time.perf_counter()
    for start in range(0, sought, BATCH):
        index.search_many(people[start : start + BATCH])
    seconds = time.perf_counter() - begun
    return IndexRate(listed, sought, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def lines(result: Bulk) -> list[str]:
    """Return the measurements as text."""
    text = [
        f"index: {each.applicants:,} against {each.listed:,} in {each.seconds:.1f} s, {each.per_second:,.0f} a second, "
        f"peak of the process so far {each.peak_mebibytes:.0f} MiB"
        for each in result.index
    ]
    return text + [
        f"registry {each.command}: {each.rows:,} rows in {each.seconds:.1f} s, peak {each.peak_mebibytes:.0f} MiB"
        for each in result.commands
    ]
