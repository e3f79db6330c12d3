"""Certificates of effect as the desk shows them: beside their judgment, or waiting for it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import NotFoundError
from registry.services.certificate_fate import Fate, prospect_of
from registry.services.desk_step import open_document
from registry.services.own_region import province_of
from registry.store.desk_values import Content

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.unit_of_work import UnitOfWork

MOST: Final = 100
_SETTLED: Final = frozenset({Fate.AGREES, Fate.FINAL, Fate.OVER})


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """A certificate with everything a person needs to judge it; `reading` is as read, `stated` what counts now."""

    certificate_no: str
    region: str
    row_version: int
    received_by: str
    received_at: datetime.datetime
    original_id: int | None
    text: str | None = field(repr=False)
    reading: Content = field(repr=False)
    case_number: str | None
    effective_date: str | None
    court: str | None
    number: str | None
    fate: Fate
    document_no: str | None
    rulings: tuple[str, ...]


def read_certificate_shown(services: Services, certificate_no: str, actor: DeskActor) -> CertificateShown:
    """Return a certificate. Raises NotFoundError where there is none in the actor's region."""
    with services.store.read() as uow:
        return _shown(uow, open_certificate(uow, certificate_no, actor))


def certificates_of(services: Services, document_no: str, actor: DeskActor) -> tuple[CertificateShown, ...]:
    """Return the certificates of a judgment, oldest first. Raises NotFoundError."""
    with services.store.read() as uow:
        document = open_document(uow, document_no, actor)
        found = uow.certificates.of_case(document.keys.case, document.region)
        return tuple(_shown(uow, each) for each in found)


def open_certificates(services: Services, actor: DeskActor) -> tuple[CertificateShown, ...]:
    """Return the certificates of the actor's region that somebody has to do something about, newest first."""
    region = province_of(actor)
    with services.store.read() as uow:
        found = (_shown(uow, each) for each in uow.certificates.open_ones(region, MOST))
        return tuple(each for each in found if each.fate not in _SETTLED)


def open_certificate(uow: UnitOfWork, certificate_no: str, actor: DeskActor) -> StoredCertificate:
    """Return a certificate of the actor's region. Raises NotFoundError."""
    found = uow.certificates.find(certificate_no)
    if found is None or (actor.region is not None and found.region != actor.region[:2]):
        raise NotFoundError("there is no such certificate on the desk")
    return found


def _shown(uow: UnitOfWork, kept: StoredCertificate) -> CertificateShown:
    prospect = prospect_of(uow, kept)
    return CertificateShown(
        kept.certificate_no,
        kept.region,
        kept.row_version,
        kept.received_by,
        kept.received_at,
        kept.original_id,
        kept.text,
        kept.reading or {"warnings": [], "quotes": {}},
        kept.stated.get("case_number"),
        kept.stated.get("effective_date"),
        kept.stated.get("court"),
        kept.stated.get("number"),
        prospect.fate,
        None if prospect.document is None else prospect.document.document_no,
        prospect.rulings,
    )
