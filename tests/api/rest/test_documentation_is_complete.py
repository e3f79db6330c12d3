"""The OpenAPI document is valid, its examples are what the door says, and no word or code is left unexplained."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.rest import meanings, problems
from api.rest import openapi_examples as examples
from api.rest.limits import BATCH_BYTES, CHECK_BYTES
from api.rest.openapi import described
from api.rest.problem_texts import FAULT_MEANINGS, PROBLEM_MEANINGS
from matching.identity import IdType
from registry import errors
from registry.exchange.cloud_event import envelope
from registry.law.judgment import RowOutcome
from registry.law.roles import Activity, Purpose, Role
from registry.law.verdict import CoverageState, NextStepCode, Verdict
from registry.services.certificate_fate import Fate
from registry.services.context import Services
from registry.services.decide_case import find_other
from registry.services.deliver_notices import event_of
from registry.services.receive_certificate import CertificateReception
from registry.services.receive_judgment import Reception
from registry.services.receive_upload import UploadOutcome
from registry.store.case_values import CaseState, Finding, StepKind
from registry.store.desk_values import DeskState
from registry.store.notice_repository import NoticeKind
from registry.store.objection_repository import ObjectionState
from seeds.demo import load_demo
from tests.api.rest.caller import Caller
from tests.registry.services.cases_at_hand import acting, list_somebody, match_of, reviewed

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "api.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CODE = re.compile(r"[a-z]+(?:_[a-z0-9]+)*")


def test_the_document_is_valid_openapi_and_its_schemas_are_valid_json_schema() -> None:
    document = described()
    OPENAPI_31_VALIDATOR.validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def described_object(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = described()["components"]["schemas"][name]
    return schema


def test_a_receipt_is_an_object_or_null() -> None:
    assert sorted(described_object("CheckAnswer")["properties"]["receipt"]["type"]) == ["null", "object"]


def test_answers_may_grow_and_requests_may_not() -> None:
    schemas = described()["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    of_judgments = {f"Judgment{name}" for name in ("Upload", "Filing", "Effect", "Confirmation", "Return")}
    assert (
        closed
        == {"CheckRequest", "Subject", "OtherName", "Batch", "Acknowledgement", "Announcement", "RowsAsked", "CaseStep"}
        | {"Webhook", "Nothing", "Objection"}
        | of_judgments
    )


def test_every_shape_says_what_it_is_for() -> None:
    silent = [name for name, schema in described()["components"]["schemas"].items() if not schema.get("description")]
    assert silent == []
    assert "Must be stated" in described_object("Subject")["description"]


def test_the_requests_of_a_batch_are_typed_and_a_result_is_an_answer_or_a_problem() -> None:
    assert described_object("Batch")["properties"]["requests"]["items"] == {"$ref": "#/components/schemas/CheckRequest"}
    assert described_object("BatchResult")["oneOf"] == [{"required": ["answer"]}, {"required": ["problem"]}]


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        (IdType, meanings.ID_TYPES),
        (Purpose, meanings.PURPOSES),
        (Role, meanings.ROLES),
        (Verdict, meanings.VERDICTS),
        (NextStepCode, meanings.NEXT_STEPS),
        (Activity, meanings.ACTIVITIES),
        (CoverageState, meanings.COVERAGE),
        (DeskState, meanings.DESK_STATES),
        ((*Reception, CertificateReception.APPEALED, UploadOutcome.CERTIFICATE), meanings.RECEPTIONS),
        (Fate, meanings.CERTIFICATE_FATES),
        (RowOutcome, meanings.ROW_OUTCOMES),
        (CaseState, meanings.CASE_STATES),
        (Finding, meanings.CASE_FINDINGS),
        (NoticeKind, meanings.NOTICE_KINDS),
        (StepKind, meanings.TAKEN_STEPS),
        (ObjectionState, meanings.OBJECTION_STATES),
    ],
)
def test_every_word_of_a_closed_list_is_explained_in_the_document(words: Any, explained: meanings.Meanings) -> None:
    assert {word.value for word in words} == set(explained)
    written = json.dumps(described()["components"]["schemas"], ensure_ascii=False)
    assert [word for word, meaning in explained.items() if f"`{word}`: {meaning}" not in written] == []


def raised_codes() -> set[str]:
    """Return the code of every error the door can meet, and those it gives HTTP's own errors."""
    kinds: list[type[errors.RegistryError]] = [errors.RegistryError, *descendants(errors.RegistryError)]
    return {kind.code for kind in kinds if kind.__module__.startswith(("registry.errors", "api.rest"))}


def descendants(kind: type[errors.RegistryError]) -> Iterator[type[errors.RegistryError]]:
    for below in kind.__subclasses__():
        yield below
        yield from descendants(below)


def test_every_code_of_an_error_is_documented() -> None:
    codes = raised_codes() - {"registry_error", "keys_exposed"}  # the root; and what stops a start, before any answer
    codes |= set(problems._CODE_OF_STATUS.values()) | {"internal_error"}
    assert codes == set(PROBLEM_MEANINGS)
    assert {code for code in codes if f"| `{code}` |" not in GUIDE} == set()
    assert all(f"`{code}`: " in described_object("Problem")["properties"]["code"]["description"] for code in codes)


