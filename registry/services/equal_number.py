"""Whether an applicant and a listed person bear the same number, as it was answered or as the record says now.

Somebody who bears the listed person's number is let go by two people, and no clearance could tell them from the listed
person's own next application (docs/decisions/0019), whatever the verdict was: under another name, with a renewable
document or for a purpose that only reviews, an equal number does not block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from matching.score import tells_equal_number
from registry.errors import ConflictError
from registry.law.verdict import Verdict
from registry.services.case_step import given_match
from registry.services.explain_record import decision_with_request, faces_of
from registry.services.reckon_match import Measure, reckon_match

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.case_values import StoredCase, StoredMatch
    from registry.store.unit_of_work import UnitOfWork


def is_on_equal_number(services: Services, uow: UnitOfWork, case: StoredCase, match: StoredMatch) -> bool:
    """Say whether a match rests, or would rest today, on one and the same number; also wherever the answer blocked."""
    if match.verdict == Verdict.BLOCK:
        return True
    try:
        decision, request = decision_with_request(uow, case.check_no)
    except ConflictError:
        return True  # what was asked is not kept: two people look
    given = given_match(orjson.loads(decision.answer), uow.cases.steps(case.id), match)
    applicant = next(each.identity for each in request.subjects if each.subject_no == match.subject_no)
    measure = Measure(services.model, services.policy, request.purpose)
    now = (reckon_match(measure, applicant, face).comparison for face in faces_of(uow, match.ban_no))
    lines = [(line.feature, line.level) for comparison in now for line in comparison.evidence]
    return any(tells_equal_number(*line[:2]) for line in (*given["evidence"], *lines))
