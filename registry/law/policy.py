"""Policy: what the law leaves to the register, each setting with a version, a default and a reason.

policy.toml is validated strictly; docs/legal-questions.md puts every open
question to the regulator's legal office.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from registry.law.roles import Purpose, Region
from registry.law.strict_toml import Table, parse_table, read_text

_FILE = "policy.toml"


_LONGEST_VALID_DAYS = 3_650


class Handling(StrEnum):
    """What becomes of a case the law leaves open: it bars, waits for a person, or founds nothing."""

    BAR = "bar"
    WAITING = "waiting"
    NO_BAN = "no_ban"


class StartOfLifetimeBan(StrEnum):
    """The day a lifetime ban begins, which 食品安全法 135¶2 does not say."""

    EFFECTIVE_DATE = "effective_date"
    JUDGMENT_DATE = "judgment_date"


class UnknownExecution(StrEnum):
    """How long an occupational ban lasts whose beginning (sentence served) is not known."""

    UNTIL_STATED = "until_stated"
    REGULAR_TERM = "regular_term"


class TransportPermit(StrEnum):
    """What the loss of a 准运证 for bulk liquid food amounts to."""

    REVIEW = "review"
    BLOCK = "block"
    NO_BAN = "no_ban"


class WhenNotBarred(StrEnum):
    """What a match means whose bans do not bar this purpose and role."""

    NO_MATCH = "no_match"
    REVIEW = "review"


class WhenStale(StrEnum):
    """What `clear` becomes while a region's data is older than it may be."""

    REVIEW = "review"
    CLEAR = "clear"


class WhenFlagged(StrEnum):
    """What becomes of the checks of a client that seems to fish."""

    ANSWER = "answer"
    REFUSE = "refuse"


class LiftingRole(StrEnum):
    """Who may lift a hold."""

    REGULATOR = "regulator"


class FoodDecider(StrEnum):
    """Who settles whether a conviction concerned food."""

    OPERATOR = "operator"
    REGULATOR = "regulator"


class AfterPardon(StrEnum):
    """What a pardon does to the lifetime ban."""

    BAN_STAYS = "ban_stays"


class SeveralCounts(StrEnum):
    """Which imprisonment counts where several counts were sentenced together."""

    OWN_SENTENCE = "own_sentence"


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a match that is not an equal document goes to a person.

    `expected_coincidences`: at most so many other residents of the four provinces would match as well;
    `millibits`: the evidence must come to at least so much (1000 = a factor of two).
    """

    expected_coincidences: float
    millibits: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long a region's data counts as complete, and what an older list does to `clear`."""

    valid_until: datetime.timedelta
    when_stale: WhenStale


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """The register's answers to what the law leaves open; see docs/legal-questions.md for each."""

    suspended_imprisonment: Handling
    start_of_lifetime_ban: StartOfLifetimeBan
    convictions_before_the_law: Handling
    undecided_food_charge: Handling
    unknown_execution: UnknownExecution
    lost_transport_permit: TransportPermit
    juvenile_presumed_under: int
    plausible_age_from: int
    plausible_age_to: int
    several_counts: SeveralCounts
    pardon: AfterPardon
    who_may_lift_a_hold: LiftingRole
    who_decides_food_related: FoodDecider


