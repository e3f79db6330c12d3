"""Explain evidence against a listed person's record, or that of a decision: a look-up, recorded in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from matching.identity import Identity
from registry.errors import ConflictError, NotFoundError
from registry.law.roles import Purpose
from registry.ledger.events import EventKind
from registry.services import stored_request
from registry.services.admit_applicants import CheckRequest
from registry.services.kept_rules import model_of, policy_of
from registry.services.reckon_match import Measure, Reckoning, strongest

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.decision_repository import ReplayableDecision
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ExplainedMatch:
    """One match of a decision reckoned again; `equal` says whether line by line as it was answered.

    `reckoning` is None where nothing of the listed person is in force any more.
    """

    subject_no: str
    ban_no: str
    reckoning: Reckoning | None
    equal: bool


def explain_ban(services: Services, applicant: Identity, ban_no: str, purpose: Purpose, actor: str) -> Reckoning:
    """Return the reckoning between an applicant and the record of a ban that fits best; recorded.

    Raises NotFoundError where no such ban is in force.
    """
    _record(services, actor, ban_no=ban_no)
    with services.store.read() as uow:
        faces = faces_of(uow, ban_no)
    if not faces:
        raise NotFoundError("no such ban is in force")
    return strongest(Measure(services.model, services.policy, purpose), applicant, faces)


def explain_check(services: Services, check_no: str, actor: str) -> list[ExplainedMatch]:
    """Reckon the matches of a decision again, under the model and policy it was made by; recorded.

    Raises NotFoundError where there is no such decision, ConflictError where its request was not kept.
    """
    _record(services, actor, check_no=check_no)
    with services.store.read() as uow:
        decision, request = decision_with_request(uow, check_no)
        measure = measure_of(uow, decision, request.purpose)
        asked = {subject.subject_no: subject.identity for subject in request.subjects}
        return [
            _explained(uow, measure, asked[subject["subject_no"]], subject["subject_no"], match)
            for subject in orjson.loads(decision.answer)["subjects"]
            for match in subject["matches"]
        ]


def decision_with_request(uow: UnitOfWork, check_no: str) -> tuple[ReplayableDecision, CheckRequest]:
    """Return a decision and what was asked; raises as `explain_check` does."""
    decision = uow.decisions.replayable(check_no)
    if decision is None:
        raise NotFoundError("no such check")
    if decision.request is None:
        raise ConflictError("this decision was made before requests were kept: it cannot be made again")
    return decision, stored_request.read(decision.request)


def measure_of(uow: UnitOfWork, decision: ReplayableDecision, purpose: Purpose) -> Measure:
    """Return the model and policy a decision was made by. Raises NotFoundError where they are not kept."""
    return Measure(model_of(uow, decision.model_version), policy_of(uow, decision.policy_version), purpose)


def faces_of(uow: UnitOfWork, ban_no: str) -> list[Identity]:
    """Return who the records in force say a listed person is; nothing where no such ban is in force."""
    subject = uow.lists.subjects_numbered([ban_no]).get(ban_no)
    if subject is None or not any(uow.lists.standing_bases([subject])):
        return []
    return [face.identity for face in uow.lists.faces([subject])]


def same_evidence(match: Mapping[str, Any], reckoning: Reckoning) -> bool:
    """Say whether a reckoning is, line by line, what a match was answered with."""
    lines = [[line.feature, line.level, line.millibits] for line in reckoning.lines]
    expected: float = match["expected_coincidences"]
    return lines == match["evidence"] and reckoning.comparison.expected_coincidences == expected


def _explained(
    uow: UnitOfWork, measure: Measure, applicant: Identity, subject_no: str, match: Mapping[str, Any]
) -> ExplainedMatch:
    faces = faces_of(uow, match["ban_no"])
    reckoning = strongest(measure, applicant, faces) if faces else None
    equal = reckoning is not None and same_evidence(match, reckoning)
    return ExplainedMatch(subject_no, match["ban_no"], reckoning, equal)


def _record(services: Services, actor: str, ban_no: str = "", check_no: str = "") -> None:
    """Record the look-up before anything is shown."""
    with services.store.write() as uow:
        uow.ledger.record(EventKind.EVIDENCE_EXPLAINED, actor, {"ban_no": ban_no, "check_no": check_no})
