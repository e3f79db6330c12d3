"""From one document to the bans it founds: which provisions, from when, until when, or why none.

Pure: the day is a parameter, and the same document gives the same terms on the same day for ever. Nothing
is decided here that the tables do not say (provisions.toml, charges.toml, licences.toml, policy.toml).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from registry.law.ban import Basis
from registry.law.conviction_findings import conviction_findings
from registry.law.judgment import Conviction, ListedFact, Revocation, RowOutcome
from registry.law.juveniles import AgeFinding, age_finding
from registry.law.penalty_findings import measure_findings, revocation_findings
from registry.law.provisions import Law
from registry.law.reasons import WAITS, Finding, Reason


@dataclass(frozen=True, slots=True)
class Terms:
    """What one document comes to: the row's outcome, the bases it founds, why, and what is merely recorded.

    A waiting row may carry bases: what stands whatever the answer it waits for, a court's own order.
    `noted` names provisions that apply but never stop a food purpose (R8, R9, R16).
    """

    outcome: RowOutcome
    bases: tuple[Basis, ...]
    reason: Reason
    noted: tuple[str, ...] = ()


def terms_of(law: Law, fact: ListedFact, day: datetime.date) -> Terms:
    """Return the terms of a conviction, a revocation or another measure, as of a day (Asia/Shanghai)."""
    if isinstance(fact, Conviction):
        return _conviction_terms(law, fact, day)
    if isinstance(fact, Revocation):
        findings, noted = revocation_findings(law, fact)
    else:
        findings, noted = measure_findings(law, fact), ()
    return _summed_up(findings, noted, day, Reason.DECISION_DATE_UNKNOWN)


def _conviction_terms(law: Law, conviction: Conviction, day: datetime.date) -> Terms:
    age = age_finding(law.policy.questions, conviction, day)
    if age is AgeFinding.SEALED:
        return Terms(RowOutcome.REFUSED, (), Reason.SEALED_JUVENILE)
    if age is AgeFinding.PERHAPS_SEALED:
        return Terms(RowOutcome.REFUSED, (), Reason.PERHAPS_SEALED_JUVENILE)
    row = law.sentences[conviction.sentence]
    if not row.punished:
        return Terms(RowOutcome.NO_BAN, (), Reason.NOT_PUNISHED)
    if age is AgeFinding.ACROSS_EIGHTEEN:
        return Terms(RowOutcome.WAITING, (), Reason.OFFENCES_ACROSS_EIGHTEEN)
    findings, noted = conviction_findings(law, conviction, row, day)
    return _summed_up(findings, noted, day, Reason.EFFECTIVE_DATE_UNKNOWN)


def _summed_up(findings: Sequence[Finding], noted: tuple[str, ...], day: datetime.date, undated: Reason) -> Terms:
    """An order that cannot be right waits for a person, unless the document bars by another provision anyway."""
    bases = tuple(finding for finding in findings if isinstance(finding, Basis))
    reasons = [finding for finding in findings if isinstance(finding, Reason)]
    waits = [reason for reason in reasons if reason in WAITS]
    if waits and not (bases and waits == [Reason.ORDER_OUTSIDE_THE_LAW]):
        return Terms(RowOutcome.WAITING, bases, waits[0], noted)
    if not bases:
        return Terms(RowOutcome.NO_BAN, (), reasons[0], noted)
    outcome, reason = _standing(bases, day, undated)
    return Terms(outcome, bases, reason, noted)


def _standing(bases: tuple[Basis, ...], day: datetime.date, undated: Reason) -> tuple[RowOutcome, Reason]:
    """In force once the first basis has begun; a ban that has run out stays on record and bars no more."""
    starts = [basis.starts_on for basis in bases if basis.starts_on is not None]
    if not starts:
        return RowOutcome.PENDING, undated
    if min(starts) > day:
        return RowOutcome.PENDING, Reason.NOT_YET_EFFECTIVE
    run_out = all(basis.ends_on is not None and basis.ends_on < day for basis in bases)
    return RowOutcome.IN_FORCE, Reason.BAN_RUN_OUT if run_out else Reason.LISTED
