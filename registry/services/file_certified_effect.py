"""File that a judgment took effect, by the certificate itself: one that is kept, or one sent with the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from registry.services.file_effect import file_effect
from registry.services.read_certificates import CertificateShown, read_certificate_shown
from registry.services.receive_certificate import CertificateReception
from registry.services.receive_upload import receive_document

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.services.file_judgment import Filed

_NAMELESS: Final = "certificate"


def file_certified_effect(  # noqa: PLR0913 - what a certificate says, and how it is named
    services: Services,
    document_no: str,
    *,
    actor: DeskActor,
    expected: int,
    effective_date: str | None = None,
    certificate: str | None = None,
    document: bytes | None = None,
    note: str | None = None,
) -> Filed:
    """File the day a judgment took effect: as stated, or as the certificate says that is named or sent with it.

    A certificate that was sent is kept, whether or not the step can be filed. Raises as `file_effect` does;
    InvalidInputError also where the certificate is another case's, states another day, or none was stated at all.
    """
    if document is not None:
        certificate = _received(services, document, actor)
    if certificate is not None:
        effective_date = _certified(services, certificate, document_no, effective_date, actor)
    if effective_date is None:
        raise InvalidInputError([FieldFault("effective_date", "missing", "neither a day nor a certificate with one")])
    return file_effect(services, document_no, actor=actor, expected=expected, effective_date=effective_date, note=note)


def _received(services: Services, document: bytes, actor: DeskActor) -> str:
    found = receive_document(services, document, _NAMELESS, actor=actor, certificate_only=True)
    told = found.certificate
    if told is not None and told.reception is CertificateReception.APPEALED:
        raise ConflictError("a decision on appeal of this case lies on the desk: attach it")
    if told is None or told.certificate_no is None:
        code = found.code or "not_a_certificate"
        raise InvalidInputError([FieldFault("document", f"unreadable_document:{code}", found.says or code)])
    return told.certificate_no


def _certified(
    services: Services, certificate: str, document_no: str, stated: str | None, actor: DeskActor
) -> str | None:
    """Return the day a certificate of this judgment states."""
    try:
        found = read_certificate_shown(services, certificate, actor)
    except NotFoundError:
        raise InvalidInputError([FieldFault("certificate", "missing", "there is no such certificate")]) from None
    _require_of(found, document_no)
    if stated is not None and found.effective_date is not None and stated != found.effective_date:
        raise InvalidInputError([FieldFault("effective_date", "other_day", "the certificate states another day")])
    return stated or found.effective_date


def _require_of(found: CertificateShown, document_no: str) -> None:
    if found.document_no != document_no:
        raise InvalidInputError([FieldFault("certificate", "other_case", "the certificate is not of this judgment")])
