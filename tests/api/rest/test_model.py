"""The published model is complete, in both languages, and is the one whose bits the answers carry."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from flask import Flask

from matching import evidence
from matching.model import DEFAULT, millibits
from registry.services.context import Services
from registry.services.describe_model import COMPARED_BY, texts
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def published(app: Flask) -> dict[str, Any]:
    response = app.test_client().get("/v1/model")
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def levels(published: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (feature["feature"], level["level"]): level for feature in published["features"] for level in feature["levels"]
    }


def test_every_feature_and_level_of_the_model_is_published(published: dict[str, Any]) -> None:
    assert published["version"] == DEFAULT.version
    assert published["residents"] == DEFAULT.residents
    assert set(levels(published)) == {(name, level) for name, each in DEFAULT.features.items() for level in each.levels}


def test_every_feature_is_explained_and_sourced_in_both_languages(published: dict[str, Any]) -> None:
    for feature in published["features"]:
        for text in ("explanation", "source"):
            chinese, english = feature[text]["zh"], feature[text]["en"]
            assert CHINESE.search(chinese)
            assert chinese.endswith("。")
            assert re.search("[a-z]{3}", english)
    assert texts()["features"].keys() == COMPARED_BY.keys() == DEFAULT.features.keys()


def test_the_english_explanation_is_the_docstring_of_what_compares(published: dict[str, Any]) -> None:
    told = {feature["feature"]: feature["explanation"]["en"] for feature in published["features"]}
    assert told["id_number"] == inspect.getdoc(evidence.id_number)
    assert told["birth_year"] == inspect.getdoc(evidence.birth_date)


def test_bits_follow_from_the_published_shares_or_it_is_said_what_decides(published: dict[str, Any]) -> None:
    for (feature, _), level in levels(published).items():
        decided_by = (level["decided_by"] or {}).get("code")
        if level["other"] is None:
            assert level["bits"] is None
            assert decided_by == ("name_rarity" if feature == "name" else "visible_characters")
        else:
            assert round(level["bits"] * 1000) == millibits(level["same"], level["other"])
            assert decided_by == ("visible_characters" if feature == "id_tail" else None)


def test_the_bits_of_an_answer_are_those_published_and_add_up_to_its_total(
    services: Services, regulator: Caller, published: dict[str, Any]
) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(345)[:6] + "********" + invented_id(345)[14:])))
    answer = regulator.check(applicant("王示例", invented_id(345))).get_json()
    (match,) = answer["subjects"][0]["matches"]
    assert sum(round(line["bits"] * 1000) for line in match["evidence"]) == round(match["bits"] * 1000)
    table = levels(published)
    fixed = [line for line in match["evidence"] if line["feature"] != "name"]
    assert len(fixed) >= 2
    for line in fixed:
        assert line["bits"] == table[line["feature"], line["level"]]["bits"]
    threshold = services.policy.default_threshold
    assert answer["review_from"] == {
        "expected_coincidences": threshold.expected_coincidences,
        "bits": threshold.millibits / 1000,
    }


def test_where_review_begins_is_for_regulators_only(services: Services, licensing: Caller) -> None:
    report_fresh(services)
    assert "review_from" not in licensing.check(applicant("王示例", invented_id(345))).get_json()
