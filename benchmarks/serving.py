"""Measure the check endpoint beside a bare one of the same server, and servers beside each other.

    python benchmarks/serving.py [--seconds 8] [--connections 32] [--listed 20000] [--servers] [--database-url URL]

The bare endpoint authenticates by the same key and durably commits one row through the same writer, nothing else.
The load comes from one process with one event loop over keep-alive connections, applicants in turn. Everything
happens in a temporary home. Figures are requests a second and milliseconds (median, p99); trust the ratios, not the
absolute numbers, on a shared machine. docs/decisions/0004-serving-and-durability.md has the figures in use.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from matching.resident_id import check_character

PORT = 8791
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文建国志红海波"
SERVERS = {
    "granian, 8 threads": ("granian", 8),
    "granian, 16 threads": ("granian", 16),
    "granian, 32 threads": ("granian", 32),
    "waitress, 8 threads": ("waitress", 8),
    "gunicorn gthread, 8 threads": ("gunicorn", 8),
}


@dataclass(frozen=True)
class Figures:
    """What one run of load came to."""

    requests_per_second: float
    median_ms: float
    p99_ms: float
    refused: int

    def line(self, name: str) -> str:
        """Return the figures as a line of a table."""
        shown = f"{self.requests_per_second:8.0f}/s  median {self.median_ms:6.1f} ms  p99 {self.p99_ms:6.1f} ms"
        return f"{name:34}{shown}  refused {self.refused}"


def invented_person(number: int, county: str) -> tuple[str, str]:
    """Return the name and ID number of somebody who cannot be: the county codes were never assigned."""
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 30] + GIVEN[number // 600 % 30]
    first = f"{county}{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 996:03d}"
    return name, first + check_character(first)


def invented_people(count: int) -> Iterator[tuple[str, str]]:
    """Yield name and ID number of so many people who cannot be."""
    return (invented_person(number, "339900") for number in range(count))


def write_convictions(path: Path, people: Iterable[tuple[str, str]]) -> None:
    """Write an invented conviction for each of these people, by name and ID number, which bars for life."""
    heads = "record_no name other_names sex birth_date id_type id_number domicile_code source_region document_no court "
    heads += "charge sentence sentence_months judgment_date effective_date"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(heads.split())
        for number, (name, id_number) in enumerate(people):
            what = ["生产、销售有毒、有害食品罪", "有期徒刑", "12", "2020-02-01", "2020-03-01"]
            court = [f"（2020）浙9900刑初{number}号", "示例市人民法院"]
            sheet.writerow([f"R{number}", name, "", "", "", "resident_id", id_number, "", "33", *court, *what])


def bodies() -> Iterator[bytes]:
    """Yield check requests for ever: one in fifty concerns somebody listed."""
    for number in itertools.count():
        name, id_number = invented_person(number, "339900" if number % 50 == 0 else "349900")
        subject = {"subject_no": "1", "kind": "person", "role": "operator", "name": name}
        subject |= {"id_type": "resident_id", "id_number": id_number}
        about = {"application_no": f"A{number}", "purpose": "food_operation_licence", "region": "339900"}
        yield json.dumps({**about, "subjects": [subject]}, ensure_ascii=False).encode()


def requests_to(path: str, key: str) -> Iterator[bytes]:
    """Yield whole HTTP requests for ever."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: benchmark\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    for body in bodies():
        yield f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection:
    """One keep-alive connection: a request under way and what has come back so far."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Send a request."""
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """Take in what has come; return the status once the response is whole."""
        self.received += self.socket.recv(65536)
        head, _, body = self.received.partition(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), None)
        if length is None or len(body) < int(length.split(b":")[1]):
            return None
        return int(head[9:12])


