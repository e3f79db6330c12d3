"""Real servers with two workers, on both databases: writers and checkers side by side, and a killed server."""

from __future__ import annotations

import dataclasses
import datetime
import http.client
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from matching.resident_id import check_character
from registry.bootstrap import build
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import applicant, application
from tests.invented_list import Listing, person, put_on_list, report_fresh
from tests.journeys.live_server import Line, Server, serving

PAIRS = 4
ROUNDS = 160
"""Bans committed by each writer; after each, two connections ask in turn: 2 * 4 * 160 = 1,280 rounds a database."""

ASKED_BEFORE = 8
"""One ban in so many is asked for before it is committed too, so that `block` is known to come from the commit."""


@pytest.fixture
def live(settings: Settings) -> Iterator[Services]:
    """The store of a running register, by the machine's own clock."""
    built = build(settings)
    report_fresh(built)
    yield built
    built.store.close()


@pytest.fixture
def key(live: Services) -> str:
    return add_client(live, "licensing 33", ClientRole.LICENSING, "33", "test").key


def invented(number: int) -> tuple[str, str]:
    """Return the name and ID number of the n-th invented person."""
    born = datetime.date(1950, 1, 1) + datetime.timedelta(days=number)
    first = f"339900{born:%Y%m%d}{number % 996:03d}"
    return "王李张刘陈杨赵黄"[number % 8] + "示例", first + check_character(first)


def checked(line: Line, number: int) -> str:
    name, id_number = invented(number)
    verdict: str = line.check(application(applicant(name, id_number)))["verdict"]
    return verdict


def commit_and_ask(live: Services, server: Server, key: str, numbers: Iterator[int], missed: list[object]) -> None:
    """Commit one ban after another; after each commit ask for it over connections to whichever workers answer."""
    lines = [Line(server.port, key) for _ in range(4)]
    try:
        for turn in range(ROUNDS):
            number = next(numbers)
            name, id_number = invented(number)
            if turn % ASKED_BEFORE == 0 and checked(lines[turn % 4], number) != "clear":
                missed.append(("held before its ban", number))
            put_on_list(live, Listing(person(name, id_number)))
            answers = [checked(lines[(turn + step) % 4], number) for step in (1, 2)]
            missed += [(number, answer) for answer in answers if answer != "block"]
    except AssertionError as failure:
        missed.append(failure)
    finally:
        for line in lines:
            line.close()


def test_no_check_in_any_worker_misses_a_ban_committed_before_it_was_asked(
    live: Services, settings: Settings, key: str
) -> None:
    numbers = iter(itertools.count())
    missed: list[object] = []
    with serving(settings) as server:
        threads = [
            threading.Thread(target=commit_and_ask, args=(live, server, key, numbers, missed)) for _ in range(PAIRS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert missed == []
    with live.store.read() as uow:
        assert uow.head.version() == PAIRS * ROUNDS
        decided = sum(entry.kind == "check_decided" for _, entry, _, _ in uow.ledger.entries())
    assert decided == PAIRS * ROUNDS * 2 + PAIRS * ROUNDS // ASKED_BEFORE


def test_a_ban_committed_while_the_request_is_still_arriving_is_not_missed(
    live: Services, settings: Settings, key: str
) -> None:
    name, id_number = invented(7)
    body = json.dumps(application(applicant(name, id_number))).encode()
    head = (
        f"POST /v1/checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with serving(settings) as server, socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head + body[:-5])
        time.sleep(0.5)  # long enough for the server to have begun on it
        put_on_list(live, Listing(person(name, id_number)))
        line.sendall(body[-5:])
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert b'"verdict":"block"' in answer


def test_every_acknowledged_answer_outlives_a_killed_server_and_is_given_again_byte_for_byte(
    live: Services, settings: Settings, key: str
) -> None:
    name, id_number = invented(1)
    put_on_list(live, Listing(person(name, id_number)))
    body = application(applicant(name, id_number))
    acknowledged: dict[str, bytes] = {}

    def ask_until_it_dies(server: Server, asker: int) -> None:
        line = Line(server.port, key)
        try:
            for turn in itertools.count():
                status, answer = line.ask("POST", "/v1/checks", body, Idempotency_Key=f"{asker}-{turn}")
                assert status == 200
                acknowledged[f"{asker}-{turn}"] = answer
        except (OSError, http.client.HTTPException):
            line.close()

    with serving(settings) as server:
        threads = [threading.Thread(target=ask_until_it_dies, args=(server, asker)) for asker in range(4)]
        for thread in threads:
            thread.start()
        threads[0].join(1.0)
        server.kill()
        for thread in threads:
            thread.join()
    assert len(acknowledged) > 10
    with serving(settings) as server:
        line = Line(server.port, key)
        for once, answer in list(acknowledged.items())[-20:]:
            assert line.ask("POST", "/v1/checks", body, Idempotency_Key=once) == (200, answer)
            number = json.loads(answer)["check_no"]
            status, again = line.ask("GET", f"/v1/checks/{number}")
            said_since = {"outcome": "open", "outcome_reason": None}
            assert (status, json.loads(again)) == (200, {**json.loads(answer), **said_since})
        line.close()


def test_the_metrics_of_all_workers_add_up_whichever_is_asked(settings: Settings, live: Services, key: str) -> None:
    with serving(settings) as server:
        lines = [Line(server.port, key) for _ in range(12)]
        for number, line in enumerate(lines):
            assert checked(line, number) == "clear"
        seen = {metric(line.ask("GET", "/metrics")[1], 'registry_checks_total{verdict="clear"}') for line in lines}
        for line in lines:
            line.close()
    assert seen == {12.0}


def metric(text: bytes, name: str) -> float:
    return sum(float(line.split()[-1]) for line in text.decode().splitlines() if line.startswith(name))


def test_a_server_without_its_keys_refuses_to_start(settings: Settings, live: Services, tmp_path: Path) -> None:
    lost = dataclasses.replace(settings, keys=tmp_path / "nowhere.json")
    with pytest.raises(AssertionError, match="ended"), serving(lost):
        pass
