"""`registry explain` as an operator uses it: two identities, a ban or a decision; look-ups are recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from api.cli.main import main
from api.rest.app import create_app
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

Run = Callable[..., Result]
MASKED = invented_id(1)[:6] + "********" + invented_id(1)[14:]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEYS", str(settings.keys))
    return lambda *arguments: CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.fixture
def check_no(services: Services) -> str:
    """A decision whose answer has one match."""
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", MASKED)))
    app: Flask = create_app(services)
    caller = Caller(app, add_client(services, "office", ClientRole.LICENSING, "33", "test").key)
    answer = caller.check(applicant("王示利", invented_id(1))).get_json()
    assert answer["verdict"] == "review"
    return str(answer["check_no"])


def looked_up(services: Services) -> list[dict[str, Any]]:
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries()]
    return [dict(entry.facts) for entry in entries if entry.kind is EventKind.EVIDENCE_EXPLAINED]


def test_two_stated_identities_are_reckoned_line_by_line(run: Run, services: Services) -> None:
    result = run("--name", "王示利", "--id", invented_id(1), "--listed-name", "王示例", "--listed-id", MASKED)
    assert result.exit_code == 0, result.output
    for shown in ("id_tail", "misheard", "Sum: ", "Expected coincidences: ", "238,000,000 others", "Rule likely"):
        assert shown in result.output
    assert looked_up(services) == []


def test_json_carries_the_whole_reckoning_and_adds_up(run: Run) -> None:
    arguments = ("--name", "王示例", "--birth", "1976-03-09", "--sex", "男", "--domicile", "339900")
    listed = ("--listed-name", "王小军", "--listed-other-name", "曾用名:王示例", "--listed-birth", "1976-03-09")
    found = json.loads(run(*arguments, *listed, "--json").stdout)
    assert {line["feature"]: line["level"] for line in found["evidence"]} == {"name": "former", "birth_date": "day"}
    assert sum(round(line["bits"] * 1000) for line in found["evidence"]) == round(found["bits"] * 1000)
    assert found["evidence"][-1]["running"] == found["bits"]
    assert found["review_from"].keys() == {"expected_coincidences", "bits"}
    assert found["says"].keys() == {"zh", "en"}


def test_a_file_keeps_real_people_off_the_command_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "both.json"
    both = {
        "applicant": {"name": "王示例", "id_type": "resident_id", "id_number": invented_id(1)},
        "listed": {
            "name": "王示例",
            "id_number": invented_id(1),
            "other_names": [{"kind": "曾用名", "name": "王小军"}],
        },
    }
    file.write_text(json.dumps(both), encoding="utf-8")
    assert json.loads(run(file, "--json").stdout)["rule"] == "equal_document"


@pytest.mark.parametrize(
    ("listed", "named"),
    [
        ({"name": "王示例", "id_numbr": "1"}, "listed.id_numbr"),
        ({"name": "王示例", "birth_date": "1976-13-09"}, "listed.birth_date"),
        ({"name": "王示例", "sex": "x"}, "listed.sex"),
        ({"name": "王示例", "other_names": ["王小军"]}, "listed.other_names"),
        ("王示例", "file"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_not_guessed(run: Run, tmp_path: Path, listed: object, named: str) -> None:
    file = tmp_path / "both.json"
    file.write_text(json.dumps({"applicant": {"name": "王示例"}, "listed": listed}), encoding="utf-8")
    result = run(file)
    assert result.exit_code == 2
    assert f"{named}: " in result.output
    assert "王" not in result.output


def test_one_identity_alone_is_wrong_use(run: Run) -> None:
    assert run("--name", "王示例").exit_code == 2
    assert run("--listed-name", "王示例").exit_code == 2
    assert run("--check", "C1", "--ban", "B1").exit_code == 2


def test_a_ban_is_explained_against_its_record_and_the_look_up_recorded(run: Run, services: Services) -> None:
    (ban_no,) = put_on_list(services, Listing(person("王示例", MASKED)))
    found = json.loads(run("--ban", ban_no, "--name", "王示例", "--id", invented_id(1), "--json").stdout)
    assert "id_tail" in {line["feature"] for line in found["evidence"]}
    assert looked_up(services) == [{"ban_no": ban_no, "check_no": ""}]
    assert run("--ban", "B0", "--name", "王示例").exit_code == 1
    assert looked_up(services)[1:] == [{"ban_no": "B0", "check_no": ""}]


def test_a_decision_is_explained_as_it_was_answered_and_the_look_up_recorded(
    run: Run, services: Services, check_no: str
) -> None:
    (match,) = json.loads(run("--check", check_no, "--json").stdout)
    assert match["equal"] is True
    assert match["reckoning"]["rule"] == "likely"
    assert "equal to the answer" in run("--check", check_no).output
    assert looked_up(services) == [{"ban_no": "", "check_no": check_no}] * 2
    assert run("--check", "C0").exit_code == 1


def test_a_decision_whose_record_was_corrected_since_is_said_to_differ(
    run: Run, services: Services, check_no: str
) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE listed_identity SET id_type = NULL, id_number_enc = NULL")
    (match,) = json.loads(run("--check", check_no, "--json").stdout)
    assert match["equal"] is False
    assert "DIFFERS" in run("--check", check_no).output


def test_where_there_is_no_register_the_shipped_rules_measure(tmp_path: Path) -> None:
    unset = dict.fromkeys(("REGISTRY_DATABASE_URL", "REGISTRY_KEYS", "REGISTRY_MODE", "REGISTRY_POLICY"))
    arguments = ["explain", "--name", "王示例", "--listed-name", "王示例", "--json"]
    result = CliRunner().invoke(main, arguments, env={**unset, "REGISTRY_HOME": str(tmp_path / "none")})
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["policy"] == "2026.3"
    assert "shipped model" in result.stderr
