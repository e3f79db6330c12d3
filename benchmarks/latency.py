"""How long one check takes in the scoring core, without any input or output, as the list grows.

A check here is `Index.search` on an identity, with the shipped policy's floor: preparing the applicant, finding
candidates, comparing them. Changes are laid down as the service does. Times are
of one thread on a machine that may do other things as well: trust ratios. The same applicants are checked against
lists of every size, and the hardest are named.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle

import numpy as np

from benchmarks.listed_people import applicants, listed_people, worst_applicants
from matching.identity import Identity
from matching.index import Index, Staged
from matching.model import DEFAULT
from matching.segment import Segment
from registry.law.policy import Policy
from registry.services.list_index import APPLIED_AT_A_TIME

CHECKS, HARD_CHECKS = 20_000, 300
CHANGES = 50_000


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds of single checks."""

    what: str
    checks: int
    median: float
    p99: float
    p999: float
    worst: float

    @classmethod
    def of(cls, what: str, seconds: Sequence[float]) -> Times:
        """Summarise measured times."""
        micro = np.array(seconds) * 1e6
        return cls(what, len(micro), *(float(each) for each in np.percentile(micro, (50, 99, 99.9, 100))))


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How long the index takes to follow changes of the list, and a check beside it at most (waiting and searching)."""

    one_change_microseconds: float
    many_changes: int
    many_seconds: float
    longest_check_milliseconds: float
    check_after_microseconds: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Everything measured on a list of one size."""

    listed: int
    build_seconds: float
    index_bytes: int
    usual: Times
    hard: list[Times]
    slowest: list[str]
    catch_up: CatchUp


def measure(seed: int, size: int, checks: int = CHECKS, changes: int = CHANGES) -> Latency:
    """Build an index of `size` listed people and time checks and changes."""
    rng = np.random.default_rng(seed)
    people = list(listed_people(rng, size))
    begun = time.perf_counter()
    segment = Segment.build(DEFAULT, people)
    built = time.perf_counter() - begun
    index = Index(DEFAULT, [segment])
    del people
    gc.collect()
    same_for_all = np.random.default_rng(seed + 1)
    sought = list(applicants(same_for_all, checks))
    floor = Policy.load().least_millibits
    seconds = [_seconds(partial(index.search, who, floor)) for who in sought]
    hard = {
        label: [_seconds(partial(index.search, who, floor)) for who in who_all]
        for label, who_all in _hard(same_for_all)
    }
    return Latency(
        size, built, segment.nbytes, Times.of("residents at random", seconds),
        [Times.of(label, taken) for label, taken in hard.items()],
        _slowest(sought, seconds), _catch_up(index, same_for_all, size, min(changes, size), sought),
    )  # fmt: skip


def _hard(rng: np.random.Generator) -> list[tuple[str, list[Identity]]]:
    return list(worst_applicants(rng, HARD_CHECKS).items())


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _slowest(sought: Sequence[Identity], seconds: Sequence[float]) -> list[str]:
    """Name the slowest checks among residents at random: name, birth year and time."""
    order = np.argsort(seconds)[::-1][:5]
    named = [(sought[place].name, sought[place].documents[0].number[6:10], seconds[place] * 1e6) for place in order]
    return [f"{name}, born {year}: {micro:.0f} µs" for name, year, micro in named]


def _catch_up(index: Index, rng: np.random.Generator, size: int, changes: int, sought: Sequence[Identity]) -> CatchUp:
    """Replace one subject and then many, as the service does, beside somebody who checks every other millisecond."""
    changed = [(subject % size, faces) for subject, faces in listed_people(rng, changes)]
    one = [_seconds(partial(index.put, subject, faces)) for subject, faces in changed[:200]]
    turn, over, waits = threading.Lock(), threading.Event(), list[float]()
    checks = threading.Thread(target=_check_again_and_again, args=(index, sought, turn, over, waits))
    checks.start()
    begun = time.perf_counter()
    for start in range(0, changes, APPLIED_AT_A_TIME):
        _lay_over(index, dict(changed[start : start + APPLIED_AT_A_TIME]), turn)
    many = time.perf_counter() - begun
    over.set()
    checks.join()
    floor = Policy.load().least_millibits
    after = [_seconds(partial(index.search, who, floor)) for who in sought[:500]]
    return CatchUp(float(np.median(one)) * 1e6, changes, many, max(waits) * 1e3, float(np.median(after)) * 1e6)


def _lay_over(index: Index, changes: Mapping[int, Sequence[Identity]], turn: threading.Lock) -> None:
    staged = Staged.of(index.model, list(changes.items()))
    with turn:
        index.lay_over(staged)
    union = index.union_due()
    if union is not None:
        with turn:
            index.adopt(union)


def _check_again_and_again(
    index: Index, sought: Sequence[Identity], turn: threading.Lock, over: threading.Event, waits: list[float]
) -> None:
    floor = Policy.load().least_millibits
    for who in cycle(sought):
        waits.append(_seconds(partial(_in_turn, index, who, floor, turn)))
        if over.wait(0.002):
            return


def _in_turn(index: Index, who: Identity, floor: int, turn: threading.Lock) -> None:
    with turn:
        index.search(who, floor)


def lines(results: Sequence[Latency]) -> list[str]:
    """Return the measurements as text."""
    text = [f"{'listed':>10} {'applicants':34}{'checks':>8}{'median':>9}{'p99':>9}{'p99.9':>9}{'worst':>9}  µs"]
    for each in results:
        text += [_as_text(each.listed, times) for times in (each.usual, *each.hard)]
    for each in results:
        after = each.catch_up
        text.append(
            f"{each.listed:>10} built in {each.build_seconds:.1f} s, {each.index_bytes / 2**20:.0f} MiB; one change "
            f"{after.one_change_microseconds:.0f} µs, {after.many_changes} changes {after.many_seconds:.1f} s, "
            f"longest check beside them {after.longest_check_milliseconds:.1f} ms; "
            f"slowest: {'; '.join(each.slowest[:3])}"
        )
    return [*text, f"growth of the median: {growth(results):.2f}"]


def growth(results: Sequence[Latency]) -> float:
    """Return how much more a check costs on the longest list than on the shortest."""
    by_size = sorted(results, key=lambda each: each.listed)
    return by_size[-1].usual.median / by_size[0].usual.median


def _as_text(listed: int, times: Times) -> str:
    figures = "".join(f"{each:9.0f}" for each in (times.median, times.p99, times.p999, times.worst))
    return f"{listed:>10} {times.what:34}{times.checks:8}{figures}"
