"""What a court or an authority decided, as one row of the list states it: the facts bans are founded on.

Nothing here names the person: identity lives in `matching.identity`, the law needs only the birth date
(to recognise sealed juvenile records). Days are dates in Asia/Shanghai; what is not stated is None.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from matching.identity import BirthDate
from registry.law.roles import Region


class RowOutcome(StrEnum):
    """What became of one row; the law itself gives in_force, pending, waiting, no_ban and refused."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    WAITING = "waiting"
    NO_BAN = "no_ban"
    KNOWN = "known"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Sentence(StrEnum):
    """The principal sentence of one count, in the words of the judgment."""

    DEATH = "死刑"
    DEATH_SUSPENDED = "死刑缓期二年执行"
    LIFE = "无期徒刑"
    FIXED_TERM = "有期徒刑"
    DETENTION = "拘役"
    CONTROL = "管制"
    FINE_ONLY = "罚金"
    EXEMPT = "免予刑事处罚"
    ACQUITTED = "无罪"
    NOT_PROSECUTED = "不起诉"
    CASE_DROPPED = "撤销案件"


class Capacity(StrEnum):
    """In which capacity the convicted person acted."""

    OPERATOR = "operator"
    MANAGER = "manager"
    FOOD_SAFETY_STAFF = "food_safety_staff"
    INSPECTION_STAFF = "inspection_staff"
    OFFICIAL = "official"
    OTHER = "other"


class ResponsibleRole(StrEnum):
    """Why a person answers for an organisation whose licence was revoked (食品安全法 135¶1)."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    MANAGER_IN_CHARGE = "manager_in_charge"
    OTHER_RESPONSIBLE = "other_responsible"


class OrderKind(StrEnum):
    """The two bans a criminal court can order (刑法 37-1; 刑法 38¶2 and 72¶2)."""

    OCCUPATIONAL_BAN = "occupational_ban"
    PROBATION_INJUNCTION = "probation_injunction"


@dataclass(frozen=True, slots=True)
class CourtOrder:
    """A ban ordered in the judgment itself: its kind, its length in years and its words, each None if unstated."""

    kind: OrderKind
    years: Decimal | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Conviction:
    """One count against one defendant; `sentence` and `sentence_months` are those of this count alone.

    `food_related` is a person's finding, None while nobody has decided. `executed_on` is the day the
    sentence was served in full or the person was paroled. `birth` is the best known birth date.
    """

    region: Region
    document_no: str
    charge: str
    sentence: Sentence
    court: str | None = None
    sentence_months: Decimal | None = None
    judgment_date: datetime.date | None = None
    effective_date: datetime.date | None = None
    food_related: bool | None = None
    probation_months: Decimal | None = None
    fine_yuan: Decimal | None = None
    offence_from: datetime.date | None = None
    offence_to: datetime.date | None = None
    capacity: Capacity | None = None
    licence_kind: str | None = None
    order: CourtOrder | None = None
    executed_on: datetime.date | None = None
    birth: BirthDate | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """An authority's penalty against one organisation, or against one person who answers for it.

    `organisation` is True where the terms of the organisation itself are asked for, else `role` says
    why the person answers. `food_related` settles a licence whose kind the register cannot tell.
    """

    region: Region
    document_no: str
    penalty: str
    decided_on: datetime.date | None
    authority: str | None = None
    licence_kind: str | None = None
    role: ResponsibleRole | None = None
    organisation: bool = False
    food_related: bool | None = None


class MeasureKind(StrEnum):
    """Other acts that found a ban; the list carries no rows for them yet (R4, R5, R11, R13, R14, R15)."""

    INSPECTOR_DISMISSED = "inspector_dismissed"
    INSPECTOR_DISMISSED_FOR_FALSE_REPORT = "inspector_dismissed_for_false_report"
    ANIMAL_LAW_PENALTY = "animal_law_penalty"
    ANIMAL_LAW_CRIME = "animal_law_crime"
    REPEATED_SUSPENSION = "repeated_suspension"
    FALSE_APPLICATION = "false_application"
    PERMIT_BY_FRAUD = "permit_by_fraud"
    FARM_PRODUCE_TESTER_PUNISHED = "farm_produce_tester_punished"


@dataclass(frozen=True, slots=True)
class Measure:
    """One such act against one person or organisation; `licence_kind` matters for applications by fraud only."""

    kind: MeasureKind
    region: Region
    document_no: str
    decided_on: datetime.date | None
    licence_kind: str | None = None


ListedFact = Conviction | Revocation | Measure
