"""What one transaction is going to write to the list: who gets listed on what, and which changes that makes."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matching.identity import Kind
from registry.intake.headings import ListKind
from registry.intake.list_row import Named
from registry.law.ban_terms import Terms
from registry.services.known_subjects import KnownSubjects, id_indexes, lookup_keys, name_birth_index
from registry.services.same_subject import Signature, signature_of
from registry.store.list_values import (
    ChangeKind,
    EndReason,
    ListWrites,
    NewBasis,
    NewChange,
    NewIdentity,
    NewRecord,
    NewSubject,
    StoredRecord,
)
from registry.store.unit_of_work import UnitOfWork

_BAN_NO_BYTES = 10
_BAN_NO = re.compile(r"B[0-9A-F]{20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody a row names and what the law makes of what was decided about them."""

    named: Named
    terms: Terms


class ListDraft:
    """Gathers the writes of one transaction; the list's head must be locked before it is made."""

    def __init__(self, uow: UnitOfWork, named: Sequence[Named], replaced: Iterable[StoredRecord], rows: int) -> None:
        """Read whom the rows might name or have named; `rows` is how many records will be stored at most."""
        self.writes = ListWrites()
        self._given_numbers: dict[tuple[str, str, Kind], str] = {}
        self._adopted: set[str] = set()
        self._uow = uow
        self._known = KnownSubjects()
        self._records = iter(uow.lists.reserve_records(rows))
        self._subjects: Iterator[int] = iter(uow.lists.reserve_subjects(len(named)))
        self._new_records: set[int] = set()
        self._read(named, list(replaced))

    def adopt_numbers(self, numbers: Mapping[tuple[str, str, Kind], str]) -> None:
        """Give whoever a row (region, number) lists anew the ban number a partner gave them, unless somebody has it.

        What is no ban number of ours is left aside: a number never has to be trusted, only to be free.
        """
        fit = {key: number for key, number in numbers.items() if _BAN_NO.fullmatch(number)}
        taken = self._uow.lists.subjects_numbered(set(fit.values()))
        self._given_numbers = {key: number for key, number in fit.items() if number not in taken}

    def new_record_id(self) -> int:
        """Return the number of the next record."""
        return next(self._records)

    def store(self, record: StoredRecord, payload: str) -> None:
        """Store a new row."""
        self._new_records.add(record.id)
        self.writes.records.append(NewRecord(record, payload))

    def touch(self, record: StoredRecord) -> None:
        """Take note that a row's state or outcome has changed."""
        if record.id not in self._new_records:
            self.writes.changed_records[record.id] = record

    def place(self, record: StoredRecord, judged: Sequence[Judged], replaced: StoredRecord | None = None) -> None:
        """List everybody the row founds a basis against; who stood on the replaced row alone is lifted."""
        standing = self._take_off(replaced, EndReason.SUPERSEDED) if replaced else {}
        before = standing or _remembered(replaced)
        now: dict[Kind, int] = {}
        for one in judged:
            if one.terms.bases:
                kind = one.named.identity.kind
                now[kind] = self._list(record, one, before.get(kind))
        record.subject_id = now.get(Kind.PERSON, now.get(Kind.ORGANISATION, record.subject_id))
        for subject in dict.fromkeys(now.values()):
            kind_of_change = ChangeKind.CORRECTED if subject in standing.values() else ChangeKind.ADDED
            self._change(subject, kind_of_change, record)
        self._lift(set(standing.values()) - set(now.values()), record)

    def settle(self, record: StoredRecord, judged: Sequence[Judged]) -> None:
        """List a stored row anew, after a finding about it; what it founded before gives way."""
        self.writes.restated_records.add(record.id)
        self.place(record, judged, record)
        self.touch(record)

    def recall(self, subjects: Iterable[int]) -> None:
        """Read who further subjects are, before a row is listed as one of them."""
        for face in self._uow.lists.faces(subjects):
            signature = Signature(face.identity, face.source_region, face.document_no)
            self._known.add(face.subject_id, face.record_id, signature)

    def set_aside(self, record: StoredRecord, *, erase: bool) -> None:
        """End what a copy founded that gives way to what its own side states; `erase` where it cannot be opened."""
        self._known.remove(record.id)
        self.writes.ended_records[record.id] = EndReason.RESTATED
        self.writes.set_aside.add(record.id)
        if erase:
            self.erase(record)

    def restate(
        self, record: StoredRecord, judged: Sequence[Judged], standing: Mapping[Kind, int], before: Mapping[Kind, int]
    ) -> None:
        """List a new row in the place of copies set aside; `standing` are whom they listed, `before` whom it may keep.

        The list moves on even where nobody is listed or lifted, so that whoever reads the feed reads the row anew.
        """
        now: dict[Kind, int] = {}
        for one in judged:
            if one.terms.bases:
                kind = one.named.identity.kind
                now[kind] = self._list(record, one, before.get(kind))
        whom = {**before, **now}
        record.subject_id = whom.get(Kind.PERSON, whom.get(Kind.ORGANISATION))
        for subject in dict.fromkeys(now.values()):
            changed = ChangeKind.CORRECTED if subject in standing.values() else ChangeKind.ADDED
            self._change(subject, changed, record)
        lifted = set(standing.values()) - set(now.values())
        if not now and not lifted and record.subject_id is not None:
            lifted = {record.subject_id}
        self._lift(lifted, record)

    def end(self, ended: StoredRecord, reason: EndReason, record: StoredRecord) -> None:
        """End from the beginning what a row founded; `record` is the row that says so."""
        self._lift(set(self._take_off(ended, reason).values()), record)

    def tell_of(self, records: Iterable[StoredRecord]) -> None:
        """Number a change for whom rows once listed, though nobody's listing changes: partners are to hear of them."""
        told = {record.subject_id: record for record in records if record.subject_id is not None}
        for subject in sorted(told):
            self._change(subject, ChangeKind.LIFTED, told[subject])

    def payload_of(self, record: StoredRecord) -> dict[str, str]:
        """Return the canonical values of a row, stored or about to be."""
        for new in self.writes.records if record.id in self._new_records else ():
            if new.record.id == record.id:
                values: dict[str, str] = json.loads(new.payload)
                return values
        return self._uow.lists.payload(record.id)

    def erase(self, sealed: StoredRecord) -> None:
        """Erase what is stored of a row that may not be kept, but for its key."""
        self.writes.erased_records[sealed.id] = sealed

    def _read(self, named: Sequence[Named], replaced: list[StoredRecord]) -> None:
        # Each is worked out once: comparing who a row names is the dearest part of placing it.
        self._signatures = {id(one): (one, signature_of(one)) for one in named}
        signatures = (signature for _, signature in self._signatures.values())
        subjects = self._uow.lists.subjects_like(lookup_keys(self._uow.keyed_index, signatures))
        subjects |= self._uow.lists.subjects_of(record.id for record in replaced)
        subjects |= {record.subject_id for record in replaced if record.subject_id is not None}
        self.recall(subjects)

    def _take_off(self, record: StoredRecord, reason: EndReason) -> dict[Kind, int]:
        """Forget what a row said; return the subjects that stood on it."""
        subjects = self._known.remove(record.id)
        if record.id in self._new_records:
            # It never stood for anybody to see: it was replaced within its own transaction.
            self.writes.bases = [basis for basis in self.writes.bases if basis.record_id != record.id]
            self.writes.identities = [each for each in self.writes.identities if each.record_id != record.id]
        elif subjects:
            self.writes.ended_records[record.id] = reason
        return subjects

    def _list(self, record: StoredRecord, judged: Judged, before: int | None) -> int:
        signature = self._signature(judged.named)
        subject = self._subject(signature, before, record)
        self._known.add(subject, record.id, signature)
        index = self._uow.keyed_index
        identity = judged.named.identity
        keys = id_indexes(index, signature), name_birth_index(index, signature)
        self.writes.identities.append(NewIdentity(subject, record.id, identity, *keys))
        self.writes.bases += [NewBasis(subject, record.id, basis) for basis in judged.terms.bases]
        return subject

    def _signature(self, named: Named) -> Signature:
        known = self._signatures.get(id(named))
        return signature_of(named) if known is None else known[1]

    def _subject(self, signature: Signature, before: int | None, record: StoredRecord) -> int:
        if before is not None and self._known.may_stay(before, signature):
            return before
        found = self._known.find(signature)
        if found is not None:
            return found
        subject = next(self._subjects)
        self.writes.subjects.append(NewSubject(subject, self._ban_no(record, signature.kind), signature.kind))
        return subject

    def _ban_no(self, record: StoredRecord, kind: Kind) -> str:
        """A number is given once: whoever else a partner calls by it in the same batch gets one of ours."""
        given = self._given_numbers.get((record.source_region, record.record_no, kind))
        if given is None or given in self._adopted:
            return f"B{secrets.token_hex(_BAN_NO_BYTES).upper()}"
        self._adopted.add(given)
        return given

    def _lift(self, subjects: Iterable[int], record: StoredRecord) -> None:
        for subject in sorted(subjects):
            self._change(subject, ChangeKind.LIFTED, record)

    def _change(self, subject: int, kind: ChangeKind, record: StoredRecord) -> None:
        self.writes.changes.append(NewChange(subject, kind, record.source_region, record.id))


def _remembered(record: StoredRecord | None) -> dict[Kind, int]:
    """Return the person a withdrawn conviction had listed, so that coming back brings back the ban number."""
    if record is None or record.subject_id is None or record.kind != ListKind.CONVICTION:
        return {}
    return {Kind.PERSON: record.subject_id}
