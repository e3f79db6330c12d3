"""The server of the demonstration: `registry serve` in a process of its own, and how to talk to it."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from registry.errors import SettingsError, UnavailableError

SECONDS_TO_START = 180.0
SECONDS_TO_END = 30.0
PORTS_TRIED = 20


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A running server: its process, its address, and the file its log goes to."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path

    @property
    def address(self) -> str:
        """The address as it is written before a path."""
        return f"http://{self.host}:{self.port}"

    def wait_until_ready(self, seconds: float = SECONDS_TO_START) -> None:
        """Return once checks are answered. Raises UnavailableError where the server ends or takes too long."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                raise UnavailableError(f"the server ended as it began: {self.log} says why")
            if self._is_ready():
                return
            time.sleep(0.1)
        raise UnavailableError(
            f"the server was not ready after {seconds:.0f} seconds: {self.log} and worker.log beside it say how far "
            "they came. Where they name no fault the machine is slow or busy: start again, what was made is kept"
        )

    def wait_until_ended(self) -> NoReturn:
        """Return never; a server that ends by itself is a failure, as it serves until it is told to end."""
        self.process.wait()
        raise UnavailableError(f"the server has ended: {self.log} says why")

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def post(self, path: str, headers: Mapping[str, str], body: str) -> object:
        """Return the answer to a JSON request; UnavailableError where there is none or it is a problem."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request("POST", path, body.encode(), dict(headers))
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            raise UnavailableError("the server does not answer") from None
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise UnavailableError(f"the server answered a demonstration check with status {response.status}")
        return json.loads(answer)


@contextmanager
def running_server(environment: Mapping[str, str], host: str, port: int, log: Path) -> Iterator[DemoServer]:
    """Start `registry serve` and `registry worker` with these settings, their logs in files beside each other.

    Whatever ends the block ends both.
    """
    with (
        running_command(["worker"], environment, log.with_name("worker.log")),
        running_door(environment, host, port, log) as server,
    ):
        yield server


@contextmanager
def running_door(environment: Mapping[str, str], host: str, port: int, log: Path) -> Iterator[DemoServer]:
    """Run `registry serve` with these settings until the block ends."""
    command = ["serve", "--host", host, "--port", str(port), "--workers", "1"]
    with running_command(command, environment, log) as process:
        yield DemoServer(process, host, port, log)


@contextmanager
def running_command(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of this program in a process of its own until the block ends."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as lines:
        line = [sys.executable, "-m", "api.cli", *command]
        process = subprocess.Popen(line, env=dict(environment), stdout=lines, stderr=lines)  # noqa: S603 -- our own
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def choose_port(host: str, wanted: int | None, default: int) -> int:
    """Return the port wanted, or the first free one from the default on.

    Raises SettingsError where the wanted port is in use, or none is free.
    """
    if wanted is not None:
        if not _is_free(host, wanted):
            raise SettingsError(f"port {wanted} is in use: name another with --port, or leave it out")
        return wanted
    for port in range(default, default + PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise SettingsError(f"ports {default} to {default + PORTS_TRIED - 1} are all in use: name another with --port")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As servers do, so that a port just left by one counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
