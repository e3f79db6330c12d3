"""`registry client`: the key is printed once and opens the door; limits are kept and listed; names are disabled."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.cli.main import main
from api.rest.app import create_app
from registry.bootstrap import build
from registry.services.add_client import add_client
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.notice_repository import NewNotice, NoticeKind


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


def listed(environment: dict[str, str]) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["client", "list", "--json"], env=environment)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_limits_are_stored_listed_and_in_the_ledger(settings: Settings, environment: dict[str, str]) -> None:
    key = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    limits = ("--purpose", "food_filing", "--purpose", "small_workshop", "--rate", "60", "--expires", "2999-12-31")
    assert (
        run(environment, "shops", "--region", "33", "--role", "licensing", *limits, "--public-key", key).exit_code == 0
    )
    shown = listed(environment)[0]
    assert (shown["purposes"], shown["rate"], shown["signs"]) == (["food_filing", "small_workshop"], 60, True)
    assert (shown["may_call"], shown["flagged"], shown["expires_at"]) == (True, False, "2999-12-31T16:00:00+00:00")
    services = build(settings)
    with services.store.read() as uow:
        facts = next(entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind == "client_added")
    services.store.close()
    assert facts is not None
    assert (facts["purposes"], facts["rate_per_minute"], facts["signs"]) == ("food_filing small_workshop", 60, 1)


def test_a_public_key_is_read_from_a_pem_file_and_nothing_else_is_taken_for_one(
    environment: dict[str, str], tmp_path: Path
) -> None:
    pem, other = tmp_path / "key.pem", tmp_path / "other.pem"
    spki = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    pem.write_bytes(Ed25519PrivateKey.generate().public_key().public_bytes(*spki))
    other.write_bytes(X25519PrivateKey.generate().public_key().public_bytes(*spki))
    asked = ("x", "--region", "33", "--role", "licensing", "--public-key")
    assert run(environment, *asked, str(pem)).exit_code == 0
    assert [run(environment, *asked, wrong).exit_code for wrong in (str(other), "AAAA", "no key")] == [2, 2, 2]


def test_disabling_ends_every_key_of_a_name_and_says_so_where_there_is_none(environment: dict[str, str]) -> None:
    for _ in range(2):
        run(environment, "shops", "--region", "33", "--role", "licensing")
    disabled = [CliRunner().invoke(main, ["client", "disable", "shops"], env=environment) for _ in range(2)]
    assert [result.exit_code for result in disabled] == [0, 2]
    assert [each["may_call"] for each in listed(environment)] == [False, False]
    as_text = CliRunner().invoke(main, ["client", "list"], env=environment).stdout
    assert as_text.count("disabled") == 2


def test_notices_that_did_not_arrive_are_listed_and_sent_again(settings: Settings, environment: dict[str, str]) -> None:
    services = build(settings)
    client = add_client(services, "office", ClientRole.LICENSING, "33", "test").id
    with services.store.write() as uow:
        notice = uow.notices.make(NewNotice(client, NoticeKind.OUTCOME_RELEASED, "C1", None, "33", {}))
        uow.notices.note_failed(notice.id, 15, "http_500", None)
    listed = CliRunner().invoke(main, ["client", "notices", "--dead", "--json"], env=environment)
    assert [json.loads(line)["notice"] for line in listed.stdout.splitlines()] == [notice.notice_no]
    resent = CliRunner().invoke(main, ["client", "resend", notice.notice_no], env=environment)
    assert (resent.exit_code, CliRunner().invoke(main, ["client", "notices", "--dead"], env=environment).stdout) == (
        0,
        "",
    )
    services.store.close()
