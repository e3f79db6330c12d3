"""The page of models and policies: proposed with a file, rehearsed, adopted by another, faults by their fields."""

from __future__ import annotations

import html
import io

import pytest
from werkzeug.test import TestResponse

from registry.services.adopt_rule import read_rules
from registry.services.context import Services
from registry.store.account_repository import UserRole
from tests.api.console.conftest import SignInAs
from tests.api.console.people import Visitor
from tests.registry.services.test_adopt_rule import changed_policy


def propose(visitor: Visitor, text: str, reason: str = "复核过多", rule: str = "policy") -> TestResponse:
    fields = {"csrf": visitor.csrf(), "rule": rule, "reason": reason}
    return visitor.client.post("/rules", data={**fields, "file": (io.BytesIO(text.encode()), "policy.toml")})


def words(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def test_one_proposes_and_rehearses_and_another_adopts(services: Services, sign_in_as: SignInAs) -> None:
    admin, regulator = sign_in_as(UserRole.ADMIN, None), sign_in_as(UserRole.REGULATOR, None)
    assert propose(admin, changed_policy()).location == "/rules/1"
    shown = words(regulator.get("/rules/1"))
    assert "全部改动（2 项）" in shown
    assert '<th scope="row">thresholds.review_millibits</th><td>18500</td><td>90000</td>' in shown
    early = regulator.post("/rules/1/decide", decision="adopt", reason="同意")
    assert "不能批准" in words(early)
    assert admin.post("/rules/1/rehearse").location == "/rules/1"
    assert "近 90 天的核查按所提规则重演" in words(regulator.get("/rules/1"))
    own = admin.post("/rules/1/decide", decision="adopt", reason="同意")
    assert own.status_code == 422
    assert "提议人本人不能批准" in words(own)
    assert regulator.post("/rules/1/decide", decision="adopt", reason="同意").location == "/rules"
    assert read_rules(services).policy == "lax"
    assert "在本系统批准启用" in words(sign_in_as(UserRole.AUDITOR, None).get("/rules"))


def test_a_change_whose_line_stands_elsewhere_too_is_shown_to_the_second_person(
    sign_in_as: SignInAs,
) -> None:
    text = changed_policy().replace("decide_block = 5", "decide_block = 3")
    propose(sign_in_as(UserRole.ADMIN, None), text)
    shown = words(sign_in_as(UserRole.REGULATOR, None).get("/rules/1"))
    assert '<th scope="row">desk.decide_block</th><td>5</td><td>3</td>' in shown


def test_a_regulator_of_one_region_looks_and_decides_nothing(sign_in_as: SignInAs) -> None:
    propose(sign_in_as(UserRole.ADMIN, None), changed_policy())
    regional = sign_in_as(UserRole.REGULATOR, "33")
    assert "<textarea" not in words(regional.get("/rules/1"))
    assert "须由负责四省市的监管人员" in words(propose(regional, changed_policy("other")))
    refused = regional.post("/rules/1/decide", decision="refuse", reason="不同意")
    assert "须由负责四省市的监管人员" in words(refused)


@pytest.mark.parametrize(
    ("text", "reason", "rule", "said"),
    [
        ("", "理由", "policy", "请选择文件"),
        ("version = 1", "理由", "policy", "文件不能采用"),
        ("x", "理由", "model", "文件不能采用"),
        (changed_policy(), " ", "policy", "请写明理由"),
        (changed_policy(), "理由", "law", "请选择是模型还是政策"),
    ],
)
def test_what_is_wrong_stands_at_its_field(sign_in_as: SignInAs, text: str, reason: str, rule: str, said: str) -> None:
    answer = propose(sign_in_as(UserRole.ADMIN, None), text, reason, rule)
    assert answer.status_code == 422
    assert said in words(answer)
