"""Every status the OpenAPI document promises is reached by a request, and none is met that it does not promise."""

from __future__ import annotations

import http
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from werkzeug.test import TestResponse

from api.rest import exchange
from api.rest.limits import BATCH_BYTES, CHECK_BYTES
from api.rest.openapi import described
from registry.errors import IdempotencyInProgressError, SnapshotNeededError, UnavailableError
from registry.ledger.checkpoint import cosign, with_cosignatures
from registry.ledger.signed_note import KeyKind, Note, SignerKey
from registry.services.add_client import Limits, Wanted, add_client, add_limited_client
from registry.services.add_witness import add_witness
from registry.services.context import Services
from registry.services.record_answers import Journal
from registry.services.sequence_log import sequence_log
from registry.store.client_repository import ClientRole
from registry.store.engine import Store
from registry.store.notice_repository import NewNotice, NoticeKind
from tests.api.rest.caller import Caller, applicant, application
from tests.api.rest.judgments_at_hand import BODY, laid
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

STRANGER = application(applicant("赵无关", invented_id(9)))
ELSEWHERE = application(applicant("赵无关", invented_id(9)), region="31")
CHECKS = {"/v1/checks": STRANGER, "/v1/checks/batch": {"requests": [STRANGER]}}
NEWS = {"region": "33", "epoch": "0" * 32, "up_to": 1}
WITNESS = SignerKey("witness.example", bytes(32), KeyKind.COSIGNATURE_V1)
ASKED = "0" * 32
EXCHANGE = ("/v1/snapshot", "/v1/acknowledgements", "/v1/announcements", "/v1/digests", "/v1/restatements")
BUCKETS = "/v1/digests/{buckets}"
SINGLE = "/v1/checks/{check_no}"
JUDGMENT = "/v1/judgments/{document_no}"
CASE = "/v1/cases/{check_no}"


@dataclass(frozen=True)
class Callers:
    """The register, a caller of each role, and a check that was made."""

    services: Services
    licensing: Caller
    province: Caller
    court: Caller
    check_no: str
    hasty: dict[ClientRole, Caller]


@pytest.fixture
def callers(services: Services, licensing: Caller, province: Caller, court: Caller) -> Callers:
    report_fresh(services)
    made = licensing.post("/v1/checks", STRANGER).get_json()["check_no"]
    return Callers(
        services, licensing, province, court, made, {role: hasty(licensing, services, role) for role in ClientRole}
    )


def hasty(beside: Caller, services: Services, role: ClientRole) -> Caller:
    """Return a caller that has asked as often as it may in this minute."""
    wanted = Wanted("hasty", role, "33", Limits(rate_per_minute=1))
    added = add_limited_client(services, wanted, "test")
    with services.store.write() as uow:
        uow.clients.count(added.id, 1)
    return Caller(beside.app, added.key)


