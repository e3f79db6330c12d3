"""The door as HTTP: methods, headers, health, the documents, the feed, the logs."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Flask

from api.rest.openapi import described
from registry.services.context import Services
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list

NUMBER = invented_id(1)
SERVED = {
    "/v1/checks",
    "/v1/checks/batch",
    "/v1/checks/{check_no}",
    "/v1/changes",
    "/v1/snapshot",
    "/v1/acknowledgements",
    "/v1/announcements",
    "/v1/digests",
    "/v1/digests/{buckets}",
    "/v1/restatements",
    "/v1/model",
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/log/checkpoint",
    "/v1/log/consistency",
    "/v1/log/cosignatures",
    "/v1/log/inclusion",
    "/v1/log/keys",
    "/v1/receipts/verify",
    "/v1/judgments",
    "/v1/judgments/{document_no}",
    "/v1/judgments/{document_no}/confirmation",
    "/v1/judgments/{document_no}/effect",
    "/v1/judgments/{document_no}/file",
    "/v1/judgments/{document_no}/return",
    "/v1/cases",
    "/v1/cases/{check_no}",
    "/v1/cases/{check_no}/steps",
    "/v1/notices",
    "/v1/notices/{notice_no}/acknowledge",
    "/v1/webhook",
    "/v1/webhook/test",
    "/v1/objections",
    "/v1/objections/{objection_no}",
}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/v1/checks", "POST"), ("POST", "/v1/changes", "GET"), ("PUT", "/v1/checks/C0", "GET")],
)
def test_a_method_that_is_not_served_names_those_that_are(app: Flask, method: str, path: str, allowed: str) -> None:
    response = app.test_client().open(path, method=method)
    assert response.status_code == 405
    assert response.content_type == "application/problem+json"
    assert allowed in response.headers["Allow"].split(", ")


def test_an_address_that_is_not_served_is_a_problem_too(app: Flask) -> None:
    response = app.test_client().get("/v1/nothing/here")
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/healthz", "/v1/checks", "/v1/openapi.json", "/v1/docs", "/nothing"])
def test_every_answer_is_kept_from_caches_and_frames(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])


def test_a_request_number_of_the_callers_own_is_not_taken_over(app: Flask) -> None:
    response = app.test_client().get("/healthz", headers={"X-Request-Id": NUMBER})
    assert response.headers["X-Request-Id"] != NUMBER


def test_health_and_readiness_answer_without_a_key(app: Flask) -> None:
    assert app.test_client().get("/healthz").get_json() == {"status": "alive"}
    ready = app.test_client().get("/readyz").get_json()
    assert ready["status"] == "ready"
    assert ready["log"] == {"size": 0, "waiting_seconds": 0.0, "late": False, "late_witnesses": [], "alarms": 0}


def test_metrics_count_requests_and_verdicts_without_naming_anybody(app: Flask, licensing: Caller) -> None:
    before = verdicts(app)
    licensing.check(applicant("赵无关", invented_id(9)))
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert verdicts(app) == before + 1
    assert 'route="/v1/checks"' in text
    assert invented_id(9) not in text


def verdicts(app: Flask) -> float:
    text = app.test_client().get("/metrics").get_data(as_text=True)
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("registry_checks_total{"))


def test_the_documentation_page_draws_itself_from_this_host_alone(app: Flask) -> None:
    ask = app.test_client()
    page = ask.get("/v1/docs").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href|data-document)="([^"]+)"', page)
    assert len(addresses) >= 5
    for address in addresses:
        assert address.startswith("/v1/")
        with ask.get(address) as response:
            assert response.status_code == 200
    assert "<script>" not in page
    assert "style=" not in page


def test_the_document_describes_every_address_and_every_error_with_an_example() -> None:
    document = described()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == SERVED
    post = document["paths"]["/v1/checks"]["post"]["responses"]
    assert set(post) == {"200", "400", "401", "403", "409", "413", "415", "422", "429", "503"}
    for status, response in post.items():
        (content,) = response["content"].values()
        examples = [each["value"] for each in content["examples"].values()] if status != "200" else [content["example"]]
        assert all(each.get("status", 200) == int(status) for each in examples)
        assert content["schema"]["$ref"].startswith("#/components/schemas/")


def test_an_answer_has_the_shape_the_document_promises(services: Services, regulator: Caller) -> None:
    put_on_list(services, Listing(person("王示例", NUMBER)))
    answer = regulator.check(applicant("王示例", NUMBER)).get_json()
    require_shape(answer, "CheckAnswer", described()["components"]["schemas"])


LEFT_OUT_WHERE_NONE = {"SubjectAnswer": {"cleared"}}


def require_shape(value: object, name: str, schemas: dict[str, dict[str, object]]) -> None:
    """Hold that an object has exactly the described fields, all the way down."""
    properties = schemas[name]["properties"]
    assert isinstance(value, dict)
    assert isinstance(properties, dict)
    assert set(value) | LEFT_OUT_WHERE_NONE.get(name, set()) == set(properties), name
    for field, described_field in properties.items():
        if field not in value:
            continue
        reference = described_field.get("items", described_field).get("$ref")
        if reference:
            inner = value[field] if isinstance(value[field], list) else [value[field]]
            for each in inner:
                require_shape(each, reference.rpartition("/")[2], schemas)


def test_the_feed_gives_every_change_once_and_in_order(services: Services, province: Caller) -> None:
    numbers = put_on_list(services, *[Listing(person("王示例", invented_id(place))) for place in range(1, 8)])
    seen: list[dict[str, object]] = []
    after = 0
    while True:
        page = province.get(f"/v1/changes?after={after}&limit=3").get_json()
        seen += page["changes"]
        after = page["next_after"]
        if after == page["head"]:
            break
    assert [change["version"] for change in seen] == list(range(1, 8))
    assert [change["ban_no"] for change in seen] == numbers
    assert {change["kind"] for change in seen} == {"added"}
    assert province.get(f"/v1/changes?after={after}").get_json() == {"changes": [], "next_after": 7, "head": 7}


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=1001", "after=" + "9" * 30, "limit=²"])
def test_a_page_of_the_feed_that_cannot_be_is_refused(province: Caller, query: str) -> None:
    response = province.get(f"/v1/changes?{query}")
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == query.partition("=")[0]


def test_logs_are_json_lines_that_name_route_and_client_but_no_person(
    services: Services, licensing: Caller, log: io.StringIO
) -> None:
    put_on_list(services, Listing(person("王示例", NUMBER)))
    number = licensing.check(applicant("王示例", NUMBER)).get_json()["check_no"]
    licensing.get(f"/v1/checks/{number}")
    licensing.post("/v1/checks", application(applicant("王示例", None), purpose="王示例"))
    licensing.get(f"/{NUMBER}")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/v1/checks", 200),
        ("/v1/checks/<check_no>", 200),
        ("/v1/checks", 422),
        (None, 404),
    ]
    assert {line["client"] for line in lines[:3]} == {1}
    for secret in (NUMBER, "王示例", licensing.key, number):
        assert secret not in log.getvalue()
        assert json.dumps(secret) not in log.getvalue()


@pytest.mark.parametrize(("asked", "told"), [("en", "en"), ("zh-CN", "zh-CN"), ("", "zh-CN")])
def test_an_answer_says_in_which_language_it_is(licensing: Caller, asked: str, told: str) -> None:
    for response in (
        licensing.check(applicant("赵无关", NUMBER), Accept_Language=asked),
        licensing.get("/v1/checks/C0", Accept_Language=asked),
    ):
        assert response.headers["Content-Language"] == told
        assert "Accept-Language" in response.headers["Vary"]


def test_an_answer_repeated_under_its_key_claims_no_language(licensing: Caller) -> None:
    first = licensing.check(applicant("赵无关", NUMBER), Idempotency_Key="k", Accept_Language="zh")
    again = licensing.check(applicant("赵无关", NUMBER), Idempotency_Key="k", Accept_Language="en")
    assert (first.headers["Content-Language"], again.headers.get("Content-Language")) == ("zh-CN", None)
    assert first.data == again.data


def test_a_slash_behind_an_address_and_a_byte_order_mark_do_no_harm(licensing: Caller) -> None:
    body = application(applicant("赵无关", NUMBER))
    headers = {"Authorization": f"Bearer {licensing.key}", "Content-Type": "application/json", "Idempotency-Key": "k"}
    plain = licensing.app.test_client().post("/v1/checks", data=json.dumps(body), headers=headers)
    marked = b"\xef\xbb\xbf" + json.dumps(body).encode()
    same = licensing.app.test_client().post("/v1/checks/", data=marked, headers=headers)
    assert (plain.status_code, same.status_code) == (200, 200)
    assert plain.data == same.data
    assert licensing.app.test_client().get("/v1/docs/").status_code == 200


def test_options_is_a_method_like_others(app: Flask) -> None:
    response = app.test_client().options("/v1/checks")
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
    assert response.headers["Allow"] == "POST"
