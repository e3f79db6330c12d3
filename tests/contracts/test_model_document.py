"""The example docs/model.md sums by hand is what the model in this program comes to."""

from __future__ import annotations

import re

from api.cli.stated_identity import read_identity
from matching.model import DEFAULT
from registry.law.policy import Policy
from registry.law.roles import Purpose
from registry.services.reckon_match import Measure, Reckoning, reckon_match
from tests.contracts.source_tree import ROOT

DOCUMENT = (ROOT / "docs" / "model.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` `(\w+)` \| ([0-9.e-]+) \| ([0-9.e-]+) \| ([+-][0-9.]+) \| ([0-9.]+) \|$", re.MULTILINE)


def reckoned() -> Reckoning:
    applicant = read_identity({"name": "李建国", "id_number": "339900195603090014", "sex": "男"}, "applicant")
    listed = read_identity({"name": "李健国", "id_number": "339900********0014", "birth_date": "1956-03-09"}, "listed")
    return reckon_match(Measure(DEFAULT, Policy.load(), Purpose.FOOD_OPERATION_LICENCE), applicant, listed)


def test_every_line_of_the_example_is_what_the_model_gives() -> None:
    shown = [(feature, level, float(bits), float(total)) for feature, level, _, _, bits, total in ROW.findall(DOCUMENT)]
    assert shown == [(line.feature, line.level, line.bits, line.running / 1000) for line in reckoned().lines]


def test_the_shares_of_the_example_are_those_of_the_model() -> None:
    for feature, level, same, other, bits, _ in ROW.findall(DOCUMENT):
        assert float(same) == DEFAULT.level(feature, level).same
        assert abs(float(other) / (float(same) / 2 ** float(bits)) - 1) < 0.01


def test_the_example_says_what_its_sum_comes_to() -> None:
    found = reckoned()
    assert f"{found.bits:.3f} bits:" in DOCUMENT
    assert f"a share of {found.share:.1e}".replace("e-0", "e-") in DOCUMENT
    assert f"**{found.comparison.expected_coincidences:.8f} expected coincidences**" in DOCUMENT
    assert f"at most {found.threshold.expected_coincidences:g} expected coincidences and at least" in DOCUMENT
    assert f"at least {found.threshold.millibits / 1000:g} bits" in DOCUMENT
    assert found.rule.verdict == "review"
