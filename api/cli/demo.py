"""`registry demo`: invented people, a running server, and three checks with the answers it just gave.

Works in a home of its own (./var/demo unless REGISTRY_HOME says otherwise) and refuses a register that holds
anything but the demonstration's own rows, so that invented people never get among real ones. Keys and passwords
are stored as hashes only, so each run ends those of the last one and shows new ones.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

from api.cli.demo_people import SignIn, demo_party, demo_people
from api.cli.demo_provinces import serve_provinces
from api.cli.demo_server import DemoServer, choose_port, running_server
from api.cli.operation import operator
from api.console_address import CONSOLE
from registry import bootstrap
from registry.errors import ConflictError, SettingsError
from registry.services.add_client import add_client
from registry.services.clear_flag import clear_flag
from registry.services.context import Services
from registry.services.disable_clients import disable_clients
from registry.services.sequence_log import sequence_log
from registry.services.watch_conduct import watch_conduct
from registry.settings import Mode, Settings
from registry.store.case_values import CaseFilter
from registry.store.client_repository import ClientRole
from registry.store.objection_repository import ObjectionFilter
from seeds.demo import DemoCheck, demo_applications, demo_checks, load_demo
from seeds.demo_materials import lay_materials
from seeds.demo_objections import application, object_to_hold, object_to_listings

HOME = "var/demo"
ROWS_BEGIN_WITH = "DEMO-"
DEFAULT_PORT = 8000
CHECKS = "/v1/checks"
VERDICTS = {"block": "拦截（暂停办理）", "review": "人工复核", "clear": "未发现"}
_LICENSING = "demo licensing system"
_REGULATOR = "demo regulator"


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The keys of this run's two demonstration clients, the sign-ins of its people, and whether cases wait already."""

    licensing: str
    regulator: str
    people: Sequence[SignIn]
    has_cases: bool


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; by default 8000 or the next free one.")
@click.option("--provinces", is_flag=True, help="Start the regional centre and four provinces' systems instead.")
def demo(host: str, port: int | None, *, provinces: bool) -> None:
    """Serve invented demo data and show three checks with their answers.

    Makes what `init` makes, loads people who do not exist, and serves until Ctrl-C. With --provinces the regional
    centre and four provinces, ten processes in all, and a ban confirmed in Hefei on its way to Shanghai.
    """
    if provinces:
        serve_provinces(host, port)
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # either way the server is ended before this process
    environment = {**os.environ, "REGISTRY_HOME": os.environ.get("REGISTRY_HOME", "").strip() or HOME}
    port = choose_port(host, port, DEFAULT_PORT)
    settings = Settings.from_environment(environment)
    with only_one_in(settings.home):
        keys = prepare(settings)
        try:
            with running_server(environment, host, port, settings.home / "server.log") as server:
                server.wait_until_ready()
                show(server, keys, settings)
                if not keys.has_cases:
                    _object_to_hold(server, keys, settings)
                click.echo(
                    "With the regulator's key in its place a review shows whom it resembles, and why. Ctrl-C ends."
                )
                server.wait_until_ended()
        except KeyboardInterrupt:
            click.echo("\nThe demonstration has ended.")


@contextmanager
def only_one_in(home: Path) -> Iterator[None]:
    """Hold the home for one demonstration; ConflictError where another runs in it, whose keys would end."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "demo.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConflictError(
                "a demonstration is running here already, and a second would end its keys: "
                "use that one, end it, or set REGISTRY_HOME elsewhere"
            ) from None
        yield


def prepare(settings: Settings) -> DemoKeys:
    """Make database, keys, invented list and clients; repeating it gives new client keys and changes nothing else.

    Raises SettingsError in production mode and ConflictError where the list holds anything but demonstration rows.
    """
    if settings.mode is Mode.PRODUCTION:
        raise SettingsError("REGISTRY_MODE is production: the demonstration puts invented people on the list")
    services = bootstrap.initialise(settings)
    try:
        _require_demonstration(services)
        load_demo(services)
        people = demo_people(services)
        if not _has_objections(services):
            object_to_listings(services, demo_party(services))
        return DemoKeys(
            licensing=_new_key(services, _LICENSING, ClientRole.LICENSING, "33"),
            regulator=_new_key(services, _REGULATOR, ClientRole.REGULATOR, None),
            people=people,
            has_cases=_has_cases(services),
        )
    finally:
        services.store.close()


def _require_demonstration(services: Services) -> None:
    """What the demonstration's own people have added since it was first made is its own, too."""
    with services.store.read() as uow:
        made_here = any(each.client.name == _LICENSING for each in uow.clients.listed())
        if uow.lists.any_record_outside(ROWS_BEGIN_WITH) and not made_here:
            raise ConflictError("this register's rows are not the demonstration's: set REGISTRY_HOME elsewhere")


