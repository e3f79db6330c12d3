"""`registry demo --provinces`: the regional centre and four provinces' own systems on one machine, exchanging.

Ten processes: a server and a worker each, with a home, keys and a SQLite database of their own. Every province
exchanges over another transport (seeds.province_nodes). A judgment is confirmed in Hefei, and the seconds are counted
until an application is held at the centre and in Shanghai. Made anew at every start, in a home of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from api.cli.demo_server import DemoServer, choose_port, running_command, running_door
from api.cli.operation import operator
from registry import bootstrap
from registry.errors import ConflictError, SettingsError, UnavailableError
from registry.exchange.batch import HUB
from registry.intake.headings import ListKind
from registry.law.judgment import RowOutcome
from registry.privacy.signing_keys import SigningKey, base64url
from registry.services.actor import Actor
from registry.services.add_client import Limits, Wanted, add_client, add_limited_client
from registry.services.add_user import add_user
from registry.services.context import Services
from registry.services.sequence_log import log_keys
from registry.settings import Mode, Role, Settings
from registry.store.account_repository import UserRole
from registry.store.client_repository import ClientRole
from seeds.confirmed_in_hefei import application, confirm_in_hefei, file_in_hefei
from seeds.demo import load_demo_of
from seeds.province_nodes import NODES, Node, OtherSide, file_at_hub, file_at_node, make_shared

HOME: Final = "var/demo-provinces"
DEFAULT_PORT: Final = 8000
SECONDS_TO_SPREAD: Final = 180.0
"""Five servers starting at once on two cores take most of a minute."""
_MADE_HERE: Final = "made-by-the-demonstration"
_CHECKS: Final = "/v1/checks"
_SHANGHAI, _ANHUI = "31", "34"
_PAUSE: Final = 0.05
_OWN_SETTINGS: Final = tuple(f"REGISTRY_{name}" for name in ("DATABASE_URL", "KEYS", "REGION", "PARTNERS", "ROLE"))


@dataclass(frozen=True, slots=True)
class Seat:
    """One side of the demonstration: the centre (`hub`) or a province's region, where it lives and listens."""

    name: str
    home: Path
    host: str
    port: int

    @property
    def address(self) -> str:
        """Where its door is."""
        return f"http://{self.host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with: nothing of this process's own register."""
        kept = {name: value for name, value in os.environ.items() if name not in _OWN_SETTINGS}
        if self.name == HUB:
            return {**kept, "REGISTRY_HOME": str(self.home), "REGISTRY_ROLE": Role.HUB}
        return {**kept, "REGISTRY_HOME": str(self.home), "REGISTRY_ROLE": Role.PROVINCE, "REGISTRY_REGION": self.name}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A side made ready: its register, its signing key, and the key of a licensing system that asks it."""

    seat: Seat
    services: Services
    signing: SigningKey
    licensing: str


def serve_provinces(host: str, port: int | None) -> None:
    """Make everything anew, start it, show a ban on its way, and serve until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = Path(os.environ.get("REGISTRY_HOME", "").strip() or HOME).resolve()
    begin_anew(home, Settings.from_environment(os.environ).mode)
    sides = prepare(home, seats(home, host, port))
    try:
        with _running(sides) as servers:
            _show(sides, servers)
            servers[HUB].wait_until_ended()
    except KeyboardInterrupt:
        click.echo("\nThe demonstration has ended.")
    finally:
        for side in sides.values():
            side.services.store.close()


def begin_anew(home: Path, mode: Mode) -> None:
    """Empty a home this demonstration made before; ConflictError for any other that is not empty."""
    if mode is Mode.PRODUCTION:
        raise SettingsError("REGISTRY_MODE is production: the demonstration puts invented people on the list")
    if home.exists() and any(home.iterdir()) and not (home / _MADE_HERE).exists():
        raise ConflictError(f"{home} holds something else: set REGISTRY_HOME elsewhere")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    (home / _MADE_HERE).touch()


def seats(home: Path, host: str, port: int | None) -> dict[str, Seat]:
    """Give every side a home and a port; the centre has the port asked for, the provinces the next free ones."""
    found: dict[str, Seat] = {}
    following = port if port is not None else DEFAULT_PORT
    for name in (HUB, *(node.region for node in NODES)):
        chosen = choose_port(host, port if name == HUB else None, following)
        found[name] = Seat(name, home / name, host, chosen)
        following = chosen + 1
    return found


def prepare(home: Path, chosen: Mapping[str, Seat]) -> dict[str, Prepared]:
    """Make every side's register, let each province list its own people, and tell the sides of each other."""
    sides = {name: _prepared(seat) for name, seat in chosen.items()}
    for node in NODES:
        load_demo_of(sides[node.region].services, node.region)
        make_shared(node, home / "shared")
        _introduce(node, sides[HUB], sides[node.region], home / "shared")
    return sides


def _prepared(seat: Seat) -> Prepared:
    services = bootstrap.initialise(Settings.from_environment(seat.environment))
    region = _SHANGHAI if seat.name == HUB else seat.name
    licensing = add_client(services, "demo licensing system", ClientRole.LICENSING, region, operator()).key
    return Prepared(seat, services, log_keys(services.store).signing, licensing)


