"""Bans a criminal court orders itself: the occupational ban (刑法 37-1) and the injunction (刑法 38¶2, 72¶2)."""

from __future__ import annotations

import datetime
from decimal import Decimal

from registry.law.ban import Basis
from registry.law.judgment import Conviction, CourtOrder, OrderKind
from registry.law.legal_days import months_after, years_after
from registry.law.policy import UnknownExecution
from registry.law.provisions import Injunction, Law, Provision, SentenceRow, Trigger
from registry.law.reasons import Finding, Reason

SHORTEST_YEARS, LONGEST_YEARS = 3, 5
"""刑法 37-1: 期限为三年至五年."""

_FOR_LIFE = "终身"
_INJUNCTIONS = {
    Injunction.PROBATION: Trigger.PROBATION_INJUNCTION_ORDERED,
    Injunction.CONTROL: Trigger.CONTROL_INJUNCTION_ORDERED,
}


def ordered_basis(law: Law, conviction: Conviction, row: SentenceRow, food: bool | None) -> Finding | None:
    """Return the basis an order founds, or why it founds none; None where the judgment orders nothing.

    `food` says whether the conviction concerned food, None while undecided. An order counts when its words
    speak of food; where its words are missing or speak of no trade, when the conviction concerned food.
    """
    order = conviction.order
    if order is None:
        return None
    if not _concerns_food(law, order, food):
        return Reason.NOT_FOOD
    if order.kind is OrderKind.OCCUPATIONAL_BAN:
        return _occupational_ban(law, conviction, order) if row.occupational_ban else Reason.ORDER_OUTSIDE_THE_LAW
    if row.injunction is Injunction.NONE:
        return Reason.ORDER_OUTSIDE_THE_LAW
    return _injunction(law, conviction, order, row)


def _concerns_food(law: Law, order: CourtOrder, food: bool | None) -> bool:
    if order.text is None:
        return food is True
    if law.roles.speaks_of_food(order.text):
        return True
    return food is True and not law.roles.speaks_of_other_trades(order.text)


def _occupational_ban(law: Law, conviction: Conviction, order: CourtOrder) -> Finding:
    provision = law.founded_by[Trigger.OCCUPATIONAL_BAN_ORDERED][0]
    if _acts_are_older(conviction, provision):
        return Reason.BEFORE_THE_LAW
    if order.years is not None and not SHORTEST_YEARS <= order.years <= LONGEST_YEARS:
        return Reason.ORDER_OUTSIDE_THE_LAW
    starts_on, ends_on = _occupational_term(law, conviction, order)
    return Basis(provision.id, conviction.document_no, conviction.region, starts_on, ends_on, order.text)


def _acts_are_older(conviction: Conviction, provision: Provision) -> bool:
    """Only acts from 2015-11-01 (时间效力解释 Art 1); without offence dates the judgment bounds them."""
    last_act = conviction.offence_to or conviction.offence_from or conviction.judgment_date or conviction.effective_date
    return last_act is not None and last_act < provision.in_force_from


def _occupational_term(
    law: Law, conviction: Conviction, order: CourtOrder
) -> tuple[datetime.date | None, datetime.date | None]:
    """From the day the sentence was served; while that day is unknown, from the judgment's effect (policy Q5)."""
    effective = conviction.effective_date
    if effective is None:
        return None, None
    if order.years is None and order.text is not None and _FOR_LIFE in order.text:
        return effective, None
    years = order.years if order.years is not None else LONGEST_YEARS
    if conviction.executed_on is not None:
        return max(conviction.executed_on, effective), years_after(conviction.executed_on, years)
    if law.policy.questions.unknown_execution is UnknownExecution.REGULAR_TERM:
        longest = max(conviction.sentence_months or Decimal(0), conviction.probation_months or Decimal(0))
        return effective, years_after(months_after(effective, longest), years)
    return effective, None


def _injunction(law: Law, conviction: Conviction, order: CourtOrder, row: SentenceRow) -> Finding:
    """From the judgment's effect to the end of probation or 管制, or earlier if the court said so.

    A length not stated is the longest the law admits for the sentence (刑法 38, 69, 73): the stricter holds.
    """
    provision = law.founded_by[_INJUNCTIONS[row.injunction]][0]
    effective = conviction.effective_date
    if effective is None:
        return Basis(provision.id, conviction.document_no, conviction.region, None, None, order.text)
    if not provision.in_force(effective):
        return Reason.BEFORE_THE_LAW
    stated = conviction.probation_months if row.injunction is Injunction.PROBATION else conviction.sentence_months
    months = stated or Decimal(row.longest_probation_months)
    if order.years is not None:
        months = min(months, order.years * 12)
    ends_on = months_after(effective, months)
    return Basis(provision.id, conviction.document_no, conviction.region, effective, ends_on, order.text)
