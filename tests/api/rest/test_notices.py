"""Being told over the door: addresses, notices read on from a number, acknowledgements, and objections passed on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.rest.waiting_line import WaitingLine
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.decide_objection import Decision, decide_objection
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import invented_id
from tests.registry.services.cases_at_hand import SECOND, acting, list_somebody, match_of, reviewed
from tests.registry.services.listening_office import listening


@pytest.fixture
def check_no(services: Services, licensing: Caller) -> str:
    """A near match of this office's that was released."""
    list_somebody(services)
    number = reviewed(licensing)
    find_other(services, acting(services, number), match_of(services, number).id, "两人")
    return number


def put(caller: Caller, url: str, **more: str) -> Any:
    headers = {"Authorization": f"Bearer {caller.key}"} | more
    return caller.app.test_client().put("/v1/webhook", json={"url": url}, headers=headers)


def test_an_office_reads_on_from_a_number_and_acknowledges(licensing: Caller, check_no: str) -> None:
    page = licensing.get("/v1/notices").get_json()
    (notice,) = page["notices"]
    assert (notice["kind"], notice["check_no"], notice["content"]["outcome"]) == (
        "outcome_released",
        check_no,
        "released",
    )
    assert licensing.get(f"/v1/notices?after={page['next']}").get_json() == {"notices": [], "next": page["next"]}
    taken = licensing.post(f"/v1/notices/{notice['notice_no']}/acknowledge", {}).get_json()
    assert taken["acknowledged_at"] is not None
    again = licensing.post(f"/v1/notices/{notice['notice_no']}/acknowledge", {}).get_json()
    assert again == taken


def test_an_address_is_kept_tried_over_real_http_shown_and_ended(licensing: Caller) -> None:
    assert licensing.get("/v1/webhook").status_code == 404
    with listening() as office:
        assert put(licensing, office.url).get_json()["url"] == office.url
        assert licensing.post("/v1/webhook/test", {}).get_json() == {"delivered": True, "fault": None}
        office.status = 500
        assert licensing.post("/v1/webhook/test", {}).get_json() == {"delivered": False, "fault": "http_500"}
    assert licensing.post("/v1/webhook/test", {}).get_json()["fault"] == "unreachable"
    headers = {"Authorization": f"Bearer {licensing.key}"}
    assert licensing.app.test_client().delete("/v1/webhook", headers=headers).status_code == 204
    assert licensing.get("/v1/webhook").status_code == 404


def test_an_address_put_again_under_one_key_stands_again_and_every_trial_is_sent(licensing: Caller) -> None:
    key = {"Idempotency-Key": "k"}
    with listening() as office:
        assert put(licensing, office.url, **key).status_code == 200
        licensing.app.test_client().delete("/v1/webhook", headers={"Authorization": f"Bearer {licensing.key}"})
        assert put(licensing, office.url, **key).status_code == 200
        assert licensing.get("/v1/webhook").get_json()["url"] == office.url
        for _ in range(2):
            assert licensing.post("/v1/webhook/test", {}, Idempotency_Key="k").get_json()["delivered"] is True
        assert len({event["id"] for event in office.events}) == 2


def test_trials_of_an_address_that_never_answers_hold_up_no_check(services: Services, licensing: Caller) -> None:
    licensing.app.extensions["waiting_line"] = WaitingLine(at_once=2, waiting=0)
    others = [added(services, licensing, number) for number in range(2)]
    with listening() as office, ThreadPoolExecutor(2) as pool:
        office.answers.clear()
        for caller in (licensing, *others):
            assert put(caller, office.url).status_code == 200
        tried = [pool.submit(caller.post, "/v1/webhook/test", {}) for caller in (licensing, others[0])]
        while len(office.received) < 2:
            time.sleep(0.01)
        assert licensing.check(applicant("赵无关", invented_id(9))).status_code == 200
        for refused in (licensing.post("/v1/webhook/test", {}), others[1].post("/v1/webhook/test", {})):
            assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_exceeded")
            assert int(refused.headers["Retry-After"]) > 0
        office.answers.set()
        assert [each.result().get_json()["delivered"] for each in tried] == [True, True]
        assert others[1].post("/v1/webhook/test", {}).get_json()["delivered"]


def added(services: Services, beside: Caller, number: int) -> Caller:
    return Caller(beside.app, add_client(services, f"office {number}", ClientRole.LICENSING, "33", "test").key)


@pytest.mark.parametrize("url", ["http://office.example/", "https://10.0.0.1/", "https://a:b@office.example/", "told"])
def test_an_address_that_may_not_be_called_is_refused_by_its_field(licensing: Caller, url: str) -> None:
    refused = put(licensing, url)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == ["/url"]


def test_an_objection_is_passed_on_once_and_its_decision_told(services: Services, licensing: Caller) -> None:
    ban_no = list_somebody(services)
    body = {"ban_no": ban_no, "objector": "王示例", "statement": "同名同号", "received_on": "2025-11-20"}
    first = licensing.post("/v1/objections", {**body, "lodged_through": "某局"}, Idempotency_Key="k").get_json()
    assert licensing.post("/v1/objections", {**body, "lodged_through": "某局"}, Idempotency_Key="k").get_json() == first
    decide_objection(services, first["objection_no"], Decision(True, "再审判决书"), SECOND)
    shown = licensing.get(f"/v1/objections/{first['objection_no']}").get_json()
    assert (shown["state"], shown["correction_pending"], shown["reason"]) == ("upheld", True, "再审判决书")
    (notice,) = licensing.get("/v1/notices").get_json()["notices"]
    assert notice["kind"] == "objection_decided"
    assert notice["content"] == {"objection_no": first["objection_no"], "state": "upheld"}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"received_on": "2025-02-30"}, "/received_on"), ({"ban_no": "x"}, "/ban_no"), ({"ban_no": None}, "/ban_no")],
)
def test_what_is_wrong_with_an_objection_is_named_by_its_pointer(
    services: Services, licensing: Caller, changed: dict[str, Any], pointer: str
) -> None:
    body = {"ban_no": list_somebody(services), "objector": "王", "statement": "x", "received_on": "2025-11-20"}
    refused = licensing.post("/v1/objections", {**body, "lodged_through": "某局", **changed})
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == [pointer]


def test_a_number_no_notice_can_have_yet_is_answered_with_nothing_new(licensing: Caller) -> None:
    answer = licensing.get("/v1/notices?after=8882435624")
    assert (answer.status_code, answer.get_json()) == (200, {"notices": [], "next": 8882435624})
