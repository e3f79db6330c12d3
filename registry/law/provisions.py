"""The law as data: every banning provision, the sentence table, and what the other tables hang on.

One `Law` is loaded at start and asked by `terms_of` (what a document founds) and `bars` (what stands in
the way of a request). The files are validated strictly; a wrong entry is named and nothing starts.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.identity import Kind
from registry.errors import SettingsError
from registry.law.ban import Bar
from registry.law.charges import ChargeTable
from registry.law.judgment import Sentence
from registry.law.licences import LicenceTable
from registry.law.policy import Policy
from registry.law.role_table import RoleTable
from registry.law.roles import Activity, Purpose, Region, Role
from registry.law.strict_toml import Table, read_table


class Trigger(StrEnum):
    """The act that founds a basis of a provision."""

    FOOD_LICENCE_REVOKED = "food_licence_revoked"
    TRANSPORT_PERMIT_REVOKED = "transport_permit_revoked"
    SLAUGHTER_LICENCE_REVOKED = "slaughter_licence_revoked"
    SHANGHAI_SMALL_PERMIT_LOST = "shanghai_small_permit_lost"
    IMPRISONED_FOR_FOOD_CRIME = "imprisoned_for_food_crime"
    INSPECTION_STAFF_PUNISHED = "inspection_staff_punished"
    OCCUPATIONAL_BAN_ORDERED = "occupational_ban_ordered"
    PROBATION_INJUNCTION_ORDERED = "probation_injunction_ordered"
    CONTROL_INJUNCTION_ORDERED = "control_injunction_ordered"
    INSPECTOR_DISMISSED = "inspector_dismissed"
    INSPECTOR_DISMISSED_FOR_FALSE_REPORT = "inspector_dismissed_for_false_report"
    ANIMAL_LAW_PENALTY = "animal_law_penalty"
    ANIMAL_LAW_CRIME = "animal_law_crime"
    REPEATED_SUSPENSION = "repeated_suspension"
    FALSE_APPLICATION = "false_application"
    PERMIT_BY_FRAUD = "permit_by_fraud"
    FARM_PRODUCE_TESTER_PUNISHED = "farm_produce_tester_punished"
    ENTAILED = "entailed"
    RECORDED = "recorded"


class Recorded(StrEnum):
    """What makes a provision worth recording that never stops a food purpose."""

    ECONOMIC_CRIME = "economic_crime"
    DRUG_CRIME = "drug_crime"
    BUSINESS_LICENCE_REVOKED = "business_licence_revoked"
    EMPLOYED_BARRED_PERSON = "employed_barred_person"


class Start(StrEnum):
    """The day a ban begins."""

    DECISION_DATE = "decision_date"
    EFFECTIVE_DATE = "effective_date"
    EXECUTED_ON = "executed_on"
    NONE = "none"


class Reach(StrEnum):
    """Whom a revocation reaches: the organisation, or those who answer for it."""

    ORGANISATION = "organisation"
    LEGAL_REPRESENTATIVE = "legal_representative"
    MANAGER_IN_CHARGE = "manager_in_charge"
    OTHER_RESPONSIBLE = "other_responsible"


class Injunction(StrEnum):
    """Which injunction a sentence admits: on probation, with 管制, or none."""

    PROBATION = "probation"
    CONTROL = "control"
    NONE = "none"


_TERM = re.compile(r"(\d+) years?")
_FOR_LIFE = "life"


@dataclass(frozen=True, slots=True)
class Provision:
    """One banning provision; `years` is None for life and for lengths the court or another law sets."""

    id: str
    rule: str
    law: dict[str, str]
    article: dict[str, str]
    in_force_from: datetime.date
    in_force_to: datetime.date | None
    who: str
    reaches: frozenset[Reach]
    trigger: Trigger
    recorded_for: frozenset[Recorded]
    bars: tuple[Activity, ...]
    as_worded: bool
    same_licence_only: bool
    at_most: Bar
    start: Start
    length: str
    regions: frozenset[Region]
    entails: tuple[str, ...]
    confidence: str
    notes: str

    @property
    def years(self) -> int | None:
        """Return the length in years; None where it is for life or not a number of years."""
        term = _TERM.fullmatch(self.length)
        return int(term[1]) if term else None

    def in_force(self, day: datetime.date) -> bool:
        """Say whether an act of that day can found a ban under this provision."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """What a sentence can found: any punishment, imprisonment, an occupational ban, an injunction."""

    punished: bool
    imprisonment: bool
    occupational_ban: bool
    injunction: Injunction
    longest_probation_months: int


@dataclass(frozen=True, slots=True)
class Law:
    """The law in force as the register knows it, with the policy for what it leaves open."""

    policy: Policy
    provisions: dict[str, Provision]
    founded_by: dict[Trigger, tuple[Provision, ...]]
    recorded: dict[Recorded, tuple[str, ...]]
    sentences: dict[Sentence, SentenceRow]
    charges: ChargeTable
    licences: LicenceTable
    roles: RoleTable

    @classmethod
    def load(cls, policy: Policy | None = None) -> Law:
        """Read and validate all data files of the law. Raises SettingsError naming file and entry."""
        table = read_table("provisions.toml")
        provisions = _provisions(table)
        sentences = _sentences(table)
        table.finish()
        return cls(
            policy=policy or Policy.load(),
            provisions=provisions,
            founded_by={trigger: _founded_by(provisions, trigger) for trigger in Trigger},
            recorded={cause: _recorded(provisions, cause) for cause in Recorded},
            sentences=sentences,
            charges=ChargeTable.load(),
            licences=LicenceTable.load(),
            roles=RoleTable.load(),
        )

    def under(self, policy: Policy) -> Law:
        """Return the same law with the answers of another policy to what it leaves open."""
        return self if policy is self.policy else replace(self, policy=policy)

    def provision(self, provision_id: str) -> Provision:
        """Return a provision by its id. Raises SettingsError where the law has none of that name."""
        try:
            return self.provisions[provision_id]
        except KeyError:
            raise SettingsError(f"provisions.toml has no provision {provision_id}") from None

    def article(self, provision_id: str, language: str) -> str:
        """Return the citation of a provision in Chinese ("zh") or English ("en")."""
        provision = self.provision(provision_id)
        if language == "en":
            return f"{provision.law['en']}, {provision.article['en']}"
        return f"{provision.law['zh']} {provision.article['zh']}"

    def activity(self, activity: Activity, language: str) -> str:
        """Return what an activity is called in Chinese ("zh") or English ("en")."""
        return self.roles.names[activity]["en" if language == "en" else "zh"]

    def entailed(self, provision: Provision, day: datetime.date) -> tuple[Provision, ...]:
        """Return the provisions of other laws that the same fact founds, in force on that day."""
        entailed = (self.provisions[each] for each in provision.entails)
        return tuple(each for each in entailed if each.in_force(day))

    def demanded(self, purpose: Purpose, role: Role, kind: Kind) -> dict[Activity, Bar]:
        """Return the activities this purpose and role take up, and how firmly a ban on each stands in the way."""
        return self.roles.demanded(purpose, role, kind)

    def barred_activities(self, provision: Provision, text: str | None) -> tuple[tuple[Activity, ...], Bar]:
        """Return what a basis bars and how firmly at most; an order bars as far as its words speak of food."""
        if provision.as_worded:
            return self.roles.ordered(provision.bars, text)
        return provision.bars, provision.at_most

    def same_licence(self, purpose: Purpose, licence: str | None) -> bool:
        """Say whether a purpose applies for the licence that was lost; an unnamed licence may be any."""
        return self.roles.same_licence(purpose, licence)


def _provisions(table: Table) -> dict[str, Provision]:
    provisions: dict[str, Provision] = {}
    for entry in table.tables("provision"):
        provision = _provision(entry)
        if provision.id in provisions:
            raise entry.fault("id", "is used twice")
        provisions[provision.id] = provision
    for provision in provisions.values():
        for entailed in provision.entails:
            if entailed not in provisions:
                raise table.fault(f"provision[{provision.id}].entails", f"names no provision: {entailed}")
    return provisions


def _provision(entry: Table) -> Provision:
    first_day = entry.day("in_force_from")
    if first_day is None:
        raise entry.fault("in_force_from", "is missing")
    provision = Provision(
        id=entry.text("id"),
        rule=entry.text("rule"),
        law=_in_both_languages(entry, "law"),
        article=_in_both_languages(entry, "article"),
        in_force_from=first_day,
        in_force_to=entry.day("in_force_to", None),
        who=entry.text("who"),
        reaches=frozenset(entry.choices("reaches", Reach, ())),
        trigger=entry.choice("trigger", Trigger),
        recorded_for=frozenset(entry.choices("recorded_for", Recorded, ())),
        bars=entry.choices("bars", Activity),
        as_worded=entry.flag("as_worded", default=False),
        same_licence_only=entry.flag("same_licence_only", default=False),
        at_most=entry.choice("at_most", Bar, Bar.BLOCK),
        start=entry.choice("start", Start),
        length=entry.text("length"),
        regions=frozenset(entry.choices("regions", Region, ())),
        entails=entry.texts("entails", ()),
        confidence=entry.text("confidence"),
        notes=entry.text("notes"),
    )
    _require_term(entry, provision)
    entry.finish()
    return provision


def _require_term(entry: Table, provision: Provision) -> None:
    """A provision that founds bases by itself must have a length that can be counted."""
    if provision.trigger in _LENGTH_ELSEWHERE:
        return
    if provision.length != _FOR_LIFE and provision.years is None:
        raise entry.fault("length", 'must be "life" or a number of years such as "5 years"')


_LENGTH_ELSEWHERE = frozenset(
    {
        Trigger.RECORDED,
        Trigger.OCCUPATIONAL_BAN_ORDERED,
        Trigger.PROBATION_INJUNCTION_ORDERED,
        Trigger.CONTROL_INJUNCTION_ORDERED,
    }
)


def _in_both_languages(entry: Table, name: str) -> dict[str, str]:
    return {language: entry.text(f"{name}_{language}") for language in ("zh", "en")}


def _founded_by(provisions: dict[str, Provision], trigger: Trigger) -> tuple[Provision, ...]:
    return tuple(provision for provision in provisions.values() if provision.trigger is trigger)


def _recorded(provisions: dict[str, Provision], cause: Recorded) -> tuple[str, ...]:
    return tuple(provision.id for provision in provisions.values() if cause in provision.recorded_for)


def _sentences(table: Table) -> dict[Sentence, SentenceRow]:
    sentences = {}
    for entry in table.tables("sentence"):
        word = entry.choice("word", Sentence)
        injunction = entry.choice("injunction", Injunction)
        sentences[word] = SentenceRow(
            punished=entry.flag("punished"),
            imprisonment=entry.flag("imprisonment"),
            occupational_ban=entry.flag("occupational_ban"),
            injunction=injunction,
            longest_probation_months=entry.whole("longest_probation_months") if injunction != "none" else 0,
        )
        entry.finish()
    for word in Sentence:
        if word not in sentences:
            raise table.fault("sentence", f"has no row for {word}")
    return sentences
