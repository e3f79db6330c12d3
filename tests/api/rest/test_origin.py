"""Where a system's acts come from and on whose behalf stand in the trail beside who acted, and nothing else does."""

from __future__ import annotations

import dataclasses

import pytest

from api.rest.app import create_app
from registry.ledger.acting_origin import NOWHERE, acting_origin
from registry.ledger.events import EventKind
from registry.services.add_client import Limits, Wanted, add_client, add_limited_client
from registry.services.context import Services
from registry.services.read_trail import read_trail
from registry.services.sequence_log import sequence_log
from registry.store.client_repository import ClientRole
from registry.store.trail_repository import Act, TrailFilter
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import invented_id, report_fresh
from tests.registry.services.cases_at_hand import FIRST, NAME, NUMBER, list_somebody, office


def acts(services: Services, *kinds: EventKind) -> list[Act]:
    return list(read_trail(services, TrailFilter(kinds=kinds), FIRST).acts)


def test_a_check_and_a_look_at_its_case_say_from_where_and_on_whose_behalf(services: Services) -> None:
    list_somebody(services)
    licensing = office(services)
    check_no = licensing.check(applicant(NAME, NUMBER), On_Behalf_Of="window-3").get_json()["check_no"]
    key = add_client(services, "regulator", ClientRole.REGULATOR, "33", "t").key
    regulator = Caller(licensing.app, key)
    for path in (f"/v1/cases/{check_no}", f"/v1/checks/{check_no}"):
        regulator.get(path, On_Behalf_Of="zjj.007@hz")
    found = acts(services, EventKind.CHECK_DECIDED, EventKind.CASE_READ, EventKind.CHECK_READ)
    assert [(act.kind, act.address, act.behalf) for act in found] == [
        (EventKind.CHECK_READ, "127.0.0.1", "zjj.007@hz"),
        (EventKind.CASE_READ, "127.0.0.1", "zjj.007@hz"),
        (EventKind.CHECK_DECIDED, "127.0.0.1", "window-3"),
    ]
    assert acting_origin() == NOWHERE


def test_what_is_stated_for_one_request_is_not_said_of_the_next(services: Services) -> None:
    report_fresh(services)
    licensing = office(services)
    licensing.check(applicant("赵无关", invented_id(9)), On_Behalf_Of="window-3")
    licensing.check(applicant("赵无关", invented_id(9)))
    assert [act.behalf for act in acts(services, EventKind.CHECK_DECIDED)] == [None, "window-3"]


@pytest.mark.parametrize("stated", ["a b", "", ".x", "x" * 65, NUMBER, f"user-{NUMBER}", f"{NUMBER}-1", "name;1"])
def test_what_is_no_reference_is_refused_and_nothing_is_decided(services: Services, stated: str) -> None:
    report_fresh(services)
    answer = office(services).check(applicant("赵无关", invented_id(9)), On_Behalf_Of=stated)
    assert answer.status_code == 422
    (fault,) = answer.get_json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("On-Behalf-Of", "not_a_reference")
    assert stated == "" or stated not in answer.get_data(as_text=True)
    assert acts(services, EventKind.CHECK_DECIDED) == []


def test_who_states_what_is_no_reference_again_and_again_has_a_rate_as_well(services: Services) -> None:
    report_fresh(services)
    wanted = Wanted("hasty", ClientRole.LICENSING, "33", Limits(rate_per_minute=2))
    hasty = Caller(create_app(services), add_limited_client(services, wanted, "t").key)
    statuses = [hasty.check(applicant("赵无关", invented_id(9)), On_Behalf_Of="a b").status_code for _ in range(3)]
    assert statuses == [422, 422, 429]


def test_an_address_told_by_a_header_counts_from_the_named_proxy_alone(services: Services) -> None:
    report_fresh(services)
    behind = dataclasses.replace(services, settings=dataclasses.replace(services.settings, proxy="127.0.0.1"))
    key = add_client(services, "office", ClientRole.LICENSING, "33", "t").key
    for here in (services, behind):
        Caller(create_app(here), key).check(
            applicant("赵无关", invented_id(9)), X_Forwarded_For="203.0.113.9, 198.51.100.7"
        )
    assert [act.address for act in acts(services, EventKind.CHECK_DECIDED)] == ["198.51.100.7", "127.0.0.1"]


def test_whom_a_system_named_is_forgotten_with_what_opens_the_entry(services: Services) -> None:
    report_fresh(services)
    office(services).check(applicant("赵无关", invented_id(9)), On_Behalf_Of="window-3")
    sequence_log(services.store)
    (act,) = acts(services, EventKind.CHECK_DECIDED)
    with services.store.write() as uow:
        uow.ledger.erase_openings([act.id], "clear_decisions", "test")
    (act,) = acts(services, EventKind.CHECK_DECIDED)
    assert (act.address, act.behalf) == (None, None)
