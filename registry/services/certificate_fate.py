"""What a certificate of effect is good for now: for which judgment of the desk, and what keeps it from being used.

A certificate belongs to the judgments whose case number it states. Nothing ties the two but that number, so that it
does not matter which of them comes first, and a number that is corrected finds the other at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.services.desk_step import OVER, standing_content
from registry.store.desk_values import Content, DeskState, DocumentKind, StoredDocument

if TYPE_CHECKING:
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.unit_of_work import UnitOfWork

_ENDED: Final = frozenset({DeskState.WITHDRAWN, DeskState.ANNULLED, DeskState.UNLISTED})
_OPEN: Final = frozenset({DeskState.DRAFT, DeskState.FILED, DeskState.RETURNED})
_GONE: Final = OVER | {DeskState.ATTACHED}


class Fate(StrEnum):
    """What a certificate is good for now.

    unread: it states no case number; waits: its judgment is not on the desk; appealed: the case is open on appeal;
    final: what it certifies is a final ruling, which takes effect by itself; over: nothing of the judgment stands;
    undated: it states no day; agrees, differs: the judgment has that day, or another; busy: a filing waits; offered.
    """

    UNREAD = "unread"
    WAITS = "waits"
    APPEALED = "appealed"
    FINAL = "final"
    OVER = "over"
    UNDATED = "undated"
    AGREES = "agrees"
    DIFFERS = "differs"
    BUSY = "busy"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Prospect:
    """A certificate's fate, the judgment it belongs to (None where that is not here), and rulings in its way."""

    fate: Fate
    document: StoredDocument | None = None
    rulings: tuple[str, ...] = ()


def prospect_of(uow: UnitOfWork, certificate: StoredCertificate) -> Prospect:
    """Say what a certificate is good for now."""
    return prospect(uow, certificate.keys.case, certificate.region, certificate.stated.get("effective_date"))


def prospect(uow: UnitOfWork, case: str | None, region: str, day: str | None) -> Prospect:
    """Say what a certificate of a case would be good for that states this day."""
    if case is None:
        return Prospect(Fate.UNREAD)
    document = certified_document(uow, case, region)
    rulings = open_rulings(uow, case)
    if rulings:
        return Prospect(Fate.APPEALED, document, rulings)
    if document is None:
        ruling = _attached(uow, case, region)
        return Prospect(Fate.WAITS) if ruling is None else Prospect(Fate.FINAL, ruling)
    content = standing_content(uow, document) or document.draft or {}
    return Prospect(_fate(document, content, day), document)


def certified_document(uow: UnitOfWork, case: str, region: str) -> StoredDocument | None:
    """Return the judgment of a case that lies on a region's desk; of several the latest."""
    found = [
        each
        for each in uow.desk.of_case(case)
        if each.kind is DocumentKind.JUDGMENT and each.region == region and each.state not in _GONE
    ]
    return found[-1] if found else None


def _attached(uow: UnitOfWork, case: str, region: str) -> StoredDocument | None:
    """Return the ruling of that number that has become part of its first instance: it took effect by itself."""
    found = [each for each in uow.desk.of_case(case) if each.region == region and each.state is DeskState.ATTACHED]
    return found[-1] if found else None


def open_rulings(uow: UnitOfWork, case: str) -> tuple[str, ...]:
    """Return the decisions on appeal of a case that lie on the desk and are not attached to it yet."""
    return tuple(each.document_no for each in uow.desk.citing(case) if each.state in _OPEN)


def _fate(document: StoredDocument, content: Content, day: str | None) -> Fate:
    since = content.get("effective_date")
    if content.get("instance") in {"second", "retrial"}:
        return Fate.FINAL
    if content.get("appealed"):
        return Fate.APPEALED
    if document.standing in _ENDED:
        return Fate.OVER
    if since:
        return Fate.UNDATED if day is None else Fate.AGREES if since == day else Fate.DIFFERS
    if document.state is DeskState.FILED:
        return Fate.BUSY
    return Fate.UNDATED if day is None else Fate.OFFERED


def take_effect(uow: UnitOfWork, document: StoredDocument) -> bool:
    """Put the day its certificates state into a draft that has none yet; the caller writes the document back.

    Only where they state one and the same day, and nobody has said by what the judgment took effect.
    """
    draft = document.draft
    if draft is None or document.standing is not None or document.state not in {DeskState.DRAFT, DeskState.RETURNED}:
        return False
    if draft.get("effect_by") not in {None, "none"} or draft.get("effective_date"):
        return False
    found = uow.certificates.of_case(document.keys.case, document.region)
    days = {each.stated.get("effective_date") for each in found}
    if len(days) != 1 or None in days or prospect_of(uow, found[0]).fate is not Fate.OFFERED:
        return False
    document.draft = {**draft, "effect_by": "certificate", "effective_date": days.pop()}
    return True
