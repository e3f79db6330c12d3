"""`registry worker`: the jobs that run by themselves, the log's sequencer first of all."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import click

from api.cli.operation import open_services
from api.rest.request_log import configure
from jobs.work import work_once, work_until
from registry.errors import UnavailableError
from registry.store.job_repository import Outcome


@click.command()
@click.option("--once", is_flag=True, help="Run what is due once and end.")
def worker(*, once: bool) -> None:
    """Place acts in the log, sign its heads, watch its witnesses and exchange with partners, until told to end.

    Several may run beside each other. With --once a job that failed ends the command with status 1.
    """
    configure(sys.stderr, lasting=False)
    services = open_services()
    try:
        if not once:
            work_until(services, _ended_by_signal())
            return
        outcomes = work_once(services)
    finally:
        services.store.close()
    for job, outcome in outcomes.items():
        click.echo(f"{job}: {outcome.value if outcome else 'not due'}")
    if Outcome.FAILED in outcomes.values():
        raise UnavailableError("a job has failed: the lines above say which and why")


def _ended_by_signal() -> threading.Event:
    """Return an event that is set at Ctrl-C or SIGTERM."""
    ended = threading.Event()

    def end(signal_number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- what the system calls with
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return ended