def load(path: str, key: str, connections: int, seconds: float) -> Figures:
    """Ask for so many seconds over so many connections at once and return the figures; the first second warms up."""
    waiting, stream = selectors.DefaultSelector(), requests_to(path, key)
    for number in range(connections):
        connection = Connection(number)
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(stream))
    taken: list[float] = []
    refused, begun = 0, time.perf_counter() + 1
    while (now := time.perf_counter()) < begun + seconds:
        for chosen, _ in waiting.select(1):
            connection = chosen.data
            status = connection.status()
            if status is None:
                continue
            if now >= begun:
                taken.append((time.perf_counter() - connection.sent_at) * 1000)
                refused += status != 200
            connection.send(next(stream))
    for chosen in list(waiting.get_map().values()):
        chosen.data.socket.close()
    p99 = statistics.quantiles(taken, n=100)[98]
    return Figures(len(taken) / seconds, statistics.median(taken), p99, refused)


def command(server: str, threads: int) -> list[str]:
    """Return the command that serves this project's application with two worker processes."""
    target = "benchmarks.bare_endpoint:application"
    if server == "granian":
        options = f"--interface wsgi --factory --workers 2 --blocking-threads {threads} --port {PORT} --log-level error"
        return [sys.executable, "-m", "granian", *options.split(), target]
    if server == "gunicorn":
        options = f"-w 2 --threads {threads} -k gthread -b 127.0.0.1:{PORT} --log-level error"
        return [sys.executable, "-m", "gunicorn", *options.split(), target + "()"]
    options = f"--threads={threads} --listen=127.0.0.1:{PORT} --call"
    return [sys.executable, "-m", "waitress", *options.split(), target]


@contextmanager
def serving(server: str, threads: int, environment: dict[str, str]) -> Iterator[None]:
    """Serve for the block."""
    with subprocess.Popen(  # noqa: S603
        command(server, threads), env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            _wait_until_it_answers()
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def _wait_until_it_answers() -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):
            time.sleep(1.5)  # the second worker
            return
        time.sleep(0.1)
    sys.exit("the server did not start")


def prepare(home: Path, people: Iterable[tuple[str, str]], database_url: str | None) -> tuple[dict[str, str], str]:
    """Make a register that lists these people and has a client; return the environment and the client's key."""
    environment = os.environ | {"REGISTRY_HOME": str(home), "PYTHONPATH": str(Path.cwd())}
    if database_url:
        environment["REGISTRY_DATABASE_URL"] = database_url
    convictions = home / "convictions.csv"
    home.mkdir(exist_ok=True)
    write_convictions(convictions, people)
    registry(environment, "init")
    registry(environment, "list", "import", str(convictions))
    added = registry(environment, "client", "add", "benchmark", "--region", "33", "--role", "licensing")
    return environment, added.strip().splitlines()[-1]


def registry(environment: dict[str, str], *arguments: str) -> str:
    """Run a `registry` command and return what it printed."""
    asked = [sys.executable, "-m", "api.cli", *arguments]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 3):
        sys.exit(f"registry {arguments[0]} failed: {done.stderr}")
    return done.stdout


def compare_endpoints(environment: dict[str, str], key: str, asked: argparse.Namespace) -> None:
    """Print check and bare endpoint, in turns, three times, and the medians of their ratios."""
    ratios, stretches = [], []
    with serving("granian", asked.threads, environment):
        for _ in range(3):
            bare = load("/bare", key, asked.connections, asked.seconds)
            check = load("/v1/checks", key, asked.connections, asked.seconds)
            ratios.append(check.requests_per_second / bare.requests_per_second)
            stretches.append(check.p99_ms / bare.p99_ms)
            print(bare.line("bare endpoint"), check.line("POST /v1/checks"), sep="\n", flush=True)
    print(f"throughput ratio {statistics.median(ratios):.2f}, p99 ratio {statistics.median(stretches):.2f}")


def compare_servers(environment: dict[str, str], key: str, asked: argparse.Namespace) -> None:
    """Print the check endpoint under each server."""
    for name, (server, threads) in SERVERS.items():
        with serving(server, threads, environment):
            print(load("/v1/checks", key, asked.connections, asked.seconds).line(name), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--listed", type=int, default=20_000)
    parser.add_argument("--servers", action="store_true", help="compare servers instead of endpoints")
    parser.add_argument("--database-url")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        environment, key = prepare(Path(directory) / "home", invented_people(asked.listed), asked.database_url)
        (compare_servers if asked.servers else compare_endpoints)(environment, key, asked)


if __name__ == "__main__":
    main()
