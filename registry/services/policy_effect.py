"""What another policy makes of subjects that were judged: whom it would stop, whom release, and by which rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from matching.identity import Identity
from matching.normalize import normalize_name
from registry.law.policy import Policy
from registry.law.roles import Purpose
from registry.law.verdict import Verdict, identity_rule
from registry.privacy.masking import mask_name
from registry.services.answer_check import Match, SubjectAnswer

EXAMPLES = 5
STALE, NOT_BARRED = "stale", "ban_does_not_bar"
"""Rules beside those of identity: a region's data is too old; a ban does not bar but the policy asks for a look."""

Reason = tuple[str, str, str, str]
"""Purpose, rule, verdict by the policy in force, verdict by the policy tried."""


@dataclass(frozen=True, slots=True)
class Example:
    """One subject that would be judged otherwise, masked."""

    where: str
    name: str | None
    reason: Reason
    ban_no: str | None
    bits: float | None
    expected_coincidences: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the example for machines."""
        names = ("purpose", "rule", "by_policy_in_force", "by_policy_tried")
        return {
            "where": self.where,
            "name": self.name,
            **dict(zip(names, self.reason, strict=True)),
            "ban_no": self.ban_no,
            "bits": self.bits,
            "expected_coincidences": self.expected_coincidences,
        }


@dataclass(slots=True)
class PolicyEffect:
    """Counts of subjects judged by both policies, of those that differ by purpose and rule, and a few examples."""

    subjects: int = 0
    verdicts: tuple[Counter[Verdict], Counter[Verdict]] = field(default_factory=lambda: (Counter(), Counter()))
    stopped: Counter[Reason] = field(default_factory=Counter)
    released: Counter[Reason] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def note(
        self,
        where: str,
        purpose: Purpose,
        asked: Identity,
        policies: tuple[Policy, Policy],
        answers: tuple[SubjectAnswer, SubjectAnswer],
    ) -> None:
        """Count one subject as both policies judge it."""
        self.subjects += 1
        before, after = answers[0].verdict, answers[1].verdict
        self.verdicts[0][before] += 1
        self.verdicts[1][after] += 1
        if before is after:
            return
        # The stricter of the two says which rule it is that stops.
        stricter = 1 if after.strictness > before.strictness else 0
        match = next(iter(answers[stricter].matches), None)
        reason = (purpose.value, _rule(policies[stricter], purpose, match), before.value, after.value)
        counts = self.stopped if stricter else self.released
        counts[reason] += 1
        if counts[reason] <= EXAMPLES:
            self.examples.append(_example(where, asked, reason, match))

    def reviews_per_100_000(self, policy: int) -> float:
        """Return how many of 100,000 such subjects go to review by the policy in force (0) or the one tried (1)."""
        return 100_000 * self.verdicts[policy][Verdict.REVIEW] / self.subjects if self.subjects else 0.0


def _rule(policy: Policy, purpose: Purpose, match: Match | None) -> str:
    if match is None:
        return STALE
    return identity_rule(policy, match.comparison, purpose).value if match.barring else NOT_BARRED


def _example(where: str, asked: Identity, reason: Reason, match: Match | None) -> Example:
    name = None if asked.name is None else mask_name(normalize_name(asked.name))
    if match is None:
        return Example(where, name, reason, None, None, None)
    comparison = match.comparison
    return Example(where, name, reason, match.ban_no, comparison.millibits / 1000, comparison.expected_coincidences)
