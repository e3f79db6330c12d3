"""`registry policy try`: what a policy would stop or release, told before it is adopted; nothing changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli.main import main
from matching.identity import BirthDate
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.services.context import Services
from tests.api.cli.test_explain_commands import check_no, run
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

__all__ = ["check_no", "run"]
Run = Callable[..., Result]
EVER = ("--days", "100000")


@pytest.fixture
def policy(tmp_path: Path) -> Callable[..., Path]:
    """Write the shipped policy with passages replaced."""

    def changed(**entries: str) -> Path:
        lines = Policy.wording().splitlines()
        for entry, value in entries.items():
            lines = [f"{entry} = {value}" if line.startswith(f"{entry} = ") else line for line in lines]
        path = tmp_path / "tried.toml"
        path.write_text("\n".join(["# tried", *lines]), encoding="utf-8")
        return path

    return changed


@pytest.fixture
def tried(run: Run) -> Run:
    return lambda *arguments: CliRunner().invoke(main, ["policy", "try", "--policy", *map(str, arguments)])


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def entries(services: Services) -> list[dict[str, Any]]:
    with services.store.read() as uow:
        return [dict(entry.facts) for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.POLICY_TRIED]


def test_a_stricter_threshold_shows_whom_it_releases(
    tried: Run, policy: Callable[..., Path], services: Services, check_no: str
) -> None:
    found = answer(tried(policy(version='"2026.9"', review_millibits="90000"), *EVER, "--json"))
    assert (found["policy_in_force"], found["policy_tried"]) == ("2026.3", "2026.9")
    decisions = found["decisions"]
    assert decisions["subjects"] == 1
    assert decisions["newly_stopped"] == []
    assert decisions["newly_released"] == [
        {
            "purpose": "food_operation_licence",
            "rule": "likely",
            "by_policy_in_force": "review",
            "by_policy_tried": "clear",
            "subjects": 1,
        }
    ]
    assert decisions["reviews_per_100_000"] == [100_000.0, 0.0]
    assert decisions["hours_per_100_000"] == [25_000.0, 0.0]
    (example,) = decisions["examples"]
    assert (example["where"], example["name"]) == (check_no, "王**")
    (recorded,) = entries(services)
    counted = {name: recorded[name] for name in ("version", "decisions", "roster_rows", "stopped", "released")}
    assert counted == {"version": "2026.9", "decisions": 1, "roster_rows": 0, "stopped": 0, "released": 1}


def test_a_looser_threshold_shows_whom_it_stops_of_a_roster(
    tried: Run, policy: Callable[..., Path], services: Services, tmp_path: Path
) -> None:
    put_on_list(services, Listing(person("王秀英", None, birth=BirthDate(1956))))
    roster = tmp_path / "roster.csv"
    roster.write_text("name,birth_date\n王秀英,1956-03-09\n李无关,1980-01-01\n赵无日,\n", encoding="utf-8")
    strict = answer(tried(policy(minutes_per_review="30"), "--roster", roster, "--json"))
    assert (strict["roster"]["newly_stopped"], strict["roster"]["newly_released"]) == ([], [])
    loose = policy(review_millibits="16000", review_expected_coincidences="2000.0", minutes_per_review="30")
    found = answer(tried(loose, "--roster", roster, "--json"))
    assert found["roster"]["subjects"] == 2
    ((stopped,), released) = found["roster"]["newly_stopped"], found["roster"]["newly_released"]
    assert (stopped["by_policy_in_force"], stopped["by_policy_tried"], stopped["rule"]) == ("clear", "review", "likely")
    assert released == []
    assert found["roster"]["hours_per_100_000"] == [0.0, 25_000.0]
    assert any("too little" in remark for remark in found["remarks"])
    before, after = (each["reviews_per_100_000"] for each in found["forecast"])
    assert 0 <= before < after


def test_the_purpose_and_role_of_the_roster_count(
    tried: Run, policy: Callable[..., Path], services: Services, tmp_path: Path
) -> None:
    put_on_list(services, Listing(person("濮阳静芸", None, birth=BirthDate(1990, 4, 17))))
    roster = tmp_path / "roster.csv"
    roster.write_text("name,birth_date\n濮阳静芸,1990-04-17\n", encoding="utf-8")
    strict = policy(review_millibits="90000")
    assert answer(tried(strict, "--roster", roster, "--json"))["roster"]["newly_released"] != []
    staff = answer(tried(strict, "--roster", roster, "--role", "staff", "--json"))
    assert staff["roster"]["newly_released"] == []
    assert staff["forecast"][0]["reviews_per_100_000"] == 0.0


def test_decisions_out_of_the_days_asked_for_are_left_aside(
    tried: Run, policy: Callable[..., Path], check_no: str
) -> None:
    strict = policy(review_millibits="90000")
    assert answer(tried(strict, *EVER, "--json"))["decisions"]["subjects"] == 1
    assert answer(tried(strict, "--days", "0", "--json"))["decisions"]["subjects"] == 0


def test_whom_only_an_old_list_stops_is_told_apart(
    tried: Run, policy: Callable[..., Path], services: Services, tmp_path: Path
) -> None:
    report_fresh(services)  # as of the test's clock, which is long past for the command
    roster = tmp_path / "roster.csv"
    roster.write_text("name,birth_date\n李无关,1980-01-01\n", encoding="utf-8")
    found = answer(tried(policy(when_stale='"clear"'), "--roster", roster, "--json"))
    (released,) = found["roster"]["newly_released"]
    assert (released["rule"], released["by_policy_in_force"], released["by_policy_tried"]) == (
        "stale",
        "review",
        "clear",
    )


def test_a_longer_time_a_list_counts_as_complete_shows_too(
    tried: Run, policy: Callable[..., Path], services: Services, tmp_path: Path
) -> None:
    report_fresh(services)
    roster = tmp_path / "roster.csv"
    roster.write_text("name,birth_date\n李无关,1980-01-01\n", encoding="utf-8")
    patient = tried(policy(valid_until_days="3650"), "--roster", roster, "--json")
    assert [each["rule"] for each in answer(patient)["roster"]["newly_released"]] == ["stale"]


def test_nothing_of_the_register_changes_but_for_one_entry(
    tried: Run, policy: Callable[..., Path], services: Services, check_no: str
) -> None:
    def rows() -> dict[str, int]:
        with services.store.read() as uow:
            connection = uow.transaction.connection
            tables = ("decision", "list_change", "rule_text", "idempotency_key", "screening_run", "ledger_entry")
            return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables}  # noqa: S608

    before = rows()
    assert tried(policy(version='"2026.9"'), *EVER).exit_code == 0
    assert rows() == {**before, "ledger_entry": before["ledger_entry"] + 1}


def test_what_a_trial_cannot_show_is_said(
    tried: Run, policy: Callable[..., Path], services: Services, check_no: str
) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET request_enc = NULL")
    result = tried(policy(suspended_imprisonment='"no_ban"', review_millibits="9000"), *EVER)
    assert result.exit_code == 0, result.output
    assert "suspended_imprisonment" in result.output
    assert "1 decisions were made before requests were kept" in result.output
    assert "Matches below 15 bits are never looked at" in result.output


def test_no_name_or_number_is_shown_whole(tried: Run, policy: Callable[..., Path], check_no: str) -> None:
    shown = tried(policy(review_millibits="90000"), *EVER).output
    assert "王**" in shown
    assert "示利" not in shown
    assert invented_id(1) not in shown


def test_a_wrong_policy_file_is_named(tried: Run, policy: Callable[..., Path]) -> None:
    result = tried(policy(pardon='"unknown"'))
    assert result.exit_code == 2
    assert "policy.toml.questions.pardon" in result.output
