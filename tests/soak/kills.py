"""Servers killed without warning under load: what was acknowledged is there exactly once, and nothing is double.

A round lets callers ask over real connections until the server dies under them, at a random moment. Whatever was
answered by then must be kept once with one entry of the ledger; whatever was under way under an idempotency key is
asked again and decides once.
"""

from __future__ import annotations

import datetime
import http.client
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from werkzeug.serving import make_server

from api.rest import request_log
from api.rest.app import create_app
from registry.bootstrap import build
from registry.ledger.commitment import commitment
from registry.ledger.events import EventKind
from registry.privacy.keyring import Keyring
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.sequence_log import sequence_log
from registry.services.verify_log import verify_log
from registry.settings import Settings
from registry.store import idempotency_repository
from registry.store.client_repository import ClientRole
from registry.store.engine import open_store
from tests.api.rest.caller import applicant, application
from tests.invented_list import invented_id, report_fresh
from tests.journeys.live_server import ROOT, Line, free_port, serving
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import take

_ASKERS = 6
_LONGEST_LOAD = 0.8
_LONGEST_IN_PROGRESS = 90.0
_PREHISTORY = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_PRELOADED = ["tests.soak.kills"]


@dataclass(slots=True)
class Outcome:
    """What callers were told over all rounds: by application number, the answers acknowledged."""

    rounds: int = 0
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    under_way: dict[str, str | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """Return the counts."""
        return {"kills": self.rounds, "acknowledged": len(self.acknowledged), "wrong": len(self.wrong)}


@dataclass(frozen=True, slots=True)
class Victim:
    """A server about to be killed: its port, and how it dies."""

    port: int
    kill: Callable[[], None]


Start = Callable[[Settings], AbstractContextManager[Victim]]


@contextmanager
def served(settings: Settings) -> Iterator[Victim]:
    """Run `registry serve` with two workers, and `registry worker`; they die together."""
    with working(settings) as worker, serving(settings) as server:

        def kill() -> None:
            worker.kill()
            server.kill()

        yield Victim(server.port, kill)


@contextmanager
def working(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Run `registry worker`, which places acts in the log every second, for the block."""
    environment = os.environ | {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(settings.keys),
    }
    command = [sys.executable, "-m", "api.cli", "worker"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as worker:
        try:
            yield worker
        finally:
            worker.kill()


@contextmanager
def served_simply(settings: Settings) -> Iterator[Victim]:
    """Run the same application in one process that starts quickly; acts are placed in the log from this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    port = free_port()
    process = context.Process(target=_serve, args=(settings, port), daemon=True)
    process.start()
    _wait_until_it_listens(port)
    try:
        yield Victim(port, process.kill)
    finally:
        process.kill()
        process.join()
        process.close()
    store = open_store(settings.database_url, Keyring.load(settings.keys))
    sequence_log(store)
    store.close()


def _serve(settings: Settings, port: int) -> None:
    with (
        patch.object(idempotency_repository, "LEASE", datetime.timedelta(seconds=1)),
        open(os.devnull, "w") as nowhere,
    ):
        request_log.configure(nowhere, lasting=False)
        os.dup2(nowhere.fileno(), 2)
        make_server("127.0.0.1", port, create_app(build(settings)), threaded=True).serve_forever()


def _wait_until_it_listens(port: int) -> None:
    for _ in range(600):
        line = Line(port)
        with suppress(OSError, http.client.HTTPException):
            if line.ask("GET", "/readyz")[0] == 200:
                line.close()
                return
        line.close()
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")


def kill_under_load(settings: Settings, seed: str, rounds: int, start: Start) -> Outcome:
    """Kill a server so many times under load, and look after each time at what is kept."""
    rng, outcome = Random(seed), Outcome()
    services = build(settings)
    try:
        report_fresh(services)
        _list_people(services)
        key = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "soak").key
        for number in range(rounds):
            with start(settings) as victim:
                _settle_what_was_under_way(Line(victim.port, key), outcome)
                _ask_until_it_dies(victim, key, f"{number}", rng, outcome)
            outcome.rounds += 1
            outcome.wrong += kept_wrongly(services, outcome)
        with start(settings) as last:
            _settle_what_was_under_way(Line(last.port, key), outcome, _LONGEST_IN_PROGRESS)
            _repeat_some(Line(last.port, key), outcome, rng)
        outcome.wrong += kept_wrongly(services, outcome)
    finally:
        services.store.close()
    return outcome


def _list_people(services: Services) -> None:
    rows = [
        conviction(
            f"R{number}", name="王示例", id_number=invented_id(number), document_no=f"（2021）浙0106刑初{number}号"
        )
        for number in range(20)
    ]
    take(services, *rows)


def _ask_until_it_dies(victim: Victim, key: str, prefix: str, rng: Random, outcome: Outcome) -> None:
    seeds = [rng.random() for _ in range(_ASKERS)]
    askers = [
        threading.Thread(target=_ask, args=(Line(victim.port, key), f"{prefix}-{number}", Random(seed), outcome))
        for number, seed in enumerate(seeds)
    ]
    for asker in askers:
        asker.start()
    time.sleep(rng.random() * _LONGEST_LOAD)
    victim.kill()
    for asker in askers:
        asker.join()


def _ask(line: Line, prefix: str, rng: Random, outcome: Outcome) -> None:
    """Ask one check after another until the line breaks; note what was under way then."""
    turn = 0
    while True:
        turn += 1
        number = f"{prefix}-{turn}"
        outcome.under_way[number] = f"k{number}" if rng.random() < 0.5 else None
        try:
            told = line.ask("POST", "/v1/checks", body_of(number), **_once(outcome.under_way[number]))
        except (OSError, http.client.HTTPException):
            line.close()
            return
        _note(outcome, number, told)


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency_Key": key} if key else {}


def body_of(number: str) -> dict[str, Any]:
    """Return the body of the check with this application number; every third concerns somebody listed."""
    sequence = sum(map(ord, number))
    listed = applicant("王示例", invented_id(sequence % 20))
    stranger = applicant("赵无关", invented_id(sequence % 900, "19900412"))
    return application(stranger if sequence % 3 else listed, application_no=number)


def _note(outcome: Outcome, number: str, told: tuple[int, bytes]) -> bool:
    status, body = told[0], json.loads(told[1])
    if status == 200:
        outcome.acknowledged[number] = body
        outcome.under_way.pop(number, None)
        right = "block" if sum(map(ord, number)) % 3 == 0 else "clear"
        outcome.wrong += [] if body["verdict"] == right else [f"{body['verdict']} instead of {right}"]
    elif status not in {409, 503}:
        outcome.wrong.append(f"status {status} {body.get('code')}")
    return status == 200


def _settle_what_was_under_way(line: Line, outcome: Outcome, seconds: float = 0.0) -> None:
    """Ask again, under the same key, what a server was working on as it died; a claim lapses after a minute."""
    give_up = time.monotonic() + seconds
    for number, key in list(outcome.under_way.items()):
        if key is None:
            del outcome.under_way[number]
            continue
        while not _note(outcome, number, line.ask("POST", "/v1/checks", body_of(number), **_once(key))):
            if time.monotonic() > give_up:
                outcome.wrong += ["a claim left behind was never given back"] if seconds else []
                break
            time.sleep(0.5)
    line.close()


def _repeat_some(line: Line, outcome: Outcome, rng: Random) -> None:
    """Ask some acknowledged checks again under their keys: the same answer must come."""
    numbers = rng.sample(sorted(outcome.acknowledged), min(50, len(outcome.acknowledged)))
    for number in numbers:
        check_no = outcome.acknowledged[number]["check_no"]
        status, body = line.ask("GET", f"/v1/checks/{check_no}")
        shown = json.loads(body)
        for said_since in ("outcome", "outcome_reason"):
            shown.pop(said_since, None)
        if status != 200 or shown != outcome.acknowledged[number]:
            outcome.wrong.append(f"an acknowledged answer came back as {status}")
    line.close()


def kept_wrongly(services: Services, outcome: Outcome) -> list[str]:
    """Say what is lost, double or unrecorded among the decisions and entries of the ledger."""
    with services.store.read() as uow:
        kept = [(each.check_no, each.application_no) for each in uow.decisions.since(_PREHISTORY)]
        entries = list(uow.ledger.entries())
    recorded = Counter(entry.facts["check_no"] for _, entry, _, _ in entries if entry.kind is EventKind.CHECK_DECIDED)
    numbers, applications = Counter(number for number, _ in kept), Counter(asked for _, asked in kept)
    lost = [each for each in outcome.acknowledged.values() if numbers[each["check_no"]] != 1]
    return [
        *("an acknowledged decision is not there once" for _ in lost),
        *("an application is decided twice" for times in applications.values() if times > 1),
        *["the ledger does not hold exactly the decisions"] * (recorded != numbers),
        *(f"the log does not verify: {fault.kind}" for fault in verify_log(services.store).faults),
        *("an entry does not open" for _, entry, salt, sealed in entries if commitment(salt, entry) != sealed),
    ]