def _introduce(node: Node, hub: Prepared, province: Prepared, shared: Path) -> None:
    """Write the two files by which the centre and a province know each other."""
    texts = {hub.seat.name: file_at_hub, province.seat.name: file_at_node}
    for own, other in ((hub, province), (province, hub)):
        known = OtherSide(base64url(other.signing.public), shared)
        if node.adapter == "feed":
            known = replace(known, address=other.seat.address, credential=f"{other.seat.name}.key")
            _write_privately(own.seat.home / "partners" / known.credential, _key_at(other, own, node))
        path = own.seat.home / "partners" / f"{other.seat.name}.toml"
        _write_privately(path, texts[own.seat.name](node, known))


def _key_at(other: Prepared, own: Prepared, node: Node) -> str:
    """Let one side in at the other's door: with a key, and only with requests it has signed."""
    wanted = Wanted(
        f"exchange {own.seat.name}", ClientRole.PROVINCE, node.region, Limits(signing_key=own.signing.public)
    )
    return add_limited_client(other.services, wanted, operator()).key


def _write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


@contextlib.contextmanager
def _running(sides: Mapping[str, Prepared]) -> Iterator[dict[str, DemoServer]]:
    """Run a server and a worker of every side until the block ends; the workers once every door is open."""
    with contextlib.ExitStack() as running:
        servers = {}
        for name, side in sides.items():
            seat = side.seat
            door = running_door(seat.environment, seat.host, seat.port, seat.home / "server.log")
            servers[name] = running.enter_context(door)
        for server in servers.values():
            server.wait_until_ready(SECONDS_TO_SPREAD)
        for side in sides.values():
            log = side.seat.home / "worker.log"
            running.enter_context(running_command(["worker"], side.seat.environment, log))
        yield servers


def _show(sides: Mapping[str, Prepared], servers: Mapping[str, DemoServer]) -> None:
    click.echo("The region is running: the centre and four provinces. 区域中心与四省系统已启动。\n")
    click.echo(f"  hub  {servers[HUB].address}   区域中心 the regional centre")
    for node in NODES:
        click.echo(f"  {node.region}   {servers[node.region].address}   {node.name}, {node.transport}")
    rows = wait_until_all_was_taken(sides)
    click.echo(f"\nEvery side has taken what all the others report: {rows} rows in force.")
    show_a_ban_on_its_way(sides, servers)
    click.echo(f"\nThe logs and the shared folders are in {sides[HUB].seat.home.parent}. Ctrl-C ends.")


def wait_until_all_was_taken(sides: Mapping[str, Prepared]) -> int:
    """Wait until every side has taken what the other has; return how many rows are in force at the centre then."""
    give_up = time.monotonic() + SECONDS_TO_SPREAD
    while time.monotonic() < give_up:
        hub = sides[HUB].services
        if all(_is_through(hub, sides[node.region].services, node) for node in NODES):
            return _in_force(hub)
        time.sleep(_PAUSE * 4)
    raise UnavailableError("the sides did not come to hold the same list in time: their worker.log says why")


def _is_through(hub: Services, province: Services, node: Node) -> bool:
    with hub.store.read() as at_hub, province.store.read() as at_node:
        theirs = at_hub.exchange.state(node.region).taken_to == at_node.head.version()
        return theirs and at_node.exchange.state(HUB).taken_to == at_hub.head.version()


def _in_force(services: Services) -> int:
    with services.store.read() as uow:
        return sum(1 for kind in ListKind for _ in uow.lists.active_payloads(kind, (RowOutcome.IN_FORCE,)))


def show_a_ban_on_its_way(sides: Mapping[str, Prepared], servers: Mapping[str, DemoServer]) -> dict[str, float]:
    """Confirm a judgment in Hefei and count the seconds until an application is held elsewhere; return them."""
    hefei = sides[_ANHUI].services
    clerk, confirmer = (_person(hefei, role) for role in (UserRole.CLERK, UserRole.CONFIRMER))
    filed = file_in_hefei(hefei, clerk)
    asked = {HUB: "the centre 区域中心", _SHANGHAI: "Shanghai 上海"}
    before = {name: _verdict(sides[name], servers[name], 0) for name in asked}
    click.echo("\nAn application in Shanghai, before: " + ", ".join(f"{asked[name]} {before[name]}" for name in asked))
    confirm_in_hefei(hefei, filed, confirmer)
    confirmed = time.monotonic()
    click.echo("A second person in Hefei (34) confirms the judgment. 合肥的复核人员确认判决。")
    seconds: dict[str, float] = {}
    for attempt in range(1, int(SECONDS_TO_SPREAD / _PAUSE)):
        for name in sorted(asked.keys() - seconds.keys()):
            if _verdict(sides[name], servers[name], attempt) == "block":
                seconds[name] = time.monotonic() - confirmed
                click.echo(f"  block 拦截（暂停办理） at {asked[name]} after {seconds[name]:.1f} s")
        if seconds.keys() == asked.keys():
            return seconds
        time.sleep(_PAUSE)
    raise UnavailableError("the ban did not reach every province in time: their worker.log says why")


def _person(services: Services, role: UserRole) -> Actor:
    name = f"demo-hefei-{role.value}"
    added = add_user(services, name, role, _ANHUI, operator())
    return Actor(added.id, name, role, _ANHUI)


def _verdict(side: Prepared, server: DemoServer, attempt: int) -> str:
    headers = {
        "Authorization": f"Bearer {side.licensing}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"demo-provinces-{attempt}",
    }
    answer = server.post(_CHECKS, headers, json.dumps(application(attempt), ensure_ascii=False))
    return str(answer["verdict"]) if isinstance(answer, dict) else ""
