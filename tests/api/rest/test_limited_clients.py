"""What limits a client: the purposes it may ask for, and how often; exact across workers, nothing decided beyond."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from api.rest.app import create_app
from registry.bootstrap import build
from registry.clock import FixedClock
from registry.services.add_client import Limits, Wanted, add_limited_client
from registry.services.context import Services
from registry.settings import Settings
from registry.store.client_repository import ClientRole
from registry.store.tables import decision
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id
from tests.registry.services.register_under_test import rows

CHECK = application(applicant("赵无关", invented_id(7)))
OTHER_PURPOSE = CHECK | {"purpose": "inspection_staff"}
FAULTY = CHECK | {"purpose": "no purpose"}


def limited(app: Flask, services: Services, role: ClientRole = ClientRole.LICENSING, **limits: object) -> Caller:
    wanted = Wanted("limited", role, "33", Limits(**limits))  # type: ignore[arg-type]
    return Caller(app, add_limited_client(services, wanted, "test").key)


def statuses(caller: Caller, *bodies: object) -> list[int]:
    return [caller.post("/v1/checks", body).status_code for body in bodies]


@pytest.fixture
def second_worker(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """Another process's application on the same store, as far as the store can tell."""
    services = build(settings, clock)
    yield create_app(services)
    services.store.close()


def test_a_purpose_that_is_not_the_clients_is_refused_by_name_and_nothing_is_decided(
    app: Flask, services: Services
) -> None:
    caller = limited(app, services, purposes=frozenset({"food_operation_licence"}))
    refused = caller.post("/v1/checks", OTHER_PURPOSE)
    assert refused.status_code == 403
    assert [(each["pointer"], each["code"]) for each in refused.get_json()["errors"]] == [
        ("/purpose", "purpose_not_yours")
    ]
    assert rows(services, decision) == []
    assert statuses(caller, CHECK) == [200]


def test_in_a_batch_a_foreign_purpose_is_refused_alone(app: Flask, services: Services) -> None:
    caller = limited(app, services, purposes=frozenset({"food_operation_licence"}))
    results = caller.post("/v1/checks/batch", {"requests": [CHECK, OTHER_PURPOSE, CHECK]}).get_json()["results"]
    assert [each["status"] for each in results] == [200, 403, 200]
    assert len(rows(services, decision)) == 2


def test_beyond_the_rate_nothing_is_decided_until_the_next_minute(
    app: Flask, services: Services, clock: FixedClock
) -> None:
    clock.advance(datetime.timedelta(seconds=13))
    caller = limited(app, services, rate_per_minute=2)
    assert statuses(caller, CHECK, CHECK) == [200, 200]
    refused = caller.post("/v1/checks", CHECK)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_exceeded")
    assert refused.headers["Retry-After"] == "47"
    assert refused.get_json()["next_step"]["code"] == "retry"
    assert len(rows(services, decision)) == 2
    clock.advance(datetime.timedelta(seconds=47))
    assert statuses(caller, CHECK) == [200]


def test_the_rate_is_exact_across_workers_that_ask_at_the_same_time(
    app: Flask, second_worker: Flask, services: Services
) -> None:
    caller = limited(app, services, rate_per_minute=9)
    together = threading.Barrier(8)
    answered: list[int] = []

    def ask(worker: Flask) -> None:
        together.wait()
        answered.extend(statuses(Caller(worker, caller.key), CHECK, CHECK, CHECK))

    threads = [threading.Thread(target=ask, args=((app, second_worker)[each % 2],)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answered) == [200] * 9 + [429] * 15
    assert len(rows(services, decision)) == 9


def test_what_was_judged_when_the_rate_ran_out_is_kept_nowhere(
    app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rest.checks.require_room", lambda *_: None)
    caller = limited(app, services, rate_per_minute=4)
    assert statuses(caller, CHECK) == [200]
    batch = {"requests": [CHECK] * 4}
    assert caller.post("/v1/checks/batch", batch).status_code == 429
    assert caller.post("/v1/checks/batch", batch, Idempotency_Key="k").status_code == 429
    assert len(rows(services, decision)) == 1
    assert statuses(caller, CHECK, CHECK, CHECK, CHECK) == [200, 200, 200, 429]


def test_a_batch_counts_as_its_requests_and_is_answered_whole_or_not_at_all(app: Flask, services: Services) -> None:
    caller = limited(app, services, rate_per_minute=5)
    assert caller.post("/v1/checks/batch", {"requests": [CHECK] * 3}).status_code == 200
    assert caller.post("/v1/checks/batch", {"requests": [CHECK] * 3}).status_code == 429
    assert statuses(caller, CHECK, CHECK, CHECK) == [200, 200, 429]


def test_a_batch_that_no_minute_has_room_for_is_refused_as_such_and_not_put_off(app: Flask, services: Services) -> None:
    caller = limited(app, services, rate_per_minute=2)
    refused = caller.post("/v1/checks/batch", {"requests": [CHECK] * 3}, Accept_Language="en")
    (fault,) = refused.get_json()["errors"]
    assert (refused.status_code, fault["pointer"], fault["code"]) == (422, "/requests", "batch_exceeds_rate")
    assert "2 times a minute" in fault["says"]
    assert "Retry-After" not in refused.headers


def test_faults_repeats_and_looks_count_too(app: Flask, services: Services) -> None:
    caller = limited(app, services, rate_per_minute=5)
    first = caller.post("/v1/checks", CHECK, Idempotency_Key="k")
    assert caller.post("/v1/checks", CHECK, Idempotency_Key="k").data == first.data
    assert caller.post("/v1/checks", FAULTY).status_code == 422
    assert caller.get(f"/v1/checks/{first.get_json()['check_no']}").status_code == 200
    assert caller.get("/v1/checks/C0").status_code == 404
    assert caller.get("/v1/checks/C0").status_code == 429
    assert statuses(caller, FAULTY) == [429]


def test_the_feed_counts_too(app: Flask, services: Services) -> None:
    caller = limited(app, services, ClientRole.PROVINCE, rate_per_minute=1)
    assert [caller.get("/v1/changes").status_code for _ in range(2)] == [200, 429]
