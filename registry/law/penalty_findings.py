"""What an authority's decision founds: revoked licences above all, and the measures the list has no rows for yet."""

from __future__ import annotations

import datetime

from registry.law.ban import Basis
from registry.law.judgment import Measure, ResponsibleRole, Revocation
from registry.law.legal_days import years_after
from registry.law.licences import Licence, Loss
from registry.law.policy import TransportPermit
from registry.law.provisions import Law, Provision, Reach, Recorded, Trigger
from registry.law.reasons import Finding, Reason
from registry.law.roles import Region

_TRANSPORT_TRIGGERS = {
    TransportPermit.REVIEW: Trigger.TRANSPORT_PERMIT_REVOKED,
    TransportPermit.BLOCK: Trigger.FOOD_LICENCE_REVOKED,
}


def revocation_findings(law: Law, revocation: Revocation) -> tuple[list[Finding], tuple[str, ...]]:
    """Return every finding on a penalty, and the provisions merely recorded (吊销营业执照)."""
    loss = law.licences.loss(revocation.penalty, revocation.licence_kind)
    noted = law.recorded[Recorded.BUSINESS_LICENCE_REVOKED] if _registrar_concerned(revocation, loss) else ()
    causes = _causes(law, revocation, loss)
    triggers = [cause for cause in causes if isinstance(cause, Trigger)]
    if triggers and revocation.role is None and not revocation.organisation:
        return [Reason.ROLE_NOT_STATED], noted
    findings: list[Finding] = [cause for cause in causes if isinstance(cause, Reason)]
    findings += [_founded(provision, revocation) for trigger in triggers for provision in law.founded_by[trigger]]
    return findings or [_why_none(loss)], noted


def measure_findings(law: Law, measure: Measure) -> list[Finding]:
    """Return the finding on another measure: a dismissal, a penalty of animal law, a false application."""
    provision = law.founded_by[Trigger(measure.kind.value)][0]
    if provision.regions and measure.region not in provision.regions:
        return [Reason.NOT_REACHED_BY_THE_PROVISION]
    text = measure.licence_kind if provision.same_licence_only else None
    return [_from_decision(provision, measure.document_no, measure.region, measure.decided_on, text)]


def _causes(law: Law, revocation: Revocation, loss: Loss) -> list[Trigger | Reason]:
    """Return what the licences lost amount to, the food licence first."""
    causes: list[Trigger | Reason] = []
    if Licence.FOOD in loss.revoked:
        causes.append(Trigger.FOOD_LICENCE_REVOKED)
    if Licence.SLAUGHTER in loss.revoked:
        causes.append(Trigger.SLAUGHTER_LICENCE_REVOKED)
    transport = _TRANSPORT_TRIGGERS.get(law.policy.questions.lost_transport_permit)
    if Licence.TRANSPORT_PERMIT in loss.revoked and transport is not None:
        causes.append(transport)
    shanghai = revocation.region is Region.SHANGHAI
    if shanghai and Licence.SMALL_PERMIT in loss.revoked | loss.cancelled:
        causes.append(Trigger.SHANGHAI_SMALL_PERMIT_LOST)
    unclear = Licence.UNKNOWN in loss.revoked or (Licence.SMALL_PERMIT in loss.revoked and not shanghai)
    if unclear and Trigger.FOOD_LICENCE_REVOKED not in causes:
        causes += _unclear_licence(revocation)
    return causes


def _unclear_licence(revocation: Revocation) -> list[Trigger | Reason]:
    """A licence in no list waits for a person, whose finding then decides."""
    if revocation.food_related is None:
        return [Reason.LICENCE_NOT_KNOWN]
    return [Trigger.FOOD_LICENCE_REVOKED] if revocation.food_related else []


def _registrar_concerned(revocation: Revocation, loss: Loss) -> bool:
    return Licence.BUSINESS in loss.revoked and revocation.role is ResponsibleRole.LEGAL_REPRESENTATIVE


def _why_none(loss: Loss) -> Reason:
    return Reason.OTHER_LICENCE_REVOKED if loss.revoked else Reason.NO_LICENCE_REVOKED


def _founded(provision: Provision, revocation: Revocation) -> Finding:
    reached = Reach.ORGANISATION if revocation.organisation else Reach(str(revocation.role))
    if reached not in provision.reaches:
        return Reason.NOT_REACHED_BY_THE_PROVISION
    return _from_decision(provision, revocation.document_no, revocation.region, revocation.decided_on, None)


def _from_decision(
    provision: Provision, document_no: str, region: Region, decided_on: datetime.date | None, text: str | None
) -> Finding:
    """A ban from the day of the decision; without that day it is pending."""
    if decided_on is None:
        return Basis(provision.id, document_no, region, None, None, text)
    if not provision.in_force(decided_on):
        return Reason.BEFORE_THE_LAW
    ends_on = None if provision.years is None else years_after(decided_on, provision.years)
    return Basis(provision.id, document_no, region, decided_on, ends_on, text)
