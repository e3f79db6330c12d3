"""Doors and workers of hub and province killed without warning while they exchange: nothing is lost, nothing doubled.

Each side is two processes: one that serves its REST door and one that fetches from its partner without pause. In every
round something changes on both sides while they exchange; at a random moment one of the four dies by SIGKILL and is
started again. Then both sides must come to be equal within three cycles.
"""

from __future__ import annotations

import base64
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any

from werkzeug.serving import make_server

from api.rest import request_log
from api.rest.app import create_app
from registry.bootstrap import build, initialise
from registry.errors import UnavailableError
from registry.exchange.batch import HUB
from registry.exchange.feed import open_feed
from registry.exchange.partner import Partner
from registry.services.context import Services
from registry.services.pull_partner import pull_partner
from registry.settings import Settings
from tests.journeys.live_server import ROOT, environment_of, free_port, wait_until_ready
from tests.soak.exchange_changes import Changes, differences
from tests.soak.exchange_pair import PROVINCE, acquainted

CYCLES = 3
_LONGEST_WAIT = 0.6
_PRELOADED = ["tests.soak.exchange_kills"]
_PAUSE = 0.1

Start = Callable[["Seat"], "Member"]


@dataclass(frozen=True, slots=True)
class Seat:
    """What a process is started for: a side's door or worker."""

    work: str
    settings: Settings
    port: int
    partner: Partner


@dataclass(frozen=True, slots=True)
class Member:
    """A running process, and how it dies."""

    kill: Callable[[], None]


@dataclass
class Outcome:
    """What came of all rounds."""

    kills: Counter[str] = field(default_factory=Counter)
    said: int = 0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Return the counts."""
        return {"kills": self.kills.total(), "changes": self.said, "wrong": len(self.wrong)}


def simply(seat: Seat) -> Member:
    """Start one process that does a seat's work and starts quickly."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    work = _serve if seat.work == "door" else _fetch
    process = context.Process(target=_quietly, args=(work, seat), daemon=True)
    process.start()
    if seat.work == "door":
        wait_until_ready(seat.port)
    return Member(lambda: _end(process))


def as_installed(seat: Seat) -> Member:
    """Start `registry serve` with two workers, or `registry worker` with the partner's file."""
    work = ["serve", "--port", str(seat.port), "--workers", "2"] if seat.work == "door" else ["worker"]
    _describe(seat)
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", *work],
        cwd=ROOT,
        env=environment_of(seat.settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    member = Member(lambda: _end_with_all_it_started(process))
    try:
        if seat.work == "door":
            wait_until_ready(seat.port, process)
    except AssertionError:
        member.kill()
        raise
    return member


def _describe(seat: Seat) -> None:
    """Write the partner's file, by which a worker visits it every second."""
    folder = seat.settings.partner_files
    folder.mkdir(exist_ok=True)
    options = seat.partner.options
    stated = (
        f'partner = "{seat.partner.name}"\nadapter = "feed"\n'
        f'keys = ["{base64.b64encode(seat.partner.keys[0]).decode()}"]\n'
        f'[feed]\nurl = "{options["url"]}"\nkey = "file:../{options["key"].removeprefix("file:")}"\n'
        '[schedule]\npull_every = "1s"\nfirst_retry = "1s"\nlongest_retry = "2s"\n'
    )
    (folder / f"{seat.partner.name}.toml").write_text(stated, "utf-8")


def _end_with_all_it_started(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_while_exchanging(hub: Settings, province: Settings, seed: str, rounds: int, start: Start) -> Outcome:
    """Kill one of the four so many times while both sides change and exchange."""
    rng, outcome = Random(seed), Outcome()
    changes = Changes(rng)
    with _sides(hub, province) as sides, ExitStack() as running:
        seats = _seats(sides)
        crew: dict[str, Member] = {}
        running.callback(_end_all, crew)
        for name, seat in seats.items():
            crew[name] = start(seat)
        for number in range(rounds):
            name = rng.choice(sorted(crew))
            _change_while_one_dies(crew[name], sides, changes, rng)
            outcome.kills[name] += 1
            crew[name] = start(seats[name])
            outcome.wrong += [f"round {number}, {name}: {each}" for each in _unequal(sides, changes)]
    outcome.said = len(changes.said)
    return outcome


@dataclass(frozen=True, slots=True)
class _Side:
    services: Services
    partner: Partner
    port: int


@contextmanager
def _sides(hub: Settings, province: Settings) -> Iterator[tuple[_Side, _Side]]:
    parts = [initialise(settings) for settings in (hub, province)]
    ports = [free_port(), free_port()]
    address = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        at_hub = acquainted(parts[0], PROVINCE, parts[1], address[1])
        at_province = acquainted(parts[1], HUB, parts[0], address[0])
        yield _Side(parts[0], at_hub, ports[0]), _Side(parts[1], at_province, ports[1])
    finally:
        for services in parts:
            services.store.close()


def _seats(sides: tuple[_Side, _Side]) -> Mapping[str, Seat]:
    return {
        f"{name} {work}": Seat(work, side.services.settings, side.port, side.partner)
        for name, side in zip(("hub", "province"), sides, strict=True)
        for work in ("door", "worker")
    }


def _change_while_one_dies(victim: Member, sides: tuple[_Side, _Side], changes: Changes, rng: Random) -> None:
    changes.make(sides[0].services, sides[1].services)
    time.sleep(rng.random() * _LONGEST_WAIT)
    victim.kill()
    changes.make(sides[0].services, sides[1].services, most=1)


def _unequal(sides: tuple[_Side, _Side], changes: Changes) -> list[str]:
    """Give both sides three cycles; return what is lost, doubled or different then."""
    wrong = ["no cycle was tried"]
    for _ in range(CYCLES):
        if wrong:
            for side in sides:
                _visit(side.services, side.partner)
            wrong = differences(sides[0].services, sides[1].services, changes)
    return wrong


def _visit(services: Services, partner: Partner) -> None:
    adapter = open_feed(partner, services.settings, services.keyring, services.clock)
    try:
        pull_partner(services, partner, adapter)
    finally:
        adapter.close()


def _fetch(seat: Seat) -> None:
    services = build(seat.settings)
    hasty = replace(seat.partner, limits=replace(seat.partner.limits, seconds_per_request=5.0))
    while True:
        with suppress(UnavailableError):
            _visit(services, hasty)
        time.sleep(_PAUSE)


def _serve(seat: Seat) -> None:
    make_server("127.0.0.1", seat.port, create_app(build(seat.settings)), threaded=True).serve_forever()


def _quietly(work: Callable[[Seat], None], seat: Seat) -> None:
    with open(os.devnull, "w") as nowhere:
        request_log.configure(nowhere, lasting=False)
        os.dup2(nowhere.fileno(), 2)
        work(seat)


def _end_all(crew: Mapping[str, Member]) -> None:
    for member in crew.values():
        member.kill()


def _end(process: BaseProcess | Any) -> None:
    process.kill()
    process.join()
