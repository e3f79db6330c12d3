"""Carry an upheld objection to a held application over to the listing that held it.

Whoever was found to be another person under an equal number is held again at the next application: the list still
bears their number. The same words and evidence are lodged against the listing, to be decided as any objection is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError
from registry.intake.evidence_files import open_evidence
from registry.services.decide_objection import open_objection
from registry.services.equal_number import is_on_equal_number
from registry.services.lodge_objection import Lodging, keep_objection
from registry.store.attachment_repository import AttachedTo
from registry.store.case_values import Finding
from registry.store.objection_repository import ObjectionState, StoredObjection

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

_ANOTHER: Final = frozenset({Finding.OTHER, Finding.OTHER_PROPOSED})


def listings_to_correct(services: Services, uow: UnitOfWork, found: StoredObjection) -> tuple[str, ...]:
    """Return the standing bans whose number is that of somebody found to be another, and nobody has objected to yet.

    None where the application had stated a number that is not its applicant's, or the objection was not upheld.
    """
    case = None if found.check_no is None else uow.cases.find(found.check_no)
    if case is None or found.state is not ObjectionState.UPHELD or case.release_cause is not None:
        return ()
    matches = (match for match in uow.cases.matches(case.id) if match.finding in _ANOTHER)
    equal = (match.ban_no for match in matches if is_on_equal_number(services, uow, case, match))
    bans = [ban_no for ban_no in equal if _stands(uow, ban_no)]
    objected = {each.ban_no for each in uow.objections.statements_of(bans) if each.state.is_pursued}
    return tuple(ban_no for ban_no in bans if ban_no not in objected)


def _stands(uow: UnitOfWork, ban_no: str) -> bool:
    subject = uow.lists.subjects_numbered([ban_no]).get(ban_no)
    return subject is not None and any(uow.lists.standing_bases([subject]))


def object_to_listings(services: Services, objection_no: str, actor: DeskActor) -> list[StoredObjection]:
    """Lodge an upheld objection against each listing that is to be corrected; recorded.

    Raises ConflictError where there is none, and as `open_objection` does.
    """
    with services.store.read() as uow:
        found = open_objection(uow, objection_no, actor)
        kept = [uow.originals.open(each.original_id) for each in uow.attachments.of(AttachedTo.OBJECTION, found.id)]
    files = open_evidence([(each.name, each.content) for each in kept])
    with services.store.write() as uow:
        bans = listings_to_correct(services, uow, open_objection(uow, objection_no, actor))
        if not bans:
            raise ConflictError("no listing is left to object to")
        words = _brought(services, found)
        return [keep_objection(services, uow, replace(words, ban_no=ban_no), files, actor) for ban_no in bans]


def _brought(services: Services, found: StoredObjection) -> Lodging:
    """Return the words of an objection, received anew today: its limit begins now."""
    return Lodging(
        ban_no=None,
        check_no=None,
        objector=found.objector,
        statement=found.statement,
        received_on=services.clock.today(),
        lodged_through=found.lodged_through,
        contact=found.contact,
    )
