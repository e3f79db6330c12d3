"""A regulator sees the checks it is to decide on; each look is in the ledger."""

from __future__ import annotations

import pytest
from flask import Flask

from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

LISTED = invented_id(1)
ALMOST = applicant("王示例", LISTED[:9] + ("1" if LISTED[9] != "1" else "2") + LISTED[10:])


@pytest.fixture
def ban_no(services: Services) -> str:
    report_fresh(services)
    return put_on_list(services, Listing(person("王示例", LISTED)))[0]


def regulator_of(app: Flask, services: Services, region: str | None) -> Caller:
    return Caller(app, add_client(services, f"regulator {region}", ClientRole.REGULATOR, region, "test").key)


def looks(services: Services) -> list[tuple[object, str]]:
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == "check_read"]
    return [(entry.facts["check_no"], entry.actor) for entry in entries]


def test_a_regulator_sees_the_matches_of_a_review_asked_by_a_licensing_client_and_the_look_is_recorded(
    services: Services, ban_no: str, licensing: Caller, regulator: Caller
) -> None:
    given = licensing.check(ALMOST).get_json()
    assert given["subjects"][0]["matches"] == []
    seen = regulator.get(f"/v1/checks/{given['check_no']}").get_json()
    assert [match["ban_no"] for match in seen["subjects"][0]["matches"]] == [ban_no]
    assert seen["outcome"] == "open"
    assert [check_no for check_no, _ in looks(services)] == [given["check_no"]]
    assert looks(services)[0][1].startswith("client:")


@pytest.mark.parametrize(
    ("region", "asked_for", "status"),
    [("33", "339900", 200), ("3399", "339900", 200), ("33", None, 200), ("31", "339900", 404), ("31", None, 404)],
)
@pytest.mark.usefixtures("ban_no")
def test_a_regulator_of_a_region_sees_the_checks_of_its_region_only(
    services: Services, licensing: Caller, region: str, asked_for: str | None, status: int
) -> None:
    asked = application(ALMOST, region=asked_for)
    asked = {name: value for name, value in asked.items() if value is not None}
    number = licensing.post("/v1/checks", asked).get_json()["check_no"]
    assert regulator_of(licensing.app, services, region).get(f"/v1/checks/{number}").status_code == status
    assert len(looks(services)) == (1 if status == 200 else 0)


def test_a_regulator_of_a_region_sees_its_own_checks_of_elsewhere(services: Services, ban_no: str, app: Flask) -> None:
    regulator = regulator_of(app, services, "31")
    number = regulator.check(ALMOST).get_json()["check_no"]
    assert regulator.get(f"/v1/checks/{number}").status_code == 200


def test_a_licensing_clients_look_at_its_own_answer_is_no_event(
    services: Services, ban_no: str, licensing: Caller
) -> None:
    licensing.get(f"/v1/checks/{licensing.check(ALMOST).get_json()['check_no']}")
    assert looks(services) == []
