"""From evidence and bans to a verdict: what the licensing system is told, and what it does next.

Only identity blocks: an equal, complete document and a compatible name, under a ban that bars this
purpose and role. Everything else that is likely enough goes to a person. A block is a hold, never a refusal
by machine (行政许可法 7, 36; 个人信息保护法 24¶3).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.score import Comparison, IdentityAgreement
from registry.law.ban import Bar, BarringBasis
from registry.law.policy import Policy, WhenNotBarred, WhenStale
from registry.law.roles import Purpose, Region


class Verdict(StrEnum):
    """What a check comes to, from the mildest to the strictest."""

    CLEAR = "clear"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        """Return the verdict's rank: 0 clear, 1 review, 2 block."""
        return _STRICTNESS[self]

    def stricter(self, other: Verdict) -> Verdict:
        """Return the stricter of two verdicts."""
        return self if self.strictness >= other.strictness else other

    def milder(self, other: Verdict) -> Verdict:
        """Return the milder of two verdicts."""
        return other if self.strictness >= other.strictness else self


_STRICTNESS = {Verdict.CLEAR: 0, Verdict.REVIEW: 1, Verdict.BLOCK: 2}


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the strictest of the verdicts; with none at all it is clear."""
    return max(verdicts, key=lambda verdict: verdict.strictness, default=Verdict.CLEAR)


class NextStepCode(StrEnum):
    """What the licensing system does next."""

    HOLD = "hold"
    AWAIT_REVIEW = "await_review"
    PROCEED = "proceed"
    RETRY = "retry"


_SAYS: Mapping[NextStepCode, tuple[str, str]] = {
    NextStepCode.HOLD: (
        "暂停办理：在监管人员核实身份并听取申请人陈述、申辩之前，不得作出准予许可的决定。",
        "Hold: no licence may be issued until a regulator has confirmed the identity and the applicant was heard.",
    ),
    NextStepCode.AWAIT_REVIEW: (
        "等待人工核查：须由监管人员查看后方可继续办理。",
        "Await review: a person must look before the application goes on.",
    ),
    NextStepCode.PROCEED: (
        "可以继续办理：截至所列名单版本和数据覆盖时间，没有发现禁止其从事该事项的名单人员。",
        "Proceed: as of the stated list version and coverage, nobody listed whose ban bars this was found.",
    ),
    NextStepCode.RETRY: (
        "请稍后重试：目前无法核查;在得到结果之前不得视为通过。",
        "Retry later: the check cannot be made now; until there is an answer this is not a pass.",
    ),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the licensing system does next, as a stable code and a sentence."""

    code: NextStepCode

    def says(self, language: str) -> str:
        """Return the sentence in Chinese ("zh") or English ("en")."""
        chinese, english = _SAYS[self.code]
        return english if language == "en" else chinese


_NEXT_STEP = {
    Verdict.BLOCK: NextStepCode.HOLD,
    Verdict.REVIEW: NextStepCode.AWAIT_REVIEW,
    Verdict.CLEAR: NextStepCode.PROCEED,
}
RETRY = NextStep(NextStepCode.RETRY)


def next_step(verdict: Verdict) -> NextStep:
    """Return what follows from a verdict."""
    return NextStep(_NEXT_STEP[verdict])


class IdentityRule(StrEnum):
    """By which rule applicant and listed person are taken, or not taken, for the same."""

    EQUAL_DOCUMENT = "equal_document"
    EQUAL_DOCUMENT_OTHER_NAME = "equal_document_other_name"
    EQUAL_RENEWABLE_DOCUMENT = "equal_renewable_document"
    LIKELY = "likely"
    TOO_MANY_COINCIDENCES = "too_many_coincidences"
    TOO_FEW_BITS = "too_few_bits"

    @property
    def verdict(self) -> Verdict:
        """Return what the rule comes to, whatever the bans."""
        return _BY_RULE.get(self, Verdict.CLEAR)


_BY_RULE = {
    IdentityRule.EQUAL_DOCUMENT: Verdict.BLOCK,
    IdentityRule.EQUAL_DOCUMENT_OTHER_NAME: Verdict.REVIEW,
    IdentityRule.EQUAL_RENEWABLE_DOCUMENT: Verdict.REVIEW,
    IdentityRule.LIKELY: Verdict.REVIEW,
}


