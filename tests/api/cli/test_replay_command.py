"""`registry replay`: the same decision again, equal to the last digit, or what differs and why."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from api.rest.app import create_app
from matching import model_file
from matching.model import DEFAULT
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.replay_check import replay_check
from registry.store.client_repository import ClientRole
from registry.store.list_values import ChangeKind, EndReason, ListWrites, NewChange
from tests.api.cli.test_explain_commands import check_no, run
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

__all__ = ["check_no", "run"]
Run = Callable[..., Result]
LIFTED = NewChange(1, ChangeKind.LIFTED, "33", 1)


@pytest.fixture
def check(run: Run) -> Run:
    return lambda *arguments: CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def replay(run: Run) -> Run:
    return lambda *arguments: CliRunner().invoke(main, ["replay", *map(str, arguments)])


def test_a_decision_comes_out_as_it_was_and_its_replay_is_recorded(
    replay: Run, services: Services, check_no: str
) -> None:
    result = replay(check_no)
    assert result.exit_code == 0, result.output
    assert "EQUAL to the answer given" in result.output
    with services.store.read() as uow:
        facts = [entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.CHECK_REPLAYED]
    assert [(each["check_no"], each["equal"], each["at_list_version"]) for each in facts] == [(check_no, "yes", 1)]


def test_it_is_judged_by_the_model_and_policy_of_then_not_of_now(
    replay: Run, run: Run, services: Services, check_no: str, tmp_path: Path
) -> None:
    rates = {**DEFAULT.features, "id_tail": dataclasses.replace(DEFAULT.features["sex"], name="id_tail")}
    rates["id_tail"] = dataclasses.replace(
        DEFAULT.features["id_tail"],
        levels={key: dataclasses.replace(level, same=0.5) for key, level in DEFAULT.features["id_tail"].levels.items()},
    )
    file = tmp_path / "model.toml"
    file.write_text(model_file.with_digest(dataclasses.replace(DEFAULT, features=rates)), encoding="utf-8")
    assert CliRunner().invoke(main, ["model", "use", str(file)]).exit_code == 0
    found = json.loads(replay(check_no, "--json").stdout)
    assert (found["equal"], found["model"]) == (True, DEFAULT.version)
    stricter = dataclasses.replace(services.policy.default_threshold, millibits=90_000)
    now = dataclasses.replace(services, policy=dataclasses.replace(services.policy, default_threshold=stricter))
    assert replay_check(now, check_no, actor="test").equal


def test_what_the_list_has_changed_since_is_told_as_the_reason(replay: Run, services: Services, check_no: str) -> None:
    with services.store.write() as uow:
        uow.head.advance()
        connection = uow.transaction.connection
        connection.exec_driver_sql("UPDATE basis SET ended_at = '2025-01-01 00:00:00', ended_reason = 'withdrawn'")
        connection.exec_driver_sql(
            "INSERT INTO list_change (version, subject_id, kind, region, record_id, recorded_at)"
            " SELECT 2, id, 'lifted', '33', NULL, '2025-01-01 00:00:00' FROM listed_subject"
        )
    result = replay(check_no)
    assert result.exit_code == 1
    assert "matched then and does not now; the list has changed here since" in result.output
    assert "comes to another verdict" in result.output
    assert "NOT explained" not in result.output


def test_who_was_listed_since_is_told(replay: Run, services: Services) -> None:
    report_fresh(services)
    app = create_app(services)
    caller = Caller(app, add_client(services, "office", ClientRole.LICENSING, "33", "test").key)
    check_no = caller.check(applicant("王示例", invented_id(1))).get_json()["check_no"]
    assert replay(check_no).exit_code == 0
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    found = json.loads(replay(check_no, "--json").stdout)
    assert [(each["difference"], each["changed_since"]) for each in found["differing"]] == [
        ("only_now", True),
        ("verdict", True),
    ]
    assert (found["list_version"], found["replayed_at_version"]) == (0, 1)


def test_an_answer_that_was_altered_in_the_store_is_found_out(replay: Run, services: Services, check_no: str) -> None:
    """A record changed behind the list's back: no list change explains the difference."""
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE listed_identity SET domicile_code = '310101', sex = '女'")
        uow.transaction.connection.exec_driver_sql("UPDATE listed_identity SET id_type = NULL, id_number_enc = NULL")
        key = uow.transaction.cipher.new_record("listed_identity", 1)
        statement = "UPDATE listed_identity SET data_key = %s, name_enc = %s"
        if uow.transaction.connection.dialect.name == "sqlite":
            statement = statement.replace("%s", "?")
        values = (key.wrapped, key.seal("name_enc", "王示利"))
        uow.transaction.connection.exec_driver_sql(statement, values)
    result = replay(check_no)
    assert result.exit_code == 1
    assert "NOT explained by a change of the list" in result.output


def test_a_decision_made_before_requests_were_kept_says_so(replay: Run, services: Services, check_no: str) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET request_enc = NULL")
    result = replay(check_no)
    assert result.exit_code == 1
    assert "before requests were kept" in result.output
    assert replay("C0").exit_code == 1


def test_the_request_is_kept_sealed_and_never_in_clear(services: Services, check_no: str, tmp_path: Path) -> None:
    with services.store.read() as uow:
        (sealed,) = uow.transaction.connection.exec_driver_sql("SELECT request_enc FROM decision").scalars()
        kept = uow.decisions.replayable(check_no)
    assert kept is not None
    assert kept.request is not None
    assert invented_id(1) in kept.request
    assert invented_id(1).encode() not in bytes(sealed)
    for file in tmp_path.glob("registry.sqlite3*"):
        assert invented_id(1).encode() not in file.read_bytes()


def test_a_decision_is_made_again_as_of_the_version_it_names_or_another(
    check: Run, services: Services, check_no: str
) -> None:
    with services.store.write() as uow:
        uow.lists.write(ListWrites(ended_records={1: EndReason.WITHDRAWN}, changes=[LIFTED]))
    assert check("replay", check_no).exit_code == 0
    today = json.loads(check("replay", check_no, "--today", "--json").stdout)
    assert [each["difference"] for each in today["differing"]] == ["only_then", "verdict"]
    on_the_day_before = check("replay", check_no, "--on", "2025-11-20")
    assert on_the_day_before.exit_code == 1
    assert "list version 1 then, 0 now" in on_the_day_before.output
    assert "(review -> clear)" in on_the_day_before.output
    assert check("replay", check_no, "--list-version", "3").exit_code == 2
    assert check("replay", check_no, "--list-version", "1", "--today").exit_code == 2
    assert "not kept here" in check("replay", check_no, "--model", "never").output


def test_the_decisions_of_a_period_are_made_again_a_few_at_a_time(
    check: Run, services: Services, check_no: str
) -> None:
    days = ("--from", "2025-11-21", "--to", "2025-11-21")
    assert check("replay-period", *days).exit_code == 0
    with services.store.write() as uow:
        uow.lists.write(ListWrites(ended_records={1: EndReason.WITHDRAWN}, changes=[LIFTED]))
    today = check("replay-period", *days, "--today", "--limit", "1", "--json")
    assert today.exit_code == 1
    differing, counts = map(json.loads, today.stdout.splitlines())
    assert differing["check_no"] == check_no
    assert counts["became"] == [{"was": "review", "is_now": "clear", "subjects": 1}]
    assert (counts["checks"], counts["ended"]) == (1, True)
    told = check("replay-period", *days, "--today").output
    assert "1 decisions, 1 differ, 0 cannot be made again." in told
    assert check("replay-period", "--from", "2025-11-22", "--to", "2025-11-21").exit_code == 2
