"""The exchange's door: who is given which batch, how it is packed and tagged, and what provinces may say."""

from __future__ import annotations

import datetime
import gzip
import hashlib
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from registry.clock import FixedClock
from registry.exchange.batch import HUB, NO_BATCH
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from registry.store.exchange_tables import exchange_batch, exchange_partner
from registry.store.tables import api_client
from tests.api.rest.caller import Caller
from tests.registry.intake.list_rows_at_hand import conviction
from tests.registry.services.register_under_test import rows, take

EPOCH = "0" * 32


def of_31(number: int) -> dict[str, str]:
    """Return a row a court of Shanghai would report."""
    return conviction(f"R{number}", source_region="31", document_no=f"（2021）沪0101刑初{number}号")


def batch_of(response: TestResponse) -> tuple[dict[str, Any], str]:
    """Return a batch and its digest; nothing is verified."""
    assert response.status_code == 200, response.get_data(as_text=True)
    text = response.get_json()["batch"]
    return orjson.loads(text), hashlib.sha256(text.encode()).hexdigest()


def after(batch: dict[str, Any], digest: str, **changed: object) -> str:
    """Return the address of what comes after a batch."""
    query = {"after": batch["to"], "epoch": batch["epoch"], "previous": digest} | changed
    return "/v1/changes?" + "&".join(f"{name}={value}" for name, value in query.items())


@pytest.fixture
def begun(services: Services, province: Caller) -> tuple[dict[str, Any], str]:
    """The first snapshot a province took, of a list of one."""
    take(services, of_31(1))
    return batch_of(province.get("/v1/snapshot"))


def test_a_province_takes_the_whole_list_and_then_what_is_new(
    services: Services, province: Caller, begun: tuple[dict[str, Any], str]
) -> None:
    page, digest = begun
    assert [(item["operation"], item["record_no"]) for item in page["items"]] == [("upsert", "R1")]
    take(services, of_31(2))
    response = province.get(after(page, digest))
    batch, second = batch_of(response)
    assert (batch["from"], batch["previous"], batch["for"]) == (page["to"] + 1, digest, "33")
    assert [item.get("record_no") for item in batch["items"]] == ["R2"]
    assert response.headers["ETag"] == f'W/"{second}"'


def test_what_is_given_is_kept_from_caches_and_recorded(
    services: Services, province: Caller, clock: FixedClock, begun: tuple[dict[str, Any], str]
) -> None:
    page, digest = begun
    clock.advance(datetime.timedelta(seconds=1))
    assert province.get("/v1/snapshot").headers["Cache-Control"] == "no-store"
    assert province.get(after(page, digest)).headers["Cache-Control"] == "no-store"
    assert digest in {row.digest for row in rows(services, exchange_batch) if row.direction == "out"}


def test_where_nothing_is_new_only_that_is_said(province: Caller, begun: tuple[dict[str, Any], str]) -> None:
    told, digest = batch_of(province.get(after(*begun)))
    assert (told["items"], set(told["coverage"])) == ([], {"31"})
    address = after(told, digest)
    answers = [province.get(address), province.get(address, If_None_Match=f'"{digest}"')]
    assert [(each.status_code, each.data) for each in answers] == [(204, b""), (304, b"")]
    assert {each.headers["ETag"] for each in answers} == {f'W/"{digest}"'}
    assert province.get(address, If_None_Match=f'"{NO_BATCH}"').status_code == 204


def test_news_is_given_whatever_the_asker_holds_already(
    services: Services, province: Caller, begun: tuple[dict[str, Any], str]
) -> None:
    take(services, of_31(2))
    assert province.get(after(*begun), If_None_Match=f'"{begun[1]}"').status_code == 200