def identity_rule(policy: Policy, comparison: Comparison, purpose: Purpose) -> IdentityRule:
    """Return the rule that decides on an identity.

    An equal complete document and a compatible name block; an equal document under another name, or an
    equal passport (it changes at renewal), is for a person; the rest goes to a person when it passes the
    policy's threshold for the purpose. A nickname is never compared, so it makes no name compatible.
    """
    if comparison.identity is IdentityAgreement.EQUAL:
        compatible = comparison.name_compatible
        return IdentityRule.EQUAL_DOCUMENT if compatible else IdentityRule.EQUAL_DOCUMENT_OTHER_NAME
    if comparison.identity is IdentityAgreement.EQUAL_RENEWABLE:
        return IdentityRule.EQUAL_RENEWABLE_DOCUMENT
    threshold = policy.threshold(purpose)
    if comparison.expected_coincidences > threshold.expected_coincidences:
        return IdentityRule.TOO_MANY_COINCIDENCES
    return IdentityRule.LIKELY if comparison.millibits >= threshold.millibits else IdentityRule.TOO_FEW_BITS


def judge_identity(policy: Policy, comparison: Comparison, purpose: Purpose) -> Verdict:
    """Say how surely applicant and listed person are the same, whatever the bans: block, review or clear."""
    return identity_rule(policy, comparison, purpose).verdict


def judge_match(policy: Policy, comparison: Comparison, barring: Sequence[BarringBasis], purpose: Purpose) -> Verdict:
    """Return the verdict on one listed person: no stricter than the identity, no stricter than the bans.

    A listed person whose bans do not bar this purpose and role is no match (clear), unless the policy
    sends such matches to a person.
    """
    identity = judge_identity(policy, comparison, purpose)
    if barring:
        blocks = any(each.bar is Bar.BLOCK for each in barring)
        return identity.milder(Verdict.BLOCK if blocks else Verdict.REVIEW)
    if policy.when_ban_does_not_bar is WhenNotBarred.REVIEW:
        return identity.milder(Verdict.REVIEW)
    return Verdict.CLEAR


class CoverageState(StrEnum):
    """Whether a region's data may be relied on as complete."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Coverage:
    """One region's last successful import or sync (UTC, None for never) and what that makes of its data."""

    region: Region
    as_of: datetime.datetime | None
    state: CoverageState


def coverage_of(
    policy: Policy,
    as_of: Mapping[Region, datetime.datetime | None],
    now: datetime.datetime,
    valid_for: Mapping[Region, datetime.timedelta] | None = None,
) -> tuple[Coverage, ...]:
    """Return the coverage of all four regions at an instant; both instants are aware.

    `valid_for`: how long a region's data counts as fresh where its partner's configuration says so; elsewhere the
    policy's days count.
    """
    stated = valid_for or {}
    return tuple(
        _coverage(region, as_of.get(region), now, stated.get(region, policy.freshness[region].valid_until))
        for region in Region
    )


def _coverage(
    region: Region, as_of: datetime.datetime | None, now: datetime.datetime, valid_for: datetime.timedelta
) -> Coverage:
    if as_of is None:
        return Coverage(region, None, CoverageState.NEVER)
    return Coverage(region, as_of, CoverageState.STALE if now - as_of > valid_for else CoverageState.FRESH)


def doubtful_regions(policy: Policy, coverage: Iterable[Coverage]) -> tuple[Region, ...]:
    """Return the regions whose data is too old for a `clear` to be given; `never` shows but does not count."""
    return tuple(
        each.region
        for each in coverage
        if each.state is CoverageState.STALE and policy.freshness[each.region].when_stale is WhenStale.REVIEW
    )


def judge_subject(policy: Policy, matches: Iterable[Verdict], coverage: Iterable[Coverage]) -> Verdict:
    """Return the strictest of a subject's matches; a stale region turns clear into review, never more."""
    floor = Verdict.REVIEW if doubtful_regions(policy, coverage) else Verdict.CLEAR
    return strictest(matches).stricter(floor)


def judge_check(subjects: Iterable[Verdict]) -> tuple[Verdict, NextStep]:
    """Return the verdict of a whole check, the strictest of its subjects, and what follows from it."""
    verdict = strictest(subjects)
    return verdict, next_step(verdict)
