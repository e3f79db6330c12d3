"""Share work out to processes that are forked once everything they read is in memory.

Forked, because the index of the list is large and plain: every process reads the same copy, and it is written
nowhere. Results come back in an order that does not depend on which process was quicker.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

from registry.errors import UnavailableError
from registry.services.settled_memory import collect_seldom

Result = TypeVar("Result")
Part = Callable[[int, int], Iterator[Result]]

MOST_PROCESSES = 8


def usable_cores() -> int:
    """Return how many processes are worth starting on this machine."""
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def share_out(work: Part[Result], processes: int) -> Iterator[Result]:
    """Yield what `work(part, parts)` yields in every part: the first of each part in turn, then the second …

    The work must touch no database and start no thread: it runs in a process forked from this one. Raises
    UnavailableError where a process ends before its work is done; whatever ends this generator ends them all.
    """
    workers = _fork(work, processes)
    try:
        yield from _in_turn([reader for reader, _ in workers])
    finally:
        for reader, process in workers:
            reader.close()
            process.terminate()
            process.join()
            process.close()


def _fork(work: Part[Result], processes: int) -> list[tuple[Connection, ForkProcess]]:
    context = multiprocessing.get_context("fork")
    workers: list[tuple[Connection, ForkProcess]] = []
    gc.freeze()  # what is shared stays shared: the collector does not write into it
    try:
        for part in range(processes):
            reader, writer = context.Pipe(duplex=False)
            inherited = [*(earlier for earlier, _ in workers), reader]
            process = context.Process(target=_do, args=(writer, inherited, work, part, processes), daemon=True)
            _start(process)
            writer.close()
            workers.append((reader, process))
    finally:
        gc.unfreeze()
    return workers


def _start(process: ForkProcess) -> None:
    with warnings.catch_warnings():
        # Python 3.12 warns wherever a library (numpy's) has threads; the work takes no lock they could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()


def _do(writer: Connection, inherited: list[Connection], work: Part[Result], part: int, parts: int) -> None:
    for reader in inherited:
        reader.close()  # else this process would wait for itself to read, for ever, once its parent is killed
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says what an interruption means
    try:
        for result in work(part, parts):
            writer.send((result,))
        writer.send(())
    except BrokenPipeError:
        return  # nobody waits for the rest


def _in_turn(readers: list[Connection[Any, Any]]) -> Iterator[Result]:
    working = list(readers)
    while working:
        for reader in list(working):
            try:
                message = reader.recv()
            except EOFError:
                raise UnavailableError("a process ended before its work was done") from None
            if message:
                yield message[0]
            else:
                working.remove(reader)
