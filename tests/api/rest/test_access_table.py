"""Every route for every role and region, as access.csv says and no otherwise; a route that is not in it fails.

The callers are of region 33; `its_own` is a check the licensing client made, `anothers_of_33` another's of its region.
"""

from __future__ import annotations

import csv
import datetime
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from registry.clock import FixedClock
from registry.exchange.batch import NO_BATCH, Batch
from registry.ledger.checkpoint import cosign, with_cosignatures
from registry.ledger.signed_note import KeyKind, Note, SignerKey
from registry.services.add_client import Limits, Wanted, add_limited_client, hash_key
from registry.services.add_witness import add_witness
from registry.services.context import Services
from registry.services.give_batch import give_snapshot
from registry.services.sequence_log import sequence_log
from registry.store.client_repository import ClientRole
from registry.store.notice_repository import NewNotice, NoticeKind
from tests.api.rest.caller import applicant, application
from tests.api.rest.judgments_at_hand import BODY, IN_31, Laid, laid
from tests.invented_list import Listing, invented_id, person, put_on_list
from tests.registry.services.cases_at_hand import case_of

TABLE = list(csv.DictReader(Path(__file__).with_name("access.csv").read_text("utf-8").splitlines()))
CALLERS = {
    "licensing": (ClientRole.LICENSING, "33"),
    "court": (ClientRole.COURT, "33"),
    "province": (ClientRole.PROVINCE, "33"),
    "regulator": (ClientRole.REGULATOR, None),
    "regulator_33": (ClientRole.REGULATOR, "33"),
}
REGIONS = {"of_33": "330100", "of_31": "310101", "of_no_region": None}
SAID_BY_PROVINCES = {"/v1/acknowledgements", "/v1/announcements", "/v1/restatements"}
WITNESS = SignerKey("witness.example", bytes(32), KeyKind.COSIGNATURE_V1)
ASKED = "0" * 32
CLAIMS = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-User",
    "X-Forwarded-Host",
    "X-Client-Id",
    "X-Client-Cert",
    "X-Remote-User",
    "Remote-User",
    "X-User-Id",
    "X-Auth-Request-User",
    "X-SSL-Client-DN",
    "X-Real-IP",
    "X-Original-URL",
    "X-HTTP-Method-Override",
)


@dataclass(frozen=True)
class Door:
    """The application, the keys of every caller, and what they ask about."""

    app: Flask
    services: Services
    keys: Mapping[str, str]
    checks: Mapping[str, str]
    judgments: Mapping[str, Laid]
    batches: Mapping[str, Batch]
    notices: Mapping[str, str]
    objections: Mapping[str, str]
    bans: str
    sizes: str
    note: str

    def ask(self, row: Mapping[str, str], key: str | None, claims: Mapping[str, str] | None = None) -> TestResponse:
        """Ask what a row of the table describes under a key."""
        about = row["about"]
        path = row["route"].replace("<check_no>", self.checks.get(about, "")).replace("<name>", "swagger-ui.css")
        if about in self.judgments:
            path = path.replace("<document_no>", self.judgments[about].document_no)
        path = path.replace("<notice_no>", self.notices.get(about, ""))
        path = path.replace("<objection_no>", self.objections.get(about, ""))
        if path.endswith("/consistency"):
            path += f"?{self.sizes}"
        if path.endswith("/inclusion"):
            path += f"?check_no={self.checks[about]}" if about in self.checks else f"?leaf={self.checks['leaf']}"
        if row["method"] == "GET" and (batch := self.batches.get(about)) is not None:
            path += f"?after={batch.last}&epoch={batch.epoch}&previous={batch.digest}"
        if path.startswith("/v1/digests"):
            path = path.replace("<buckets>", "7,8") + f"?asked={ASKED}"
        headers = dict(claims or {}) | ({"Authorization": f"Bearer {key}"} if key else {})
        response = self.app.test_client().open(path, method=row["method"], headers=headers, **self._body(row))
        response.get_data()
        response.close()
        return response

    def _body(self, row: Mapping[str, str]) -> dict[str, Any]:
        if row["route"] == "/v1/log/cosignatures":
            return {"data": self.note}
        if row["method"] not in {"POST", "PUT"}:
            return {}
        if row["route"].startswith(("/v1/webhook", "/v1/notices", "/v1/objections")):
            return {"json": self._told_by_offices(row)}
        if row["route"] in SAID_BY_PROVINCES:
            return {"json": self._said(row["route"], row["about"])}
        if row["route"].startswith(("/v1/cases", "/v1/judgments")):
            return {"json": self._stepped(row["route"], row["about"])}
        check = application(applicant("赵无关", invented_id(7)), region=REGIONS[row["about"]])
        return {"json": {"requests": [check]} if row["route"].endswith("/batch") else check}

    def _stepped(self, route: str, about: str) -> dict[str, Any]:
        if route.startswith("/v1/cases"):
            return self._noted(self.checks[about])
        return _step(route.rpartition("/")[2], self.judgments.get(about))

    def _noted(self, check_no: str) -> dict[str, Any]:
        return {"step": "note", "expected": case_of(self.services, check_no).row_version, "text": "x"}

    def _told_by_offices(self, row: Mapping[str, str]) -> dict[str, Any]:
        if row["route"] == "/v1/objections":
            return objection(self.bans)
        return {"url": "https://office.example/told"} if row["method"] == "PUT" else {}

    def _said(self, route: str, about: str) -> dict[str, Any]:
        if route == "/v1/acknowledgements":
            return acknowledgement(self.batches[about])
        if route == "/v1/restatements":
            return {"asked": ASKED, "rows": [["32", "R1"]]}
        return {"region": about[-2:], "epoch": "0" * 32, "up_to": 1}


