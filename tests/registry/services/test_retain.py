"""What was kept as long as it may be is erased, nothing earlier, and the log still verifies."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from pathlib import Path

import pytest

from api.rest.app import create_app
from jobs.apply_retention import apply_retention as daily
from registry.clock import FixedClock
from registry.errors import SettingsError
from registry.law.retention import NAME, Retention, RetentionRule
from registry.law.strict_toml import read_text
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.retain import RetentionRun, apply_retention
from registry.store.client_repository import ClientRole
from registry.store.tables import (
    client_minute,
    decision,
    idempotency_key,
    ledger_entry,
    list_record,
    listed_identity,
    quarantine_row,
    request_nonce,
)
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import report_fresh
from tests.registry.intake.list_rows_at_hand import conviction, id_number, revocation
from tests.registry.services.register_under_test import listed, outcomes, rows, take, version

PERSON = conviction("R1")
EXPIRING = revocation("P1", decided_on="2019-06-18")


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "regulator", ClientRole.REGULATOR, None, "test").key)


def _later(services: Services, days: int) -> Services:
    """The same register some days later than it was last."""
    clock = FixedClock(services.store.clock.now() + datetime.timedelta(days=days))
    services.store.clock = clock  # type: ignore[misc]
    return dataclasses.replace(services, clock=clock)


def _after(services: Services, days: int, rule: RetentionRule) -> int:
    return apply_retention(_later(services, days), actor="test").counts[rule]


def _days(rule: RetentionRule) -> int:
    return Retention.load().periods[rule].days


def _check(caller: Caller, name: str = "王建国", number: str | None = None, **headers: str) -> str:
    response = caller.post("/v1/checks", application(applicant(name, number or PERSON["id_number"])), **headers)
    check_no: str = response.get_json()["check_no"]
    return check_no


@pytest.mark.parametrize(
    ("rule", "name"), [(RetentionRule.CLEAR_DECISIONS, "欧阳无关"), (RetentionRule.STOPPED_DECISIONS, "王建国")]
)
def test_a_decision_goes_on_the_day_after_its_period_and_not_before(
    services: Services, caller: Caller, rule: RetentionRule, name: str
) -> None:
    take(services, PERSON)
    _check(caller, name, None if name == "王建国" else id_number("19900101", "777"))
    assert _after(services, _days(rule), rule) == 0
    assert len(rows(services, decision)) == 1
    assert _after(services, 1, rule) == 1
    assert rows(services, decision) == []
    told = [row for row in rows(services, ledger_entry) if row.kind == EventKind.CHECK_DECIDED]
    assert [(row.salt, row.facts) for row in told] == [(None, None)]


def test_what_was_asked_in_a_clear_check_goes_before_the_decision(services: Services, caller: Caller) -> None:
    take(services, PERSON)
    clear, blocked = _check(caller, "欧阳无关", id_number("19900101", "777")), _check(caller)
    assert _after(services, _days(RetentionRule.CLEAR_REQUESTS) + 1, RetentionRule.CLEAR_REQUESTS) == 1
    kept = {row.check_no: row.request_enc is None for row in rows(services, decision)}
    assert kept == {clear: True, blocked: False}
    assert caller.get(f"/v1/checks/{clear}").status_code == 200


def test_what_requests_used_up_goes_after_its_days_and_what_may_still_be_used_stays(services: Services) -> None:
    clients = [add_client(services, name, ClientRole.LICENSING, "33", "test").id for name in ("one", "two")]
    now = services.clock.now()
    with services.store.write() as uow:
        uow.clients.count(clients[0], 3)
        for digest, ends in (
            (b"old", now + datetime.timedelta(minutes=15)),
            (b"new", now + datetime.timedelta(days=9)),
        ):
            uow.clients.use_nonce(clients[0], digest, ends)
    later = _later(services, 2)
    assert apply_retention(later, actor="test").counts[RetentionRule.SPENT_REQUESTS] == 0
    with services.store.write() as uow:
        uow.clients.count(clients[1], 1)
    last = _later(later, 2)
    assert apply_retention(last, actor="test").counts[RetentionRule.SPENT_REQUESTS] == 2
    assert [row.nonce_digest for row in rows(services, request_nonce)] == [b"new"]
    assert [row.client_id for row in rows(services, client_minute)] == [clients[1]]


def test_idempotent_responses_and_quarantined_originals_go_after_their_periods(
    services: Services, caller: Caller
) -> None:
    take(services, PERSON, conviction("R9", name=""))
    _check(caller, Idempotency_Key="k")
    assert _after(services, _days(RetentionRule.IDEMPOTENCY_KEYS) + 1, RetentionRule.IDEMPOTENCY_KEYS) == 1
    assert rows(services, idempotency_key) == []
    assert len(rows(services, quarantine_row)) == 1
    with services.store.write() as uow:
        uow.transaction.connection.execute(quarantine_row.update().values(state="resolved"))
    assert _after(services, _days(RetentionRule.SETTLED_QUARANTINE), RetentionRule.SETTLED_QUARANTINE) == 1
    assert rows(services, quarantine_row) == []


def test_the_identity_of_whose_every_ban_has_ended_goes_and_is_not_brought_back_by_the_same_file(
    services: Services,
) -> None:
    take(services, PERSON, conviction("R2", name="方知远", id_number=id_number("19760309", "404")))
    take(services, EXPIRING)
    assert len(listed(services)) == 4
    before = version(services)
    # Five years from 2019-06-18, then the period of the rule; the clock stands at 2025-11-21.
    due = (datetime.date(2024, 6, 18) - datetime.date(2025, 11, 21)).days + _days(RetentionRule.EXPIRED_BANS)
    assert _after(services, due, RetentionRule.EXPIRED_BANS) == 0
    assert _after(services, 2, RetentionRule.EXPIRED_BANS) == 1
    assert len(listed(services)) == 2
    assert version(services) > before
    assert {row.record_id for row in rows(services, listed_identity)} == {1, 2}
    assert outcomes(take(services, EXPIRING)) == {"known": 1}
    assert rows(services, quarantine_row) == []


def test_a_lifelong_ban_never_expires(services: Services) -> None:
    take(services, PERSON)
    assert _after(services, 40 * 365, RetentionRule.EXPIRED_BANS) == 0
    assert len(listed(services)) == 1


def test_what_a_replaced_version_said_goes_and_the_version_in_force_stays(services: Services) -> None:
    take(services, PERSON)
    take(services, PERSON | {"version": "2", "name": "王建军"})
    assert _after(services, _days(RetentionRule.REPLACED_RECORDS), RetentionRule.REPLACED_RECORDS) == 0
    assert _after(services, 1, RetentionRule.REPLACED_RECORDS) == 1
    with services.store.read() as uow:
        assert [uow.lists.payload(row.id) == {} for row in rows(services, list_record)] == [True, False]
    assert _after(services, 1, RetentionRule.REPLACED_RECORDS) == 0


def test_a_look_up_keeps_its_entry_and_loses_what_opens_it(services: Services, caller: Caller) -> None:
    take(services, PERSON)
    assert caller.get(f"/v1/checks/{_check(caller)}").status_code == 200
    assert _after(services, _days(RetentionRule.LOOK_UPS) - 1, RetentionRule.LOOK_UPS) == 0
    look_up = [row for row in rows(services, ledger_entry) if row.kind == EventKind.CHECK_READ]
    assert look_up[0].salt is not None
    assert _after(services, 2, RetentionRule.STOPPED_DECISIONS) == 1
    look_up = [row for row in rows(services, ledger_entry) if row.kind == EventKind.CHECK_READ]
    assert [(row.salt, row.facts) for row in look_up] == [(None, None)]


def test_on_what_ground_somebody_was_looked_up_goes_with_the_last_look_up_it_was_used_for(services: Services) -> None:
    def use(here: Services, ground: str) -> None:
        with here.store.write() as uow:
            uow.grounds.keep(ground)

    def grounds(here: Services) -> list[str]:
        with here.store.read() as uow:
            return sorted(uow.grounds.of(hashlib.sha256(each.encode()).hexdigest() for each in ("甲", "乙")).values())

    use(services, "甲")
    use(services, "乙")
    later = _later(services, _days(RetentionRule.LOOK_UPS) - 1)
    use(later, "甲")
    apply_retention(later, actor="test")
    assert grounds(later) == ["乙", "甲"]
    apply_retention(_later(later, 2), actor="test")
    assert grounds(later) == ["甲"]


def test_every_run_is_recorded_with_its_counts(services: Services, caller: Caller) -> None:
    take(services, PERSON)
    _check(caller)
    daily(_later(services, _days(RetentionRule.STOPPED_DECISIONS) + 1))
    with services.store.read() as uow:
        ran = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == EventKind.RETENTION_APPLIED]
    assert [(entry.actor, entry.facts["stopped_decisions"], entry.facts["clear_decisions"]) for entry in ran] == [
        ("worker", 1, 0)
    ]
    assert ran[0].facts["retention_version"] == Retention.load().version


def test_a_dry_run_changes_nothing_and_says_what_would_go(services: Services, caller: Caller) -> None:
    take(services, PERSON, conviction("R9", name=""))
    _check(caller)
    before = [rows(services, table) for table in (decision, quarantine_row, ledger_entry, list_record)]
    done: RetentionRun = apply_retention(_later(services, 4_000), actor="test", dry=True)
    assert (done.counts[RetentionRule.STOPPED_DECISIONS], done.counts[RetentionRule.OPEN_QUARANTINE]) == (1, 1)
    assert [rows(services, table) for table in (decision, quarantine_row, ledger_entry, list_record)] == before


def test_every_rule_states_a_period_and_a_ground() -> None:
    table = Retention.load()
    assert table.periods.keys() == set(RetentionRule)
    assert all(period.days > 0 and period.ground for period in table.periods.values())
    documented = Path(__file__).parents[3].joinpath("docs", "retention.md").read_text("utf-8")
    for rule, period in table.periods.items():
        assert f"`{rule}`" in documented
        assert f"{period.days:,} days" in documented


@pytest.mark.parametrize(
    ("was", "altered", "fault"),
    [
        ('id = "look_ups"', 'id = "look_up"', "id"),
        ("days = 30", "days = 0", "days"),
        ('version = "2026-4"', 'versoin = "2026-4"', "version"),
    ],
)
def test_a_table_that_says_something_else_is_refused(tmp_path: Path, was: str, altered: str, fault: str) -> None:
    text = read_text(NAME)
    assert was in text
    path = tmp_path / "retention.toml"
    path.write_text(text.replace(was, altered, 1), "utf-8")
    with pytest.raises(SettingsError, match=fault):
        Retention.load(path)