def fault_codes() -> set[str]:
    """Return every code the sources give a field at fault."""
    found = set()
    services = ROOT / "registry" / "services"
    for path in [*(ROOT / "api" / "rest").glob("*.py"), services / "check_applicants.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "FieldFault":
                found |= leading_words(node.args[1])
    fields = ast.parse((ROOT / "api" / "rest" / "schema_fields.py").read_text("utf-8"))
    for node in ast.walk(fields):
        if isinstance(node, ast.keyword) and node.arg == "error":
            found |= leading_words(node.value)
        if isinstance(node, ast.Dict):
            found |= {word for value in node.values for word in leading_words(value)}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ValidationError":
            found |= leading_words(node.args[0])
    admission = ast.parse((ROOT / "registry" / "services" / "admit_applicants.py").read_text("utf-8"))
    for node in ast.walk(admission):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            found |= {word for each in ast.walk(node.value) for word in leading_words(each) if "_" in word}
    return found - {"type", "unknown"}


def leading_words(node: ast.AST) -> set[str]:
    """Return the code a string begins with: "length" of f"length:{least}"."""
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return leading_words(node.values[0] if isinstance(node, ast.JoinedStr) else node.left)
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    found = CODE.match(text)
    return {found[0]} if found and text[found.end() :][:1] in {"", ":"} else set()


def test_every_code_of_a_field_at_fault_is_documented() -> None:
    codes = fault_codes()
    assert {"missing_identifier", "printable", "repeated", "region_not_yours", "idempotency_key"} <= codes
    assert codes <= set(FAULT_MEANINGS)
    assert {code for code in FAULT_MEANINGS if f"| `{code}` |" not in GUIDE} == set()
    text = described_object("Fault")["properties"]["code"]["description"]
    assert all(f"`{code}`: " in text for code in FAULT_MEANINGS)


def test_the_guide_lists_no_code_that_does_not_exist() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", GUIDE, re.MULTILINE))
    assert listed <= set(PROBLEM_MEANINGS) | set(FAULT_MEANINGS) | set(meanings.OUTCOMES) | set(meanings.NOTICE_KINDS)


def test_the_limits_are_stated_wherever_an_integrator_looks() -> None:
    paths = described()["paths"]
    for document in (README, GUIDE, paths["/v1/checks"]["post"]["description"]):
        assert f"{CHECK_BYTES:,}" in document
    for document in (README, GUIDE, paths["/v1/checks/batch"]["post"]["description"]):
        assert f"{BATCH_BYTES:,}" in document


def test_the_example_request_gets_the_example_answer(services: Services, licensing: Caller) -> None:
    load_demo(services)
    given = licensing.post("/v1/checks", examples.REQUEST).get_json()
    assert settled(given) == settled(examples.ANSWER)


def settled(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what differs from one register, day or model to the next."""
    (match,) = answer["subjects"][0]["matches"]
    evidence = [re.sub(r"[\d,.]+ .?倍", "", line["says"]) for line in match["evidence"]]
    same = {name: match[name] for name in ("verdict", "name", "id_number", "bases")} | {"evidence": evidence}
    left_out = {"check_no", "decided_at", "list", "subjects", "receipt"}
    signed = sorted(answer["receipt"])
    return {name: value for name, value in answer.items() if name not in left_out} | {"match": same, "receipt": signed}


def test_an_example_problem_is_worded_as_the_door_words_it(licensing: Caller) -> None:
    given = licensing.post("/v1/checks", examples.REQUEST | {"region": "31"}).get_json()
    example = examples.problems(403)["not_allowed"]["value"]
    assert {**given, "instance": ""} == {**example, "instance": ""}


def test_the_descriptions_hold_no_literal_escapes() -> None:
    assert "\\n" not in described()["info"]["description"]
    assert "\n\n" in described()["info"]["description"]


def test_every_kind_of_event_is_described_and_a_real_one_fits(services: Services, licensing: Caller) -> None:
    described_events = described()["webhooks"]
    assert described_events.keys() == {kind.value for kind in NoticeKind} | {"test"}
    list_somebody(services)
    find_other(services, acting(services, number := reviewed(licensing)), match_of(services, number).id, "两人")
    with services.store.read() as uow:
        (notice,) = uow.notices.of_check(number)
    sent = described_events["outcome_released"]["post"]["requestBody"]["content"]["application/cloudevents+json"]
    assert jsonschema_rs.is_valid(sent["schema"], json.loads(envelope(event_of(notice))))
    assert not jsonschema_rs.is_valid(sent["schema"], json.loads(envelope(event_of(replace(notice, content={})))))


def test_an_objection_states_a_ban_or_a_check_and_not_both() -> None:
    shape = described_object("Objection")
    body = {"objector": "王", "statement": "x", "received_on": "2025-11-20", "lodged_through": "某局"}
    stated: list[dict[str, str | None]] = [
        {"ban_no": "B"},
        {"check_no": "C", "ban_no": None},
        {"ban_no": "B", "check_no": "C"},
        {},
    ]
    assert [jsonschema_rs.is_valid(shape, {**body, **each}) for each in stated] == [True, True, False, False]