def acknowledgement(batch: Batch) -> dict[str, Any]:
    """Return the body that says a batch was taken and brought nothing."""
    return {"epoch": batch.epoch, "batch": batch.digest, "from": batch.first, "to": batch.last, "outcomes": []}


def given_to(services: Services, partner: str) -> Batch:
    """Give a partner the list as it is, and put somebody else on it."""
    given = give_snapshot(services, partner, after=None, at=None, previous=NO_BATCH, most=100).batch
    put_on_list(services, Listing(person("王示例", invented_id(3)), region="32"))
    return given


def _step(step: str, one: Laid | None) -> dict[str, Any]:
    """Return the body of a step at the judgments' door."""
    if one is None:
        return BODY | {"although_known": True}
    steps: dict[str, dict[str, Any]] = {
        "file": {"expected": one.expected, "content": one.content},
        "effect": {"expected": one.expected, "effective_date": "2020-03-20"},
        "confirmation": {"number": one.number or 1},
        "return": {"number": one.number or 1, "note": "x"},
    }
    return steps[step]


def on_the_desk(services: Services) -> dict[str, Laid]:
    """Lay down what the table speaks of, as another client of region 33 and of region 31."""
    return {
        "a_draft": laid(services, "client:99"),
        "anothers_filing": laid(services, "client:99", stage="filed"),
        "another_filing": laid(services, "client:99", stage="filed"),
        "a_pending_one": laid(services, "client:99", stage="pending"),
        "a_draft_of_31": laid(services, "client:98", IN_31, "31"),
        "a_filing_of_31": laid(services, "client:98", IN_31, "31", stage="filed"),
    }


@pytest.fixture
def door(app: Flask, services: Services) -> Door:
    keys = {name: key(services, *who) for name, who in CALLERS.items()}
    others = {
        "anothers_of_33": key(services, ClientRole.LICENSING, "33"),
        "of_31": key(services, ClientRole.LICENSING, "31"),
    }
    checks = {
        about: made(app, asker, "31" if about == "of_31" else "33")
        for about, asker in (others | {"its_own": keys["licensing"]}).items()
    }
    first = sequence_log(services.store).size
    add_witness(services, WITNESS.name, WITNESS.verifier().spelt(), "test")
    second = sequence_log(services.store).size
    head = app.test_client().get("/v1/log/checkpoint").get_data(as_text=True)
    note = with_cosignatures(head, [cosign(Note.parse(head).text, WITNESS, int(services.clock.now().timestamp()))])
    with services.store.read() as uow:
        leaf = uow.decisions.leaf_hash(checks["its_own"])
    sizes = f"first={first}&second={second}"
    batches = {f"after_a_snapshot_of_{region}": given_to(services, region) for region in ("33", "31")}
    known = checks | held(app, services, others) | {"leaf": leaf.hex() if leaf else ""}
    return Door(
        app,
        services,
        keys,
        known,
        on_the_desk(services),
        batches,
        told(services, keys),
        *objected(services, app, keys),
        sizes,
        note,
    )


def objection(ban_no: str) -> dict[str, Any]:
    """Return the body that objects to a ban."""
    stated = {"objector": "王示例", "statement": "系同名同号", "received_on": "2025-11-20"}
    return {"ban_no": ban_no, **stated, "lodged_through": "某局"}


