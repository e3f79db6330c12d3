"""`registry user`: accounts are added, listed, reset and disabled; what is printed opens the console."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from registry.errors import NotAuthenticatedError
from registry.services.context import Services
from registry.services.set_password import set_password
from registry.services.sign_in import Attempt, sign_in
from registry.settings import Settings
from tests.api.console.people import PASSWORD
from tests.quick_passwords import quick_passwords

__all__ = ["quick_passwords"]
pytestmark = pytest.mark.usefixtures("quick_passwords")


@pytest.fixture
def user(settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    monkeypatch.delenv("REGISTRY_CONSOLE_ORIGIN", raising=False)
    return CliRunner()


def run(user: CliRunner, *words: str) -> Result:
    return user.invoke(main, ["user", *words])


def enter(services: Services, password: str = PASSWORD) -> str:
    return sign_in(services, Attempt("李录入", password, "192.0.2.1", "?, ?"))


def test_the_printed_link_opens_the_account_and_a_reset_gives_another(user: CliRunner, services: Services) -> None:
    added = run(user, "add", "李录入", "--role", "clerk", "--region", "33")
    assert added.exit_code == 0
    link = added.stdout.strip()
    assert link.startswith("http://127.0.0.1:8000/console/password#")
    set_password(services, link.partition("#")[2], PASSWORD)
    enter(services)
    again = run(user, "reset", "李录入", "--json")
    code = json.loads(again.stdout)["link"].partition("#")[2]
    set_password(services, code, PASSWORD + "2")
    enter(services, PASSWORD + "2")


def test_the_link_has_the_address_of_the_settings(user: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_CONSOLE_ORIGIN", "https://register.example")
    link = run(user, "add", "李录入", "--role", "confirmer").stdout
    assert link.startswith("https://register.example/console/password#")


@pytest.mark.parametrize("origin", ["register.example", "ftp://x", "https://", "https://x/y", "https://a@b", "x:"])
def test_an_address_that_is_no_origin_is_refused(user: CliRunner, monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("REGISTRY_CONSOLE_ORIGIN", origin)
    refused = run(user, "list")
    assert (refused.exit_code, "REGISTRY_CONSOLE_ORIGIN" in refused.output) == (2, True)


def test_users_are_listed_with_their_state_and_a_disabled_one_is_out(user: CliRunner, services: Services) -> None:
    code = run(user, "add", "李录入", "--role", "clerk", "--region", "33").stdout.strip().partition("#")[2]
    run(user, "add", "管理", "--role", "admin")
    assert "no password yet" in run(user, "list").stdout
    set_password(services, code, PASSWORD)
    enter(services)
    assert run(user, "disable", "李录入").exit_code == 0
    with pytest.raises(NotAuthenticatedError):
        enter(services)
    told = [json.loads(line) for line in run(user, "list", "--json").stdout.splitlines()]
    assert [(each["name"], each["role"], each["region"], each["state"]) for each in told] == [
        ("李录入", "clerk", "33", "disabled"),
        ("管理", "admin", None, "no password yet"),
    ]
    assert told[0]["seen_at"] is not None


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("add", "x"), 2),
        (("add", "x", "--role", "judge"), 2),
        (("add", "x", "--role", "clerk", "--region", "44"), 2),
        (("add", " ", "--role", "clerk"), 2),
        (("disable", "无此人"), 1),
        (("reset", "无此人"), 1),
    ],
)
def test_wrong_use_is_told_apart_from_failure(user: CliRunner, words: tuple[str, ...], status: int) -> None:
    assert run(user, *words).exit_code == status
