"""More load than a machine bears: who is answered is answered rightly, the others are told when to ask again.

The callers are of the worst kind: they keep their connections and ask again at once, whatever `Retry-After` says.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from registry.bootstrap import build
from registry.services.add_client import add_client
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.journeys.live_server import Line, serving

_REFUSALS = {429, 503}
_MOST_SECONDS_TO_RECOVER = 10.0
_PROMPT = 1.0
_ENOUGH = 101
_MOST_SECONDS_MORE = 20.0


@dataclass(slots=True)
class Load:
    """What a load came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why a check was refused: the code of its problem."""
    wrong: list[str] = field(default_factory=list)
    broken_lines: int = 0
    waited: list[float] = field(default_factory=list)
    health_waited: list[float] = field(default_factory=list)
    seconds_to_recover: float = 0.0

    def figures(self) -> dict[str, float]:
        """Return the counts, the longest wait of an answered check, and the seconds until all was as before."""
        answered = sorted(self.waited)
        return {
            "answered": self.statuses[200],
            "refused": sum(self.statuses[status] for status in _REFUSALS),
            "wrong": len(self.wrong),
            "broken_lines": self.broken_lines,
            "most_seconds_answered": round(answered[-1], 2) if answered else 0.0,
            "most_seconds_health": round(max(self.health_waited, default=0.0), 2),
            "most_seconds_to_recover": round(self.seconds_to_recover, 2),
        }


def overload(settings: Settings, connections: int, seconds: float, workers: int = 2) -> Load:
    """Ask over so many connections at once, then measure how soon a check is answered promptly again.

    It lasts so many seconds; longer on a machine that has not answered and refused a hundred by then.
    """
    services = build(settings)
    report_fresh(services)
    put_on_list(services, *(Listing(person("王示例", invented_id(number))) for number in range(20)))
    key = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "soak").key
    services.store.close()
    load = Load()
    with serving(settings, workers) as server:
        # In a thread of its own: whoever drives a browser beside this has an event loop in the main thread.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _all(server.port, key, connections, seconds, load)).result()
        load.seconds_to_recover = _recovered(Line(server.port, key), load)
    return load


async def _all(port: int, key: str, connections: int, seconds: float, load: Load) -> None:
    end = time.monotonic() + seconds
    askers = [_ask(port, key, number, end, load) for number in range(connections)]
    await asyncio.gather(*askers, _look_after_health(port, end, load))


async def _ask(port: int, key: str, number: int, end: float, load: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while _goes_on(load, end):
            number += 1
            began = time.monotonic()
            writer.write(_request("POST", "/v1/checks", key, _body(number)))
            status, head, body = await asyncio.wait_for(_response(reader), 30)
            _judge(load, number, status, head, body)
            if status == 200:
                load.waited.append(time.monotonic() - began)
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        load.broken_lines += 1
    finally:
        writer.close()


def _goes_on(load: Load, end: float) -> bool:
    few = min(load.statuses[200], load.statuses[503]) < _ENOUGH
    return time.monotonic() < (end + _MOST_SECONDS_MORE if few else end)


async def _look_after_health(port: int, end: float, load: Load) -> None:
    """Ask whether the server lives, as a load balancer does, on a fresh connection every time."""
    while time.monotonic() < end:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_request("GET", "/healthz", "", b""))
        status, _, _ = await asyncio.wait_for(_response(reader), 30)
        writer.close()
        load.health_waited.append(time.monotonic() - began)
        load.wrong += [] if status == 200 else [f"health {status}"]
        await asyncio.sleep(0.2)


def _request(method: str, path: str, key: str, body: bytes) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _response(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", "0")))


def _body(number: int) -> bytes:
    listed = applicant("王示例", invented_id(number % 20))
    stranger = applicant("赵无关", invented_id(number % 900, "19900412"))
    return json.dumps(application(stranger if number % 5 else listed)).encode()


def _judge(load: Load, number: int, status: int, headers: dict[str, str], body: bytes) -> None:
    load.statuses[status] += 1
    if status == 200:
        right = "clear" if number % 5 else "block"
        load.wrong += [] if json.loads(body)["verdict"] == right else [f"not {right}"]
        return
    told = status in _REFUSALS and headers.get("retry-after", "").isdigit()
    problem = headers.get("content-type") == "application/problem+json" and b'"clear"' not in body
    load.reasons[json.loads(body)["code"] if problem else f"status {status}"] += 1
    load.wrong += [] if told and problem else [f"status {status} without a problem or Retry-After"]


def _recovered(line: Line, load: Load) -> float:
    """Return after how many seconds a check is answered, rightly and promptly."""
    began = time.monotonic()
    while (now := time.monotonic()) < began + 2 * _MOST_SECONDS_TO_RECOVER:
        status, body = line.ask("POST", "/v1/checks", json.loads(_body(5)))
        if status == 200 and time.monotonic() - now < _PROMPT:
            load.wrong += [] if json.loads(body)["verdict"] == "block" else ["wrong after the load"]
            break
        time.sleep(0.1)
    line.close()
    return time.monotonic() - began
