"""A log over real HTTP whose operator does with it what the test says: grow, forget, rewrite, sign with another key."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from registry.ledger.checkpoint import Checkpoint, sign_checkpoint
from registry.ledger.merkle import consistency_proof, hash_leaf, root_of
from registry.ledger.signed_note import SignerKey

ORIGIN = "registry.example/log"
LOG_KEY = SignerKey(ORIGIN, bytes(range(32)))


class LogUnderTest:
    """The leaves, the key that signs, and what was handed in."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.key = LOG_KEY
        self.given: list[str] = []
        self.altered: str | None = None
        self.failing: int | None = None
        self.address = ""

    def grow(self, count: int, text: str = "entry") -> None:
        """Append leaves."""
        self.leaves += [hash_leaf(f"{text} {len(self.leaves) + each}".encode()) for each in range(count)]

    def checkpoint(self) -> str:
        """Return the signed head, or what the test put in its place."""
        head = Checkpoint(self.key.name, len(self.leaves), root_of(self.leaves))
        return self.altered or sign_checkpoint(head, self.key)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the honest proof of the tree as it is now."""
        return consistency_proof(first, second, self._node)

    def _node(self, level: int, index: int) -> bytes:
        return root_of(self.leaves[index << level : (index + 1) << level])


@contextmanager
def served(log: LogUnderTest) -> Iterator[LogUnderTest]:
    """Serve a log on a free port; its address stands in it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if log.failing is not None:
                self._answer(b"", log.failing)
            elif asked.path == "/v1/log/checkpoint":
                self._answer(log.checkpoint().encode())
            else:
                sizes = parse_qs(asked.query)
                proof = log.consistency(int(sizes["first"][0]), int(sizes["second"][0]))
                self._answer(json.dumps({"hashes": [each.hex() for each in proof]}).encode())

        def do_POST(self) -> None:
            log.given.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(b"{}")

        def _answer(self, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            if status in {301, 302, 307, 308}:
                self.send_header("Location", "http://elsewhere.example/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    log.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield log
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