def objected(services: Services, app: Flask, keys: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Object through the licensing client and another of its region; return the numbers, and the ban's."""
    (ban_no,) = put_on_list(services, Listing(person("王示例", invented_id(4))))
    other = key(services, ClientRole.LICENSING, "33")
    lodged = {
        about: app.test_client()
        .post("/v1/objections", json=objection(ban_no), headers={"Authorization": f"Bearer {shown}"})
        .get_json()["objection_no"]
        for about, shown in (("its_own", keys["licensing"]), ("anothers_of_33", other))
    }
    return lodged, ban_no


def told(services: Services, keys: Mapping[str, str]) -> dict[str, str]:
    """Tell the licensing client something, and another of its region; return the notices' numbers."""
    with services.store.write() as uow:
        own = uow.clients.by_key_hash(hash_key(keys["licensing"]))
        others = [each.client for each in uow.clients.listed() if each.client.role is ClientRole.LICENSING]
        assert own is not None
        other = next(each for each in others if each.id != own.id)
        made = {
            about: uow.notices.make(NewNotice(who.id, NoticeKind.OUTCOME_RELEASED, "C1", None, "33", {}))
            for about, who in (("its_own", own), ("anothers_of_33", other))
        }
    return {about: notice.notice_no for about, notice in made.items()}


_NAMES = itertools.count()


def key(services: Services, role: ClientRole, region: str | None, limits: Limits | None = None) -> str:
    name = f"x{next(_NAMES)}"  # a system is its name, role and region
    return add_limited_client(services, Wanted(name, role, region, limits or Limits()), "test").key


def made(app: Flask, asker: str, region: str) -> str:
    check = application(applicant("赵无关", invented_id(7)), region=region)
    answer = app.test_client().post("/v1/checks", json=check, headers={"Authorization": f"Bearer {asker}"}).get_json()
    return str(answer["check_no"])


def held(app: Flask, services: Services, askers: Mapping[str, str]) -> dict[str, str]:
    """Have an application of region 33 and one of region 31 held; return their checks by what the table calls them."""
    put_on_list(services, Listing(person("王被拦", invented_id(9))))
    named = {"a_case": askers["anothers_of_33"], "a_case_of_31": askers["of_31"]}
    found = {}
    for about, asker in named.items():
        check = application(applicant("王被拦", invented_id(9)), region="31" if about == "a_case_of_31" else "33")
        headers = {"Authorization": f"Bearer {asker}"}
        found[about] = str(app.test_client().post("/v1/checks", json=check, headers=headers).get_json()["check_no"])
    return found


def given(response: TestResponse) -> bool:
    """Say whether what was asked for was given; a refusal must be one of those for want of a right."""
    status = response.status_code
    if status == 200 and "results" in (response.get_json(silent=True) or {}):
        status = response.get_json()["results"][0]["status"]
    assert status in {200, 204, 401, 403, 404, 409}, response.get_data(as_text=True)
    return status in {200, 204}


def otherwise(door: Door, keys: Mapping[str, str | None], claims: Mapping[str, str] | None = None) -> Iterator[str]:
    for row in TABLE:
        for caller, shown in keys.items():
            if given(door.ask(row, shown, claims)) != (row[caller] == "yes"):
                yield f"{row['method']} {row['route']} {row['about']} for {caller}"


def test_every_route_of_the_application_is_in_the_table(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(row["method"], row["route"]) for row in TABLE}


def test_every_role_gets_what_the_table_says_and_nothing_else(door: Door) -> None:
    assert list(otherwise(door, {**door.keys, "nobody": None})) == []


def test_headers_that_claim_to_be_somebody_have_no_effect(door: Door) -> None:
    for claim in ("1", "regulator", "client:4", door.keys["regulator"]):
        claims = dict.fromkeys(CLAIMS, claim)
        assert list(otherwise(door, {"nobody": None}, claims)) == []
    assert list(otherwise(door, {"licensing": door.keys["licensing"]}, dict.fromkeys(CLAIMS, "regulator"))) == []


def test_a_disabled_or_expired_client_and_a_wrong_key_are_nobody(
    door: Door, services: Services, clock: FixedClock
) -> None:
    expiring = Limits(expires_at=services.clock.now() + datetime.timedelta(hours=1))
    expired = {name: key(services, *who, expiring) for name, who in CALLERS.items()}
    assert list(otherwise(door, {name: expired[name] for name in expired if name != "licensing"})) == []
    clock.advance(datetime.timedelta(hours=1))
    with services.store.write() as uow:
        names = {each.client.name for each in uow.clients.listed()}
        disabled = sum(len(uow.clients.disable(name)) for name in names)
    assert disabled == len(door.keys) + len(expired) + 3
    for shown in (*door.keys.values(), *expired.values(), "fbr_" + "A" * 43):
        assert list(otherwise(door, {"nobody": shown})) == []
