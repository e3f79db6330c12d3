"""Work shared out to forked processes comes back whole, in order, or as an error."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from registry.errors import UnavailableError
from registry.services.forked_work import share_out


def slow_in_the_first_part(part: int, parts: int) -> Iterator[tuple[int, int]]:
    """Yield this part's share of twenty numbers, the first part slowly."""
    for number in range(part, 20, parts):
        time.sleep(0.01 if part == 0 else 0)
        yield number, os.getpid()


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_work_whoever_is_quicker(processes: int) -> None:
    results = list(share_out(slow_in_the_first_part, processes))
    assert [number for number, _ in results] == list(range(20))
    assert len({process for _, process in results} - {os.getpid()}) == processes


def test_large_results_do_not_block_the_processes() -> None:
    def large(part: int, parts: int) -> Iterator[bytes]:
        yield from (bytes(300_000) for _ in range(5))

    assert [len(result) for result in share_out(large, 2)] == [300_000] * 10


def test_a_process_that_is_killed_is_an_error_and_no_short_answer() -> None:
    def killed(part: int, parts: int) -> Iterator[int]:
        yield part
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(UnavailableError):
        list(share_out(killed, 2))


def test_giving_up_ends_every_process() -> None:
    def endless(part: int, parts: int) -> Iterator[int]:
        while True:
            yield os.getpid()

    results = share_out(endless, 2)
    processes = [next(results), next(results)]
    results.close()  # type: ignore[attr-defined]
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
