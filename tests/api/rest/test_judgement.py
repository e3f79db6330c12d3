"""Batch and single checks agree, regions and days count, and every line of evidence has its sentence."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.model import DEFAULT
from registry.services.answer_check import shown_name
from registry.services.context import Services
from registry.services.explain_evidence import Language, evidence_sentences, explain
from tests.api.rest.caller import Caller, applicant, application
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh

NAMES = ["王示例", "李示例", "王示利", "赵无关"]
ROLES = ["operator", "staff", "technician", "inspector"]
PURPOSES = ["food_operation_licence", "inspection_staff", "slaughter_licence"]


def asked(name: str, sequence: int, role: str, purpose: str) -> dict[str, Any]:
    """Return a check of somebody who may be listed."""
    return application(applicant(name, invented_id(sequence), role=role), purpose=purpose)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    requests=st.lists(
        st.builds(asked, st.sampled_from(NAMES), st.integers(1, 4), st.sampled_from(ROLES), st.sampled_from(PURPOSES)),
        min_size=1,
        max_size=8,
    )
)
def test_a_batch_says_of_each_request_what_a_single_check_says(
    services: Services, regulator: Caller, requests: list[dict[str, Any]]
) -> None:
    if not listed(services):
        report_fresh(services)
        put_on_list(services, Listing(person("王示例", invented_id(1))), Listing(person("李示例", invented_id(2))))
    results = regulator.post("/v1/checks/batch", {"requests": requests}).get_json()["results"]
    for request, result in zip(requests, results, strict=True):
        single = regulator.post("/v1/checks", request).get_json()
        for own in ("check_no", "decided_at", "receipt"):
            assert single.pop(own) != ""
            result["answer"].pop(own)
        assert result["answer"] == single


def listed(services: Services) -> bool:
    with services.store.read() as uow:
        return uow.head.version() > 0


def test_the_strictest_and_strongest_match_comes_first(services: Services, regulator: Caller) -> None:
    report_fresh(services)
    number = invented_id(1)
    near = number[:9] + ("1" if number[9] != "1" else "2") + number[10:]
    put_on_list(services, Listing(person("王示例", near)), Listing(person("王示例", number)))
    matches = regulator.check(applicant("王示例", number)).get_json()["subjects"][0]["matches"]
    assert [match["verdict"] for match in matches] == ["block", "review"]


@pytest.mark.parametrize(
    ("day", "verdict"), [("2025-11-21", "block"), ("2025-11-20", "clear"), ("2024-01-01", "clear")]
)
def test_a_ban_counts_to_its_last_day(services: Services, licensing: Caller, day: str, verdict: str) -> None:
    report_fresh(services)
    who = person("王示例", invented_id(1))
    put_on_list(services, Listing(who, provision="fsl-135-1", ends_on=datetime.date.fromisoformat(day)))
    assert licensing.check(applicant("王示例", invented_id(1))).get_json()["verdict"] == verdict


def test_a_local_ban_stops_an_application_of_its_own_region_or_of_none_named(
    services: Services, regulator: Caller
) -> None:
    report_fresh(services)
    put_on_list(services, Listing(person("王示例", invented_id(1)), provision="shfsr-109-1", region="31"))
    subject = applicant("王示例", invented_id(1), role="applicant")
    asked_for = {
        region: application(subject, region=region, purpose="small_workshop") for region in ("310115", "339900")
    }
    nowhere = application(subject, purpose="small_workshop")
    del nowhere["region"]
    assert regulator.post("/v1/checks", asked_for["310115"]).get_json()["verdict"] == "block"
    assert regulator.post("/v1/checks", asked_for["339900"]).get_json()["verdict"] == "clear"
    assert regulator.post("/v1/checks", nowhere).get_json()["verdict"] == "block"


def test_every_feature_and_level_of_the_model_has_its_sentence_and_no_sentence_is_left_over() -> None:
    levels = {(feature.name, level) for feature in DEFAULT.features.values() for level in feature.levels}
    sentences = {(feature, level) for feature, table in evidence_sentences().items() for level in table}
    assert sentences == levels
    for feature, level in levels:
        said = {language: explain(feature, level, 20_000, language) for language in Language}
        assert said[Language.ZH].isascii() is False
        assert said[Language.EN].isascii()
        assert len(set(said.values())) == len(Language)


@pytest.mark.parametrize(
    ("millibits", "chinese", "english"),
    [
        (38_200, "3,200 亿倍", "320 billion times as likely for the same"),
        (12_345, "5,200 倍", "5,200 times as likely for the same"),
        (-3_000, "出现在不同人身上的可能性约为同一人的 8.0 倍", "8.0 times as likely for two different"),
        (50, "这一点不影响判断", "does not tell either way"),
        (55_000, "一万亿以上倍", "more than a trillion times"),
    ],
)
def test_how_telling_evidence_is_stands_in_words(millibits: int, chinese: str, english: str) -> None:
    assert chinese in explain("id_number", "equal", millibits, Language.ZH)
    assert english in explain("id_number", "equal", millibits, Language.EN)


def test_organisations_are_not_spoken_of_as_people() -> None:
    assert "同一单位" in explain("organisation_number", "equal", 30_000, Language.ZH)
    assert "same organisation" in explain("organisation_number", "equal", 30_000, Language.EN)


@pytest.mark.parametrize(
    ("listed", "asked", "shown"),
    [
        ("王示例", "王示例", "王示例"),
        ("王示例", " 王　示例", " 王　示例"),
        ("王示例", "王示利", "王**"),
        ("王示例", None, "王**"),
        (None, "王示例", None),
    ],
)
def test_a_name_is_shown_as_the_caller_wrote_it_or_masked(
    listed: str | None, asked: str | None, shown: str | None
) -> None:
    assert shown_name(listed, asked) == shown


def test_a_second_name_in_brackets_is_screened_too(services: Services, licensing: Caller) -> None:
    put_on_list(services, Listing(person("王小军", invented_id(5))))
    answer = licensing.check(applicant("陈大文（曾用名王小军）", invented_id(5))).get_json()
    assert answer["verdict"] == "block"