def raw(caller: Caller, path: str, method: str, **how: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {caller.key}"} | how.pop("headers", {})
    return caller.app.test_client().open(path, method=method, headers=headers, **how)


def of_posting(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask both doors for checks in every way that is described."""
    json_body = {"content_type": "application/json"}
    for path, body in CHECKS.items():
        yield path, at.licensing.post(path, body)
        yield path, raw(at.licensing, path, "POST", data="{", **json_body)
        yield path, raw(at.licensing, path, "POST", json=body, headers={"Authorization": "Bearer none"})
        yield path, at.province.post(path, body)
        with patch.object(Journal, "claim", side_effect=IdempotencyInProgressError("")):
            yield path, at.licensing.post(path, body, Idempotency_Key="k")
        yield path, raw(at.licensing, path, "POST", data=b" " * (5 * CHECK_BYTES), **json_body)
        yield path, raw(at.licensing, path, "POST", data="{}", content_type="text/plain")
        yield path, at.licensing.post(path, {})


def of_reading(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Read an answer and the feed in every way that is described."""
    for template, path in ((SINGLE, f"/v1/checks/{at.check_no}"), ("/v1/changes", "/v1/changes")):
        reader, other = (at.licensing, at.province) if template == SINGLE else (at.province, at.licensing)
        yield template, reader.get(path)
        yield template, other.get(path)
        yield template, reader.app.test_client().get(path)
    yield SINGLE, at.licensing.get("/v1/checks/C0")
    yield "/v1/changes", at.province.get("/v1/changes?after=x")


def of_the_log(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Read the log in every way that is described, before and after it has heads."""
    store = at.services.store
    yield "/v1/log/checkpoint", at.licensing.get("/v1/log/checkpoint")
    first = sequence_log(store).size
    add_witness(at.services, WITNESS.name, WITNESS.verifier().spelt(), "test")
    second = sequence_log(store).size
    for path in ("/v1/log/checkpoint", "/v1/log/keys"):
        yield path, at.licensing.get(path)
    for sizes in (f"first={first}&second={second}", "first=1&second=999999", "first=x"):
        yield "/v1/log/consistency", at.licensing.get(f"/v1/log/consistency?{sizes}")
    yield from of_inclusion(at)
    head = at.licensing.get("/v1/log/checkpoint").get_data(as_text=True)
    cosigned = with_cosignatures(
        head, [cosign(Note.parse(head).text, WITNESS, int(at.services.clock.now().timestamp()))]
    )
    for note in (cosigned.encode(), b"\xff", b"x" * 2_000_000, b"no note"):
        yield "/v1/log/cosignatures", raw(at.licensing, "/v1/log/cosignatures", "POST", data=note)


def of_inclusion(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask for the proof of a leaf."""
    for sought in (f"check_no={at.check_no}", "check_no=C0", f"leaf={'0' * 64}", "leaf=x", ""):
        yield "/v1/log/inclusion", at.licensing.get(f"/v1/log/inclusion?{sought}")
    for caller in (at.court, at.province):
        yield "/v1/log/inclusion", caller.get(f"/v1/log/inclusion?check_no={at.check_no}")
    yield "/v1/log/inclusion", at.court.app.test_client().get("/v1/log/inclusion?leaf=x")


def on_behalf(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask on behalf of what is no reference wherever that is the one thing that can be wrong."""
    nobody = {"On-Behalf-Of": "a name"}
    regulator = Caller(at.licensing.app, add_client(at.services, "other", ClientRole.REGULATOR, None, "test").key)
    for caller, method, path in (
        (at.licensing, "GET", SINGLE),
        (at.court, "GET", JUDGMENT),
        (regulator, "GET", CASE),
        (at.licensing, "GET", "/v1/webhook"),
        (at.licensing, "DELETE", "/v1/webhook"),
        (at.licensing, "GET", "/v1/objections/{objection_no}"),
    ):
        yield path, raw(caller, re.sub(r"\{\w+\}", "X0", path), method, headers=nobody)


def of_judgments(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Lay judgments down, file and decide them in every way that is described."""
    json_body = {"content_type": "application/json"}
    for path, (where, body) in _steps(at).items():
        method = "POST" if body is not None else "GET"
        yield path, raw(at.court, where, method, json=body)
        yield path, raw(at.court, where, method, json=body, headers={"Authorization": "Bearer none"})
        yield path, raw(at.licensing, where, method, json=body)
        yield path, raw(at.hasty[ClientRole.COURT], where, method, json=body)
        if "{" in path:
            yield path, raw(at.court, path.replace("{document_no}", "J0"), method, json=body)
        if body is None:
            continue
        yield path, raw(at.court, where, method, data="{", **json_body)
        yield path, raw(at.court, where, method, data="{}", content_type="text/plain")
        yield path, raw(at.court, where, method, json={})
        yield path, raw(at.court, where, method, data=b" " * (BATCH_BYTES + 1), **json_body)
        with patch.object(Journal, "claim", side_effect=IdempotencyInProgressError("")):
            yield path, raw(at.court, where, method, json=body, headers={"Idempotency-Key": "k"})


def of_cases(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Read cases and take a step in one, in every way that is described."""
    json_body = {"content_type": "application/json"}
    regulator = Caller(at.licensing.app, add_client(at.services, "regulator", ClientRole.REGULATOR, None, "test").key)
    put_on_list(at.services, Listing(person("王被拦", invented_id(9))))
    check_no = at.licensing.check(applicant("王被拦", invented_id(9))).get_json()["check_no"]
    note = {"step": "note", "expected": 1, "text": "x"}
    for path, body in {"/v1/cases": None, CASE: None, f"{CASE}/steps": note}.items():
        where, method = path.replace("{check_no}", check_no), "GET" if body is None else "POST"
        yield path, raw(regulator, where, method, json=body)
        yield path, raw(regulator, where, method, json=body, headers={"Authorization": "Bearer none"})
        yield path, raw(at.licensing, where, method, json=body)
        yield path, raw(at.hasty[ClientRole.REGULATOR], where, method, json=body)
        if "{" in path:
            yield path, raw(regulator, path.replace("{check_no}", "C0"), method, json=body)
    yield "/v1/cases", regulator.get("/v1/cases?state=x")
    path, where = f"{CASE}/steps", f"/v1/cases/{check_no}/steps"
    yield path, raw(regulator, where, "POST", json=note)
    yield path, raw(regulator, where, "POST", data="{", **json_body)
    yield path, raw(regulator, where, "POST", data="{}", content_type="text/plain")
    yield path, raw(regulator, where, "POST", json={})
    yield path, raw(regulator, where, "POST", data=b" " * (BATCH_BYTES + 1), **json_body)


def of_being_told(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Name an address, have it tried, read and acknowledge notices in every way that is described."""
    json_body = {"content_type": "application/json"}
    for method, path, where, body in _told(at):
        yield path, raw(at.licensing, where, method, json=body)
        yield path, raw(at.licensing, where, method, json=body, headers={"Authorization": "Bearer none"})
        yield path, raw(at.court, where, method, json=body)
        yield path, raw(at.hasty[ClientRole.LICENSING], where, method, json=body)
        if body is None:
            continue
        yield path, raw(at.licensing, where, method, data="{", **json_body)
        yield path, raw(at.licensing, where, method, data="{}", content_type="text/plain")
        yield path, raw(at.licensing, where, method, json={"none": 1})
        yield path, raw(at.licensing, where, method, data=b" " * (BATCH_BYTES + 1), **json_body)
        with patch.object(Journal, "claim", side_effect=IdempotencyInProgressError("")):
            yield path, raw(at.licensing, where, method, json=body, headers={"Idempotency-Key": "k"})


def _told(at: Callers) -> Iterator[tuple[str, str, str, dict[str, Any] | None]]:
    """Yield every operation of the notices' door: method, documented path, address, body (None: it has none)."""
    with at.services.store.write() as uow:
        client = next(each.client for each in uow.clients.listed() if each.client.role is ClientRole.LICENSING)
        notice = uow.notices.make(NewNotice(client.id, NoticeKind.OUTCOME_RELEASED, at.check_no, None, "33", {}))
    (ban_no,) = put_on_list(at.services, Listing(person("王示例", invented_id(8))))
    lodged = {"objector": "王示例", "statement": "系同名同号", "received_on": "2025-11-20", "lodged_through": "某局"}
    yield "POST", "/v1/objections", "/v1/objections", {"ban_no": ban_no, **lodged}
    own = at.licensing.post("/v1/objections", {"ban_no": ban_no, **lodged}).get_json()["objection_no"]
    for number in (own, "E0"):
        yield "GET", "/v1/objections/{objection_no}", f"/v1/objections/{number}", None
    hook, acknowledge = "/v1/webhook", "/v1/notices/{notice_no}/acknowledge"
    yield "PUT", hook, hook, {"url": "http://127.0.0.1:9/told"}
    yield "GET", hook, hook, None
    yield "POST", f"{hook}/test", f"{hook}/test", {}
    yield "DELETE", hook, hook, None
    yield "GET", hook, hook, None
    yield "POST", f"{hook}/test", f"{hook}/test", {}
    for query in ("", "?after=x"):
        yield "GET", "/v1/notices", f"/v1/notices{query}", None
    for number in (notice.notice_no, "N0"):
        yield "POST", acknowledge, acknowledge.replace("{notice_no}", number), {}


def of_the_feed(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask for signed batches in every way that is described."""
    page = at.province.get("/v1/snapshot")
    yield "/v1/snapshot", page
    for query in ("after=31:x&at=1", "previous=x"):
        yield "/v1/snapshot", at.province.get(f"/v1/snapshot?{query}")
    digest = page.headers["ETag"].removeprefix("W/").strip('"')
    batch = orjson.loads(page.get_json()["batch"])
    query = f"after={batch['to']}&epoch={batch['epoch']}&previous={digest}"
    told = at.province.get(f"/v1/changes?{query}")
    yield "/v1/changes", told
    told_of = told.headers["ETag"].removeprefix("W/").strip('"')
    nothing = f"after={batch['to']}&epoch={batch['epoch']}&previous={told_of}"
    yield "/v1/changes", at.province.get(f"/v1/changes?{nothing}")
    yield "/v1/changes", at.province.get(f"/v1/changes?{nothing}", If_None_Match=f'"{told_of}"')
    yield "/v1/changes", at.province.get(f"/v1/changes?after={batch['to']}&epoch={'0' * 32}")
    with patch.object(exchange, "give_changes", side_effect=SnapshotNeededError("")):
        yield "/v1/changes", at.province.get(f"/v1/changes?{query}")
    taken = {"epoch": batch["epoch"], "batch": digest, "from": batch["from"], "to": batch["to"], "outcomes": []}
    for digest_of in (digest, "0" * 64):
        yield "/v1/acknowledgements", at.province.post("/v1/acknowledgements", taken | {"batch": digest_of})
    yield "/v1/announcements", at.province.post("/v1/announcements", NEWS)


def of_comparing(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Compare what both hold in every way that is described."""
    for query in (f"asked={ASKED}", "asked=x"):
        yield "/v1/digests", at.province.get(f"/v1/digests?{query}")
    for buckets in ("7,19", "1024"):
        yield BUCKETS, at.province.get(f"/v1/digests/{buckets}?asked={ASKED}")
    yield BUCKETS, raw(at.province, f"/v1/digests/7?asked={ASKED}", "GET", headers={"Authorization": "Bearer none"})
    yield BUCKETS, at.licensing.get(f"/v1/digests/7?asked={ASKED}")
    yield BUCKETS, at.hasty[ClientRole.PROVINCE].get(f"/v1/digests/7?asked={ASKED}")
    with patch.object(Store, "read", side_effect=UnavailableError("")):
        yield BUCKETS, at.province.get(f"/v1/digests/7?asked={ASKED}")
    yield "/v1/restatements", at.province.post("/v1/restatements", {"asked": ASKED, "rows": [["32", "R1"]]})


def of_what_provinces_say(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Send faulty acknowledgements and announcements, and ask all of the exchange without a right."""
    json_body = {"content_type": "application/json"}
    for path in EXCHANGE:
        method = "GET" if path in {"/v1/snapshot", "/v1/digests"} else "POST"
        yield path, raw(at.province, path, method, json=NEWS, headers={"Authorization": "Bearer none"})
        yield path, raw(at.licensing, path, method, json=NEWS)
        yield path, raw(at.hasty[ClientRole.PROVINCE], path, method, json=NEWS)
        if method == "GET":
            continue
        yield path, raw(at.province, path, method, data="{", **json_body)
        yield path, raw(at.province, path, method, data="{}", content_type="text/plain")
        yield path, raw(at.province, path, method, json={})
        yield path, raw(at.province, path, method, data=b" " * (BATCH_BYTES + 1), **json_body)


def _steps(at: Callers) -> dict[str, tuple[str, dict[str, Any] | None]]:
    """Return, by documented path, an address and a body that is taken there (None: it is read)."""
    draft, filed, also = (laid(at.services, "client:99", stage=stage) for stage in ("draft", "filed", "filed"))
    pending = laid(at.services, "client:99", stage="pending")
    return {
        "/v1/judgments": ("/v1/judgments", BODY),
        JUDGMENT: (f"/v1/judgments/{draft.document_no}", None),
        f"{JUDGMENT}/file": (
            f"/v1/judgments/{draft.document_no}/file",
            {"expected": draft.expected, "content": draft.content},
        ),
        f"{JUDGMENT}/effect": (
            f"/v1/judgments/{pending.document_no}/effect",
            {"expected": pending.expected, "effective_date": "2020-03-20"},
        ),
        f"{JUDGMENT}/confirmation": (f"/v1/judgments/{filed.document_no}/confirmation", {"number": filed.number}),
        f"{JUDGMENT}/return": (f"/v1/judgments/{also.document_no}/return", {"number": also.number, "note": "x"}),
    }


def of_operation(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Read what is open to everybody."""
    for path in described()["paths"]:
        if "{" not in path and not path.startswith(
            (
                "/v1/checks",
                "/v1/log",
                "/v1/judgments",
                "/v1/cases",
                "/v1/notices",
                "/v1/webhook",
                "/v1/objections",
                *EXCHANGE,
            )
        ):
            yield path, at.licensing.get(path)


def beyond_the_rate(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask once more than a client may."""
    for path, body in CHECKS.items():
        yield path, at.hasty[ClientRole.LICENSING].post(path, body)
    yield SINGLE, at.hasty[ClientRole.REGULATOR].get(f"/v1/checks/{at.check_no}")
    yield "/v1/changes", at.hasty[ClientRole.PROVINCE].get("/v1/changes")
    yield "/v1/log/inclusion", at.hasty[ClientRole.COURT].get("/v1/log/inclusion?leaf=x")


def without_a_store(at: Callers) -> Iterator[tuple[str, TestResponse]]:
    """Ask everything while the store does not answer."""
    with ExitStack() as broken:
        for name in ("read", "write", "standing"):
            broken.enter_context(patch.object(Store, name, side_effect=UnavailableError("")))
        for path, operations in described()["paths"].items():
            for method in operations:
                where = path.replace("{check_no}", at.check_no).replace("consistency", "consistency?first=1&second=2")
                where = where.replace("{buckets}", f"7?asked={ASKED}")
                body = CHECKS.get(path, {} if method in {"post", "put"} else None)
                yield path, raw(at.licensing, where, method.upper(), json=body)


def met(callers: Callers) -> set[tuple[str, int]]:
    ways: tuple[Callable[[Callers], Iterator[tuple[str, TestResponse]]], ...] = (
        of_posting,
        of_reading,
        of_the_log,
        on_behalf,
        of_judgments,
        of_cases,
        of_being_told,
        of_the_feed,
        of_what_provinces_say,
        of_comparing,
        of_operation,
        beyond_the_rate,
        without_a_store,
    )
    return {(path, response.status_code) for way in ways for path, response in way(callers)}


def test_every_documented_status_is_reached_and_no_other_is_met(callers: Callers) -> None:
    documented = {
        (path, int(status))
        for path, operations in described()["paths"].items()
        for operation in operations.values()
        for status in operation["responses"]
    }
    found = {each for each in met(callers) if each[0] in described()["paths"]}
    assert documented - found == set()
    assert found - documented - {(path, http.HTTPStatus.NOT_FOUND) for path in described()["paths"]} == set()
