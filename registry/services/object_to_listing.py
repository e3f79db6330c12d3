"""Carry an upheld objection to a held application over to the listing that held it.

Whoever was found to be another person under an equal number is held again at the next application: the list still
bears their number. The same words and evidence are lodged against the listing, to be decided as any objection is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError
from registry.services.decide_objection import open_objection
from registry.services.equal_number import is_on_equal_number
from registry.services.lodge_objection import Lodging, lodge_objection
from registry.store.attachment_repository import AttachedTo
from registry.store.case_values import Finding
from registry.store.objection_repository import ObjectionState, StoredObjection

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

_ANOTHER: Final = frozenset({Finding.OTHER, Finding.OTHER_PROPOSED})
_STANDING: Final = frozenset({ObjectionState.OPEN, ObjectionState.UPHELD})


def listings_to_correct(services: Services, uow: UnitOfWork, found: StoredObjection) -> tuple[str, ...]:
    """Return the bans that bear the number of somebody found to be another, and that nobody has objected to yet.

    None where the application had stated a number that is not its applicant's, or the objection was not upheld.
    """
    case = None if found.check_no is None else uow.cases.find(found.check_no)
    if case is None or found.state is not ObjectionState.UPHELD or case.release_cause is not None:
        return ()
    matches = (match for match in uow.cases.matches(case.id) if match.finding in _ANOTHER)
    bans = [match.ban_no for match in matches if is_on_equal_number(services, uow, case, match)]
    objected = {each.ban_no for each in uow.objections.statements_of(bans) if each.state in _STANDING}
    return tuple(ban_no for ban_no in bans if ban_no not in objected)


def object_to_listings(services: Services, objection_no: str, actor: DeskActor) -> list[StoredObjection]:
    """Lodge an upheld objection against each listing that is to be corrected; recorded.

    Raises ConflictError where there is none, and as `open_objection` does.
    """
    with services.store.read() as uow:
        found = open_objection(uow, objection_no, actor)
        bans = listings_to_correct(services, uow, found)
        kept = [uow.originals.open(each.original_id) for each in uow.attachments.of(AttachedTo.OBJECTION, found.id)]
    if not bans:
        raise ConflictError("no listing is left to object to")
    brought = Lodging(
        ban_no=None,
        check_no=None,
        objector=found.objector,
        statement=found.statement,
        received_on=found.received_on,
        lodged_through=found.lodged_through,
        contact=found.contact,
        files=[(each.name, each.content) for each in kept],
    )
    return [lodge_objection(services, replace(brought, ban_no=ban_no), actor) for ban_no in bans]
