"""The judgments' door: a court's system lays down and files, another confirms, and the next check sees the ban."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from registry.store.desk_tables import desk_document
from registry.store.upload_tables import original
from tests.api.rest.caller import Caller, applicant, application
from tests.api.rest.judgments_at_hand import BODY, ID_NUMBER, TEXT, in_effect, laid
from tests.invented_list import report_fresh
from tests.registry.intake.invented_certificates import LETTER, certified
from tests.registry.intake.invented_judgments import SENTENCE, ZHOU, appeal, judgment
from tests.registry.services.sheets_at_hand import court_row, workbook

YOUNG = judgment(SENTENCE, ZHOU.replace("1981年5月6日", "2004年5月6日"))


@pytest.fixture
def second(app: Flask, services: Services) -> Caller:
    """Another system of the same court."""
    return Caller(app, add_client(services, "court 33, second", ClientRole.COURT, "33", "test").key)


def counted(services: Services) -> tuple[int, int]:
    with services.store.read() as uow:
        counts = (select(func.count()).select_from(table) for table in (desk_document, original))
        documents, originals = (int(uow.transaction.connection.execute(count).scalar_one()) for count in counts)
    return documents, originals


def test_a_judgment_is_laid_down_filed_and_confirmed_by_another_key_and_the_next_check_holds(
    services: Services, court: Caller, second: Caller, licensing: Caller
) -> None:
    report_fresh(services)
    check = application(applicant("周明远", ID_NUMBER))
    assert licensing.post("/v1/checks", check).get_json()["verdict"] == "clear"
    received = court.post("/v1/judgments", BODY).get_json()
    assert (received["reception"], received["judgment"]["state"]) == ("draft", "draft")
    assert counted(services) == (1, 1)
    path, judged = f"/v1/judgments/{received['judgment']['document_no']}", received["judgment"]
    filing = {"expected": judged["row_version"], "content": in_effect(judged["content"])}
    filed = court.post(f"{path}/file", filing).get_json()
    assert (filed["state"], filed["number"]) == ("filed", 1)
    own = court.post(f"{path}/confirmation", {"number": 1})
    assert (own.status_code, own.get_json()["code"]) == (403, "same_person")
    assert licensing.post("/v1/checks", check).get_json()["verdict"] == "clear"
    confirmed = second.post(f"{path}/confirmation", {"number": 1, "note": "核对无误"}).get_json()
    assert confirmed["state"] == "in_force"
    assert [row["outcome"] for row in confirmed["rows"]] == ["in_force"]
    answer = licensing.post("/v1/checks", check).get_json()
    assert (answer["verdict"], answer["list"]["version"]) == ("block", confirmed["list_version"])
    assert court.get(path).get_json()["rows"][0]["ban_no"] == answer["subjects"][0]["matches"][0]["ban_no"]


def test_a_file_may_be_the_body_itself_and_one_known_is_named_and_not_laid_down_twice(
    services: Services, court: Caller
) -> None:
    headers = {"Authorization": f"Bearer {court.key}", "Content-Type": "application/octet-stream"}
    sent = court.app.test_client().post("/v1/judgments", data=TEXT.encode("gb18030"), headers=headers).get_json()
    number = sent["judgment"]["document_no"]
    again = court.post("/v1/judgments", BODY).get_json()
    assert (again["reception"], again["judgment"]) == ("known", None)
    assert [(known["document_no"], known["by"]) for known in again["known"]] == [(number, "case_number")]
    assert counted(services) == (1, 1)
    assert court.post("/v1/judgments", BODY | {"although_known": True}).get_json()["reception"] == "draft"


def test_the_same_request_under_an_idempotency_key_is_done_once(services: Services, court: Caller) -> None:
    first = court.post("/v1/judgments", BODY | {"although_known": True}, Idempotency_Key="k")
    again = court.post("/v1/judgments", BODY | {"although_known": True}, Idempotency_Key="k")
    told, repeated = first.get_json(), again.get_json()
    assert told["judgment"].pop("content")["defendants"]
    assert repeated["judgment"].pop("content") is None, "nobody's name is kept with an idempotency key"
    assert told == repeated
    assert counted(services)[0] == 1
    other = court.post("/v1/judgments", BODY, Idempotency_Key="k")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")


def test_a_failed_act_gives_its_idempotency_key_back(services: Services, court: Caller) -> None:
    one = laid(services, "client:1")
    path = f"/v1/judgments/{one.document_no}/file"
    wrong = {"expected": one.expected, "content": one.content | {"effective_date": "某日"}}
    assert court.post(path, wrong, Idempotency_Key="k").status_code == 422
    right = {"expected": one.expected, "content": one.content}
    assert court.post(path, right, Idempotency_Key="k").status_code == 200


def test_faults_of_a_filing_are_named_by_pointer(services: Services, court: Caller) -> None:
    one = laid(services, "client:1")
    content = one.content | {"effective_date": "2020-13-40"}
    content["defendants"][0]["counts"][0]["charge"] = None
    response = court.post(f"/v1/judgments/{one.document_no}/file", {"expected": one.expected, "content": content})
    assert response.status_code == 422
    faults = {(fault["pointer"], fault["code"]): fault["says"] for fault in response.get_json()["errors"]}
    assert ("/content/defendants/0/counts/0/charge", "missing") in faults
    assert any(pointer == "/content/effective_date" for pointer, _ in faults)
    assert all(faults.values())


def test_a_filing_is_sent_back_or_finds_that_somebody_was_quicker(services: Services, court: Caller) -> None:
    one = laid(services, "client:77", stage="filed")
    path = f"/v1/judgments/{one.document_no}"
    assert court.get(path).get_json()["waiting"]["number"] == one.number
    back = court.post(f"{path}/return", {"number": one.number, "note": "请核对"}).get_json()
    assert back["state"] == "returned"
    late = court.post(f"{path}/confirmation", {"number": one.number})
    assert (late.status_code, late.get_json()["code"]) == (409, "changed_meanwhile")
    missing = court.post(f"{path}/return", {"number": one.number})
    assert missing.get_json()["errors"][0]["pointer"] == "/note"


def test_a_certificate_brings_effect_to_what_was_confirmed_before(
    services: Services, court: Caller, second: Caller
) -> None:
    one = laid(services, "client:77", stage="pending")
    path = f"/v1/judgments/{one.document_no}"
    assert court.get(path).get_json()["state"] == "pending"
    filed = court.post(f"{path}/effect", {"expected": one.expected, "effective_date": "2020-03-20"}).get_json()
    assert (filed["kind"], filed["state"]) == ("effect", "filed")
    confirmed = second.post(f"{path}/confirmation", {"number": filed["number"]}).get_json()
    assert confirmed["state"] == "in_force"


def test_a_certificate_is_sent_like_a_judgment_and_named_or_sent_with_the_step(
    services: Services, court: Caller, second: Caller
) -> None:
    one = laid(services, "client:77", stage="pending")
    path = f"/v1/judgments/{one.document_no}/effect"
    paper = {"document": base64.b64encode(LETTER.encode()).decode()}
    sent = court.post("/v1/judgments", paper).get_json()
    assert (sent["reception"], sent["judgment"]) == ("certificate", None)
    told = sent["certificate"]
    assert (told["document_no"], told["effective_date"], told["fate"]) == (one.document_no, "2020-03-20", "offered")
    named = {"expected": one.expected, "certificate": told["certificate_no"]}
    other = court.post(path, named | {"effective_date": "2020-03-21"})
    assert [(fault["pointer"], fault["code"]) for fault in other.get_json()["errors"]] == [
        ("/effective_date", "other_day")
    ]
    filed = court.post(path, {"expected": one.expected, **paper}).get_json()
    assert (filed["kind"], filed["state"]) == ("effect", "filed")
    court.post(f"/v1/judgments/{one.document_no}/return", {"number": filed["number"], "note": "再核"})
    expected = court.get(f"/v1/judgments/{one.document_no}").get_json()["row_version"]
    again = court.post(path, named | {"expected": expected}).get_json()
    confirmed = second.post(f"/v1/judgments/{one.document_no}/confirmation", {"number": again["number"]}).get_json()
    assert confirmed["state"] == "in_force"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/effective_date", "missing"),
        ({"certificate": "C000000000000"}, "/certificate", "missing"),
        ({"document": base64.b64encode(TEXT.encode()).decode()}, "/document", "unreadable_document"),
        (
            {"document": base64.b64encode(certified("（2020）浙0599刑初8号").encode()).decode()},
            "/certificate",
            "other_case",
        ),
        ({"document": "?"}, "/document", "not_base64"),
    ],
)
def test_a_step_of_effect_without_a_certificate_of_this_judgment_names_what_is_wrong(
    services: Services, court: Caller, body: dict[str, str], pointer: str, code: str
) -> None:
    one = laid(services, "client:77", stage="pending")
    response = court.post(f"/v1/judgments/{one.document_no}/effect", {"expected": one.expected, **body})
    assert response.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in response.get_json()["errors"]] == [(pointer, code)]


def test_a_certificate_of_a_case_open_on_appeal_is_refused_by_either_way(services: Services, court: Caller) -> None:
    one = laid(services, "client:77", stage="pending")
    laid(services, "client:77", appeal("驳回上诉，维持原判。", "裁定"))
    paper = {"document": base64.b64encode(LETTER.encode()).decode()}
    sent = court.post("/v1/judgments", paper).get_json()
    assert (sent["reception"], sent["certificate"]["certificate_no"]) == ("appealed", None)
    response = court.post(f"/v1/judgments/{one.document_no}/effect", {"expected": one.expected, **paper})
    assert (response.status_code, response.get_json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("data", [b"%PDF-1.7 torn", b"PK\x03\x04 torn", b" ", workbook(court_row())])
def test_a_file_that_cannot_be_taken_costs_one_problem_and_leaves_nothing(
    services: Services, court: Caller, data: bytes
) -> None:
    response = court.post("/v1/judgments", {"document": base64.b64encode(data).decode()})
    assert response.status_code == 422
    assert [fault["code"] for fault in response.get_json()["errors"]] == ["unreadable_document"]
    assert counted(services) == (0, 0)


def test_a_court_lays_nothing_down_for_another_region(services: Services, court: Caller) -> None:
    response = court.post("/v1/judgments", BODY | {"region": "31"})
    assert (response.status_code, response.get_json()["errors"][0]["code"]) == (403, "region_not_yours")
    assert counted(services) == (0, 0)


def test_of_a_juvenile_nothing_is_kept_and_nothing_is_said(services: Services, court: Caller) -> None:
    response = court.post("/v1/judgments", {"document": base64.b64encode(YOUNG.encode()).decode()})
    answer = response.get_json()
    assert (answer["reception"], answer["judgment"]) == ("refused", None)
    assert "周明远" not in response.get_data(as_text=True)
    assert counted(services) == (0, 0)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/document", "required"),
        ({"document": "***"}, "/document", "not_base64"),
        ({"document": "QQ==", "although_known": "yes"}, "/although_known", "invalid"),
        ({"document": "QQ==", "region": "99"}, "/region", "region"),
        ({"document": "QQ==", "file": "x"}, "/file", "unknown_field"),
    ],
)
def test_a_body_that_is_not_as_described_names_its_field(
    court: Caller, body: dict[str, object], pointer: str, code: str
) -> None:
    response = court.post("/v1/judgments", body)
    assert response.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in response.get_json()["errors"]] == [(pointer, code)]


def test_another_regions_judgment_is_not_there(app: Flask, services: Services) -> None:
    elsewhere = Caller(app, add_client(services, "court 32", ClientRole.COURT, "32", "test").key)
    one = laid(services, "client:77", stage="filed")
    path = f"/v1/judgments/{one.document_no}"
    assert elsewhere.get(path).status_code == 404
    assert elsewhere.post(f"{path}/confirmation", {"number": one.number}).status_code == 404


def test_a_system_does_not_confirm_its_own_filing_with_a_renewed_key(app: Flask, services: Services) -> None:
    former = add_client(services, "court 33, renewed", ClientRole.COURT, "33", "test")
    filed = laid(services, f"client:{former.id}", stage="filed")
    renewed = Caller(app, add_client(services, " Court 33, renewed", ClientRole.COURT, "33", "test").key)
    refused = renewed.post(f"/v1/judgments/{filed.document_no}/confirmation", {"number": filed.number})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "same_person")
