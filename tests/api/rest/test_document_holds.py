"""The OpenAPI document against the door itself: generated requests, good and bad, and answers it describes."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from registry.services.context import Services
from tests.api.rest.caller import Caller
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.soak.generated_requests import EXCHANGE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CASES = 12
# Either there is nothing to get wrong, or any bytes may be the file itself (test_judgments.py gets the JSON wrong).
NOTHING_WRONG = {
    "/v1/judgments",
    "/v1/receipts/verify",
    "/v1/model",
    "/v1/log/checkpoint",
    "/v1/log/keys",
    "/healthz",
    "/readyz",
    "/metrics",
}


@pytest.fixture
def callers(regulator: Caller, province: Caller, court: Caller, licensing: Caller) -> tuple[Caller, ...]:
    return regulator, province, court, licensing


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_generated_request_breaks_the_door_or_gets_an_answer_the_document_does_not_describe(
    services: Services, callers: tuple[Caller, Caller, Caller, Caller], mode: GenerationMode
) -> None:
    regulator, province, court, licensing = callers
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", regulator.app)
    asked = 0
    for offered in schema.get_all_operations():
        assert isinstance(offered, Ok)
        operation = offered.ok()
        if mode is GenerationMode.NEGATIVE and operation.path in NOTHING_WRONG:
            continue
        caller = province if operation.path in EXCHANGE else regulator
        caller = licensing if operation.path.startswith(("/v1/webhook", "/v1/notices", "/v1/objections")) else caller
        caller = court if operation.path.startswith("/v1/judgments") else caller
        asked += hold(operation, caller.key, mode)
    assert asked > CASES


def hold(operation: Any, key: str, mode: GenerationMode) -> int:
    """Ask generated requests of one operation; return how many."""
    asked = []

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)
        asked.append(case.operation.path)

    holds()
    return len(asked)
