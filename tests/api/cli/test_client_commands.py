"""`registry client add`: the key is printed once, and it opens the door."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from api.rest.app import create_app
from registry.bootstrap import build
from registry.settings import Settings


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(settings.keys),
    }


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["client", "add", *arguments], env=environment)


def test_the_key_stands_alone_on_the_output_and_opens_the_door(settings: Settings, environment: dict[str, str]) -> None:
    result = run(environment, "licensing 33", "--region", "33", "--role", "licensing")
    assert result.exit_code == 0
    key = result.stdout.strip()
    assert key.startswith("fbr_")
    assert "\n" not in key
    services = build(settings)
    response = create_app(services).test_client().get("/v1/checks/C0", headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 404
    services.store.close()


def test_the_json_form_states_client_and_key(environment: dict[str, str]) -> None:
    result = run(environment, "a province", "--region", "34", "--role", "province", "--json")
    shown = json.loads(result.stdout)
    assert (shown["name"], shown["role"], shown["region"]) == ("a province", "province", "34")
    assert shown["key"].startswith("fbr_")


@pytest.mark.parametrize(
    "arguments",
    [
        ("x", "--role", "licensing"),
        ("x", "--role", "owner"),
        ("x", "--region", "11", "--role", "licensing"),
        (" ", "--role", "regulator"),
    ],
)
def test_a_wrong_use_ends_with_status_two_and_adds_nobody(
    environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    result = run(environment, *arguments)
    assert result.exit_code == 2
    assert "fbr_" not in result.output
