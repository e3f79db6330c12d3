"""Put rows as their own side states them in place of copies that were altered here, in one commit.

What stands here is ended and set aside: it keeps its payload (unless that cannot be opened), under a version below
all others, so that nobody's next version meets it. The row is then judged and listed as any other; whoever it listed
keeps the ban number. Ledger: the list change, and the digests of both copies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from matching.identity import Kind
from registry.exchange.batch import Item, ItemOperation
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow, Operation
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.privacy.keyed_index import IndexPurpose
from registry.services.digest_members import member_of, member_of_item
from registry.services.list_draft import ListDraft
from registry.services.place_rows import judge, row_outcome
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.restate_document import restate_documents
from registry.services.same_subject import document_key
from registry.services.seal_for_partner import seal_for_partner
from registry.store.list_values import RecordState, StoredRecord, record_content

if TYPE_CHECKING:
    from registry.exchange.reconciliation import Member, RecordKey
    from registry.services.context import Services
    from registry.services.digest_members import Sides
    from registry.store.member_repository import HeldRow
    from registry.store.unit_of_work import UnitOfWork

SOURCE: Final = ListSource.RECONCILIATION
OWN_COPY_LOST: Final = "own_copy_lost"
MASS_RESTATEMENT: Final = "mass_restatement"
RESTATEMENTS: Final = frozenset({OWN_COPY_LOST, MASS_RESTATEMENT})
"""Why rows a comparison found apart are held for a person: to release them is to take the other side's copies."""

STATED_FINDINGS: Final = {"yes": True, "no": False, None: None}


@dataclass(slots=True)
class Restated:
    """What became of the rows: those that stand as their side states them now, and those that could not be read.

    `sealed`: how many of the first were erased; whoever commits erases what showed them elsewhere (after_sealing).
    """

    restated: list[RecordKey] = field(default_factory=list)
    refused: list[RecordKey] = field(default_factory=list)
    sealed: int = 0


def restate_records(uow: UnitOfWork, services: Services, sides: Sides, items: Sequence[Item], actor: str) -> Restated:
    """Restate rows and record it; the caller commits."""
    uow.head.lock()
    before = {(row.source_region, row.record_no): member_of(row) for row in _held(uow, sides, items)}
    restating = _Restating(uow, services, items)
    done = Restated()
    for item in items:
        key = _key_of(item)
        (done.restated if restating.restate(item) else done.refused).append(key)
    versions = uow.lists.write(restating.draft.writes)
    sealed = [item for item in items if item.operation is ItemOperation.SEAL]
    done.sealed = sum(seal_for_partner(services, uow, item, actor) for item in sealed)
    standing = set(done.restated) - {_key_of(item) for item in sealed}
    restate_documents(uow, standing)
    uow.quarantine.resolve(set(done.restated))
    if done.restated:
        after = {member.key: member for member in map(member_of_item, items)}
        _record(uow, [(key, before.get(key), after[key]) for key in done.restated], actor)
    record_list_change(uow, versions, {region for region, _ in done.restated}, SOURCE, actor)
    return done


def _held(uow: UnitOfWork, sides: Sides, items: Sequence[Item]) -> Iterable[HeldRow]:
    return uow.members.held_of([_key_of(item) for item in items], sides.owns)


def _record(uow: UnitOfWork, copies: Sequence[tuple[RecordKey, Member | None, Member]], actor: str) -> None:
    facts: dict[str, str | int] = {
        "records": len(copies),
        "before_digest": _digest((key, "" if before is None else before.digest.hex()) for key, before, _ in copies),
        "after_digest": _digest((key, after.digest.hex()) for key, _, after in copies),
    }
    uow.ledger.record(EventKind.RECORDS_RESTATED, actor, facts)


