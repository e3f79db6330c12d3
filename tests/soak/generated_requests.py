"""Requests generated from the OpenAPI document, good and bad: none breaks the door or is answered undescribed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from registry.services.add_client import add_client
from registry.services.context import Services
from registry.store.client_repository import ClientRole
from tests.api.rest.caller import Caller
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.soak.injected_faults import target_on

EXCHANGE = frozenset(
    {
        "/v1/changes",
        "/v1/snapshot",
        "/v1/acknowledgements",
        "/v1/announcements",
        "/v1/digests",
        "/v1/digests/{buckets}",
        "/v1/restatements",
    }
)
"""What provinces alone may ask."""

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of the requests: statuses met, and what was wrong."""

    met: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def ask_generated(services: Services, number: int, cases: int) -> Asked:
    """Ask so many generated requests of every operation in both modes."""
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1))))
    callers = _callers(services)
    asked = Asked()
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", callers[0].app)
    for offered in schema.get_all_operations():
        assert isinstance(offered, Ok)
        operation = offered.ok()
        for mode in GenerationMode:
            if mode is GenerationMode.NEGATIVE and not _takes_something(operation):
                continue
            key = callers[_place(operation.path)].key
            _ask(operation.as_strategy(generation_mode=mode), key, (number, cases), asked)
    return asked


def _place(path: str) -> int:
    """Return the place of whoever may ask at an address among the callers."""
    if path.startswith(("/v1/webhook", "/v1/notices", "/v1/objections")):
        return 3
    return 1 if path in EXCHANGE else 2 if path.startswith("/v1/judgments") else 0


def _callers(services: Services) -> tuple[Caller, Caller, Caller, Caller]:
    app = target_on(services).app
    regulator = add_client(services, "regulator", ClientRole.REGULATOR, None, "soak").key
    province = add_client(services, "province 33", ClientRole.PROVINCE, "33", "soak").key
    court = add_client(services, "court 33", ClientRole.COURT, "33", "soak").key
    licensing = add_client(services, "licensing 33", ClientRole.LICENSING, "33", "soak").key
    return Caller(app, regulator), Caller(app, province), Caller(app, court), Caller(app, licensing)


def _takes_something(operation: Any) -> bool:
    if operation.path == "/v1/judgments":
        return False  # any bytes may be the file itself
    return bool(operation.body) or any(True for _ in operation.iter_parameters())


def _ask(requests: Any, key: str, draw: tuple[int, int], asked: Asked) -> None:
    @seed(draw[0])
    @settings(
        max_examples=draw[1],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def holds(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"})
        asked.met[f"{case.method} {case.operation.path} {response.status_code}"] += 1
        try:
            case.validate_response(response, checks=_CHECKS)
        except FailureGroup as failures:
            asked.wrong.extend(f"{case.operation.path}: {each.title}" for each in failures.exceptions)

    holds()
