"""The page of what looking back has found: how many days ago, settled once by a regulator of the region."""

from __future__ import annotations

import datetime
import html

import pytest

from registry.clock import FixedClock
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.look_back import look_back
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.api.rest.caller import applicant
from tests.invented_list import Listing, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import NAME, NUMBER, office


def found_later(services: Services, clock: FixedClock) -> str:
    """A clear answer of five days ago, found by a ban that came later."""
    report_fresh(services)
    check_no = str(office(services).check(applicant(NAME, NUMBER)).get_json()["check_no"])
    put_on_list(services, Listing(person(NAME, NUMBER)))
    clock.advance(datetime.timedelta(days=5))
    look_back(services)
    return check_no


@pytest.fixture
def check_no(services: Services, clock: FixedClock) -> str:
    return found_later(services, clock)


def words(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path).get_data(as_text=True))


def test_a_finding_says_how_many_days_ago_and_leads_to_the_check(sign_in_as: SignInAs, check_no: str) -> None:
    regulator = sign_in_as(UserRole.REGULATOR)
    shown = words(regulator, "/look-back")
    assert "5 天前" in shown
    assert "当时“未发现”，现在会是“拦截”" in shown
    assert f'href="/replay?check_no={check_no}"' in shown
    assert f'value="{check_no}"' in words(regulator, f"/replay?check_no={check_no}")
    assert check_no not in words(regulator, "/look-back?kind=lifted")
    assert check_no not in words(sign_in_as(UserRole.REGULATOR, "31"), "/look-back?region=33")


def test_a_regulator_of_the_region_settles_it_once(services: Services, sign_in_as: SignInAs, check_no: str) -> None:
    regulator = sign_in_as(UserRole.REGULATOR)
    assert regulator.post("/look-back/1/close", outcome="").status_code == 422
    assert sign_in_as(UserRole.REGULATOR, "31").post("/look-back/1/close", outcome="not_issued").status_code == 404
    assert regulator.post("/look-back/1/close", outcome="not_issued").location == "/look-back"
    assert check_no not in words(regulator, "/look-back")
    assert "没有发证" in words(regulator, "/look-back?state=all")
    assert regulator.post("/look-back/1/close", outcome="dealt_with").status_code == 422
    with services.store.read() as uow:
        facts = [e.facts for _, e, _, _ in uow.ledger.entries() if e.kind is EventKind.LOOK_BACK_CLOSED]
    assert facts == [{"finding_id": 1, "check_no": check_no, "outcome": "not_issued"}]
