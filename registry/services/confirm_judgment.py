"""Confirm a filing: a second person's word brings it to the list in the same commit, and checks see it from then on."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.errors import ChangedMeanwhileError, InvalidInputError, SamePersonError
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.desk_step import OVER, is_one_party, open_document, open_filing, stated_note
from registry.services.document_rows import document_rows
from registry.services.end_elsewhere import end_elsewhere
from registry.services.place_rows import place_rows
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.row_results import RowResult
from registry.store.desk_values import (
    Decision,
    DeskState,
    DocumentKind,
    FilingKind,
    StoredDocument,
    StoredFiling,
)

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

SOURCE: Final = ListSource.DESK
_ENDED: Final = {
    FilingKind.WITHDRAWAL: DeskState.WITHDRAWN,
    FilingKind.REMANDED: DeskState.UNLISTED,
    FilingKind.ANNULLED: DeskState.ANNULLED,
}
_WITHOUT_ROWS: Final = frozenset({FilingKind.DISPUTED, FilingKind.DISPUTE_ENDED})
_STATES: Final = (
    (RowOutcome.IN_FORCE, DeskState.IN_FORCE),
    (RowOutcome.PENDING, DeskState.PENDING),
    (RowOutcome.WAITING, DeskState.WAITING),
)
_REASONS: Final = {
    FilingKind.WITHDRAWAL: "withdrawn at the desk",
    FilingKind.REMANDED: "remanded for a new trial",
    FilingKind.ANNULLED: "annulled",
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation came to: where the document stands now, the list's version, and each row's outcome."""

    document_no: str
    number: int
    kind: FilingKind
    state: DeskState
    list_version: int
    rows: tuple[RowResult, ...]
    row_version: int


def confirm_judgment(
    services: Services, document_no: str, *, number: int, actor: DeskActor, note: str | None = None
) -> Confirmed:
    """Confirm the filing of that number; decision, rows, list change and ledger entry are one commit.

    Raises NotFoundError, SamePersonError (whoever filed it), ChangedMeanwhileError (it was decided, or another waits by
    now), InvalidInputError (it cannot be placed any more).
    """
    note = stated_note(note, required=False)
    with services.store.write() as uow:
        uow.head.lock()
        document = open_document(uow, document_no, actor)
        filing = awaited(uow, document, number)
        if is_one_party(uow, filing.filed_by, actor.text):
            raise SamePersonError("whoever filed it may not confirm it: a second person must")
        today = services.clock.today()
        rows = _rows(uow, document, filing)
        placed = place_rows(uow, services.law, today, _name(document, filing), rows)
        _require_taken(placed.results)
        regions = {row.key.source_region for row in rows if row.key is not None}
        record_list_change(uow, placed.versions, regions, SOURCE, actor.text)
        uow.desk.link(document.id, ((row.key.source_region, row.key.record_no) for row in rows if row.key is not None))
        versions = _joined(placed.versions, end_elsewhere(uow, document, filing, actor.text))
        _settle(document, filing, placed.results, today)
        uow.desk.decide(filing, Decision.CONFIRMED, actor.text, note, versions)
        uow.desk.change(document)
        _settle_ruling(uow, filing)
        facts = _facts(document, filing, versions, len(rows))
        uow.ledger.record(EventKind.FILING_CONFIRMED, actor.text, facts)
        version = uow.head.version()
    return Confirmed(
        document_no, number, filing.kind, document.shown_state(today), version, placed.results, document.row_version
    )


def _joined(first: range, second: range) -> range:
    """Return the versions of two changes of one commit, which follow one another."""
    if not first or not second:
        return first or second
    return range(first.start, second.stop)


def awaited(uow: UnitOfWork, document: StoredDocument, number: int) -> StoredFiling:
    """Return the filing that waits, if it bears that number. Raises ChangedMeanwhileError otherwise."""
    filing = open_filing(uow, document)
    if filing is None or filing.number != number or document.state in OVER:
        raise ChangedMeanwhileError("this filing does not wait any more")
    return filing


