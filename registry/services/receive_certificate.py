"""Receive a certificate of effect: its text is read, kept sealed with its file, and put beside its judgment.

A judgment that is a draft gets the day at once, a pending one is offered the step of taking effect; one that is not
here yet is waited for. Of a certificate that names only people who may not be kept, nothing is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from registry.intake.certificate_text import people_named, read_certificate
from registry.intake.compact_text import compact
from registry.intake.desk_content import from_reading, region_of
from registry.intake.judgment_reading import Warned
from registry.ledger.events import EventKind
from registry.services.certificate_fate import Fate, Prospect, prospect, prospect_of, take_effect
from registry.services.forget_certificates import strip
from registry.services.keep_original import keep_original
from registry.services.leave_out_sealed import LeftOut, leave_out_sealed, note_refused
from registry.services.same_subject import document_key
from registry.services.told_region import told_region
from registry.store.certificate_repository import CertificateKeys

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.desk_values import StoredDocument
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import NewOriginal


STATED: Final = ("case_number", "effective_date", "court", "number")


class CertificateReception(StrEnum):
    """What became of a certificate that was brought; of one whose case is open on appeal nothing is kept."""

    KEPT = "kept"
    KNOWN = "known"
    APPEALED = "appealed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReceivedCertificate:
    """What became of a certificate: its number (None where nothing is kept), what it states, and what it is good for.

    `document_no` is the judgment it belongs to. `filled` says that a draft got its day. `rulings` are in its way.
    `refused` is the code of why nothing may be kept. `warnings` are field and code.
    """

    reception: CertificateReception
    certificate_no: str | None = None
    case_number: str | None = None
    effective_date: str | None = None
    fate: Fate = Fate.UNREAD
    document_no: str | None = None
    filled: bool = False
    rulings: tuple[str, ...] = ()
    refused: str | None = None
    warnings: tuple[tuple[str, str], ...] = field(default=())


def receive_certificate(  # noqa: PLR0913 - what a door knows of an upload
    services: Services,
    text: str,
    *,
    actor: DeskActor,
    file: str = "certificate",
    region: str | None = None,
    damaged: bool = False,
    original: NewOriginal | None = None,
    refused_cases: Mapping[str, str] = MappingProxyType({}),
    line: int = 1,
) -> ReceivedCertificate:
    """Read a certificate's text and keep it beside its judgment, for a region (None: the actor's, else as it tells).

    `refused_cases` are cases whose judgment came with it and may not be kept, with the code why. Raises
    InvalidInputError where the region is not one of the four or cannot be told.
    """
    read = _read(text, file, damaged=damaged)
    region = told_region(region or actor.region or region_of(read))
    brought = _Brought(text, read, region, original, actor, line)
    left_out = _left_out(services, brought)
    with services.store.write() as uow:
        # One after another, and not beside a judgment that is being laid down: each must see the other.
        uow.head.lock()
        known = [each for each in uow.certificates.of_content(brought.words) if each.region == region]
        if known:
            return _told(known[0], prospect_of(uow, known[0]), CertificateReception.KNOWN)
        codes = dict(left_out.codes) if left_out.nobody_remains else {}
        if brought.case in refused_cases:
            codes[0] = refused_cases[str(brought.case)]
        if codes:
            note_refused(uow, "", codes, actor, line)
            return ReceivedCertificate(CertificateReception.REFUSED, refused=min(codes.values()))
        return _kept(uow, brought, nameless=bool(left_out.codes))


@dataclass(frozen=True, slots=True)
class _Brought:
    """A certificate as it came: its words, what was read, and who brought it for which region."""

    text: str = field(repr=False)
    read: dict[str, Any] = field(repr=False)
    region: str
    original: NewOriginal | None
    actor: DeskActor
    line: int

    @property
    def case(self) -> str | None:
        number = self.read["case_number"]
        return None if number is None else document_key(number)

    @property
    def words(self) -> str:
        return hashlib.sha256(document_key(compact(self.text).text).encode()).hexdigest()


def _kept(uow: UnitOfWork, brought: _Brought, *, nameless: bool) -> ReceivedCertificate:
    found = prospect(uow, brought.case, brought.region, brought.read["effective_date"])
    if found.fate is Fate.APPEALED:
        return _appealed(brought.read, found)
    kept = uow.certificates.add(brought.region, CertificateKeys(brought.case, brought.words), brought.actor.text)
    kept.reading, kept.stated = brought.read, {name: brought.read[name] for name in STATED}
    if nameless or (found.document is not None and found.document.text is None):
        # Somebody who may not be kept stands in it, or was left out of the judgment.
        strip(kept)
    else:
        kept.text = brought.text
        kept.original_id = _original(uow, brought)
    uow.certificates.change(kept)
    facts: dict[str, str | int] = {"certificate_no": kept.certificate_no, "region": brought.region}
    uow.ledger.record(EventKind.CERTIFICATE_RECEIVED, brought.actor.text, facts)
    return _filled_in(uow, kept, found.document)


def _original(uow: UnitOfWork, brought: _Brought) -> int | None:
    file = brought.original
    return None if file is None else keep_original(uow, file, brought.region, brought.actor).id


def _read(text: str, file: str, *, damaged: bool) -> dict[str, Any]:
    reading = read_certificate(text)
    if damaged:
        reading.warnings.insert(0, Warned("text", "characters_lost"))
    return reading.as_json(file)


def _left_out(services: Services, brought: _Brought) -> LeftOut:
    """Ask the law about everybody a certificate names, as it is asked about those of a judgment."""
    people = people_named(brought.text).as_json("")
    # Where it does not say when, the earliest day the case can have been decided seals most.
    year = re.search(r"(?:19|20)\d{2}", brought.case or "")
    since = brought.read["effective_date"] or (f"{year[0]}-01-01" if year else None)
    content = from_reading({**people, "instance": "first", "decided_on": since}, brought.region)
    return leave_out_sealed(services.law, services.clock.today(), content)


def _told(
    kept: StoredCertificate, found: Prospect, reception: CertificateReception, *, filled: bool = False
) -> ReceivedCertificate:
    warned = (kept.reading or {}).get("warnings", ())
    return ReceivedCertificate(
        reception,
        kept.certificate_no,
        kept.stated.get("case_number"),
        kept.stated.get("effective_date"),
        found.fate,
        None if found.document is None else found.document.document_no,
        filled,
        found.rulings,
        warnings=tuple((each["field"], each["code"]) for each in warned),
    )


def _appealed(read: dict[str, Any], found: Prospect) -> ReceivedCertificate:
    return ReceivedCertificate(
        CertificateReception.APPEALED,
        None,
        read["case_number"],
        read["effective_date"],
        found.fate,
        None if found.document is None else found.document.document_no,
        rulings=found.rulings,
    )


def _filled_in(uow: UnitOfWork, kept: StoredCertificate, document: StoredDocument | None) -> ReceivedCertificate:
    """Put the day into the draft it belongs to, where that has none."""
    filled = document is not None and take_effect(uow, document)
    if document is not None and filled:
        uow.desk.change(document)
    return _told(kept, prospect_of(uow, kept), CertificateReception.KEPT, filled=filled)
