"""A real server whose callers stall in the middle of a body: it goes on answering everybody else."""

from __future__ import annotations

import json
import select
import socket
import time
from contextlib import ExitStack

from api.rest.reception import MOST_OF_ONE, STALLED_SECONDS
from api.rest.waiting_line import AT_ONCE
from registry.bootstrap import build
from registry.services.add_client import add_client
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import applicant, application
from tests.invented_list import invented_id, report_fresh
from tests.journeys.live_server import Line, serving


def test_more_stalled_bodies_than_threads_do_not_stop_a_worker(settings: Settings) -> None:
    services = build(settings)
    report_fresh(services)
    key = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "test").key
    other = add_client(services, "licensing 33 too", ClientRole.LICENSING, "33", "test").key
    services.store.close()
    head = (
        f"POST /v1/checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{ "
    ).encode()
    with serving(settings, workers=1) as server, ExitStack() as open_lines:
        stalled = [
            open_lines.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            for _ in range(AT_ONCE + 4)
        ]
        for line in stalled:
            line.sendall(head)
        time.sleep(STALLED_SECONDS * 1.5)
        asker = Line(server.port, other)
        assert asker.ask("GET", "/healthz")[0] == 200
        status, answer = asker.ask("POST", "/v1/checks", application(applicant("赵无关", invented_id(9))))
        assert (status, json.loads(answer)["verdict"]) == (200, "clear")
        asker.close()
        told = [waiting.recv(65536) for waiting in select.select(stalled, [], [], 5)[0]]
    assert len(told) == len(stalled) - MOST_OF_ONE
    assert all(answer.startswith(b"HTTP/1.1 503 ") for answer in told)
