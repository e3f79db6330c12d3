"""How long the door waits for a store that takes no writes, and that it says so when asked whether it is ready."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from registry.services.context import Services
from registry.store import group_commit
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id

BODY = application(applicant("赵无关", invented_id(9)))


@contextmanager
def writes_held(services: Services) -> Iterator[None]:
    """Let no other writer get at the tables a check writes, for the block."""
    with services.store.write() as uow:
        if not services.store.is_sqlite:
            tables = "decision, ledger_entry, idempotency_key"
            uow.transaction.connection.exec_driver_sql(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
        yield


def decisions(services: Services) -> int:
    with services.store.read() as uow:
        return sum(entry.kind == "check_decided" for _, entry, _, _ in uow.ledger.entries())


def test_a_store_that_takes_no_writes_is_not_ready_and_this_is_said_soon(services: Services, licensing: Caller) -> None:
    assert licensing.get("/readyz").status_code == 200
    began = time.monotonic()
    with writes_held(services):
        response = licensing.get("/readyz")
    assert (response.status_code, response.get_json()["code"]) == (503, "unavailable")
    assert time.monotonic() - began < 5
    assert licensing.get("/readyz").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}])
def test_a_check_that_cannot_be_kept_in_time_is_refused_leaves_nothing_and_can_be_made_again(
    services: Services, licensing: Caller, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert group_commit.LONGEST_WAIT_SECONDS <= 10
    shorten(services, monkeypatch)
    with writes_held(services):
        refused = licensing.post("/v1/checks", BODY, **headers)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.get_json()["next_step"]["code"] == "retry"
    assert licensing.post("/v1/checks", BODY, **headers).status_code == 200
    assert decisions(services) == 1


def shorten(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the wait a short one; what PostgreSQL waits by itself is as long as the longest wait."""
    monkeypatch.setattr(group_commit, "LONGEST_WAIT_SECONDS", 0.3)
    if services.store.is_sqlite:
        return
    with services.store.write() as uow:
        (waits,) = uow.transaction.connection.exec_driver_sql("SHOW lock_timeout").one()
    assert waits == "10s"
    write = services.store.write
    monkeypatch.setattr(services.store, "write", lambda patience=None: write(patience or 0.3))
