"""Bodies arrive whole and within their size; what stalls holds nobody else up."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.rest import reception
from api.rest.limits import CHECK_BYTES
from api.rest.reception import MOST_AT_ONCE, MOST_OF_ONE, Reception
from api.rest.waiting_line import AT_ONCE
from registry.errors import UnavailableError
from registry.services import check_applicants
from registry.services.admit_applicants import SubjectRequest
from registry.services.answer_check import Circumstances, SubjectAnswer
from registry.services.context import Services
from registry.services.list_index import IndexView
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id

STRANGER = application(applicant("赵无关", invented_id(9)))


def post_raw(caller: Caller, stream: object, **environ: object) -> TestResponse:
    """Send a body as a stream."""
    return caller.app.test_client().post(
        "/v1/checks",
        headers={"Authorization": f"Bearer {caller.key}", "Content-Type": "application/json"},
        environ_overrides={"wsgi.input": stream, "wsgi.input_terminated": True, **environ},
    )


@contextmanager
def stalled(receiving: Reception, *callers: int) -> Iterator[None]:
    """Hold places, of bodies that do not come to an end, for the block."""
    with ExitStack() as places:
        for caller in callers:
            places.enter_context(receiving.place(caller))
        yield


def outcome(receiving: Reception, caller: int) -> str:
    """Say whether a caller found a place."""
    try:
        with receiving.place(caller):
            return "received"
    except UnavailableError:
        return "refused"


def test_a_caller_whose_bodies_stall_is_refused_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "STALLED_SECONDS", 0.05)
    receiving = Reception()
    with stalled(receiving, *[1] * MOST_OF_ONE):
        assert [outcome(receiving, caller) for caller in (1, 2)] == ["refused", "received"]
    assert outcome(receiving, 1) == "received"


def test_threads_are_left_over_however_many_callers_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "STALLED_SECONDS", 0.05)
    receiving = Reception()
    with stalled(receiving, *range(MOST_AT_ONCE)):
        assert outcome(receiving, 99) == "refused"
        began = time.perf_counter()
        assert outcome(receiving, 99) == "refused"  # at once, now that all are known to have stalled
        assert time.perf_counter() - began < 0.04
    assert MOST_AT_ONCE < AT_ONCE


def test_whoever_finds_all_places_taken_for_a_moment_waits_and_is_not_refused() -> None:
    receiving = Reception()
    found: list[str] = []
    with stalled(receiving, *[1] * MOST_OF_ONE):
        threads = [threading.Thread(target=lambda: found.append(outcome(receiving, 1))) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        assert found == []
    for thread in threads:
        thread.join()
    assert found == ["received"] * 8


def test_a_caller_without_a_place_is_told_to_try_again(licensing: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "STALLED_SECONDS", 0.0)
    client = licensing.check(applicant("赵无关", invented_id(9)))
    assert client.status_code == 200
    with stalled(licensing.app.extensions["reception"], *range(100, 100 + MOST_AT_ONCE)):
        response = licensing.post("/v1/checks", STRANGER)
    assert response.status_code == 503
    assert response.get_json()["next_step"]["code"] == "retry"


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_larger_than_may_be_is_refused_and_never_cut(licensing: Caller, stated: bool) -> None:
    body = b'{"application_no":"1"' + b" " * CHECK_BYTES + b"}"
    length = {"CONTENT_LENGTH": str(len(body))} if stated else {}
    response = post_raw(licensing, io.BytesIO(body), **length)
    assert (response.status_code, response.get_json()["code"]) == (413, "too_large")


def test_a_field_that_stands_twice_makes_the_body_malformed(app: Flask, licensing: Caller) -> None:
    body = b'{"application_no":"1","application_no":"2"}'
    response = post_raw(licensing, io.BytesIO(body), CONTENT_LENGTH=str(len(body)))
    assert (response.status_code, response.get_json()["code"]) == (400, "malformed_body")


@pytest.mark.parametrize("depth", [260, 1020])
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k1"}])
def test_a_body_nested_deeper_than_any_request_is_refused_with_or_without_a_key(
    licensing: Caller, depth: int, headers: dict[str, str]
) -> None:
    nested: object = 1
    for _ in range(depth if depth < 900 else 900):
        nested = [nested]
    response = licensing.post("/v1/checks", {**STRANGER, "region": nested}, **headers)
    assert response.status_code in {400, 422}


def test_an_address_with_two_slashes_is_not_redirected_to_a_host_the_caller_named(app: Flask) -> None:
    response = app.test_client().get("/v1//docs", headers={"Host": "elsewhere.invalid"})
    assert response.status_code == 404
    assert "Location" not in response.headers


def test_another_name_stated_many_times_is_compared_once(licensing: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[SubjectRequest] = []
    judge = check_applicants.judge

    def seen(services: Services, view: IndexView, subject: SubjectRequest, about: Circumstances) -> SubjectAnswer:
        judged.append(subject)
        return judge(services, view, subject, about)

    monkeypatch.setattr(check_applicants, "judge", seen)
    named = [{"kind": "曾用名", "name": "赵前"}] * 10 + [{"kind": "绰号", "name": "赵前"}]
    assert licensing.check(applicant("赵无关", invented_id(9), other_names=named)).status_code == 200
    assert [len(subject.identity.other_names) for subject in judged] == [2]
