"""Places rows on the list within one transaction: known, replaced, taken back, listed, waiting, quarantined, refused.

Everything stored that the rows touch is read first, in a few statements; the rows are then placed one after another
in memory, in the order of the file, and written at the end in a few bulk statements.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matching.identity import Kind
from registry.errors import FieldFault
from registry.intake.list_row import ListRow, Operation, RowKey
from registry.law.ban_terms import terms_of
from registry.law.judgment import RowOutcome
from registry.law.provisions import Law
from registry.privacy.keyed_index import IndexPurpose
from registry.services.list_draft import Judged, ListDraft
from registry.services.row_results import RowResult
from registry.services.same_subject import document_key
from registry.store.list_values import EndReason, QuarantinedRow, RecordState, RefusedRow, StoredRecord, record_content
from registry.store.sealing_repository import SealingOrder
from registry.store.unit_of_work import UnitOfWork

_STRICTEST = (RowOutcome.IN_FORCE, RowOutcome.PENDING, RowOutcome.WAITING, RowOutcome.NO_BAN)
_TAKEN = frozenset({*_STRICTEST, RowOutcome.WITHDRAWN})
SEALED = "sealed_record"
"""Why a row is refused whose record was sealed by order."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of the rows of one transaction: their results, in order, and the list versions taken.

    `sealed` orders are about records that were kept before and may not be: whoever commits carries them out beside the
    list, too (`forget_uploads.forget_sealed`).
    """

    results: tuple[RowResult, ...]
    versions: range
    sealed: tuple[SealingOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a partner says beside its rows, by row: whether it was found to concern food, and whose ban number is which.

    A finding settles what the row itself leaves open, also of a row that is known and waits.
    """

    findings: Mapping[RowKey, bool] = field(default_factory=dict)
    ban_nos: Mapping[tuple[str, str, Kind], str] = field(default_factory=dict)


def place_rows(  # noqa: PLR0913 -- the rows, whence they came, and what was said beside them
    uow: UnitOfWork,
    law: Law,
    today: datetime.date,
    file_digest: str,
    rows: Sequence[ListRow],
    *,
    beside: Beside | None = None,
    whole: bool = False,
) -> Placed:
    """Place the rows in order and write everything; the caller commits and records the act.

    `whole`: they are a province's whole list, which comes again every night.
    """
    uow.head.lock()
    placing = _Placing(uow, law, today, rows, beside or Beside())
    results = tuple(placing.place(row) for row in rows)
    uow.quarantine.keep(file_digest, placing.quarantined, whole=whole)
    uow.quarantine.refuse(file_digest, placing.refused)
    uow.quarantine.resolve(_standing(rows, results) if whole else _taken(rows, results), whole=whole)
    return Placed(results, uow.lists.write(placing.draft.writes), tuple(placing.sealed_anew))


def _taken(rows: Sequence[ListRow], results: Sequence[RowResult]) -> set[tuple[str, str]]:
    """Return the rows that stand on the list now: where one of them waited in quarantine, it was corrected."""
    return _keys(rows, results, _TAKEN)


def _standing(rows: Sequence[ListRow], results: Sequence[RowResult]) -> set[tuple[str, str]]:
    """Return the rows a whole list has that stand now, as it says or as they stood: nothing of them waits any more."""
    right = _TAKEN | {RowOutcome.KNOWN}
    return _keys(rows, results, right) - _keys(rows, results, frozenset(RowOutcome) - right)


def _keys(
    rows: Sequence[ListRow], results: Sequence[RowResult], outcomes: frozenset[RowOutcome]
) -> set[tuple[str, str]]:
    return {
        (row.key.source_region, row.key.record_no)
        for row, result in zip(rows, results, strict=True)
        if row.key is not None and result.outcome in outcomes
    }


def judge(law: Law, row: ListRow, today: datetime.date, food_related: bool | None) -> list[Judged]:
    """Ask the law about everybody a row names; `food_related` settles what the row itself leaves open."""
    judged = []
    for named in row.named:
        fact = named.fact
        if fact.food_related is None and food_related is not None:
            fact = dataclasses.replace(fact, food_related=food_related)
        judged.append(Judged(named, terms_of(law, fact, today)))
    return judged


def row_outcome(judged: Sequence[Judged]) -> RowOutcome:
    """Return the outcome of a row that names several: the one that bars most."""
    outcomes = {one.terms.outcome for one in judged}
    return next((outcome for outcome in _STRICTEST if outcome in outcomes), RowOutcome.NO_BAN)


def outcome_problems(judged: Sequence[Judged], outcome: RowOutcome) -> tuple[FieldFault, ...]:
    """Say in Chinese and English why a row is not in force."""
    reasons = dict.fromkeys(one.terms.reason for one in judged if one.terms.outcome is outcome)
    if outcome is RowOutcome.IN_FORCE:
        return ()
    return tuple(
        FieldFault(
            "food_related" if outcome is RowOutcome.WAITING else "row",
            reason,
            f"{reason.says('zh')} {reason.says('en')}",
        )
        for reason in reasons
    )


