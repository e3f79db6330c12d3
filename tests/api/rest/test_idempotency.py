"""Asking again under the same Idempotency-Key: the same bytes, one decision, and no way to be stuck."""

from __future__ import annotations

import datetime
import threading

import pytest
from flask import Flask

from api.rest.app import create_app
from registry.clock import FixedClock
from registry.errors import IdempotencyInProgressError, UnavailableError
from registry.services.context import Services
from registry.services.record_answers import Journal, Settled
from registry.store.idempotency_repository import LEASE, Claim, StoredResponse
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list

NUMBER = invented_id(1)
BODY = application(applicant("王示例", NUMBER))


@pytest.fixture(autouse=True)
def listed(services: Services) -> None:
    put_on_list(services, Listing(person("王示例", NUMBER)))


def decisions(services: Services) -> int:
    with services.store.read() as uow:
        return sum(entry.kind == "check_decided" for _, entry, _, _ in uow.ledger.entries())


def test_the_same_key_and_body_give_the_same_bytes_and_one_decision(services: Services, licensing: Caller) -> None:
    first = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    put_on_list(services, Listing(person("赵无关", invented_id(2))))
    second = licensing.post("/v1/checks", BODY, Idempotency_Key="k1", Accept_Language="en")
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert decisions(services) == 1


def test_the_order_of_the_same_fields_is_the_same_request(services: Services, licensing: Caller) -> None:
    first = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    second = licensing.post("/v1/checks", dict(reversed(BODY.items())), Idempotency_Key="k1")
    assert first.data == second.data


def test_a_batch_is_answered_once_under_its_key(services: Services, licensing: Caller) -> None:
    batch = {"requests": [BODY, BODY]}
    first = licensing.post("/v1/checks/batch", batch, Idempotency_Key="k1")
    assert licensing.post("/v1/checks/batch", batch, Idempotency_Key="k1").data == first.data
    assert decisions(services) == 2


def test_the_same_key_with_another_body_is_refused(services: Services, licensing: Caller) -> None:
    licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    other = licensing.post("/v1/checks", BODY | {"application_no": "339900-2025-000002"}, Idempotency_Key="k1")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert decisions(services) == 1


def test_keys_of_two_clients_have_nothing_to_do_with_each_other(
    services: Services, licensing: Caller, regulator: Caller
) -> None:
    first = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    second = regulator.post("/v1/checks", BODY, Idempotency_Key="k1")
    assert first.get_json()["check_no"] != second.get_json()["check_no"]


def test_a_request_still_running_is_a_conflict_until_its_lease_ends(
    services: Services, licensing: Caller, clock: FixedClock
) -> None:
    left_behind = claim_as_a_crashed_process_did(services, licensing)
    running = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    assert (running.status_code, running.get_json()["code"]) == (409, "idempotency_in_progress")
    assert "Retry-After" in running.headers
    assert running.get_json()["next_step"]["code"] == "retry"
    clock.advance(LEASE + datetime.timedelta(seconds=1))
    taken_over = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    assert taken_over.status_code == 200
    with services.store.write() as uow, pytest.raises(IdempotencyInProgressError):
        uow.idempotency.finish(left_behind, StoredResponse(200, "late"))
    assert licensing.post("/v1/checks", BODY, Idempotency_Key="k1").data == taken_over.data


def claim_as_a_crashed_process_did(services: Services, caller: Caller) -> Claim:
    """Leave behind the claim of a first request that never came to an end."""
    claims: list[Claim] = []

    class Dying(Journal):
        def keep(self, signed: object, settled: Settled, response: StoredResponse) -> None:
            assert settled.claim is not None
            claims.append(settled.claim)
            raise UnavailableError("dies here")

        def release(self, claim: Claim) -> None:
            raise UnavailableError("dead already")

    app: Flask = create_app(services)
    desk = app.extensions["desk"]
    app.extensions["desk"] = type(desk)(desk.services, desk.index, Dying(services.store))
    assert Caller(app, caller.key).post("/v1/checks", BODY, Idempotency_Key="k1").status_code == 503
    return claims[0]


def test_a_response_survives_the_process_that_gave_it(services: Services, licensing: Caller) -> None:
    first = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
    restarted = Caller(create_app(services), licensing.key)
    assert restarted.post("/v1/checks", BODY, Idempotency_Key="k1").data == first.data


def test_a_refused_request_leaves_its_key_free(services: Services, licensing: Caller) -> None:
    too_little = application(applicant("王示例", None))
    assert licensing.post("/v1/checks", too_little, Idempotency_Key="k1").status_code == 422
    assert licensing.post("/v1/checks", BODY, Idempotency_Key="k1").status_code == 200


@pytest.mark.parametrize("key", ["", "a" * 201, "a b", "钥"])
def test_a_key_that_is_no_key_is_named_as_the_fault(licensing: Caller, key: str) -> None:
    response = licensing.post("/v1/checks", BODY, Idempotency_Key=key.encode().decode("latin-1"))
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == "Idempotency-Key"


def test_many_at_once_under_one_key_decide_once(services: Services, licensing: Caller) -> None:
    licensing.check(applicant("王示例", NUMBER))
    answers: list[tuple[int, bytes]] = []

    def ask() -> None:
        response = licensing.post("/v1/checks", BODY, Idempotency_Key="k1")
        answers.append((response.status_code, response.data))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} <= {200, 409}
    assert len({data for status, data in answers if status == 200}) == 1
    assert decisions(services) == 2


def test_the_stored_response_shows_no_name_in_clear(services: Services, licensing: Caller) -> None:
    licensing.post("/v1/checks", BODY, Idempotency_Key="a-key-of-theirs")
    with services.store.read() as uow:
        rows = uow.transaction.connection.exec_driver_sql("SELECT * FROM idempotency_key").fetchall()
    plain = repr(rows)
    assert len(rows) == 1
    assert "王示例" not in plain
    assert "\\xe7\\x8e\\x8b" not in plain
    assert "a-key-of-theirs" not in plain
