"""Lodge an objection to a ban or to a held application: who objects, through which office, in which words.

The statement is kept with the ban and shown to whoever reviews it later (个人信息保护法 46). A person objects through
any licensing office; the province that keeps the ban, or decides the application, decides the objection.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.clock import day_of
from registry.errors import FieldFault, InvalidInputError
from registry.intake.evidence_files import open_evidence
from registry.law.working_days import add_working_days
from registry.ledger.events import EventKind
from registry.services.attach_evidence import attached
from registry.services.desk_step import stated_note
from registry.services.own_region import province_of
from registry.store.attachment_repository import AttachedTo
from registry.store.objection_repository import NewObjection, StoredObjection

if TYPE_CHECKING:
    from registry.intake.upload_files import UploadedFile
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

LONGEST_STATEMENT: Final = 5_000
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Lodging:
    """An objection as it is brought; exactly one of `ban_no` and `check_no` is stated.

    `client_id` is the licensing system it comes through; None: on paper. `lodged_through` names the office, `contact`
    says how the person is reached (None: through the office).
    """

    ban_no: str | None
    check_no: str | None
    objector: str = field(repr=False)
    statement: str = field(repr=False)
    received_on: datetime.date
    lodged_through: str
    client_id: int | None = None
    contact: str | None = field(default=None, repr=False)
    files: Sequence[tuple[str, bytes]] = field(default=(), repr=False)


def lodge_objection(services: Services, lodging: Lodging, actor: DeskActor) -> StoredObjection:
    """Keep an objection with its evidence; recorded. It is due by the policy, in working days from its receipt.

    Raises InvalidInputError naming the field: nothing or both stated, no such ban or check, a day to come or before the
    application was held, a file that cannot be read.
    """
    files, stated = open_evidence(lodging.files), _stated(services, lodging)
    with services.store.write() as uow:
        return keep_objection(services, uow, stated, files, actor)


def keep_objection(
    services: Services, uow: UnitOfWork, stated: Lodging, files: Sequence[UploadedFile], actor: DeskActor
) -> StoredObjection:
    """Keep an objection that is soundly stated with its opened evidence, and record it; the caller commits.

    Raises InvalidInputError where there is no such ban or check.
    """
    kept = uow.objections.lodge(_new(services, uow, stated, actor))
    came = list(attached(uow, AttachedTo.OBJECTION, kept.id, files, kept.region or "", actor))
    facts: dict[str, str | int] = {"objection_no": kept.objection_no, "region": kept.region or ""}
    facts |= {"ban_no": kept.ban_no or "", "check_no": kept.check_no or "", "files": len(came)}
    uow.ledger.record(EventKind.OBJECTION_LODGED, actor.text, facts)
    return kept


def _new(services: Services, uow: UnitOfWork, stated: Lodging, actor: DeskActor) -> NewObjection:
    return NewObjection(
        ban_no=stated.ban_no,
        check_no=stated.check_no,
        region=_region(uow, stated, actor),
        client_id=stated.client_id,
        received_on=stated.received_on,
        due_on=add_working_days(stated.received_on, services.policy.desk.decide_objection),
        lodged_by=actor.text,
        objector=stated.objector,
        lodged_through=stated.lodged_through,
        statement=stated.statement,
        contact=stated.contact,
    )


def _stated(services: Services, lodging: Lodging) -> Lodging:
    ban_no, check_no = (lodging.ban_no or "").strip() or None, (lodging.check_no or "").strip() or None
    if (ban_no is None) == (check_no is None):
        raise InvalidInputError([FieldFault("ban_no", "one_of_two", "state a ban or a check, one of the two")])
    if lodging.received_on > services.clock.today():
        raise InvalidInputError([FieldFault("received_on", "in_the_future", "must not be a day to come")])
    return Lodging(
        ban_no,
        check_no,
        _text(lodging.objector, "objector", _LONGEST_NAME),
        _text(lodging.statement, "statement", LONGEST_STATEMENT),
        lodging.received_on,
        _text(lodging.lodged_through, "lodged_through", _LONGEST_NAME),
        lodging.client_id,
        stated_note(lodging.contact, "contact", required=False, longest=_LONGEST_NAME),
    )


def _text(text: str, name: str, longest: int) -> str:
    return stated_note(text, name, required=True, longest=longest) or ""


def _region(uow: UnitOfWork, stated: Lodging, actor: DeskActor) -> str | None:
    """Return the province that decides: the case's, or that of the ban's first record; else the actor's."""
    own = province_of(actor)
    if stated.check_no is not None:
        case = uow.cases.find(stated.check_no)
        if case is None:
            raise InvalidInputError([FieldFault("check_no", "no_such_check", "no application was held under it")])
        if stated.received_on < day_of(case.opened_at):
            raise InvalidInputError([FieldFault("received_on", "before_the_check", "is before it was held")])
        return case.region or own
    subject = uow.lists.subjects_numbered([stated.ban_no or ""]).get(stated.ban_no or "")
    if subject is None:
        raise InvalidInputError([FieldFault("ban_no", "no_such_ban", "there is no ban of this number")])
    return next((record.source_region for record in uow.lists.records_founding(subject)), own)