class _Placing:
    """The rows of one transaction being placed."""

    def __init__(
        self, uow: UnitOfWork, law: Law, today: datetime.date, rows: Sequence[ListRow], beside: Beside
    ) -> None:
        self.quarantined: list[QuarantinedRow] = []
        self.refused: list[RefusedRow] = []
        self.sealed_anew: list[SealingOrder] = []
        self._law = law
        self._today = today
        self._uow = uow
        self._beside = beside
        self._index = uow.keyed_index
        self._stored: dict[tuple[str, str], dict[int, StoredRecord]] = defaultdict(dict)
        self._contents = {row.line: _content(row) for row in rows if not row.faults}
        keys = {(row.key.source_region, row.key.record_no) for row in rows if row.key is not None}
        self._sealed = uow.sealing.among(keys)
        for record in uow.lists.records_of(sorted(keys)):
            self._stored[record.source_region, record.record_no][record.version] = record
        self.draft = self._drafted(rows)
        self.draft.adopt_numbers(beside.ban_nos)

    def place(self, row: ListRow) -> RowResult:
        """Decide what becomes of one row."""
        if row.key is not None and (row.key.source_region, row.key.record_no) in self._sealed:
            return self._turn_away(row, SEALED)
        return self._placed(row)

    def _placed(self, row: ListRow) -> RowResult:
        if row.faults or row.key is None:
            return self._cannot_take(row)
        versions = self._stored[row.key.source_region, row.key.record_no]
        same = versions.get(row.key.version)
        if same is not None and self._same_content(row, same):
            return self._settle(row, same) if self._is_found(row, same) else _result(row, RowOutcome.KNOWN)
        latest = versions[max(versions)] if versions else None
        judged = judge(self._law, row, self._today, self._settled(row, latest))
        if _sealed(judged):
            return self._refuse(row, judged, versions)
        if same is not None:
            return self._quarantine(row, (_other_content(max(versions)),))
        if latest is not None and latest.version > row.key.version:
            return self._keep(row, RecordState.SUPERSEDED, RowOutcome.SUPERSEDED)
        return self._withdraw(row, latest) if row.operation is Operation.WITHDRAW else self._list(row, judged, latest)

    def _drafted(self, rows: Sequence[ListRow]) -> ListDraft:
        """Read whom the rows that are not known yet might name."""
        fresh = [row for row in rows if not row.faults and row.key is not None and self._is_news(row)]
        keys = {(row.key.source_region, row.key.record_no) for row in fresh if row.key is not None}
        replaced = [record for key in keys for record in self._stored.get(key, {}).values()]
        return ListDraft(self._uow, [named for row in fresh for named in row.named], replaced, len(fresh))

    def _is_news(self, row: ListRow) -> bool:
        key = row.key
        same = None if key is None else self._stored[key.source_region, key.record_no].get(key.version)
        return same is None or not self._same_content(row, same) or self._is_found(row, same)

    def _is_found(self, row: ListRow, stored: StoredRecord) -> bool:
        """Say whether a row that is known and waits was found, where it comes from, to concern food or not."""
        waits = stored.state is RecordState.ACTIVE and stored.outcome == RowOutcome.WAITING
        return waits and not stored.erased and row.key in self._beside.findings

    def _settle(self, row: ListRow, stored: StoredRecord) -> RowResult:
        finding = self._beside.findings[_key_of(row)]
        judged = judge(self._law, row, self._today, finding)
        stored.outcome, stored.food_related = row_outcome(judged), finding
        self.draft.settle(stored, judged)
        outcome = RowOutcome(stored.outcome)
        return _result(row, outcome, outcome_problems(judged, outcome))

    def _same_content(self, row: ListRow, stored: StoredRecord) -> bool:
        if stored.erased:  # kept as long as it may be: what it said cannot be compared any more
            return True
        return stored.content_digest in self._index.lookups(IndexPurpose.RECORD_CONTENT, self._contents[row.line])

    def _settled(self, row: ListRow, latest: StoredRecord | None) -> bool | None:
        """Return what was found where the row comes from, or about an earlier version of the same count."""
        found = None if row.key is None else self._beside.findings.get(row.key)
        if found is not None:
            return found
        if latest is None or latest.food_related is None or row.operation is Operation.WITHDRAW:
            return None
        before = self.draft.payload_of(latest)
        same_count = all(before.get(column) == row.canonical.get(column) for column in ("document_no", "charge"))
        return latest.food_related if same_count else None

    def _list(self, row: ListRow, judged: list[Judged], latest: StoredRecord | None) -> RowResult:
        outcome = row_outcome(judged)
        record = self._record(row, RecordState.ACTIVE, outcome, self._settled(row, latest))
        self.draft.place(record, judged, latest)
        if latest is not None and latest.state is RecordState.ACTIVE:
            latest.state = RecordState.SUPERSEDED
            self.draft.touch(latest)
        return _result(row, outcome, outcome_problems(judged, outcome))

    def _withdraw(self, row: ListRow, latest: StoredRecord | None) -> RowResult:
        record = self._record(row, RecordState.WITHDRAWN, RowOutcome.WITHDRAWN)
        if latest is not None:
            record.subject_id = latest.subject_id
            self.draft.end(latest, EndReason.WITHDRAWN, record)
            latest.state = RecordState.WITHDRAWN
            self.draft.touch(latest)
        return _result(row, RowOutcome.WITHDRAWN)

    def _keep(self, row: ListRow, state: RecordState, outcome: RowOutcome) -> RowResult:
        self._record(row, state, outcome)
        return _result(row, outcome)

    def _record(
        self, row: ListRow, state: RecordState, outcome: RowOutcome, settled: bool | None = None
    ) -> StoredRecord:
        key = _key_of(row)
        stated = next((named.fact.food_related for named in row.named), None)
        document_no = row.canonical.get("document_no")
        record = StoredRecord(
            id=self.draft.new_record_id(),
            source_region=key.source_region,
            record_no=key.record_no,
            version=key.version,
            kind=row.kind,
            state=state,
            outcome=outcome,
            subject_id=None,
            document_no=None if document_no is None else document_key(document_no),
            content_digest=self._index.index(IndexPurpose.RECORD_CONTENT, self._contents[row.line]),
            food_related=settled if stated is None else stated,
        )
        self.draft.store(record, json.dumps(row.canonical, ensure_ascii=False, sort_keys=True))
        self._stored[key.source_region, key.record_no][key.version] = record
        return record

    def _cannot_take(self, row: ListRow) -> RowResult:
        """A faulty row is kept whole, unless what can be read of it already shows a record that may not be kept."""
        judged = judge(self._law, row, self._today, None)
        return self._refuse(row, judged, {}) if _sealed(judged) else self._quarantine(row, row.faults)

    def _quarantine(self, row: ListRow, faults: tuple[FieldFault, ...]) -> RowResult:
        key, first = row.key, faults[0]
        self.quarantined.append(
            QuarantinedRow(
                source_region=key.source_region if key else None,
                record_no=key.record_no if key else None,
                line=row.line,
                field=first.field,
                reason_code=first.code,
                reason="; ".join(f"{fault.field}: {fault.reason}" for fault in faults),
                original=json.dumps(row.original, ensure_ascii=False),
            )
        )
        return _result(row, RowOutcome.QUARANTINED, faults)

    def _refuse(self, row: ListRow, judged: list[Judged], versions: dict[int, StoredRecord]) -> RowResult:
        """Keep nothing of a sealed record; an earlier version of it that is stored is ended and erased too."""
        code = next(one.terms.reason for one in judged if one.terms.outcome is RowOutcome.REFUSED)
        if row.key is not None and versions and max(versions) < row.key.version:
            for record in versions.values():
                self.draft.end(record, EndReason.SEALED, record)
                record.state, record.document_no = RecordState.WITHDRAWN, None
                self.draft.touch(record)
                self.draft.erase(record)
            self.sealed_anew.append(self._order_sealing(row.key, code))
        return self._turn_away(row, code)

    def _order_sealing(self, key: RowKey, code: str) -> SealingOrder:
        """The record was kept before: it is sealed, and the answers that showed it are erased by the daily job."""
        digest, now = hashlib.sha256(code.encode()).hexdigest(), self._uow.transaction.now()
        order = SealingOrder(key.source_region, key.record_no, digest, now)
        self._uow.sealing.order(order)
        return order

    def _turn_away(self, row: ListRow, code: str) -> RowResult:
        self.refused.append(RefusedRow(row.line, code))
        return RowResult(
            row.line, RowOutcome.REFUSED, None, (FieldFault("row", code, "a record that may not be taken"),)
        )


def _other_content(highest: int) -> FieldFault:
    reason = "this version of the row was received before with other content; a change needs a version above"
    return FieldFault("version", "other_content", f"{reason} {highest}")


def _sealed(judged: Sequence[Judged]) -> bool:
    return any(one.terms.outcome is RowOutcome.REFUSED for one in judged)


def _content(row: ListRow) -> str:
    return record_content(row.kind, json.dumps(row.canonical, ensure_ascii=False, sort_keys=True))


def _key_of(row: ListRow) -> RowKey:
    if row.key is None:
        raise ValueError("a row without a key is never stored")
    return row.key


def _result(row: ListRow, outcome: RowOutcome, problems: tuple[FieldFault, ...] = ()) -> RowResult:
    record = None if row.key is None else f"{row.key.source_region}:{row.key.record_no}"
    return RowResult(row.line, outcome, record, problems, row.notes)
