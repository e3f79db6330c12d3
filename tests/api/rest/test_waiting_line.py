"""Turns are given in the order of asking, and who finds the line full is refused at once."""

from __future__ import annotations

import threading
import time

import pytest

from api.cli.serve import THREADS
from api.rest.waiting_line import AT_ONCE, MOST_WAITING, WaitingLine
from registry.errors import OverloadedError
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id

STRANGER = application(applicant("赵无关", invented_id(9)))


def standing(line: WaitingLine, order: list[int], number: int) -> threading.Thread:
    """Let a thread enter the line and note when it got its turn."""

    def enter() -> None:
        line.enter()
        order.append(number)

    thread = threading.Thread(target=enter)
    thread.start()
    time.sleep(0.02)
    return thread


def test_turns_come_in_the_order_of_asking_and_never_more_at_once_than_may_be() -> None:
    line, order = WaitingLine(at_once=1, waiting=4), list[int]()
    line.enter()
    threads = [standing(line, order, number) for number in range(4)]
    assert order == []
    for told in range(1, 5):
        line.leave()
        threads[told - 1].join(5)
        assert order == list(range(told))


def test_a_full_line_refuses_at_once_and_takes_the_next_when_there_is_room() -> None:
    line = WaitingLine(at_once=1, waiting=0)
    line.enter()
    began = time.monotonic()
    with pytest.raises(OverloadedError):
        line.enter()
    assert time.monotonic() - began < 0.5
    line.leave()
    line.enter()


def test_who_has_waited_too_long_is_refused_and_leaves_no_turn_behind() -> None:
    line = WaitingLine(at_once=1, waiting=4, patience_seconds=0.05)
    line.enter()
    with pytest.raises(OverloadedError):
        line.enter()
    line.leave()
    line.enter()
    with pytest.raises(OverloadedError):
        line.enter()


def test_a_refused_check_is_a_503_that_says_when_to_ask_again_while_health_is_answered(licensing: Caller) -> None:
    full = WaitingLine(at_once=1, waiting=0)
    licensing.app.extensions["waiting_line"] = full
    full.enter()
    refused = licensing.post("/v1/checks", STRANGER)
    assert (refused.status_code, refused.get_json()["code"]) == (503, "overloaded")
    assert int(refused.headers["Retry-After"]) > 0
    assert [licensing.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200] * 3
    full.leave()
    assert [licensing.post("/v1/checks", STRANGER).status_code for _ in range(3)] == [200] * 3


def test_a_request_that_is_refused_for_another_reason_gives_its_turn_back(licensing: Caller) -> None:
    licensing.app.extensions["waiting_line"] = WaitingLine(at_once=1, waiting=0)
    assert [licensing.post("/v1/checks", {}).status_code for _ in range(3)] == [422] * 3
    assert licensing.get("/v1/checks/nowhere").status_code == 404


def test_a_worker_has_threads_for_those_who_wait_and_some_to_refuse_the_others() -> None:
    assert THREADS > AT_ONCE + MOST_WAITING
