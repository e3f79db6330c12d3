"""Invented documents and questions for the tests of the law; every test changes only what it is about."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from matching.identity import Kind
from registry.law.ban import Bar, Basis, bars
from registry.law.ban_terms import Terms, terms_of
from registry.law.judgment import (
    Conviction,
    CourtOrder,
    Measure,
    MeasureKind,
    OrderKind,
    ResponsibleRole,
    Revocation,
    Sentence,
)
from registry.law.policy import Policy
from registry.law.provisions import Law
from registry.law.roles import Purpose, Region, Role

LAW = Law.load()
TODAY = datetime.date(2025, 11, 21)

EFFECTIVE = datetime.date(2022, 3, 12)
CONVICTION = Conviction(
    region=Region.JIANGSU,
    document_no="（2022）苏0000刑初1号",
    charge="生产、销售有毒、有害食品罪",
    sentence=Sentence.FIXED_TERM,
    sentence_months=Decimal(8),
    judgment_date=datetime.date(2022, 3, 1),
    effective_date=EFFECTIVE,
)
REVOCATION = Revocation(
    region=Region.ZHEJIANG,
    document_no="某市监处罚〔2023〕1号",
    penalty="吊销许可证",
    decided_on=datetime.date(2023, 6, 1),
    licence_kind="食品经营许可证",
    role=ResponsibleRole.LEGAL_REPRESENTATIVE,
)

PURPOSE = Purpose.FOOD_OPERATION_LICENCE
MANAGING_ROLES = (
    Role.APPLICANT,
    Role.OPERATOR,
    Role.LEGAL_REPRESENTATIVE,
    Role.PERSON_IN_CHARGE,
    Role.FOOD_SAFETY_DIRECTOR,
    Role.FOOD_SAFETY_OFFICER,
)


def convicted(**changes: Any) -> Conviction:
    """The invented conviction with some of its facts changed."""
    return dataclasses.replace(CONVICTION, **changes)


def revoked(**changes: Any) -> Revocation:
    """The invented revocation with some of its facts changed."""
    return dataclasses.replace(REVOCATION, **changes)


def ordered(kind: OrderKind, text: str | None = None, years: int | None = None) -> CourtOrder:
    """A court's order."""
    return CourtOrder(kind, None if years is None else Decimal(years), text)


def measure(kind: MeasureKind, region: Region = Region.ZHEJIANG, licence_kind: str | None = None) -> Measure:
    """A measure decided on 1 June 2023."""
    return Measure(kind, region, "某决字〔2023〕2号", datetime.date(2023, 6, 1), licence_kind)


def terms(fact: Conviction | Revocation | Measure, day: datetime.date = TODAY, law: Law = LAW) -> Terms:
    """What the document comes to today."""
    return terms_of(law, fact, day)


def policy_with(**answers: Any) -> Law:
    """The law under a policy that answers some open questions otherwise."""
    policy = Policy.load()
    return Law.load(dataclasses.replace(policy, questions=dataclasses.replace(policy.questions, **answers)))


def bar(
    bases: Iterable[Basis],
    role: Role = Role.LEGAL_REPRESENTATIVE,
    purpose: Purpose = PURPOSE,
    *,
    region: Region | None = None,
    day: datetime.date = TODAY,
    kind: Kind = Kind.PERSON,
) -> Bar | None:
    """How firmly the bases stand in the way, None if not at all."""
    standing = bars(LAW, bases, purpose, role, region, day, kind)
    return standing[0].bar if standing else None
