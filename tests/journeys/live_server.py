"""A real server for tests: `registry serve` with two worker processes, and callers over keep-alive connections."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.settings import Settings

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Line:
    """One keep-alive connection to the server, with a client's key."""

    port: int
    key: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the connection."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
        """Send a request and return status and body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body).encode(), named)
        response = self.connection.getresponse()
        return response.status, response.read()

    def check(self, body: object, **headers: str) -> dict[str, Any]:
        """Make a check that must be answered."""
        status, answer = self.ask("POST", "/v1/checks", body, **headers)
        assert status == 200, (status, answer)
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the server and its workers without any warning."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a program that works on a register."""
    stated = {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(settings.keys),
        "REGISTRY_ROLE": str(settings.role),
        "REGISTRY_REGION": settings.region or "",
    }
    return os.environ | stated


@contextmanager
def serving(settings: Settings, workers: int = 2) -> Iterator[Server]:
    """Run `registry serve` for the block."""
    port = free_port()
    environment = environment_of(settings)
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        server = Server(port, process)
        try:
            wait_until_ready(port, process)
            yield server
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            process.wait(timeout=30)


def wait_until_ready(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until a server answers at a port; AssertionError where its process ends, or after a long while."""
    for _ in range(2_000):
        line = Line(port)
        with suppress(OSError, http.client.HTTPException):
            if line.ask("GET", "/readyz")[0] == 200:
                line.close()
                return
        line.close()
        assert process is None or process.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")
