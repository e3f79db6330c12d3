"""The cases' door: regulators' systems see the held applications of their region and take steps in them."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.rest.app import create_app
from registry.ledger.events import EventKind
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.case_values import CaseState
from registry.store.client_repository import ClientRole
from registry.store.tables import ledger_entry
from tests.api.rest.caller import Caller
from tests.registry.services.cases_at_hand import (
    NAME,
    NUMBER,
    blocked,
    case_of,
    list_somebody,
    match_of,
    office,
    reviewed,
)
from tests.registry.services.register_under_test import rows

HEARD = {"held_on": "2025-11-21", "manner": "当面", "said": "没有异议"}


@pytest.fixture
def caller(services: Services) -> Caller:
    list_somebody(services)
    return office(services)


def system(services: Services, region: str | None = "33") -> Caller:
    """A regulator's system with a key of its own."""
    name = f"regulator {region} {len(rows(services, ledger_entry))}"
    return Caller(create_app(services), add_client(services, name, ClientRole.REGULATOR, region, "t").key)


def step(by: Caller, services: Services, check_no: str, kind: str, **stated: Any) -> TestResponse:
    body = {"step": kind, "expected": case_of(services, check_no).row_version, **stated}
    return by.post(f"/v1/cases/{check_no}/steps", body)


def test_cases_are_listed_page_by_page_and_narrowed_and_only_of_the_region(services: Services, caller: Caller) -> None:
    check_nos = {blocked(caller), reviewed(caller)}
    regulator = system(services)
    first = regulator.get("/v1/cases?limit=1").get_json()
    second = regulator.get(f"/v1/cases?limit=1&after={first['after']}").get_json()
    assert {case["check_no"] for case in (*first["cases"], *second["cases"])} == check_nos
    assert second["after"] is None
    assert [case["verdict"] for case in regulator.get("/v1/cases?verdict=block").get_json()["cases"]] == ["block"]
    assert regulator.get("/v1/cases?state=asked").get_json()["cases"] == []
    assert system(services, "32").get("/v1/cases").get_json()["cases"] == []
    for query, code in (
        ("state=x", "one_of"),
        ("after=x", "page_place"),
        ("after=2025-01-01.x", "page_place"),
        ("after=x.1", "page_place"),
        ("limit=0", "whole_number"),
        ("staet=open", "unknown_parameter"),
    ):
        refused = regulator.get(f"/v1/cases?{query}")
        assert (refused.status_code, [each["code"] for each in refused.get_json()["errors"]]) == (422, [code]), query


def test_another_region_than_the_keys_is_refused_by_name_and_not_answered_with_its_own(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    regulator = system(services)
    refused = regulator.get("/v1/cases?region=31")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
    assert [(each["pointer"], each["code"]) for each in refused.get_json()["errors"]] == [
        ("region", "region_not_yours")
    ]
    for allowed in (regulator, system(services, None)):
        assert [each["check_no"] for each in allowed.get("/v1/cases?region=33").get_json()["cases"]] == [check_no]


def test_a_case_is_shown_with_what_was_found_and_done_names_nobody_and_the_look_is_recorded(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    shown = system(services).get(f"/v1/cases/{check_no}")
    case = shown.get_json()
    (match,) = case["matches"]
    assert (match["finding"], match["rule"], match["match_no"]) == (
        "open",
        "id_number/equal",
        match_of(services, check_no).id,
    )
    assert case["steps"] == case["clearances"] == case["earlier"] == []
    assert NUMBER not in shown.get_data(as_text=True)
    assert NAME not in shown.get_data(as_text=True)
    assert [row.kind for row in rows(services, ledger_entry)].count(EventKind.CASE_READ) == 1
    assert system(services, "32").get(f"/v1/cases/{check_no}").status_code == 404


def test_the_same_person_is_found_after_a_hearing_and_the_licensing_system_sees_it(
    services: Services, caller: Caller
) -> None:
    check_no = blocked(caller)
    regulator, match = system(services), match_of(services, check_no).id
    found = {"match_no": match, "reason": "当面核对一致", "legal_basis": "食品安全法第135条"}
    early = step(regulator, services, check_no, "same", **found)
    assert (early.status_code, early.get_json()["code"]) == (409, "conflict")
    assert "Retry-After" not in early.headers
    assert "next_step" not in early.get_json()
    assert step(regulator, services, check_no, "hearing", **HEARD).get_json()["row_version"] == 2
    assert step(regulator, services, check_no, "same", **found).get_json()["state"] == "confirmed"
    assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "confirmed"


def test_an_equal_number_is_released_by_two_systems_and_not_by_one(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    first, second = system(services), system(services)
    match = match_of(services, check_no).id
    proposed = step(first, services, check_no, "other", match_no=match, reason="重号")
    assert proposed.get_json()["state"] == "release_proposed"
    own = step(first, services, check_no, "agree", match_no=match)
    assert (own.status_code, own.get_json()["code"]) == (403, "same_person")
    assert step(second, services, check_no, "return", match_no=match, note="缺证明").get_json()["state"] == "open"
    step(first, services, check_no, "other", match_no=match, reason="公安机关证明")
    assert step(second, services, check_no, "agree", match_no=match).get_json()["state"] == "released"


def test_what_is_asked_for_is_answered_and_a_note_is_kept(services: Services, caller: Caller) -> None:
    check_no = reviewed(caller)
    regulator = system(services)
    asked = {"missing": "身份证原件", "asked_of": "申请人", "answer_by": "2025-12-01"}
    assert step(regulator, services, check_no, "ask", **asked).get_json()["state"] == "asked"
    assert step(regulator, services, check_no, "answer", text="已出示").get_json()["state"] == "open"
    assert step(regulator, services, check_no, "note", text="下午再看").status_code == 200
    steps = regulator.get(f"/v1/cases/{check_no}").get_json()["steps"]
    assert [each["kind"] for each in steps] == ["asked", "answered", "noted"]
    assert steps[0]["content"] == asked


def test_a_faulty_step_names_its_fields_and_changes_nothing(services: Services, caller: Caller) -> None:
    check_no = blocked(caller)
    regulator = system(services)
    for kind, stated, pointer in (
        ("hearing", {**HEARD, "held_on": "昨天"}, "/held_on"),
        ("hearing", {**HEARD, "held_on": "2099-01-01"}, "/held_on"),
        ("hearing", {**HEARD, "said": " "}, "/said"),
        ("other", {"reason": "不像"}, "/match_no"),
        ("note", {}, "/text"),
        ("nothing", {}, "/step"),
        ("note", {"text": "x", "who": "me"}, "/who"),
        ("note", {"text": "x", "reason": "不像"}, "/reason"),
        ("hearing", {**HEARD, "match_no": 1}, "/match_no"),
    ):
        refused = step(regulator, services, check_no, kind, **stated)
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.get_json()["errors"]] == [pointer], kind
    assert case_of(services, check_no).row_version == 1


def test_whoever_comes_second_is_told_and_a_repeat_under_one_key_is_one_step(
    services: Services, caller: Caller
) -> None:
    check_no = reviewed(caller)
    regulator = system(services)
    body = {"step": "note", "expected": 1, "text": "先看"}
    answers = [regulator.post(f"/v1/cases/{check_no}/steps", body, Idempotency_Key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    late = regulator.post(f"/v1/cases/{check_no}/steps", body)
    assert (late.status_code, late.get_json()["code"]) == (409, "changed_meanwhile")
    assert "Retry-After" not in late.headers
    assert case_of(services, check_no).state is CaseState.OPEN
    assert len(regulator.get(f"/v1/cases/{check_no}").get_json()["steps"]) == 1