def _rows(uow: UnitOfWork, document: StoredDocument, filing: StoredFiling) -> list[ListRow]:
    """Return the rows a filing orders: those it states, and withdrawals of those that stood and stand no more."""
    if filing.kind in _WITHOUT_ROWS:
        return []
    stated: list[ListRow] = []
    if filing.kind not in _ENDED and filing.content is not None:
        found = document_rows(document.kind, document.document_no, filing.number, filing.content)
        if found.faults:
            raise InvalidInputError(found.faults)
        stated = [each.row for each in found.rows]
    kept = {(row.key.source_region, row.key.record_no) for row in stated if row.key is not None}
    gone = [key for key in uow.desk.active_records(document.id) if key not in kept]
    reason = _REASONS.get(filing.kind, "replaced by a correction")
    return [*stated, *_withdrawals(document, gone, filing.number, reason, len(stated))]


def _withdrawals(
    document: StoredDocument, keys: Iterable[tuple[str, str]], version: int, reason: str, before: int
) -> list[ListRow]:
    kind = ListKind.REVOCATION if document.kind is DocumentKind.REVOCATION else ListKind.CONVICTION
    return [
        read_row(
            TableRow(
                before + place,
                {
                    "source_region": region,
                    "record_no": record_no,
                    "version": str(version),
                    "operation": "withdraw",
                    "withdraw_reason": reason,
                },
            ),
            kind,
        )
        for place, (region, record_no) in enumerate(keys, 1)
    ]


def _name(document: StoredDocument, filing: StoredFiling) -> str:
    """Return what stands for the file in what the quarantine keeps: a digest of public numbers."""
    return hashlib.sha256(f"{document.document_no}:{filing.number}".encode()).hexdigest()


def _require_taken(results: Sequence[RowResult]) -> None:
    """A filing is placed whole or not at all."""
    wrong = {RowOutcome.QUARANTINED, RowOutcome.REFUSED}
    faults = [problem for result in results if result.outcome in wrong for problem in result.problems]
    if faults:
        raise InvalidInputError(faults)


def _settle(
    document: StoredDocument,
    filing: StoredFiling,
    results: Sequence[RowResult],
    today: datetime.date,
) -> None:
    """Say where the document stands now."""
    if filing.kind in _WITHOUT_ROWS:
        document.disputed_on = today if filing.kind is FilingKind.DISPUTED else None
        document.state = document.standing or document.state
    else:
        document.standing = _ENDED.get(filing.kind) or state_of(results)
        document.state = document.standing
    if filing.content is not None and filing.kind not in _ENDED:
        document.draft = filing.content
        document.region = str(filing.content["source_region"])[:2]
        document.effective_on = _day(filing.content.get("effective_date"))


def _settle_ruling(uow: UnitOfWork, filing: StoredFiling) -> None:
    """A ruling that was attached has done its part."""
    if filing.source_id is not None:
        ruling = uow.desk.numbered(filing.source_id)
        ruling.state = ruling.standing = DeskState.ATTACHED
        uow.desk.change(ruling)


def state_of(results: Sequence[RowResult]) -> DeskState:
    """Return where a document stands by what became of its rows: the one that bars most."""
    outcomes = {result.outcome for result in results}
    return next((state for outcome, state in _STATES if outcome in outcomes), DeskState.NO_BAN)


def _day(text: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        return None


def _facts(document: StoredDocument, filing: StoredFiling, versions: range, rows: int) -> dict[str, str | int]:
    return {
        "document_no": document.document_no,
        "number": filing.number,
        "filing_kind": filing.kind,
        "filed_by": filing.filed_by,
        "first_version": versions[0] if versions else 0,
        "last_version": versions[-1] if versions else 0,
        "rows": rows,
    }
