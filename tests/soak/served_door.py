"""A register's REST door on loopback, in threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from api.rest.app import create_app
from registry.services.context import Services


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: thousands of requests are made."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False
    """Closing waits for requests under way: one left behind would still hold a connection of the closed store."""


@contextmanager
def served_door(services: Services) -> Iterator[int]:
    """Serve the door for the block and give its port; requests under way end before the block is left."""
    server = _Server("127.0.0.1", 0, create_app(services), handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
