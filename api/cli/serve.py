"""`registry serve`: both doors under granian, several worker processes on one port.

Why granian, and why threads in each worker: docs/decisions/0004-serving-and-durability.md.
"""

from __future__ import annotations

import importlib
import os
import tempfile

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from api.cli.operation import open_services
from api.console.turns import THREADS as CONSOLE_THREADS
from api.rest.waiting_line import AT_ONCE, MOST_WAITING, REFUSING

APPLICATION = "api.doors:application"
THREADS = AT_ONCE + MOST_WAITING + REFUSING + CONSOLE_THREADS
"""Threads of a worker. Most of them only wait, or refuse; what is worked on at a time is the waiting line's to say."""
_CONNECTIONS = 4096
"""Connections a worker holds; further ones wait unanswered, so there must be room for those that will be refused."""
_SECONDS_TO_END = 10
_HEADER_SECONDS = 10_000
# The name is the metrics library's own; it is read when a worker imports it, so it is set before any starts.
_METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Worker processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the REST API and the console until told to end.

    Refuses to start where keys are missing or wrong, or the store is not ready; `registry init` makes it so.
    """
    open_services().store.close()
    click.echo(f"Serving on http://{host}:{port} (console: /console, documentation: /v1/docs)")
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int) -> None:
    """Run the server in this process and its workers until a signal ends it."""
    with tempfile.TemporaryDirectory(prefix="registry-metrics-") as directory:
        os.environ[_METRICS_DIRECTORY] = directory
        # Imported and loaded once, before the workers are forked: they start sooner and share program and list.
        importlib.import_module(APPLICATION.partition(":")[0]).load_in_common()
        server_on(host, port, workers).serve()


def server_on(host: str, port: int, workers: int, target: str = APPLICATION, threads: int = THREADS) -> MPServer:
    """Return the server, not yet started; a worker that dies is replaced."""
    return MPServer(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_END,
        log_level=LogLevels.warning,
    )
