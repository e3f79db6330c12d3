"""Invented people on a list under test; their ID numbers carry county codes that were never assigned."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from matching.identity import IdDocument, Identity, IdType, Kind
from matching.resident_id import check_character
from registry.law.ban import Basis
from registry.services.context import Services
from registry.services.record_list_change import ListSource, record_list_change
from registry.store.list_values import (
    ChangeKind,
    ListWrites,
    NewBasis,
    NewChange,
    NewIdentity,
    NewRecord,
    NewSubject,
    RecordState,
    StoredRecord,
)

SINCE = datetime.date(2020, 3, 1)


def invented_id(sequence: int, birth: str = "19760309", county: str = "339900") -> str:
    """Return a valid resident ID number nobody can have."""
    first = f"{county}{birth}{sequence:03d}"
    return first + check_character(first)


@dataclass(frozen=True, slots=True)
class Listing:
    """Who to list and on what."""

    identity: Identity
    provision: str = "fsl-135-2"
    region: str = "33"
    starts_on: datetime.date | None = SINCE
    ends_on: datetime.date | None = None


def person(name: str, number: str | None, **stated: object) -> Identity:
    """Return a person with a resident ID number, or without any."""
    documents = (IdDocument(IdType.RESIDENT_ID, number),) if number else ()
    return Identity(kind=Kind.PERSON, name=name, documents=documents, **stated)  # type: ignore[arg-type]


def organisation(name: str, code: str) -> Identity:
    """Return an organisation with a credit code."""
    return Identity(kind=Kind.ORGANISATION, name=name, documents=(IdDocument(IdType.USCC, code),))


def put_on_list(services: Services, *listings: Listing) -> list[str]:
    """List somebody in one commit and return their ban numbers."""
    with services.store.write() as uow:
        uow.head.lock()
        records = uow.lists.reserve_records(len(listings))
        subjects = uow.lists.reserve_subjects(len(listings))
        writes = ListWrites()
        for listing, record, subject in zip(listings, records, subjects, strict=True):
            _write(writes, listing, record, subject)
        versions = uow.lists.write(writes)
        record_list_change(uow, versions, [listing.region for listing in listings], ListSource.IMPORT, "test")
        return [subject.ban_no for subject in writes.subjects]


def _write(writes: ListWrites, listing: Listing, record: int, subject: int) -> None:
    document_no = f"（2020）浙9900刑初{record}号"
    stored = StoredRecord(
        id=record,
        source_region=listing.region,
        record_no=f"R{record:06d}",
        version=1,
        kind="conviction",
        state=RecordState.ACTIVE,
        outcome="in_force",
        subject_id=subject,
        document_no=document_no,
        content_digest=secrets.token_bytes(32),
        food_related=True,
    )
    basis = Basis(listing.provision, document_no, listing.region, listing.starts_on, listing.ends_on)
    indexes = tuple(secrets.token_bytes(32) for _ in listing.identity.documents)
    writes.subjects.append(NewSubject(subject, "B" + secrets.token_hex(8).upper(), listing.identity.kind))
    writes.records.append(NewRecord(stored, "{}"))
    writes.identities.append(NewIdentity(subject, record, listing.identity, indexes, None))
    writes.bases.append(NewBasis(subject, record, basis))
    writes.changes.append(NewChange(subject, ChangeKind.ADDED, listing.region, record))


def state_again(services: Services, ban_no: str, identity: Identity) -> None:
    """Let one more row say who a listed person is."""
    with services.store.write() as uow:
        uow.head.lock()
        (record,) = uow.lists.reserve_records(1)
        subject = uow.lists.subjects_numbered([ban_no])[ban_no]
        writes = ListWrites()
        _write(writes, Listing(identity), record, subject)
        writes.subjects.clear()
        versions = uow.lists.write(writes)
        record_list_change(uow, versions, ["33"], ListSource.IMPORT, "test")


def report_fresh(services: Services, *regions: str) -> None:
    """Note a successful import of these regions (all four where none is named) at this instant."""
    with services.store.write() as uow:
        uow.coverage.advance(regions or ("31", "32", "33", "34"))
