"""The database counts cases as one would by hand: by Shanghai's months, by age, and within one region."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from registry.clock import day_of
from registry.law.working_days import working_days_between
from registry.services.case_figures import AGES, band_ends, counted_months
from registry.services.context import Services
from registry.store.case_tables import hold_case, hold_match
from registry.store.case_values import CaseState
from registry.store.tables import decision
from tests.registry.services.cases_at_hand import blocked, list_somebody, office

TODAY = datetime.date(2026, 10, 12)
MONTHS = ("2026-08", "2026-09", "2026-10")
BEGINS = datetime.datetime(2026, 7, 20, tzinfo=datetime.UTC)
CASES = 150


def _case(check_no: str, chance: random.Random) -> dict[str, Any]:
    """Return a case whose instants lie about the turns of months as often as not."""
    opened = BEGINS + datetime.timedelta(hours=chance.randrange(84 * 24))
    if chance.random() < 0.3:
        opened = opened.replace(day=chance.choice([1, 28, 30]), hour=chance.choice([15, 16]), minute=0)
    state = chance.choice(list(CaseState))
    settled = opened + datetime.timedelta(days=chance.randrange(40)) if state.is_settled else None
    return {
        "check_no": check_no,
        "application_no": "1",
        "region": chance.choice(["32", "33", None]),
        "purpose": "food_operation_licence",
        "verdict": "block",
        "rule": chance.choice(["id_number/equal", "birth/day"]),
        "state": state,
        "opened_at": opened,
        "due_on": day_of(opened) + datetime.timedelta(days=7),
        "settled_at": settled,
    }


@pytest.fixture
def cases(services: Services) -> list[dict[str, Any]]:
    """Cases drawn at random, beside the one that was really held to copy its decision from."""
    list_somebody(services)
    blocked(office(services))
    chance = random.Random(20261012)
    drawn = [_case(f"X{number}", chance) for number in range(CASES)]
    with services.store.write() as uow:
        here = uow.transaction.connection
        model = dict(here.execute(select(decision)).one()._mapping)
        copies = [{**model, "id": 1_000 + n, "check_no": f"X{n}", "leaf_hash": None} for n in range(CASES)]
        here.execute(insert(decision), copies)
        here.execute(delete(hold_match))
        here.execute(delete(hold_case))
        here.execute(insert(hold_case), drawn)
    return drawn


def _month(instant: datetime.datetime | None) -> str | None:
    name = None if instant is None else f"{day_of(instant):%Y-%m}"
    return name if name in MONTHS else None


@pytest.mark.parametrize("region", [None, "33"])
def test_cases_are_counted_by_region_rule_state_and_both_months(
    services: Services, cases: list[dict[str, Any]], region: str | None
) -> None:
    by_hand = Counter(
        (each["region"], each["rule"], each["state"], _month(each["opened_at"]), _month(each["settled_at"]))
        for each in cases
        if region in {None, each["region"]} and (_month(each["opened_at"]) or _month(each["settled_at"]))
    )
    with services.store.read() as uow:
        counted = uow.figures.cases(counted_months(MONTHS), region)
    found = {(each.region, each.rule, each.state, each.opened_in, each.settled_in): each.cases for each in counted}
    assert {key: number for key, number in found.items() if key[3] or key[4]} == by_hand


@pytest.mark.parametrize("region", [None, "33"])
def test_open_cases_are_counted_by_age_with_those_past_their_limit(
    services: Services, cases: list[dict[str, Any]], region: str | None
) -> None:
    still = [each for each in cases if not each["state"].is_settled and region in {None, each["region"]}]
    bands = [
        sum(working_days_between(day_of(each["opened_at"]), TODAY) >= begins for begins in AGES[1:]) for each in still
    ]
    late = Counter(band for band, each in zip(bands, still, strict=True) if each["due_on"] < TODAY)
    with services.store.read() as uow:
        found = uow.figures.open_cases(band_ends(TODAY), TODAY, region)
    assert {each.band: (each.cases, each.overdue) for each in found} == {
        band: (number, late[band]) for band, number in Counter(bands).items()
    }
