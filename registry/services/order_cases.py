"""The order cases are listed in: those to be decided by their time limit, then the settled ones, latest first.

Pages are read by key: a page begins after the place of the last case shown, so its depth costs nothing.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.store.case_values import CaseFilter, CasePlace, CaseState, StoredCase

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the list in one order: the cases to be decided, or the settled ones."""

    wanted: CaseFilter
    settled: bool


def cases_after(uow: UnitOfWork, wanted: CaseFilter, place: CasePlace | None, most: int) -> list[StoredCase]:
    """Return at most so many cases that follow a place in the list (None: from its beginning)."""
    return _run(uow, _parts(wanted), place, most)


def case_before(uow: UnitOfWork, wanted: CaseFilter, place: CasePlace) -> StoredCase | None:
    """Return the case before a place in the list; None at its beginning."""
    return next(iter(_run(uow, _parts(wanted)[::-1], place, 1, backwards=True)), None)


def place_of(case: StoredCase) -> CasePlace:
    """Return where a case stands."""
    return CasePlace(case.due_on, case.id, case.state.is_settled)


def _parts(wanted: CaseFilter) -> list[Part]:
    named = wanted.states or tuple(CaseState)
    kinds = {settled: tuple(state for state in named if state.is_settled is settled) for settled in (False, True)}
    return [Part(dataclasses.replace(wanted, states=kinds[settled]), settled) for settled in kinds if kinds[settled]]


def _run(
    uow: UnitOfWork, parts: list[Part], place: CasePlace | None, most: int, *, backwards: bool = False
) -> list[StoredCase]:
    found: list[StoredCase] = []
    for part in _from(parts, place):
        if len(found) < most:
            latest_first = part.settled is not backwards
            found += uow.cases.page(part.wanted, place, most - len(found), latest_first=latest_first)
        place = None
    return found


def _from(parts: list[Part], place: CasePlace | None) -> list[Part]:
    """Leave out the parts before a place; a case that has left a list of one part is still somewhere in it."""
    first = next((number for number, part in enumerate(parts) if _holds(part, place)), 0)
    return parts[first:]


def _holds(part: Part, place: CasePlace | None) -> bool:
    return place is not None and place.is_settled is part.settled
