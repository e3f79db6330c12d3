"""What a conviction founds: the lifetime ban, the inspection ban, and whatever the court ordered itself."""

from __future__ import annotations

import datetime

from registry.law.ban import Basis
from registry.law.charges import Charge, FoodTest
from registry.law.court_orders import ordered_basis
from registry.law.judgment import Capacity, Conviction, OrderKind
from registry.law.policy import Handling, StartOfLifetimeBan
from registry.law.provisions import Law, Provision, Recorded, SentenceRow, Trigger
from registry.law.reasons import WAITS, Finding, Reason


def conviction_findings(
    law: Law, conviction: Conviction, row: SentenceRow, day: datetime.date
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return every finding on a conviction that carried a punishment, and the provisions merely recorded.

    Whether food was concerned is left undecided only where the answer matters: short of imprisonment
    nothing hangs on it.
    """
    charge = law.charges.find(conviction.charge, conviction.judgment_date)
    concerned, why = concerns_food(law, conviction, charge)
    findings: list[Finding] = [why]
    if concerned is not False:
        founded = _food_crime(law, conviction, row, day)
        if concerned or not any(isinstance(each, Basis) or each in WAITS for each in founded):
            findings = founded
    order = ordered_basis(law, conviction, row, concerned)
    if order is not None:
        findings = [*findings, order]
    return findings, _noted(law, charge)


def concerns_food(law: Law, conviction: Conviction, charge: Charge | None) -> tuple[bool | None, Reason]:
    """Say whether a conviction concerned food (None: a person must decide), and why.

    143 and 144 do by definition and drug offences never do, whatever a row says; for all others a person's
    finding decides. A charge that is not in the table may be misspelt, so it waits.
    """
    test = FoodTest.UNKNOWN if charge is None else charge.food
    if test in _SETTLED:
        return _SETTLED[test]
    if conviction.food_related is not None:
        return _DECIDED if conviction.food_related else _DECIDED_NOT
    if test in _OPEN:
        return _OPEN[test]
    return _UNDECIDED[law.policy.questions.undecided_food_charge]


_DECIDED = (True, Reason.LISTED)
_DECIDED_NOT = (False, Reason.NOT_FOOD)
_SETTLED: dict[FoodTest, tuple[bool | None, Reason]] = {
    FoodTest.ALWAYS: _DECIDED,
    FoodTest.NEVER: (False, Reason.DRUG_LAW_ONLY),
}
_OPEN: dict[FoodTest, tuple[bool | None, Reason]] = {
    FoodTest.UNKNOWN: (None, Reason.CHARGE_NOT_KNOWN),
    FoodTest.OFFICIAL: (None, Reason.OFFICIAL_CHARGE),
    FoodTest.OTHER: _DECIDED_NOT,
}
_UNDECIDED: dict[Handling, tuple[bool | None, Reason]] = {
    Handling.WAITING: (None, Reason.FOOD_UNDECIDED),
    Handling.BAR: _DECIDED,
    Handling.NO_BAN: _DECIDED_NOT,
}


def _food_crime(law: Law, conviction: Conviction, row: SentenceRow, day: datetime.date) -> list[Finding]:
    """What a food-safety crime founds: by imprisonment (R2), and for inspection staff by any punishment (R5)."""
    triggers = [Trigger.IMPRISONED_FOR_FOOD_CRIME] if row.imprisonment else []
    if conviction.capacity is Capacity.INSPECTION_STAFF:
        triggers.append(Trigger.INSPECTION_STAFF_PUNISHED)
    findings = [
        _suspended(law, conviction, trigger) or _from_judgment(law, provision, conviction, day)
        for trigger in triggers
        for provision in law.founded_by[trigger]
    ]
    return findings or [Reason.SHORT_OF_IMPRISONMENT]


def _suspended(law: Law, conviction: Conviction, trigger: Trigger) -> Reason | None:
    """What policy makes of imprisonment on probation; None where it bars like any other."""
    handling = law.policy.questions.suspended_imprisonment
    if handling is Handling.BAR or trigger is not Trigger.IMPRISONED_FOR_FOOD_CRIME or not on_probation(conviction):
        return None
    return Reason.POLICY_WAITS if handling is Handling.WAITING else Reason.NOT_REACHED_BY_THE_PROVISION


def on_probation(conviction: Conviction) -> bool:
    """Say whether the sentence was suspended: probation is stated, or an injunction that presupposes it."""
    ordered = conviction.order is not None and conviction.order.kind is OrderKind.PROBATION_INJUNCTION
    return bool(conviction.probation_months) or ordered


def _from_judgment(law: Law, provision: Provision, conviction: Conviction, day: datetime.date) -> Finding:
    """A ban for life from the judgment's effect; an unknown day leaves it pending, never in force."""
    effective = conviction.effective_date
    if effective is None:
        return Basis(provision.id, conviction.document_no, conviction.region, None, None)
    starts_on = effective
    if law.policy.questions.start_of_lifetime_ban is StartOfLifetimeBan.JUDGMENT_DATE and effective <= day:
        starts_on = conviction.judgment_date or effective
    if not provision.in_force(effective):
        handling = law.policy.questions.convictions_before_the_law
        if handling is not Handling.BAR:
            return Reason.POLICY_WAITS if handling is Handling.WAITING else Reason.BEFORE_THE_LAW
    return Basis(provision.id, conviction.document_no, conviction.region, max(starts_on, provision.in_force_from), None)


def _noted(law: Law, charge: Charge | None) -> tuple[str, ...]:
    if charge is None:
        return ()
    noted = law.recorded[Recorded.ECONOMIC_CRIME] if charge.against_economic_order else ()
    return (*noted, *law.recorded[Recorded.DRUG_CRIME]) if charge.food is FoodTest.NEVER else noted
