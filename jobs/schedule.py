"""The table of jobs: what the worker does by itself and how often. A new job is one more line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from jobs.apply_retention import apply_retention
from jobs.sequence import sequence
from jobs.watch_conduct import watch_conduct
from jobs.watch_witnesses import watch_witnesses
from registry.services.context import Services

Work = Callable[[Services], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Job:
    """One job: its name, its seconds between two runs, what it does, and whether its runs are noted.

    `noted` runs happen in slots (the whole multiples of the interval since 1970), each of which one worker takes and
    the store remembers. A job that is not noted takes care of itself: several workers may run it at once.
    """

    name: str
    every_seconds: int
    work: Work
    noted: bool = True


JOBS: Final = (
    Job("watch_conduct", 5, watch_conduct),
    Job("watch_witnesses", 60, watch_witnesses),
    Job("apply_retention", 86_400, apply_retention),
    # Last, so that what the others recorded is placed by the same run of what is due.
    Job("sequence", 1, sequence, noted=False),
)