def _digest(copies: Iterable[tuple[RecordKey, str]]) -> str:
    lines = sorted(f"{':'.join(key)} {digest}" for key, digest in copies)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class _Restating:
    """The rows of one commit, read against what stands here."""

    def __init__(self, uow: UnitOfWork, services: Services, items: Sequence[Item]) -> None:
        self._uow = uow
        self._services = services
        self._rows = {_key_of(item): row_of(item) for item in items if item.operation is not ItemOperation.SEAL}
        self._stored: dict[RecordKey, list[StoredRecord]] = {}
        stored = uow.lists.records_of(sorted({_key_of(item) for item in items}))
        for record in stored:
            self._stored.setdefault((record.source_region, record.record_no), []).append(record)
        self._listed = uow.members.standing_subjects(record.id for record in stored)
        self._unreadable = uow.members.unreadable(record.id for record in stored)
        named = [one for row in self._rows.values() for one in row.named]
        self._numbered = uow.lists.subjects_numbered({no for item in items for no in item.ban_nos.values()})
        everybody = {subject for each in self._listed.values() for subject in each} | set(self._numbered.values())
        self._kinds = {number: Kind(kind) for number, _, kind in uow.lists.ban_numbers(everybody)}
        self.draft = ListDraft(uow, named, stored, rows=len(items))
        self.draft.recall(self._numbered.values())

    def restate(self, item: Item) -> bool:
        """Put one row in the place of what stands; say whether it could be taken."""
        key = _key_of(item)
        if item.operation is ItemOperation.SEAL:
            return True  # it is erased once the others are written
        row = self._rows[key]
        judged = judge(self._services.law, row, self._services.clock.today(), STATED_FINDINGS[item.finding])
        outcome = row_outcome(judged)
        if row.faults or row.key is None or _named(row) != key or outcome is RowOutcome.REFUSED:
            return False
        standing = self._set_aside(key, row.key.version)
        record = self._record(row, STATED_FINDINGS[item.finding])
        if row.operation is Operation.WITHDRAW:
            record.state, record.outcome = RecordState.WITHDRAWN, RowOutcome.WITHDRAWN
            judged = []
        else:
            record.outcome = outcome
        if item.operation is ItemOperation.END:
            record.state, judged = RecordState.WITHDRAWN, []
        before = self._numbers_stated(item) | standing
        self.draft.restate(record, judged, standing, before)
        return True

    def _set_aside(self, key: RecordKey, version: int) -> dict[Kind, int]:
        """End what stands here of a row, from the version stated on; return whom it lists, by kind."""
        listed: dict[Kind, int] = {}
        for record in self._stored.get(key, []):
            if record.version < version and record.state is not RecordState.ACTIVE:
                continue
            subjects = self._listed.get(record.id, set())
            listed |= {self._kinds[subject]: subject for subject in sorted(subjects, reverse=True)}
            self.draft.set_aside(record, erase=record.id in self._unreadable)
        return listed

    def _numbers_stated(self, item: Item) -> dict[Kind, int]:
        """Return whom the other side says the row lists, where they have their ban number here too."""
        known = (self._numbered.get(number) for number in item.ban_nos.values())
        return {self._kinds[subject]: subject for subject in known if subject is not None}

    def _record(self, row: ListRow, finding: bool | None) -> StoredRecord:
        if row.key is None:
            raise ValueError("a row without a key is never stored")
        stated = next((named.fact.food_related for named in row.named), None)
        document_no = row.canonical.get("document_no")
        payload = json.dumps(row.canonical, ensure_ascii=False, sort_keys=True)
        content = record_content(row.kind, payload)
        record = StoredRecord(
            id=self.draft.new_record_id(),
            source_region=row.key.source_region,
            record_no=row.key.record_no,
            version=row.key.version,
            kind=row.kind,
            state=RecordState.ACTIVE,
            outcome=RowOutcome.NO_BAN,
            subject_id=None,
            document_no=None if document_no is None else document_key(document_no),
            content_digest=self._uow.keyed_index.index(IndexPurpose.RECORD_CONTENT, content),
            food_related=finding if stated is None else stated,
        )
        self.draft.store(record, payload)
        return record


def _key_of(item: Item) -> RecordKey:
    if item.source_region is None or item.record_no is None:
        raise ValueError("a row that is restated has its key")
    return item.source_region, item.record_no


def _named(row: ListRow) -> RecordKey | None:
    return None if row.key is None else (row.key.source_region, row.key.record_no)


def row_of(item: Item) -> ListRow:
    """Read a row as it travels from its own side; what is wrong with it stands in its faults."""
    columns = {"version": item.version, **item.columns}
    return read_row(TableRow(0, columns), ListKind(item.kind or ListKind.CONVICTION), item.source_region)
