"""Decisions made again: of one region and verdict, a few at a time, by rules of then or others; each run recorded."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from api.rest.app import create_app
from registry.clock import FixedClock
from registry.errors import NotFoundError
from registry.law.policy import Policy
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.kept_rules import keep_rule
from registry.services.remake_decision import AsOf
from registry.services.replay_check import replay_check
from registry.services.replay_period import Days, DifferingCheck, PeriodReplay, replay_period
from registry.store.client_repository import ClientRole
from registry.store.list_values import ChangeKind, EndReason, ListWrites, NewChange
from registry.store.rule_repository import Rule
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import (
    NAME,
    NUMBER,
    acting,
    match_of,
    office,
    reviewed_with_sound_number,
)

DAY = datetime.date(2025, 11, 21)
WANG, LI = applicant("王示例", invented_id(1)), applicant("李示例", invented_id(2))
Check = Callable[..., str]


@pytest.fixture
def check(services: Services) -> Check:
    """Ask as the office of a region and return the number of the check."""
    app = create_app(services)
    offices = {
        region: Caller(app, add_client(services, region, ClientRole.LICENSING, region, "test").key)
        for region in ("33", "31")
    }

    def ask(subject: dict[str, object], region: str = "33") -> str:
        body = {"application_no": "A1", "purpose": "food_operation_licence", "subjects": [subject]}
        return str(offices[region].post("/v1/checks", body).get_json()["check_no"])

    return ask


def replayed(services: Services, days: Days, as_of: AsOf) -> tuple[PeriodReplay, list[DifferingCheck]]:
    found: list[DifferingCheck] = []
    return replay_period(services, days, as_of, actor="test", differs=found.append), found


def lift(services: Services, subject: int) -> None:
    with services.store.write() as uow:
        change = NewChange(subject, ChangeKind.LIFTED, "33", subject)
        uow.lists.write(ListWrites(ended_records={subject: EndReason.WITHDRAWN}, changes=[change]))


def test_each_check_of_a_period_comes_out_as_it_was_however_the_list_went_on(services: Services, check: Check) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    check(WANG)
    put_on_list(services, Listing(person("李示例", invented_id(2))))
    check(LI)
    lift(services, 1)
    check(WANG)
    found, differing = replayed(services, Days(DAY, DAY), AsOf())
    assert (found.checks, differing, found.ended) == (3, [], True)


def test_those_that_differ_are_listed_and_counted_by_region_and_verdict(
    services: Services, check: Check, clock: FixedClock
) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    first = check(WANG)
    check(LI)
    elsewhere = check(WANG, "31")
    clock.advance(datetime.timedelta(days=1))
    check(WANG)
    lift(services, 1)
    found, differing = replayed(services, Days(DAY, DAY), AsOf(today=True))
    assert [each.check_no for each in differing] == [first, elsewhere]
    assert (found.checks, found.became) == (3, {("block", "clear"): 2})
    assert [each.region for each in differing] == ["33", "31"]
    only = Days(DAY, DAY, region="31", verdict="block")
    assert replayed(services, only, AsOf(today=True))[0].checks == 1
    with services.store.read() as uow:
        entries = [entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind is EventKind.PERIOD_REPLAYED]
    assert [(each["region"], each["checks"], each["differing"]) for each in entries] == [("", 3, 2), ("31", 1, 1)]


def test_a_run_goes_on_after_the_last_check_of_the_one_before(services: Services, check: Check) -> None:
    report_fresh(services)
    asked = [check(WANG) for _ in range(3)]
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    one, first = replayed(services, Days(DAY, DAY, most=2), AsOf(today=True))
    other, rest = replayed(services, Days(DAY, DAY, after=one.last, most=2), AsOf(today=True))
    assert [each.check_no for each in (*first, *rest)] == asked
    assert (one.ended, other.ended) == (False, True)


def test_another_policy_is_the_reason_where_the_list_has_not_changed(services: Services, check: Check) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1)[:6] + "********" + invented_id(1)[14:])))
    number = check(WANG)
    assert replay_check(services, number, actor="test").equal
    wording = Policy.wording().replace(f'version = "{services.policy.version}"', 'version = "lax"')
    lax = wording.replace("review_millibits = ", "review_millibits = 9")
    with services.store.write() as uow:
        keep_rule(uow, Rule.POLICY, "lax", lax, "test")
    found = replay_check(services, number, actor="test", as_of=AsOf(policy="lax"))
    assert [(each.was, each.is_now, each.changed_since) for each in found.differing] == [
        ("review", None, False),
        ("review", "clear", False),
    ]
    assert (found.policy, found.other_rules) == ("lax", True)
    counted, _ = replayed(services, Days(DAY, DAY), AsOf(policy="lax"))
    assert counted.became == {("review", "clear"): 1}


def test_a_check_of_another_region_is_nobodys_to_replay(services: Services, check: Check) -> None:
    number = check(WANG, "31")
    assert replay_check(services, number, actor="test", region="31").equal
    with pytest.raises(NotFoundError):
        replay_check(services, number, actor="test", region="33")


def test_what_cannot_be_made_again_is_counted(services: Services, check: Check) -> None:
    check(WANG)
    check(LI)
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET request_enc = NULL WHERE id = 1")
        uow.transaction.connection.exec_driver_sql("UPDATE decision SET policy_version = 'lost' WHERE id = 2")
    found, _ = replayed(services, Days(DAY, DAY), AsOf())
    assert (found.checks, found.not_replayable) == (2, 2)


def test_a_clearance_counts_from_when_it_was_given(services: Services, clock: FixedClock) -> None:
    caller = office(services)
    before = reviewed_with_sound_number(services, caller)
    ban_no = match_of(services, before).ban_no
    clock.advance(datetime.timedelta(days=1))
    find_other(services, acting(services, before), match_of(services, before).id, "年龄不符")
    after = str(caller.check(applicant(NAME, NUMBER)).get_json()["check_no"])
    assert replay_check(services, before, actor="test").equal
    assert replay_check(services, after, actor="test").equal
    later = replay_check(services, before, actor="test", as_of=AsOf(day=DAY + datetime.timedelta(days=1)))
    assert [(each.ban_no, each.difference) for each in later.differing] == [(ban_no, "only_then"), (None, "verdict")]
