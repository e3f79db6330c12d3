"""Find whether an office has checked again under the right number, once a wrong one was released."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.documents import canonical_number
from registry.services import stored_request
from registry.store.case_values import Finding, ReleaseCause, StoredCase

if TYPE_CHECKING:
    from registry.services.admit_applicants import CheckRequest
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Recheck:
    """A later check of the same application under another number: when, and what it came to.

    `is_case`: whether it was held or must be looked at, and so has a page of its own.
    """

    check_no: str
    decided_at: datetime.datetime
    verdict: str
    is_case: bool


def find_recheck(uow: UnitOfWork, case: StoredCase) -> Recheck | None:
    """Return the first later check of an application under another number; None where none came yet, or none is due."""
    if case.release_cause is not ReleaseCause.WRONG_NUMBER:
        return None
    wrong = _released_numbers(uow, case)
    for check_no in uow.decisions.of_application(case.application_no, case.client_id, case.check_no):
        decision = uow.decisions.replayable(check_no)
        if decision is None or decision.request is None or wrong & _numbers(stored_request.read(decision.request)):
            continue
        return Recheck(check_no, decision.decided_at, decision.verdict, uow.cases.find(check_no) is not None)
    return None


def _released_numbers(uow: UnitOfWork, case: StoredCase) -> set[str]:
    decision = uow.decisions.replayable(case.check_no)
    if decision is None or decision.request is None:
        return set()
    released = {match.subject_no for match in uow.cases.matches(case.id) if match.finding is Finding.OTHER}
    return _numbers(stored_request.read(decision.request), released)


def _numbers(request: CheckRequest, subjects: set[str] | None = None) -> set[str]:
    return set(_stated(request, subjects))


def _stated(request: CheckRequest, subjects: set[str] | None) -> Iterator[str]:
    for subject in request.subjects:
        if subjects is None or subject.subject_no in subjects:
            yield from (canonical_number(each.type, each.number) for each in subject.identity.documents)
