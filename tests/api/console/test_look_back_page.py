"""The page of what looking back has found: how many days ago, settled once by a regulator of the region."""

from __future__ import annotations

import datetime
import html

import pytest

from registry.clock import FixedClock
from registry.ledger.events import EventKind, Facts
from registry.services.context import Services
from registry.services.look_back import look_back
from registry.services.tell_late_bans import tell_late_bans
from registry.store.account_repository import UserRole
from registry.store.list_values import ChangeKind, EndReason, ListWrites, NewChange
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.api.rest.caller import applicant
from tests.invented_list import Listing, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import NAME, NUMBER, blocked, list_somebody, office

CLOSE = "/look-back/1/close"
WHY = "当面核对证件与照片"


def found_later(services: Services, clock: FixedClock, *, told: bool = True) -> str:
    """A clear answer of five days ago, found by a ban that came later."""
    report_fresh(services)
    check_no = str(office(services).check(applicant(NAME, NUMBER)).get_json()["check_no"])
    put_on_list(services, Listing(person(NAME, NUMBER)))
    clock.advance(datetime.timedelta(days=5))
    look_back(services)
    if told:
        tell_late_bans(services)
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


def test_a_lifting_leads_to_the_case_of_whoever_was_held(
    services: Services, sign_in_as: SignInAs, clock: FixedClock
) -> None:
    list_somebody(services)
    held = blocked(office(services))
    with services.store.write() as uow:
        change = NewChange(1, ChangeKind.LIFTED, "33", 1)
        uow.lists.write(ListWrites(ended_records={1: EndReason.WITHDRAWN}, changes=[change]))
    clock.advance(datetime.timedelta(hours=1))
    look_back(services)
    regulator = sign_in_as(UserRole.REGULATOR)
    shown = words(regulator, "/look-back?kind=lifted")
    assert "当时“拦截”，现在会是“未发现”" in shown
    assert f'href="/cases/{held}"' in shown
    assert regulator.get(f"/cases/{held}").status_code == 200


def test_a_regulator_of_the_region_settles_it_once(services: Services, sign_in_as: SignInAs, check_no: str) -> None:
    regulator = sign_in_as(UserRole.REGULATOR)
    assert regulator.post(CLOSE, outcome="", reason=WHY).status_code == 422
    assert regulator.post(CLOSE, outcome="not_issued", reason=" ").status_code == 422
    elsewhere = sign_in_as(UserRole.REGULATOR, "31")
    assert elsewhere.post(CLOSE, outcome="not_issued", reason=WHY).status_code == 404
    assert regulator.post(CLOSE, outcome="not_issued", reason=WHY).location == "/look-back"
    assert check_no not in words(regulator, "/look-back")
    settled = words(regulator, "/look-back?state=all")
    assert "没有发证" in settled
    assert WHY in settled
    assert regulator.post(CLOSE, outcome="dealt_with", reason=WHY).status_code == 422
    (facts,) = acts(services, EventKind.LOOK_BACK_CLOSED)
    assert (facts["finding_id"], facts["check_no"], facts["outcome"]) == (1, check_no, "not_issued")
    assert WHY not in repr(facts)


def test_nothing_is_settled_before_its_licensing_system_was_told(
    services: Services, sign_in_as: SignInAs, clock: FixedClock
) -> None:
    found_later(services, clock, told=False)
    regulator = sign_in_as(UserRole.REGULATOR)
    assert CLOSE not in words(regulator, "/look-back")
    assert regulator.post(CLOSE, outcome="not_issued", reason=WHY).status_code == 422
    tell_late_bans(services)
    assert regulator.post(CLOSE, outcome="not_issued", reason=WHY).status_code == 303


def test_that_whoever_would_be_held_is_another_person_takes_two_who_say_so(
    services: Services, sign_in_as: SignInAs, check_no: str
) -> None:
    first, second = sign_in_as(UserRole.REGULATOR, name="周监管"), sign_in_as(UserRole.REGULATOR, name="吴监管")
    assert first.post(CLOSE, outcome="other_person", reason=WHY).status_code == 303
    assert WHY in words(second, "/look-back")
    assert first.post(CLOSE, outcome="other_person", reason=WHY).status_code == 422
    assert acts(services, EventKind.LOOK_BACK_CLOSED) == []
    assert second.post(CLOSE, outcome="other_person", reason="已向公安机关核对").status_code == 303
    assert check_no not in words(second, "/look-back")
    assert len(acts(services, EventKind.LOOK_BACK_PROPOSED)) == len(acts(services, EventKind.LOOK_BACK_CLOSED)) == 1


def acts(services: Services, kind: EventKind) -> list[Facts]:
    with services.store.read() as uow:
        return [entry.facts for _, entry, _, _ in uow.ledger.entries() if entry.kind is kind]
