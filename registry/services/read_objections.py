"""Show objections: the list of them, and one with its evidence; opening one is a look-up and recorded."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import NotFoundError
from registry.ledger.events import EventKind
from registry.services.attach_evidence import given_file
from registry.services.decide_objection import open_objection, who_may_not_decide
from registry.services.desk_step import is_one_party
from registry.services.object_to_listing import listings_to_correct
from registry.services.own_region import within_region
from registry.services.quote_judgment import QuotedJudgment, quote_judgments
from registry.services.read_corrections import documents_behind, rows_elsewhere
from registry.services.read_listed import ListedBan, ListedFace, listed_ban, listed_face
from registry.store.attachment_repository import AttachedTo, Attachment
from registry.store.objection_repository import ObjectionFilter, StoredObjection

if TYPE_CHECKING:
    from registry.law.provisions import Law
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.case_values import StoredCase
    from registry.store.client_repository import Client
    from registry.store.list_values import StoredFace
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import OpenedOriginal

OBJECTIONS_A_PAGE: Final = 50
Place = tuple[datetime.date, int]
"""Where a page ended: the day it is due, and its id."""


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    """A page of objections in the order they are due; `following` is where the next one begins (None: the last)."""

    objections: tuple[StoredObjection, ...]
    following: Place | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One ban an objection is about: its number, what it rests on (conviction, revocation), and of which authority."""

    ban_no: str
    ban: ListedBan
    kind: str
    issuer: str | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection with all it takes to decide it.

    `faces`: who the list says it is, by ban number;
    `listings`: what the listed person is barred from, until when, by which paper; `quoted`: what the desk's papers say;
    `documents`: number and kind of the desk's documents behind the ban, where it is to be corrected; `owners`: the
    provinces whose rows it rests on beside those, each to be asked for the correction;
    `to_correct`: the bans that still bear the number of who was found to be another;
    `earlier`: what was stated before about the same; `may_decide`: the actor did not decide before.
    """

    objection: StoredObjection
    attachments: tuple[Attachment, ...]
    case: StoredCase | None
    faces: tuple[tuple[str, ListedFace], ...] = field(repr=False)
    listings: tuple[Listing, ...]
    quoted: tuple[QuotedJudgment, ...] = field(repr=False)
    documents: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]
    to_correct: tuple[str, ...]
    earlier: tuple[StoredObjection, ...] = field(repr=False)
    may_decide: bool


def list_objections(
    services: Services, wanted: ObjectionFilter, actor: DeskActor, after: Place | None = None
) -> ObjectionPage:
    """Return a page of objections; of another region than the actor's there are none."""
    with services.store.read() as uow:
        found = uow.objections.page(within_region(wanted, actor), after, OBJECTIONS_A_PAGE + 1)
    shown = tuple(found[:OBJECTIONS_A_PAGE])
    more = len(found) > OBJECTIONS_A_PAGE
    return ObjectionPage(shown, (shown[-1].due_on, shown[-1].id) if more else None)


def count_objections(services: Services, wanted: ObjectionFilter, actor: DeskActor) -> int:
    """Return how many objections of the actor's region there are."""
    with services.store.read() as uow:
        return uow.objections.count(within_region(wanted, actor))


def read_objection(services: Services, objection_no: str, actor: DeskActor) -> ObjectionView:
    """Return an objection, once the look-up is recorded. Raises NotFoundError where the region has none."""
    with services.store.write() as uow:
        found = open_objection(uow, objection_no, actor)
        uow.ledger.record(EventKind.OBJECTION_READ, actor.text, {"objection_no": objection_no})
    with services.store.read() as uow:
        return _viewed(services, uow, found, actor)


def read_attachment(services: Services, objection_no: str, original_no: str, actor: DeskActor) -> OpenedOriginal:
    """Return a file that came with an objection, once the look-up is recorded. Raises NotFoundError."""
    with services.store.write() as uow:
        found = open_objection(uow, objection_no, actor)
        return given_file(uow, AttachedTo.OBJECTION, found.id, original_no, actor)


def read_own_objection(services: Services, objection_no: str, client: Client) -> StoredObjection:
    """Return an objection to the system it was lodged through. Raises NotFoundError."""
    with services.store.read() as uow:
        found = uow.objections.find(objection_no)
        if found is None or not (found.client_id and uow.clients.are_one_system(found.client_id, client.id)):
            raise NotFoundError("there is no such objection")
    return found


def _viewed(services: Services, uow: UnitOfWork, found: StoredObjection, actor: DeskActor) -> ObjectionView:
    bans = _bans_of(uow, found)
    faces = list(_faces(uow, bans))
    earlier = [each for each in uow.objections.statements_of(bans) if each.id < found.id] if bans else []
    return ObjectionView(
        objection=found,
        attachments=tuple(uow.attachments.of(AttachedTo.OBJECTION, found.id)),
        case=None if found.check_no is None else uow.cases.find(found.check_no),
        faces=tuple((ban_no, listed_face(face.identity, _record(face))) for ban_no, face in faces),
        listings=tuple(_listings(services.law, uow, bans)),
        quoted=tuple(_quoted(uow, [face for _, face in faces])),
        documents=tuple((each.document_no, each.kind) for each in documents_behind(uow, bans)),
        owners=tuple(sorted({row.partition(":")[0] for row in rows_elsewhere(uow, bans)})),
        to_correct=listings_to_correct(services, uow, found),
        earlier=tuple(earlier),
        may_decide=not any(is_one_party(uow, first, actor.text) for first in set(who_may_not_decide(uow, found))),
    )


def _faces(uow: UnitOfWork, bans: Sequence[str]) -> Iterator[tuple[str, StoredFace]]:
    for ban_no, subject in uow.lists.subjects_numbered(bans).items():
        for face in uow.lists.faces([subject]):
            yield ban_no, face


def _record(face: StoredFace) -> str:
    return f"{face.source_region}:{face.record_no}"


def _listings(law: Law, uow: UnitOfWork, bans: Sequence[str]) -> Iterator[Listing]:
    for ban_no, subject in uow.lists.subjects_numbered(bans).items():
        records = {(each.source_region, each.record_no): each for each in uow.lists.records_founding(subject)}
        said = uow.lists.payloads(each.id for each in records.values())
        for stored in uow.lists.standing_bases([subject]):
            record = records[stored.source_region, stored.record_no]
            row = said.get(record.id, {})
            ban = listed_ban(law, stored.basis, f"{stored.source_region}:{stored.record_no}")
            yield Listing(ban_no, ban, record.kind, row.get("court") or row.get("authority"))


def _quoted(uow: UnitOfWork, faces: Sequence[StoredFace]) -> list[QuotedJudgment]:
    records = [(face.source_region, face.record_no) for face in faces]
    return quote_judgments(uow, records, [face.identity.name for face in faces])


def _bans_of(uow: UnitOfWork, found: StoredObjection) -> list[str]:
    if found.ban_no is not None:
        return [found.ban_no]
    case = uow.cases.find(found.check_no or "")
    return [] if case is None else [match.ban_no for match in uow.cases.matches(case.id)]
