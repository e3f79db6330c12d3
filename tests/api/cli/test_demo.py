"""`registry demo` shows three checks whose curl lines give the very answers it shows."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner

from api.cli.demo import only_one_in, prepare
from api.cli.demo_server import choose_port
from api.cli.main import main
from registry.errors import ConflictError, SettingsError
from registry.services.context import Services
from registry.settings import Mode
from seeds.demo import demo_applications
from tests.invented_list import Listing, invented_id, person, put_on_list

PEOPLE = ("clerk", "confirmer", "regulator", "regulator-2", "auditor", "admin")
LAST_LINE = "Ctrl-C ends."
UNSET = ("REGISTRY_DATABASE_URL", "REGISTRY_KEYS", "REGISTRY_MODE", "REGISTRY_POLICY")


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_demo(home: Path) -> Iterator[str]:
    """Run the demonstration, give what it printed once it serves, and end it as Ctrl-C does."""
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    command = [sys.executable, "-m", "api.cli", "demo", "--port", str(free_port())]
    # Whoever runs the tests in the background has Ctrl-C ignored, and a process started then would ignore it, too.
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    demo = subprocess.Popen(
        command, env=environment | {"REGISTRY_HOME": str(home)}, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    signal.signal(signal.SIGINT, former)
    try:
        assert demo.stdout is not None
        printed = ""
        for line in demo.stdout:
            printed += line
            if LAST_LINE in line:
                break
        yield printed
    finally:
        demo.send_signal(signal.SIGINT)
        rest = demo.communicate(timeout=180)[0]
    assert (demo.returncode, "has ended" in rest) == (0, True)


def send(curl_line: str) -> tuple[int, Any]:
    """Do what the line's curl would do; return the status and the JSON it got."""
    words = shlex.split(curl_line)
    assert words[:2] == ["curl", "-s"]
    address = urlsplit(words[2])
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1]
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    connection.request("POST", address.path, body.encode(), headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def checks_in(printed: str) -> list[tuple[str, Any]]:
    """Return the curl lines and the answers printed below them."""
    found = re.findall(r"^(curl [^\n]*)\n(\{\n.*?^\})$", printed, re.MULTILINE | re.DOTALL)
    return [(line, json.loads(answer)) for line, answer in found]


def sign_ins_in(printed: str) -> dict[str, str]:
    """Return names and passwords of the people shown."""
    return dict(re.findall(r"^    (demo-[a-z0-9-]+) +([a-z0-9-]{19})   \(", printed, re.MULTILINE))


def entered(printed: str, name: str, password: str) -> int:
    """Sign in to the served console by its form and return the status: 303 is in."""
    address = urlsplit(re.findall(r"(http://\S+)/console ", printed)[0])
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    connection.request("GET", "/console/sign-in")
    form = connection.getresponse()
    token = re.findall(r'name="csrf" value="([^"]+)"', form.read().decode())[0]
    headers = {
        "Cookie": str(form.headers["Set-Cookie"]).partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://{address.netloc}",
    }
    typed = urlencode({"csrf": token, "name": name, "password": password})
    connection.request("POST", "/console/sign-in", typed, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_the_curl_lines_give_the_answers_shown_also_at_the_second_run(tmp_path: Path) -> None:
    with running_demo(tmp_path) as printed:
        first = checks_in(printed)
        assert [answer["verdict"] for _, answer in first] == ["block", "review", "clear"]
        assert [send(line) for line, _ in first] == [(200, answer) for _, answer in first]
        people = sign_ins_in(printed)
        assert people.keys() == {f"demo-{name}" for name in PEOPLE}
        assert {entered(printed, *person) for person in people.items()} == {303}
        assert entered(printed, "demo-clerk", people["demo-admin"]) == 422
    with running_demo(tmp_path) as printed:
        second = checks_in(printed)
        assert [send(line) for line, _ in second] == [(200, answer) for _, answer in second]
        assert [answer["verdict"] for _, answer in second] == ["block", "review", "clear"]
        old_key = first[0][0].split("Bearer ")[1].split("'")[0]
        new_key = second[0][0].split("Bearer ")[1].split("'")[0]
        assert send(second[0][0].replace(new_key, old_key))[0] == 401
        assert alarms_at(second[0][0]) == 0
    assert put_before_regulators(tmp_path) == len(demo_applications())
    with closing(sqlite3.connect(tmp_path / "registry.sqlite3")) as store:
        assert sorted(store.execute("SELECT state FROM objection")) == [("open",), ("open",), ("upheld",)]


def alarms_at(curl_line: str) -> int:
    """Return how many alarms the server a curl line asks says there are."""
    address = urlsplit(shlex.split(curl_line)[2])
    with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)) as connection:
        connection.request("GET", "/readyz")
        return int(json.loads(connection.getresponse().read())["log"]["alarms"])


def put_before_regulators(home: Path) -> int:
    """Return how many of the applications made up for regulators are cases."""
    numbers = {each.application_no for each in demo_applications()}
    with closing(sqlite3.connect(home / "registry.sqlite3")) as store:
        return sum(number in numbers for (number,) in store.execute("SELECT application_no FROM hold_case"))


def run_demo(environment: dict[str, str | None], *arguments: str) -> tuple[int, str]:
    """Run the command where it is refused before it serves."""
    outcome = CliRunner().invoke(main, ["demo", *arguments], env=dict.fromkeys(UNSET) | environment)
    return outcome.exit_code, outcome.output


def test_a_port_in_use_is_said_plainly_and_the_default_makes_way(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = run_demo({"REGISTRY_HOME": str(tmp_path)}, "--port", str(port))
        assert (status, said) == (2, f"Error: port {port} is in use: name another with --port, or leave it out\n")
        assert choose_port("127.0.0.1", None, port) > port
    assert list(tmp_path.iterdir()) == []


def test_a_second_demonstration_in_the_same_home_is_refused_and_the_first_keeps_its_keys(services: Services) -> None:
    home = services.settings.home
    with only_one_in(home):
        status, said = run_demo({"REGISTRY_HOME": str(home)})
    assert status == 1
    assert "a demonstration is running here already" in said
    with services.store.read() as uow:
        kinds = {entry.kind for _, entry, _, _ in uow.ledger.entries()}
    assert not kinds & {"client_added", "client_disabled"}
    with only_one_in(home):
        pass  # it is free again


def test_the_demonstration_keeps_away_from_a_register_with_other_rows(services: Services) -> None:
    put_on_list(services, Listing(person("令狐冲之", invented_id(1))))
    with pytest.raises(ConflictError, match="not the demonstration's"):
        prepare(services.settings)
    with services.store.read() as uow:
        assert uow.head.version() == 1


def test_the_demonstration_never_runs_in_production(services: Services) -> None:
    with pytest.raises(SettingsError, match="REGISTRY_MODE"):
        prepare(dataclasses.replace(services.settings, mode=Mode.PRODUCTION))
    with services.store.read() as uow:
        assert uow.head.version() == 0


def test_no_free_port_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.cli.demo_server._is_free", lambda host, port: False)
    with pytest.raises(SettingsError):
        choose_port("127.0.0.1", None, 8000)
