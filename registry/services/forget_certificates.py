"""Take certificates of effect out of the store with the judgment they speak of, or the words that name people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.store.certificate_repository import StoredCertificate
    from registry.store.unit_of_work import UnitOfWork


def erase_certificates(uow: UnitOfWork, case: str | None) -> int:
    """Erase every certificate of a case with its file; return how many there were. The caller commits."""
    found = uow.certificates.of_case(case)
    _erase_files(uow, found)
    return uow.certificates.erase(each.id for each in found)


def release_certificates(uow: UnitOfWork, found: list[StoredCertificate]) -> int:
    """Erase certificates, and those of their files that nothing else holds; return how many there were."""
    done = uow.certificates.erase(each.id for each in found)
    uow.originals.release(each.original_id for each in found if each.original_id is not None)
    return done


def strip_certificates(uow: UnitOfWork, case: str | None) -> None:
    """Erase words and files of a case's certificates, which may name somebody who was left out; the day stays."""
    found = uow.certificates.of_case(case)
    _erase_files(uow, found)
    for each in found:
        strip(each)
        uow.certificates.change(each)


def strip(certificate: StoredCertificate) -> None:
    """Leave of a certificate what it states, and nothing it was read from."""
    certificate.text = certificate.original_id = None
    if certificate.reading is not None:
        certificate.reading = {**certificate.reading, "file": "", "quotes": {}}


def _erase_files(uow: UnitOfWork, found: list[StoredCertificate]) -> None:
    uow.originals.erase([each.original_id for each in found if each.original_id is not None])
