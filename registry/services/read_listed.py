"""Show everything the register holds of one listed person or organisation; recorded before anything is shown.

Numbers are masked. What was replaced or taken back is shown as such: nothing on the list is overwritten.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.identity import Identity, Kind
from registry.errors import NotFoundError
from registry.law.provision_texts import ProvisionText, provision_text
from registry.privacy.masking import mask_id
from registry.services.search_listed import LookUp, note_look_up, require_ground
from registry.store.desk_values import Decision, DeskState, DocumentKind, FilingKind, StoredDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.law.ban import Basis
    from registry.law.provisions import Law
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.list_values import RecordState, StoredRecord
    from registry.store.objection_repository import StoredObjection
    from registry.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ListedFace:
    """Somebody as one record states them; numbers are masked."""

    record: str
    name: str | None
    other_names: tuple[str, ...]
    birth: str | None
    sex: str | None
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedBan:
    """One ban with the provision's citation (Chinese, English) and words, what it bars, its document and its time.

    `starts_on` None: not yet; `ends_on` None: for life.
    """

    article: tuple[str, str]
    wording: ProvisionText
    bars: tuple[tuple[str, str], ...]
    document_no: str
    record: str
    order: str | None
    starts_on: datetime.date | None
    ends_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version of a row of the list that bears on somebody, and whether it still counts."""

    record: str
    version: int
    document_no: str | None
    state: RecordState
    outcome: str


@dataclass(frozen=True, slots=True)
class DeskTrace:
    """A document of the desk behind a ban, and the steps that were confirmed: what, when, list version."""

    document_no: str
    kind: DocumentKind
    state: DeskState
    disputed_on: datetime.date | None
    steps: tuple[tuple[FilingKind, datetime.datetime | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class ListedSubject:
    """One listed person or organisation: faces, bans in force or to come, rows in all their versions, documents.

    `objections` are those to the listing, and to applications held by it, oldest first.
    """

    ban_no: str
    kind: Kind
    faces: tuple[ListedFace, ...]
    bans: tuple[ListedBan, ...]
    versions: tuple[ListedVersion, ...]
    documents: tuple[DeskTrace, ...]
    objections: tuple[StoredObjection, ...]


def read_listed(services: Services, ban_no: str, *, actor: DeskActor, look_up: LookUp) -> ListedSubject:
    """Return what is held under a ban number. Raises NotFoundError, and InvalidInputError without a ground."""
    require_ground(look_up)
    with services.store.write() as uow:
        subject = uow.lists.subjects_numbered([ban_no]).get(ban_no)
        found = [] if subject is None else [ban_no]
        note_look_up(uow, actor, look_up, "ban", len(found), found)
    if subject is None:
        raise NotFoundError("there is no such ban")
    with services.store.read() as uow:
        return _listed(services, uow, subject, ban_no)


def _listed(services: Services, uow: UnitOfWork, subject: int, ban_no: str) -> ListedSubject:
    faces = list(uow.lists.faces([subject]))
    bases = list(uow.lists.standing_bases([subject]))
    versions = sorted(uow.lists.records_founding(subject), key=lambda each: (each.record_no, each.version))
    today = services.clock.today()
    return ListedSubject(
        ban_no,
        Kind(uow.lists.ban_numbers([subject])[0][2]),
        tuple(listed_face(face.identity, f"{face.source_region}:{face.record_no}") for face in faces),
        tuple(listed_ban(services.law, each.basis, f"{each.source_region}:{each.record_no}") for each in bases),
        tuple(
            ListedVersion(
                f"{each.source_region}:{each.record_no}", each.version, each.document_no, each.state, each.outcome
            )
            for each in versions
        ),
        tuple(_trace(uow, each, today) for each in uow.desk.of_records(_keys(versions))),
        tuple(uow.objections.statements_of([ban_no])),
    )


def _keys(versions: Sequence[StoredRecord]) -> set[tuple[str, str]]:
    return {(each.source_region, each.record_no) for each in versions}


def listed_face(identity: Identity, record: str) -> ListedFace:
    """Return who a record says somebody is, as it is shown."""
    return ListedFace(
        record,
        identity.name,
        tuple(f"{other.kind}：{other.name}" for other in identity.other_names),
        None if identity.birth is None else identity.birth.isoformat(),
        None if identity.sex is None else str(identity.sex),
        tuple(mask_id(each.number) for each in identity.documents),
    )


def listed_ban(law: Law, basis: Basis, record: str) -> ListedBan:
    """Return one ban as it is shown: `record` is the row of the list it rests on."""
    provision = law.provision(basis.provision)
    activities, _ = law.barred_activities(provision, basis.text)
    return ListedBan(
        (law.article(provision.id, "zh"), law.article(provision.id, "en")),
        provision_text(provision),
        tuple((law.activity(each, "zh"), law.activity(each, "en")) for each in activities),
        basis.document_no,
        record,
        basis.text,
        basis.starts_on,
        basis.ends_on,
    )


def _trace(uow: UnitOfWork, document: StoredDocument, today: datetime.date) -> DeskTrace:
    steps = [each for each in uow.desk.filings(document.id) if each.decision is Decision.CONFIRMED]
    return DeskTrace(
        document.document_no,
        document.kind,
        document.shown_state(today),
        document.disputed_on,
        tuple((each.kind, each.decided_at, each.last_version) for each in steps),
    )
