"""Who may use the door: every route for every role, and what a caller without a right learns."""

from __future__ import annotations

import datetime
import io
import time

import pytest

from api.rest import known_callers
from registry.clock import FixedClock
from registry.services.add_client import add_client, hash_key
from registry.services.context import Services
from registry.store.client_repository import ClientRole, NewClient
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import invented_id

CHECK = application(applicant("赵无关", invented_id(7)))
ALLOWED = {
    ("licensing", "check"),
    ("licensing", "batch"),
    ("licensing", "show"),
    ("regulator", "check"),
    ("regulator", "batch"),
    ("regulator", "show"),
    ("province", "changes"),
}


@pytest.fixture
def callers(licensing: Caller, regulator: Caller, province: Caller, court: Caller) -> dict[str, Caller]:
    """A caller of each role."""
    return {"licensing": licensing, "regulator": regulator, "province": province, "court": court}


@pytest.mark.parametrize("role", ["licensing", "regulator", "province", "court"])
@pytest.mark.parametrize("route", ["check", "batch", "show", "changes"])
def test_each_role_may_do_what_the_table_says_and_nothing_else(
    callers: dict[str, Caller], role: str, route: str
) -> None:
    caller = callers[role]
    responses = {
        "check": lambda: caller.post("/v1/checks", CHECK),
        "batch": lambda: caller.post("/v1/checks/batch", {"requests": [CHECK]}),
        "show": lambda: caller.get("/v1/checks/C0"),
        "changes": lambda: caller.get("/v1/changes"),
    }
    status = responses[route]().status_code
    assert (status != 403) == ((role, route) in ALLOWED)
    assert status in {200, 403, 404}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer fbr_" + "A" * 43, "Bearer \x7f"]
)
def test_without_a_valid_key_nothing_is_said_but_how_to_authenticate(licensing: Caller, authorization: str) -> None:
    ask = licensing.app.test_client()
    for response in (
        ask.post("/v1/checks", data=b"{not json", headers={"Authorization": authorization}),
        ask.get("/v1/checks/C0", headers={"Authorization": authorization}),
        ask.get("/v1/changes", headers={"Authorization": authorization}),
    ):
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.get_json()["code"] == "not_authenticated"


def test_an_expired_or_disabled_client_is_out_at_once(services: Services, clock: FixedClock, licensing: Caller) -> None:
    expiring = services.clock.now() + datetime.timedelta(hours=1)
    key = "fbr_" + "e" * 43
    with services.store.write() as uow:
        uow.clients.add(NewClient("expiring", "33", ClientRole.LICENSING, hash_key(key), "eeee", expiring))
    caller = Caller(licensing.app, key)
    assert caller.post("/v1/checks", CHECK).status_code == 200
    clock.advance(datetime.timedelta(hours=1))
    assert caller.post("/v1/checks", CHECK).status_code == 401
    with services.store.write() as uow:
        uow.transaction.connection.exec_driver_sql("UPDATE api_client SET disabled_at = '2025-01-01 00:00:00'")
    assert licensing.post("/v1/checks", CHECK).status_code == 401


def test_a_key_withdrawn_while_it_is_remembered_learns_nothing_of_its_request(licensing: Caller) -> None:
    assert licensing.post("/v1/checks", CHECK).status_code == 200
    with licensing.app.extensions["desk"].services.store.write() as uow:
        uow.clients.disable("licensing 33")
    header = {"Authorization": f"Bearer {licensing.key}", "Content-Type": "application/json"}
    for body in (b"{not json", b"{}", b'{"a":1,"a":2}'):
        response = licensing.app.test_client().post("/v1/checks", data=body, headers=header)
        assert (response.status_code, response.get_json()["code"]) == (401, "not_authenticated")


def test_a_caller_is_remembered_for_its_body_only_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    known = known_callers.KnownCallers()
    assert known.find(b"k") is None
    known.remember(b"k", 7)
    assert (known.find(b"k"), known.find(b"other")) == (7, None)
    now += known_callers.SECONDS
    assert known.find(b"k") is None


def test_a_stranger_and_a_role_without_the_right_are_not_let_upload(licensing: Caller, court: Caller) -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

    for key, status in (("fbr_" + "A" * 43, 401), (court.key, 403)):
        response = licensing.app.test_client().post(
            "/v1/checks",
            input_stream=Unread(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Content-Length": "9"},
        )
        assert response.status_code == status


def test_keys_are_long_random_and_stored_as_a_hash_with_a_hint(services: Services) -> None:
    first = add_client(services, "one", ClientRole.LICENSING, "33", "test")
    second = add_client(services, "two", ClientRole.LICENSING, "33", "test")
    assert first.key != second.key
    assert len(first.key) >= 43
    with services.store.read() as uow:
        rows = uow.transaction.connection.exec_driver_sql("SELECT * FROM api_client").fetchall()
        found = uow.clients.by_key_hash(hash_key(first.key))
    assert found is not None
    assert found.id == first.id
    assert first.key not in repr(rows)
    assert first.key_hint == first.key[-4:]
    assert any(first.key_hint in map(str, row) for row in rows)


def test_adding_a_client_is_in_the_ledger(services: Services) -> None:
    added = add_client(services, "one", ClientRole.PROVINCE, "34", "operator:test")
    with services.store.read() as uow:
        entries = [entry for _, entry, _, _ in uow.ledger.entries() if entry.kind == "client_added"]
    assert entries[0].facts == {
        "client_id": added.id,
        "region": "34",
        "role": "province",
        "purposes": "",
        "rate_per_minute": 0,
        "expires_at": "",
        "signs": 0,
    }
    assert entries[0].actor == "operator:test"


def test_headers_that_claim_to_be_somebody_never_reach_the_application(licensing: Caller) -> None:
    seen: dict[str, str] = {}
    app = licensing.app
    app.before_request(lambda: seen.update(__import__("flask").request.headers.items()))
    claims = dict.fromkeys(("X-Forwarded-User", "X-Remote-User", "X-Client-Id", "X-SSL-Client-DN"), "admin")
    app.test_client().get("/healthz", headers=claims | {"X-Forwarded-For": "10.0.0.1", "Accept-Language": "en"})
    assert "Accept-Language" in seen
    assert not {name.lower() for name in seen} & {name.lower() for name in (*claims, "X-Forwarded-For")}
