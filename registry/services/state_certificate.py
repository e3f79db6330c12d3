"""Put right what was read of a certificate of effect, or discard it with its file."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from registry.errors import ChangedMeanwhileError, FieldFault, InvalidInputError
from registry.ledger.events import EventKind
from registry.services.certificate_fate import prospect_of, take_effect
from registry.services.forget_certificates import release_certificates
from registry.services.read_certificates import open_certificate
from registry.services.same_subject import document_key
from registry.store.certificate_repository import CertificateKeys

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.unit_of_work import UnitOfWork

_LONGEST: Final = 200


def state_certificate(  # noqa: PLR0913 - what a person states of it
    services: Services,
    certificate_no: str,
    *,
    actor: DeskActor,
    expected: int,
    case_number: str | None,
    effective_date: str | None,
) -> str | None:
    """State which case a certificate is about and which day it names; return the judgment it belongs to now.

    A draft of that case which has no day gets this one. Raises NotFoundError, ChangedMeanwhileError, InvalidInputError.
    """
    number, day = _number(case_number), _day(effective_date)
    with services.store.write() as uow:
        uow.head.lock()
        kept = _as_seen(uow, certificate_no, actor, expected)
        kept.stated = {**kept.stated, "case_number": number, "effective_date": day}
        kept.keys = CertificateKeys(None if number is None else document_key(number), kept.keys.content)
        uow.certificates.change(kept)
        document = prospect_of(uow, kept).document
        if document is not None and take_effect(uow, document):
            uow.desk.change(document)
        uow.ledger.record(EventKind.CERTIFICATE_CHANGED, actor.text, {"certificate_no": certificate_no})
    return None if document is None else document.document_no


def discard_certificate(services: Services, certificate_no: str, *, actor: DeskActor, expected: int) -> None:
    """Erase a certificate and its file; what was filed on it stands. Raises NotFoundError, ChangedMeanwhileError."""
    with services.store.write() as uow:
        kept = _as_seen(uow, certificate_no, actor, expected)
        release_certificates(uow, [kept])
        uow.ledger.record(EventKind.CERTIFICATE_DISCARDED, actor.text, {"certificate_no": certificate_no})


def _as_seen(uow: UnitOfWork, certificate_no: str, actor: DeskActor, expected: int) -> StoredCertificate:
    kept = open_certificate(uow, certificate_no, actor)
    if kept.row_version != expected:
        raise ChangedMeanwhileError("somebody else has changed this certificate since it was opened")
    return kept


def _number(stated: str | None) -> str | None:
    number = (stated or "").strip() or None
    if number is not None and len(number) > _LONGEST:
        raise InvalidInputError([FieldFault("case_number", "too_long", f"at most {_LONGEST} characters")])
    return number


def _day(stated: str | None) -> str | None:
    day = (stated or "").strip() or None
    if day is None:
        return None
    try:
        return datetime.date.fromisoformat(day).isoformat()
    except ValueError:
        fault = FieldFault("effective_date", "unreadable_date", "a day as 2020-03-20 is needed")
        raise InvalidInputError([fault]) from None
