"""A licensing client's answers have one shape, whether somebody is listed, nearly listed or not."""

from __future__ import annotations

from typing import Any

import pytest

from registry.services.context import Services
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

LISTED = invented_id(5)
NEAR = LISTED[:9] + ("1" if LISTED[9] != "1" else "2") + LISTED[10:]


def shape(value: Any) -> Any:
    """Return what an answer is made of without what it says; of matches only that there is a list."""
    if isinstance(value, dict):
        return {key: [] if key in {"matches", "coverage"} else shape(part) for key, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else type(value).__name__


@pytest.fixture
def answers(services: Services, licensing: Caller) -> dict[str, dict[str, Any]]:
    put_on_list(services, Listing(person("王示例", LISTED)))
    report_fresh(services)
    asked = {"block": ("王示例", LISTED), "review": ("王示例", NEAR), "clear": ("赵无关", invented_id(9))}
    return {verdict: licensing.check(applicant(*who)).get_json() for verdict, who in asked.items()}


def test_hit_near_hit_and_miss_have_one_shape(answers: dict[str, dict[str, Any]]) -> None:
    assert [answer["verdict"] for answer in answers.values()] == list(answers)
    assert shape(answers["block"]) == shape(answers["review"]) == shape(answers["clear"])


def test_a_near_hit_says_no_more_of_anybody_than_a_miss(answers: dict[str, dict[str, Any]]) -> None:
    for verdict in ("review", "clear"):
        assert answers[verdict]["subjects"] == [{"subject_no": "1", "verdict": verdict, "matches": []}]
