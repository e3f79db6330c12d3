"""From evidence and bans to block, review or clear, and to what the licensing system does next."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.score import Comparison, IdentityAgreement
from registry.law.ban import Bar, BarringBasis, Basis
from registry.law.policy import Policy, Threshold, WhenNotBarred, WhenStale
from registry.law.roles import Activity, Purpose, Region
from registry.law.verdict import (
    RETRY,
    Coverage,
    CoverageState,
    NextStepCode,
    Verdict,
    coverage_of,
    doubtful_regions,
    judge_check,
    judge_match,
    judge_subject,
    next_step,
    strictest,
)
from tests.registry.law.facts import EFFECTIVE

NOW = datetime.datetime(2025, 11, 21, 2, 0, tzinfo=datetime.UTC)
POLICY = dataclasses.replace(Policy.load(), default_threshold=Threshold(1.0, 15_000), thresholds={})
BASIS = Basis("fsl-135-2", "某判决", Region.ANHUI, EFFECTIVE, None)
BLOCKING = BarringBasis(BASIS, Bar.BLOCK, "fsl-135-2", (Activity.MANAGE_FOOD_BUSINESS,))
REVIEWING = dataclasses.replace(BLOCKING, bar=Bar.REVIEW)
PURPOSE = Purpose.FOOD_OPERATION_LICENCE
VERDICTS = st.sampled_from(Verdict)


def compared(
    identity: IdentityAgreement = IdentityAgreement.NONE,
    *,
    name_compatible: bool = True,
    expected: float = 0.001,
    millibits: int = 30_000,
) -> Comparison:
    """A comparison that is likely enough for a person to look at."""
    return Comparison((), millibits, expected, identity, name_compatible)


def judged(comparison: Comparison, *barring: BarringBasis, policy: Policy = POLICY) -> Verdict:
    """The verdict on one match."""
    return judge_match(policy, comparison, barring, PURPOSE)


def fresh_everywhere() -> dict[Region, datetime.datetime | None]:
    """Every region imported just now."""
    return dict.fromkeys(Region, NOW)


def test_an_equal_document_and_a_compatible_name_block() -> None:
    assert judged(compared(IdentityAgreement.EQUAL), BLOCKING) is Verdict.BLOCK


def test_an_equal_document_under_another_name_goes_to_a_person() -> None:
    other_name = compared(IdentityAgreement.EQUAL, name_compatible=False, expected=1e9, millibits=0)
    assert judged(other_name, BLOCKING) is Verdict.REVIEW


def test_an_equal_passport_goes_to_a_person_and_never_blocks() -> None:
    passport = compared(IdentityAgreement.EQUAL_RENEWABLE, expected=1e9, millibits=0)
    assert judged(passport, BLOCKING) is Verdict.REVIEW


@pytest.mark.parametrize("identity", [each for each in IdentityAgreement if each is not IdentityAgreement.EQUAL])
def test_nothing_but_an_equal_document_blocks_however_strong_the_evidence(identity: IdentityAgreement) -> None:
    assert judged(compared(identity, expected=1e-12, millibits=90_000), BLOCKING) is Verdict.REVIEW


def test_what_is_likely_enough_goes_to_a_person_and_the_rest_is_clear() -> None:
    assert judged(compared(expected=1.0), BLOCKING) is Verdict.REVIEW
    assert judged(compared(expected=1.01), BLOCKING) is Verdict.CLEAR


def test_too_little_evidence_is_clear_however_rare_it_looks() -> None:
    assert judged(compared(millibits=15_000), BLOCKING) is Verdict.REVIEW
    assert judged(compared(millibits=14_999), BLOCKING) is Verdict.CLEAR


def test_a_purposes_own_threshold_is_used_for_it() -> None:
    strict = dataclasses.replace(POLICY, thresholds={PURPOSE: Threshold(0.0001, 0)})
    assert judged(compared(), BLOCKING, policy=strict) is Verdict.CLEAR
    assert judge_match(strict, compared(), [BLOCKING], Purpose.FOOD_FILING) is Verdict.REVIEW


def test_a_ban_that_only_asks_for_review_never_blocks() -> None:
    equal = compared(IdentityAgreement.EQUAL)
    assert judged(equal, REVIEWING) is Verdict.REVIEW
    assert judged(equal, REVIEWING, BLOCKING) is Verdict.BLOCK


def test_a_match_whose_bans_do_not_bar_is_no_match_unless_policy_lets_a_person_look() -> None:
    equal = compared(IdentityAgreement.EQUAL)
    look = dataclasses.replace(POLICY, when_ban_does_not_bar=WhenNotBarred.REVIEW)
    assert judged(equal) is Verdict.CLEAR
    assert judged(equal, policy=look) is Verdict.REVIEW
    assert judged(compared(expected=50.0), policy=look) is Verdict.CLEAR


def test_a_subject_is_as_strict_as_its_strictest_match() -> None:
    coverage = coverage_of(POLICY, fresh_everywhere(), NOW)
    assert judge_subject(POLICY, [Verdict.CLEAR, Verdict.REVIEW], coverage) is Verdict.REVIEW
    assert judge_subject(POLICY, [], coverage) is Verdict.CLEAR


def test_a_check_is_as_strict_as_its_strictest_subject() -> None:
    verdict, step = judge_check([Verdict.CLEAR, Verdict.BLOCK, Verdict.REVIEW])
    assert (verdict, step.code) == (Verdict.BLOCK, NextStepCode.HOLD)


def test_data_is_fresh_for_seven_days_and_then_stale() -> None:
    as_of = fresh_everywhere()
    as_of[Region.ANHUI] = NOW - datetime.timedelta(days=7)
    as_of[Region.JIANGSU] = NOW - datetime.timedelta(days=7, seconds=1)
    as_of[Region.ZHEJIANG] = None
    assert {each.region: each.state for each in coverage_of(POLICY, as_of, NOW)} == {
        Region.SHANGHAI: CoverageState.FRESH,
        Region.JIANGSU: CoverageState.STALE,
        Region.ZHEJIANG: CoverageState.NEVER,
        Region.ANHUI: CoverageState.FRESH,
    }


def test_where_a_partners_configuration_says_how_long_data_is_fresh_the_policy_does_not_count() -> None:
    as_of = dict.fromkeys(Region, NOW - datetime.timedelta(days=2))
    stated = {Region.ANHUI: datetime.timedelta(days=2), Region.JIANGSU: datetime.timedelta(days=2, microseconds=-1)}
    stale = {each.region for each in coverage_of(POLICY, as_of, NOW, stated) if each.state is CoverageState.STALE}
    assert stale == {Region.JIANGSU}


def test_a_stale_region_turns_clear_into_review_and_leaves_block_alone() -> None:
    stale = [Coverage(Region.ANHUI, NOW, CoverageState.STALE)]
    assert judge_subject(POLICY, [], stale) is Verdict.REVIEW
    assert judge_subject(POLICY, [Verdict.BLOCK], stale) is Verdict.BLOCK


def test_a_region_that_never_delivered_shows_but_does_not_count() -> None:
    never = coverage_of(POLICY, {}, NOW)
    assert {each.state for each in never} == {CoverageState.NEVER}
    assert judge_subject(POLICY, [], never) is Verdict.CLEAR


def test_policy_may_let_clear_stand_for_a_stale_region() -> None:
    freshness = dict(POLICY.freshness)
    freshness[Region.ANHUI] = dataclasses.replace(freshness[Region.ANHUI], when_stale=WhenStale.CLEAR)
    lenient = dataclasses.replace(POLICY, freshness=freshness)
    stale = [Coverage(region, NOW, CoverageState.STALE) for region in (Region.ANHUI, Region.JIANGSU)]
    assert doubtful_regions(lenient, stale) == (Region.JIANGSU,)
    assert judge_subject(lenient, [], stale[:1]) is Verdict.CLEAR


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.BLOCK, NextStepCode.HOLD),
        (Verdict.REVIEW, NextStepCode.AWAIT_REVIEW),
        (Verdict.CLEAR, NextStepCode.PROCEED),
    ],
)
def test_each_verdict_has_its_next_step(verdict: Verdict, code: NextStepCode) -> None:
    assert next_step(verdict).code is code


def test_every_next_step_is_said_in_both_languages_and_a_hold_names_the_hearing() -> None:
    steps = [*map(next_step, Verdict), RETRY]
    assert {step.code for step in steps} == set(NextStepCode)
    assert all(step.says("zh").endswith("。") and step.says("en").endswith(".") for step in steps)
    hold = next_step(Verdict.BLOCK)
    assert "陈述、申辩" in hold.says("zh")
    assert "heard" in hold.says("en")


@given(VERDICTS, VERDICTS)
def test_the_stricter_and_the_milder_of_two_verdicts_are_the_two(one: Verdict, other: Verdict) -> None:
    assert {one.stricter(other), one.milder(other)} == {one, other}
    assert one.stricter(other).strictness >= one.milder(other).strictness
    assert one.stricter(other) is strictest([one, other])