def _has_cases(services: Services) -> bool:
    with services.store.read() as uow:
        return uow.cases.count(CaseFilter(application_no=demo_applications()[0].application_no)) > 0


def _has_objections(services: Services) -> bool:
    with services.store.read() as uow:
        return uow.objections.count(ObjectionFilter()) > 0


def _new_key(services: Services, name: str, role: ClientRole, region: str | None) -> str:
    disable_clients(services, name, operator())
    return add_client(services, name, role, region, operator()).key


def show(server: DemoServer, keys: DemoKeys, settings: Settings) -> None:
    """Make the three checks and print the address, the keys, each check as a curl line, and its answer."""
    click.echo("The demonstration register is ready. 演示系统已就绪。\n")
    click.echo(f"  address        {server.address}   (documentation: {server.address}/v1/docs)")
    click.echo(f"  licensing key  {keys.licensing}   (a licensing system of Zhejiang)")
    click.echo(f"  regulator key  {keys.regulator}   (sees the matches of a review, with the evidence)")
    click.echo(f"  console        {server.address}{CONSOLE}   (sign-ins of this run, name and password:)")
    for person in keys.people:
        click.echo(f"    {person.name:<16}  {person.password}   ({person.does})")
    if not keys.has_cases:
        _put_cases_before_regulators(server, keys)
        _make_ready_for_practice(settings)
    click.echo(f"  cases          {server.address}{CONSOLE}/cases   (22 applications to decide: docs/demo-cases.md)")
    click.echo(
        f"  objections     {server.address}{CONSOLE}/objections   (two to decide, one upheld that demo-clerk corrects)"
    )
    for number, check in enumerate(demo_checks(), 1):
        _show_check(server, keys, number, check)
    click.echo(f"The server's log goes to {server.log}.")


def _put_cases_before_regulators(server: DemoServer, keys: DemoKeys) -> None:
    headers = {
        "Authorization": f"Bearer {keys.licensing}",
        "Content-Type": "application/json",
        "Idempotency-Key": "demo-cases",
    }
    body = json.dumps({"requests": [each.request for each in demo_applications()]}, ensure_ascii=False)
    server.post(f"{CHECKS}/batch", headers, body)


def _make_ready_for_practice(settings: Settings) -> None:
    """Settle that the applications for practice, nearly all of them held, look like fishing, and lay on what they need.

    The watch flags a client for them as it should; the flag is ended with its reason as a person would, and both are
    recorded.
    """
    services = bootstrap.build(settings)
    try:
        sequence_log(services.store)
        watch_conduct(services)
        clear_flag(services, _LICENSING, "the applications for practice are made to be held", operator())
        lay_materials(services, demo_applications(), demo_party(services).decider)
    finally:
        services.store.close()


def _object_to_hold(server: DemoServer, keys: DemoKeys, settings: Settings) -> None:
    headers = {
        "Authorization": f"Bearer {keys.licensing}",
        "Content-Type": "application/json",
        "Idempotency-Key": "demo-objection",
    }
    answer = cast("dict[str, str]", server.post(CHECKS, headers, json.dumps(application(), ensure_ascii=False)))
    services = bootstrap.build(settings)
    try:
        object_to_hold(services, answer["check_no"], demo_party(services))
    finally:
        services.store.close()


def _show_check(server: DemoServer, keys: DemoKeys, number: int, check: DemoCheck) -> None:
    headers = {
        "Authorization": f"Bearer {keys.licensing}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"demo-{number}",  # the same key gives the same answer again
    }
    body = json.dumps(check.request, ensure_ascii=False)
    answer = server.post(CHECKS, headers, body)
    click.echo(f"\n{number}. {check.verdict} {VERDICTS[check.verdict]}: {check.says}")
    click.echo(curl_line(server.address + CHECKS, headers, body))
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def curl_line(address: str, headers: Mapping[str, str], body: str) -> str:
    """Return a request as one line for a shell."""
    named = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    return shlex.join(["curl", "-s", address, *named, "-d", body])
