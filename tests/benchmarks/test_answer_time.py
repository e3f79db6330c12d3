"""An answer's time does not tell whether somebody is listed."""

from __future__ import annotations

import time

import pytest

from api.rest import even_time
from api.rest.app import create_app
from benchmarks.answer_time import Asker, Gap, body_of, compare, report_fresh, residents
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller
from tests.invented_list import Listing, person, put_on_list

PEOPLE = residents(60)
LISTED, STRANGERS = PEOPLE[:30], PEOPLE[30:]


@pytest.fixture
def caller(services: Services) -> Caller:
    put_on_list(services, *(Listing(person(name, number)) for name, number in LISTED))
    report_fresh(services)
    return Caller(create_app(services), add_client(services, "curious", ClientRole.LICENSING, "33", "test").key)


@pytest.fixture
def asker(caller: Caller) -> Asker:
    return Asker(caller.app, caller.key)


def test_no_check_of_a_pair_is_answered_before_the_even_time(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the two take the same time is a figure of benchmarks/answer_time.py: here other things run as well."""
    monkeypatch.setattr(even_time, "EVEN_SECONDS", 0.03)
    gaps = list(compare(asker, LISTED, STRANGERS, warm_up=5))
    assert [gap.form for gap in gaps] == ["whole number", "masked number", "role that is not barred"]
    assert all(min(gap.listed, gap.stranger) >= 30 for gap in gaps)


def test_a_batch_and_a_repeatable_request_are_evened_too(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(even_time, "EVEN_SECONDS", 0.2)
    check = body_of(STRANGERS[0], "whole number")
    for path, body, headers in (
        ("/v1/checks/batch", {"requests": [check]}, {}),
        ("/v1/checks", check, {"Idempotency_Key": "k"}),
    ):
        before = time.perf_counter()
        assert caller.post(path, body, **headers).status_code == 200
        assert time.perf_counter() - before >= 0.2


def test_what_took_longer_is_not_waited_for() -> None:
    begun = even_time.begin() - even_time.EVEN_SECONDS
    before = time.perf_counter()
    even_time.wait_until_even(begun)
    assert time.perf_counter() - before < 0.005


def test_the_summary_holds_the_median_of_the_differences() -> None:
    gap = Gap.of("form", [(0.010 + extra / 1000, 0.008) for extra in range(5)], 3)
    assert (round(gap.listed, 6), round(gap.stranger, 6), round(gap.difference, 6)) == (12, 8, 4)
    assert gap.interval[0] <= gap.difference <= gap.interval[1]
    assert "left out 3" in gap.line()
