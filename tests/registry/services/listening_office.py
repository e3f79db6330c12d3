"""A licensing system's own address for tests: a small HTTP server that keeps what it is sent and answers as told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass
class Office:
    """What was sent to an address, and how it answers: a status, where to (`Location`), and after which wait."""

    url: str = ""
    status: int = 204
    location: str | None = None
    answers: threading.Event = field(default_factory=threading.Event)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that came, in their order."""
        return [orjson.loads(body) for _, body in self.received]


@contextmanager
def listening() -> Iterator[Office]:
    """Serve an office on this machine until the block ends."""
    office = Office()
    office.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            office.received.append((dict(self.headers.items()), body))
            office.answers.wait(10)
            self.send_response(office.status)
            if office.location:
                self.send_header("Location", office.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office.url = f"http://127.0.0.1:{server.server_port}/told?by=register"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield office
    finally:
        office.answers.set()
        server.shutdown()
        thread.join()
        server.server_close()
