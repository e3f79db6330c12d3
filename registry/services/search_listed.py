"""Look somebody up on the list by name or number: for those whose role allows it, recorded before anything is shown.

A name finds those who bear it, in whatever spelling of it the register takes for the same; a number only its bearer.
Nobody can leaf through the list: a look-up needs a whole name or a whole number, and shows at most fifty.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from matching.documents import canonical_number
from matching.identity import IdDocument, Identity, IdType, Kind, stated
from matching.normalize import fold_name, is_masked_name, normalize_name
from matching.organisation import compared_organisation
from matching.resident_id import UNKNOWN
from registry.errors import FieldFault, InvalidInputError
from registry.intake.number_cells import resident_id
from registry.ledger.events import EventKind
from registry.privacy.masking import mask_id

if TYPE_CHECKING:
    from registry.law.ban import Basis
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.services.list_index import IndexView, ListIndex
    from registry.store.unit_of_work import UnitOfWork

MOST: Final = 50
LONGEST_GROUND: Final = 200
_SHORTEST_NAME: Final = 2
_SHORTEST_NUMBER: Final = 5


class LookUpPurpose(StrEnum):
    """What somebody is looked up for; asked before each look-up and recorded with it (个人信息保护法 第六条)."""

    INSPECTION = "inspection"
    LICENSING = "licensing"
    COMPLAINT = "complaint"
    CASE = "case"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a look-up is for, and on what ground: the number of a task, complaint or case."""

    purpose: LookUpPurpose
    ground: str


@dataclass(frozen=True, slots=True)
class ListedBasis:
    """What one ban rests on: provision with its citation (Chinese, English), document, first and last day."""

    provision: str
    article_zh: str
    article_en: str
    document_no: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class ListedHit:
    """Somebody on the list as one of their records states them; numbers are masked.

    `records` are rows of the list behind the bases (J…-1-1 where the desk filed them, of `documents`); `disputed` says
    that a revocation behind them is being reconsidered or before a court.
    """

    ban_no: str
    kind: Kind
    name: str | None
    birth: str | None
    sex: str | None
    numbers: tuple[str, ...]
    bases: tuple[ListedBasis, ...]
    records: tuple[str, ...]
    documents: tuple[str, ...]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What a look-up found; `more` says that there are others, so that the question should be narrower."""

    hits: tuple[ListedHit, ...]
    more: bool


def search_listed(  # noqa: PLR0913 - what can be asked
    services: Services,
    index: ListIndex,
    *,
    actor: DeskActor,
    look_up: LookUp,
    name: str | None = None,
    id_number: str | None = None,
    id_type: IdType = IdType.RESIDENT_ID,
    kind: Kind = Kind.PERSON,
) -> Search:
    """Return who on the list bears a name, a number, or both; recorded of each who is shown, else once.

    Raises InvalidInputError without a ground or a whole name or number.
    """
    sought = _sought(name, id_number, id_type, kind)
    require_ground(look_up)
    with services.store.read() as uow, index.caught_up(uow) as view:
        subjects = _subjects(view, sought)
        hits = tuple(_hit(services, uow, view, *found) for found in subjects[:MOST])
    by = "+".join(word for word, value in (("name", sought.name), ("number", sought.documents)) if value)
    with services.store.write() as uow:
        note_look_up(uow, actor, look_up, by, len(subjects), [hit.ban_no for hit in hits])
    return Search(hits, len(subjects) > MOST)


def require_ground(look_up: LookUp) -> None:
    """Raise InvalidInputError where a look-up does not say on what ground it is made."""
    if not look_up.ground.strip():
        raise InvalidInputError([FieldFault("ground", "missing", "say on what ground: the number of task or case")])
    if len(look_up.ground) > LONGEST_GROUND:
        raise InvalidInputError([FieldFault("ground", f"too_long:{LONGEST_GROUND}", "too long")])


def note_look_up(  # noqa: PLR0913, PLR0917 -- a look-up is exactly these
    uow: UnitOfWork, actor: DeskActor, look_up: LookUp, by: str, found: int, ban_nos: Sequence[str]
) -> None:
    """Record a look-up of each ban it showed, else once; its ground may name people and is kept sealed."""
    digest = uow.grounds.keep(look_up.ground)
    facts: dict[str, str | int] = {"by": by, "found": found, "purpose": look_up.purpose, "ground_digest": digest}
    for ban_no in ban_nos or (None,):
        uow.ledger.record(EventKind.LIST_SEARCHED, actor.text, facts, about=ban_no)


def _sought(name: str | None, id_number: str | None, id_type: IdType, kind: Kind) -> Identity:
    name, number = stated(name), stated(id_number)
    if name is not None and (len(normalize_name(name)) < _SHORTEST_NAME or is_masked_name(name)):
        raise InvalidInputError([FieldFault("name", "not_a_name", "a whole name is needed")])
    if number is not None and not _is_whole(id_type, number):
        raise InvalidInputError([FieldFault("id_number", "unreadable", "a whole number of that document is needed")])
    if name is None and number is None:
        raise InvalidInputError([FieldFault("name", "missing", "a whole name or a whole number is needed")])
    documents = () if number is None else (IdDocument(id_type, number),)
    return Identity(kind=kind, name=name, documents=documents)


def _is_whole(id_type: IdType, number: str) -> bool:
    if id_type is IdType.RESIDENT_ID:
        return resident_id(number).complete
    return len(canonical_number(id_type, number)) >= _SHORTEST_NUMBER and UNKNOWN not in number


def _subjects(view: IndexView, sought: Identity) -> list[tuple[int, Identity]]:
    """Return each subject once, strongest first, by the face that fits."""
    found: dict[int, Identity] = {}
    for hit in view.search(sought, 0):
        if hit.subject not in found and _fits(sought, hit.identity):
            found[hit.subject] = hit.identity
    return list(found.items())


def _fits(sought: Identity, listed: Identity) -> bool:
    if sought.documents and _numbers(sought).isdisjoint(_numbers(listed)):
        return False
    return sought.name is None or not _names(sought).isdisjoint(_names(listed))


def _numbers(identity: Identity) -> set[tuple[str, str | None]]:
    return {(str(each.type), canonical_number(each.type, each.number)) for each in identity.documents}


def _names(identity: Identity) -> set[str]:
    given = [identity.name, *(other.name for other in identity.other_names)]
    if identity.kind is Kind.ORGANISATION:
        compared = [compared_organisation(name) for name in given if name]
        return {each.folded for each in compared if each is not None}
    return {fold_name(normalize_name(name)) for name in given if name}


def _hit(services: Services, uow: UnitOfWork, view: IndexView, subject: int, face: Identity) -> ListedHit:
    ban = view.subject(subject)
    records = tuple(dict.fromkeys(number for numbers in ban.record_nos for number in numbers))
    founding = uow.lists.records_founding(subject)
    desk = uow.desk.of_records((record.source_region, record.record_no) for record in founding)
    return ListedHit(
        ban.ban_no,
        ban.kind,
        face.name,
        None if face.birth is None else face.birth.isoformat(),
        None if face.sex is None else str(face.sex),
        tuple(mask_id(each.number) for each in face.documents),
        tuple(_bases(services, ban.bases)),
        records,
        tuple(each.document_no for each in desk),
        any(each.disputed_on is not None for each in desk),
    )


def _bases(services: Services, bases: Sequence[Basis]) -> Iterable[ListedBasis]:
    for basis in bases:
        yield ListedBasis(
            basis.provision,
            services.law.article(basis.provision, "zh"),
            services.law.article(basis.provision, "en"),
            basis.document_no,
            basis.starts_on,
            basis.ends_on,
        )