@dataclass(frozen=True, slots=True)
class DeskTerms:
    """How long the regulators' desk has, in working days of the calendar, and how far back late bans are looked for.

    `decide_block`, `decide_review`: a held or reviewed application (行政许可法 42; licensing takes ten working days);
    `decide_objection`: an objection; `tell_correction`: until a licensing system has taken note of a correction;
    `look_back_days` (calendar days): past answers a later ban or correction is compared with.
    """

    decide_block: int = 5
    decide_review: int = 3
    decide_objection: int = 20
    tell_correction: int = 3
    look_back_days: int = 365


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force, stated by its version in every answer."""

    version: str
    default_threshold: Threshold
    thresholds: dict[Purpose, Threshold]
    when_ban_does_not_bar: WhenNotBarred
    minutes_per_review: float
    when_client_flagged: WhenFlagged
    freshness: dict[Region, Freshness]
    questions: OpenQuestions
    desk: DeskTerms

    @classmethod
    def load(cls, path: Path | None = None) -> Policy:
        """Read the policy of this package, or another file in its place. Raises SettingsError naming the entry."""
        return cls.parse(cls.wording(path))

    @staticmethod
    def wording(path: Path | None = None) -> str:
        """Return the policy file as it is written. Raises SettingsError where it cannot be read."""
        return read_text(_FILE, path)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy file's wording. Raises SettingsError naming the entry."""
        table = parse_table(_FILE, text)
        policy = cls(
            version=table.text("version"),
            default_threshold=_threshold(thresholds := table.table("thresholds")),
            thresholds=_by_purpose(thresholds),
            when_ban_does_not_bar=table.choice("when_ban_does_not_bar", WhenNotBarred),
            minutes_per_review=table.number("minutes_per_review"),
            # Policies kept before 2026.2 have no such entry, and went on answering.
            when_client_flagged=table.choice("when_client_flagged", WhenFlagged, WhenFlagged.ANSWER),
            freshness=_freshness(table.table("freshness")),
            questions=_questions(table.table("questions")),
            # Policies kept before 2026.3 have no such table.
            desk=_desk(table.table("desk")) if "desk" in table.names() else DeskTerms(),
        )
        table.finish()
        return policy

    def threshold(self, purpose: Purpose) -> Threshold:
        """Return the review threshold of a purpose."""
        return self.thresholds.get(purpose, self.default_threshold)

    @property
    def least_millibits(self) -> int:
        """Return the lowest review threshold of all purposes: weaker evidence sends nobody to a person."""
        return min(each.millibits for each in (self.default_threshold, *self.thresholds.values()))


def _threshold(table: Table) -> Threshold:
    return Threshold(table.number("review_expected_coincidences"), table.whole("review_millibits"))


def _by_purpose(table: Table) -> dict[Purpose, Threshold]:
    thresholds = {}
    for name in table.names():
        if name not in set(Purpose):
            raise table.fault(name, "is not a purpose")
        thresholds[Purpose(name)] = _threshold(own := table.table(name))
        own.finish()
    table.finish()
    return thresholds


def _freshness(table: Table) -> dict[Region, Freshness]:
    freshness = {}
    for region in Region:
        own = table.table(region.value)
        days = own.whole("valid_until_days", at_least=1)
        if days > _LONGEST_VALID_DAYS:
            raise own.fault("valid_until_days", f"must be at most {_LONGEST_VALID_DAYS:,}")
        freshness[region] = Freshness(datetime.timedelta(days=days), own.choice("when_stale", WhenStale))
        own.finish()
    table.finish()
    return freshness


def _desk(table: Table) -> DeskTerms:
    terms = {name: table.whole(name, at_least=1) for name in DeskTerms.__dataclass_fields__}
    for name, days in terms.items():
        if days > _LONGEST_VALID_DAYS:
            raise table.fault(name, f"must be at most {_LONGEST_VALID_DAYS:,}")
    table.finish()
    return DeskTerms(**terms)


def _questions(table: Table) -> OpenQuestions:
    questions = OpenQuestions(
        suspended_imprisonment=table.choice("suspended_imprisonment", Handling),
        start_of_lifetime_ban=table.choice("start_of_lifetime_ban", StartOfLifetimeBan),
        convictions_before_the_law=table.choice("convictions_before_the_law", Handling),
        undecided_food_charge=table.choice("undecided_food_charge", Handling),
        unknown_execution=table.choice("unknown_execution", UnknownExecution),
        lost_transport_permit=table.choice("lost_transport_permit", TransportPermit),
        juvenile_presumed_under=table.whole("juvenile_presumed_under", at_least=18),
        plausible_age_from=table.whole("plausible_age_from"),
        plausible_age_to=table.whole("plausible_age_to", at_least=18),
        several_counts=table.choice("several_counts", SeveralCounts),
        pardon=table.choice("pardon", AfterPardon),
        who_may_lift_a_hold=table.choice("who_may_lift_a_hold", LiftingRole),
        who_decides_food_related=table.choice("who_decides_food_related", FoodDecider),
    )
    table.finish()
    return questions
