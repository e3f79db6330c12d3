"""A renewed key is the same system: its checks, notices and address go on; an expired one is told nothing."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.services.add_client import Limits, Wanted, add_limited_client
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.store.client_repository import ClientRole
from registry.store.notice_repository import NewNotice, NoticeKind
from tests.api.rest.caller import Caller
from tests.registry.services.cases_at_hand import FIRST, acting, list_somebody, match_of, reviewed

DAY = datetime.timedelta(days=1)
URL = "https://office.example/told"


def key(app_of: Caller, services: Services, region: str = "33", expires: datetime.datetime | None = None) -> Caller:
    """Another key under the name of the first."""
    wanted = Wanted("licensing 33", ClientRole.LICENSING, region, Limits(expires_at=expires))
    return Caller(app_of.app, add_limited_client(services, wanted, "test").key)


@pytest.fixture
def former(licensing: Caller, services: Services, clock: FixedClock) -> Caller:
    """A key that ends in two days; the first of its system ended long ago."""
    list_somebody(services)
    with services.store.write() as uow:
        uow.clients.disable("licensing 33")
    return key(licensing, services, expires=clock.now() + 2 * DAY)


@pytest.fixture
def check_no(former: Caller, services: Services) -> str:
    """A near match, asked about with the former key, that was released."""
    put(former)
    number = reviewed(former)
    find_other(services, acting(services, number), match_of(services, number).id, "两人")
    return number


def put(caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.key}"}
    assert caller.app.test_client().put("/v1/webhook", json={"url": URL}, headers=headers).status_code == 200


def due(services: Services) -> list[str | None]:
    with services.store.read() as uow:
        return [each.notice.check_no for each in uow.notices.to_send(services.clock.now(), 10)]


def test_a_renewed_key_goes_on_with_checks_notices_and_address(
    services: Services, former: Caller, check_no: str
) -> None:
    renewed = key(former, services)
    assert renewed.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "released"
    assert renewed.get("/v1/webhook").get_json()["url"] == URL
    page = renewed.get("/v1/notices").get_json()
    assert [each["check_no"] for each in page["notices"]] == [check_no]
    assert former.get("/v1/notices").get_json() == page
    number = page["notices"][0]["notice_no"]
    assert renewed.post(f"/v1/notices/{number}/acknowledge", {}).get_json()["acknowledged_at"] is not None
    with services.store.write() as uow:
        told = uow.notices.make(NewNotice(3, NoticeKind.LATE_BAN, check_no, None, "33", {}))
    assert (told.number, told.client_id) == (2, 1)


def test_a_key_of_another_region_is_another_system(services: Services, former: Caller, check_no: str) -> None:
    other = key(former, services, region="32")
    assert other.get(f"/v1/checks/{check_no}").status_code == 404
    assert other.get("/v1/webhook").status_code == 404
    assert other.get("/v1/notices").get_json()["notices"] == []


def test_an_expired_key_is_told_nothing_until_it_is_renewed(
    services: Services, clock: FixedClock, former: Caller, check_no: str
) -> None:
    assert due(services) == [check_no]
    clock.advance(3 * DAY)
    assert due(services) == []
    with services.store.read() as uow:
        assert uow.notices.newest_to_send() is None
    key(former, services)
    assert due(services) == [check_no]


def test_an_objection_is_shown_to_the_renewed_key_of_the_system_it_came_through(
    services: Services, former: Caller, check_no: str
) -> None:
    day, lodged_by = services.clock.today(), 2
    lodging = Lodging(match_of(services, check_no).ban_no, None, "王示例", "不是我", day, "某局", client_id=lodged_by)
    number = lodge_objection(services, lodging, FIRST).objection_no
    assert key(former, services).get(f"/v1/objections/{number}").status_code == 200
    assert key(former, services, region="32").get(f"/v1/objections/{number}").status_code == 404
