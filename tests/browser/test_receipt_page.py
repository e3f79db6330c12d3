"""A clerk verifies a receipt in the browser: from the register, and from the saved file without a network."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from api.rest.app import create_app
from registry.ledger.receipt import compact
from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

BODY = application(applicant("王示例", invented_id(1)), applicant("赵无关", invented_id(77), subject_no="2"))
PATH = "/v1/receipts/verify"

# What the page shows does not hang on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def caller(services: Services) -> Caller:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    return Caller(create_app(services), add_client(services, "licensing 33", ClientRole.LICENSING, "33", "test").key)


@pytest.fixture
def answer(caller: Caller) -> dict[str, Any]:
    given: dict[str, Any] = caller.post("/v1/checks", BODY).get_json()
    return given


@pytest.fixture
def page(chromium: Browser, caller: Caller) -> Iterator[Page]:
    """The page as the register serves it; it may ask for nothing else, and its script may complain of nothing."""
    server = make_server("127.0.0.1", 0, caller.app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shown = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    asked: list[str] = []
    complaints: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    address = f"http://127.0.0.1:{server.port}{PATH}"
    shown.goto(address)
    yield shown
    shown.close()
    server.shutdown()
    assert [url for url in asked if not url.startswith(("data:", "file:", address))] == []
    assert complaints == []


def verify(page: Page, text: str) -> str:
    """Put a text in, press the button and return the heading of what comes."""
    page.fill("#given", text)
    page.click("#verify")
    page.wait_for_selector("#results article h2")
    return page.inner_text("#results article h2")


def test_an_answer_is_found_genuine_and_shown_in_words(page: Page, answer: dict[str, Any]) -> None:
    assert verify(page, json.dumps(answer, ensure_ascii=False, indent=2)) == "真实：由登记系统出具，未被改动"
    shown = page.inner_text("#results")
    for words in (
        "拦截（暂停办理）",
        answer["check_no"],
        "第 1 个：拦截（暂停办理）\n第 2 个：未发现",
        "浙江 有效",
        "一致",
    ):
        assert words in shown
    assert "北京时间" in shown
    page.click("#language")
    assert page.inner_text("#results article h2") == "GENUINE: given by the register, not altered"
    page.click("#language")


def test_a_receipt_alone_and_a_batch_are_taken_too(page: Page, caller: Caller, answer: dict[str, Any]) -> None:
    assert verify(page, compact(answer["receipt"])).startswith("真实")
    assert verify(page, json.dumps(answer["receipt"])).startswith("真实")
    batch = caller.post("/v1/checks/batch", {"requests": [BODY, BODY]}).get_json()
    verify(page, json.dumps(batch))
    page.wait_for_selector("#results article:nth-of-type(2)")
    assert [each.startswith("真实") for each in page.locator("#results h2").all_inner_texts()] == [True, True]


def test_the_request_is_compared_where_it_is_given(page: Page, answer: dict[str, Any]) -> None:
    page.click("summary:has-text('申请')")
    page.fill("#asked", json.dumps(dict(reversed(BODY.items())), ensure_ascii=False, indent=1))
    assert verify(page, json.dumps(answer)).startswith("真实")
    page.fill("#asked", json.dumps(BODY | {"application_no": "339900-2025-999999"}))
    page.wait_for_selector("#results article.bad")
    assert "与所填申请" in page.inner_text("#results article.bad > div")


@pytest.mark.parametrize("field", ["verdict", "check_no", "decided_at"])
def test_an_answer_altered_beside_its_receipt_is_not_to_be_used(page: Page, answer: dict[str, Any], field: str) -> None:
    assert verify(page, json.dumps(answer | {field: "clear"})) == "不一致：请勿采用"


def test_an_altered_subject_or_list_state_is_not_to_be_used(page: Page, answer: dict[str, Any]) -> None:
    altered = copy.deepcopy(answer)
    altered["subjects"][0]["verdict"] = "clear"
    assert verify(page, json.dumps(altered)) == "不一致：请勿采用"
    altered = copy.deepcopy(answer)
    altered["list"]["coverage"][0]["state"] = "never"
    assert verify(page, json.dumps(altered)) == "不一致：请勿采用"


def test_an_altered_receipt_is_not_to_be_trusted(page: Page, answer: dict[str, Any]) -> None:
    receipt = answer["receipt"]
    for part in ("payload", "protected", "signature"):
        place = len(receipt[part]) // 2
        other = "A" if receipt[part][place] != "A" else "B"
        altered = receipt | {part: receipt[part][:place] + other + receipt[part][place + 1 :]}
        assert verify(page, json.dumps(answer | {"receipt": altered})) == "不可信：请勿采用"


@pytest.mark.parametrize("text", ["{", "[]", "7", "null", '{"verdict": "clear"}', '{"receipt": null}', "王示例"])
def test_what_cannot_be_verified_is_said_to_be_so(page: Page, text: str) -> None:
    assert verify(page, text) in {"没有可核验的内容", "不可信：请勿采用"}


def test_another_registers_receipt_is_not_to_be_trusted_under_these_keys(page: Page, answer: dict[str, Any]) -> None:
    page.click("summary:has-text('所用公钥')")
    stranger = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
    page.fill("#keys", json.dumps(stranger))
    assert verify(page, json.dumps(answer)) == "不可信：请勿采用"
    assert "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" in page.inner_text("#known")


def test_the_saved_page_works_without_a_network(
    page: Page, caller: Caller, answer: dict[str, Any], tmp_path: Path
) -> None:
    saved = tmp_path / "核验.html"
    saved.write_bytes(caller.get(PATH).data)
    page.context.set_offline(True)
    page.goto(saved.as_uri())
    assert verify(page, json.dumps(answer)).startswith("真实")
    page.context.set_offline(False)


def test_a_file_is_taken_as_well_as_a_pasted_text(page: Page, answer: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    page.set_input_files("#file", path)
    page.wait_for_selector("#results article.good")
