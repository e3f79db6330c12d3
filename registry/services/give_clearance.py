"""Give clearances: a reviewed "not this person" that holds across the region while the evidence stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError
from registry.ledger.events import EventKind
from registry.services.apply_clearances import applicant_spelling, evidence_spelling
from registry.services.explain_record import decision_with_request, faces_of
from registry.services.reckon_match import Measure, reckon_match
from registry.services.same_subject import proof_of
from registry.store.clearance_repository import NewClearance

if TYPE_CHECKING:
    from matching.identity import Identity
    from matching.score import Comparison
    from registry.law.roles import Purpose
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.case_values import StoredCase, StoredMatch
    from registry.store.unit_of_work import UnitOfWork


def give_clearance(
    services: Services, uow: UnitOfWork, case: StoredCase, match: StoredMatch, actor: DeskActor
) -> str | None:
    """Bind the applicant of a case to "not this listed person", as the evidence was shown; return the number.

    None, and this application alone is let go, where the applicant states no sound number that is nobody else's for
    life (whoever states the same words next time may be the listed person), or where the record was changed since the
    answer. The caller commits. Raises ConflictError where the application was not kept or nobody is listed any more.
    """
    decision, request = decision_with_request(uow, case.check_no)
    applicant = next(each.identity for each in request.subjects if each.subject_no == match.subject_no)
    if not _is_told_for_life(applicant) or _has_changed(uow, match.ban_no, decision.list_version):
        return None
    new = NewClearance(
        ban_no=match.ban_no,
        check_no=case.check_no,
        applicant=applicant_spelling(applicant),
        evidence=_evidence_now(services, uow, request.purpose, applicant, match.ban_no),
        given_by=actor.text,
    )
    clearance_no = uow.clearances.give(new)
    facts = {"clearance_no": clearance_no, "check_no": case.check_no, "ban_no": match.ban_no}
    uow.ledger.record(EventKind.CLEARANCE_GIVEN, actor.text, facts)
    return clearance_no


def _is_told_for_life(applicant: Identity) -> bool:
    return any(proof_of(document) is not None for document in applicant.documents)


def _has_changed(uow: UnitOfWork, ban_no: str, since: int) -> bool:
    subject = uow.lists.subjects_numbered([ban_no]).get(ban_no)
    return subject is None or bool(uow.changes.of_subject(since, uow.head.version(), subject))


def _evidence_now(services: Services, uow: UnitOfWork, purpose: Purpose, applicant: Identity, ban_no: str) -> str:
    measure = Measure(services.model, services.policy, purpose)
    faces = faces_of(uow, ban_no)
    if not faces:
        raise ConflictError("nothing of the listed person is in force any more")
    reckoned = [(reckon_match(measure, applicant, face).comparison, face) for face in faces]
    comparison, listed = min(reckoned, key=_as_a_check_chooses)
    return evidence_spelling(comparison, listed)


def _as_a_check_chooses(reckoned: tuple[Comparison, Identity]) -> tuple[float, int]:
    return reckoned[0].expected_coincidences, -reckoned[0].millibits