def test_an_answer_is_packed_where_the_asker_takes_that_and_says_so(
    services: Services, province: Caller, clock: FixedClock
) -> None:
    take(services, *[of_31(number) for number in range(1, 40)])
    packed = province.get("/v1/snapshot", Accept_Encoding="br, gzip")
    clock.advance(datetime.timedelta(seconds=1))
    plain = province.get("/v1/snapshot", Accept_Encoding="gzip;q=0")
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert "Content-Encoding" not in plain.headers
    assert len(packed.data) < len(plain.data) / 3
    assert set(orjson.loads(gzip.decompress(packed.data))) == set(plain.get_json())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"epoch": EPOCH}, "epoch_changed"),
        ({"previous": "a" * 64}, "unknown_position"),
        ({"after": 999}, "unknown_position"),
    ],
)
def test_an_unknown_position_or_epoch_is_told_to_take_a_snapshot(
    province: Caller, begun: tuple[dict[str, Any], str], changed: dict[str, Any], code: str
) -> None:
    response = province.get(after(*begun, **changed))
    assert (response.status_code, response.get_json()["code"]) == (409, code)


def test_another_province_cannot_go_on_from_what_this_one_was_given(
    app: Flask, services: Services, begun: tuple[dict[str, Any], str]
) -> None:
    other = Caller(app, add_client(services, "province 32", ClientRole.PROVINCE, "32", "test").key)
    assert other.get(after(*begun)).get_json()["code"] == "unknown_position"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("epoch=x", "epoch"),
        ("epoch=", "epoch"),
        (f"epoch={EPOCH}&previous={'A' * 64}", "previous"),
        (f"epoch={EPOCH}&after=-1", "after"),
        (f"epoch={EPOCH}&limit=1001", "limit"),
    ],
)
def test_a_position_that_cannot_be_is_named(province: Caller, query: str, pointer: str) -> None:
    response = province.get(f"/v1/changes?{query}")
    assert (response.status_code, response.get_json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("query", ["after=", "after=" + "x" * 301, "after=a%00b&at=1", "at=x", "limit=0", "previous=1"])
def test_a_page_that_cannot_be_is_refused(province: Caller, query: str) -> None:
    assert province.get(f"/v1/snapshot?{query}").status_code == 422


def test_a_key_of_no_region_speaks_for_no_province(services: Services, province: Caller) -> None:
    with services.store.write() as uow:
        uow.transaction.connection.execute(update(api_client).values(region=None))
    for response in (province.get("/v1/snapshot"), province.get(f"/v1/changes?epoch={EPOCH}")):
        assert (response.status_code, response.get_json()["code"]) == (403, "not_allowed")


def test_an_announcement_is_noted_for_whoever_speaks(services: Services, province: Caller) -> None:
    news = {"region": "33", "epoch": EPOCH, "up_to": 7}
    assert province.post("/v1/announcements", news).status_code == 200
    assert province.post("/v1/announcements", news | {"up_to": 5}).status_code == 200
    assert [(row.partner, row.announced_to) for row in rows(services, exchange_partner)] == [("33", 7)]
    refused = province.post("/v1/announcements", news | {"region": "31"})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (403, "/region")
    assert HUB not in {row.partner for row in rows(services, exchange_partner)}


def test_an_acknowledgement_is_noted_once_or_often(
    services: Services, province: Caller, begun: tuple[dict[str, Any], str]
) -> None:
    page, digest = begun
    taken = {
        "epoch": page["epoch"],
        "batch": digest,
        "from": page["from"],
        "to": page["to"],
        "outcomes": [["31:R1", "in_force", None]],
    }
    for _ in range(2):
        assert province.post("/v1/acknowledgements", taken).status_code == 200
    (given,) = [row for row in rows(services, exchange_batch) if row.digest == digest]
    assert given.acknowledged_at is not None
    assert province.post("/v1/acknowledgements", taken | {"batch": "a" * 64}).status_code == 404


@pytest.mark.parametrize(
    "outcomes", [[["1", "known"]], [["1", "known", 5.5]], [[None, "known", None]], "x", [[True, "known", None]], [7]]
)
def test_an_outcome_that_is_none_is_named_by_its_place(province: Caller, outcomes: object) -> None:
    taken = {"epoch": EPOCH, "batch": "0" * 64, "from": 0, "to": 0, "outcomes": outcomes}
    response = province.post("/v1/acknowledgements", taken)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"].startswith("/outcomes")
