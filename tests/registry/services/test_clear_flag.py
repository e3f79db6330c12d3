"""A client that is flagged is refused where the policy says so, and a person ends the flag with a reason."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from api.cli.main import main
from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import InvalidInputError
from registry.law.policy import Policy, WhenFlagged
from registry.services.add_client import add_client
from registry.services.clear_flag import clear_flag
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import decision
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id
from tests.registry.services.register_under_test import rows, watched

CHECK = application(applicant("赵无关", invented_id(3)))
REASON = "王建国 of the bureau says: a migration of numbers"


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def refusing(settings: Settings, clock: FixedClock, tmp_path: Path) -> Services:
    """A register whose policy refuses the checks of flagged clients."""
    own = tmp_path / "own.toml"
    text = Policy.wording().replace('version = "2026.3"', 'version = "2026.9"')
    own.write_text(text.replace('when_client_flagged = "answer"', 'when_client_flagged = "refuse"'), encoding="utf-8")
    return build(dataclasses.replace(settings, policy=own), clock)


def flagged(app: Flask, services: Services, name: str = "fisher") -> Caller:
    """A client that asked about one number under six names, and was seen to."""
    caller = Caller(app, add_client(services, name, ClientRole.LICENSING, "33", "test").key)
    fish(caller)
    assert len(watched(services).flagged) == 1
    return caller


def fish(caller: Caller, names: str = "一二三四五六") -> None:
    for name in names:
        assert caller.check(applicant("赵" + name, invented_id(7))).status_code == 200


def test_a_flagged_client_goes_on_being_answered_unless_the_policy_says_otherwise(
    app: Flask, services: Services
) -> None:
    assert services.policy.when_client_flagged is WhenFlagged.ANSWER
    assert flagged(app, services).post("/v1/checks", CHECK).status_code == 200


def test_where_the_policy_says_so_a_flagged_client_is_refused_at_its_next_check_and_nothing_is_decided(
    refusing: Services,
) -> None:
    app = create_app(refusing)
    caller = flagged(app, refusing)
    decided = rows(refusing, decision)
    for path, body in (("/v1/checks", CHECK), ("/v1/checks/batch", {"requests": [CHECK]})):
        refused = caller.post(path, body)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "client_flagged")
        assert "verdict" not in refused.get_json()
    assert rows(refusing, decision) == decided
    assert caller.get(f"/v1/checks/{decided[0].check_no}").status_code == 200
    other = Caller(app, add_client(refusing, "another", ClientRole.LICENSING, "33", "test").key)
    assert other.post("/v1/checks", CHECK).status_code == 200
    refusing.store.close()


def test_a_cleared_client_is_answered_again_and_is_not_flagged_for_what_it_did_before(refusing: Services) -> None:
    caller = flagged(create_app(refusing), refusing)
    assert clear_flag(refusing, "fisher", REASON, "operator:test") == 1
    assert caller.post("/v1/checks", CHECK).status_code == 200
    fish(caller, "七八")
    assert watched(refusing).flagged == ()
    fish(caller, "甲乙丙")
    assert len(watched(refusing).flagged) == 1
    refusing.store.close()


def test_the_clearing_stands_in_the_ledger_without_the_words_of_its_reason(app: Flask, services: Services) -> None:
    flagged(app, services)
    clear_flag(services, "fisher", REASON, "operator:test")
    with services.store.read() as uow:
        assert uow.alarms.open() == []
        (client,) = uow.clients.listed()
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == "flag_cleared"]
    assert not client.client.flagged
    digest = hashlib.sha256(REASON.encode()).hexdigest()
    assert [(entry.actor, entry.facts) for entry in entries] == [
        ("operator:test", {"client_id": client.client.id, "reason_digest": digest})
    ]


def test_only_flagged_clients_of_the_name_are_cleared_and_a_reason_is_needed(app: Flask, services: Services) -> None:
    flagged(app, services)
    flagged(app, services, "another")
    assert clear_flag(services, "nobody", REASON, "test") == 0
    assert clear_flag(services, "another", REASON, "test") == 1
    with pytest.raises(InvalidInputError):
        clear_flag(services, "fisher", "  ", "test")
    with services.store.read() as uow:
        assert [each.client.flagged for each in uow.clients.listed()] == [True, False]


def test_the_command_clears_and_says_where_there_is_nothing_to_clear(
    app: Flask, services: Services, settings: Settings
) -> None:
    flagged(app, services)
    environment = {
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_DATABASE_URL": settings.database_url,
        "REGISTRY_KEYS": str(settings.keys),
    }
    asked = ["client", "clear-flag", "fisher", "--reason", REASON]
    done = [CliRunner().invoke(main, asked, env=environment) for _ in range(2)]
    assert [result.exit_code for result in done] == [0, 2]
    assert "1 of that name" in done[0].output
    assert CliRunner().invoke(main, asked[:3], env=environment).exit_code == 2
