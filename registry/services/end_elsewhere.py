"""End what other rows of the list founded on a judgment that was annulled, replaced or sent back, whoever brought them.

A province may have sent the same judgment in a file. Where a court has undone it for somebody, their row of that case
number ends too; the province's next version of it counts again, because it is the later word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from matching.normalize import fold_name, normalize_name
from registry.services.end_rows import end_rows
from registry.services.record_list_change import ListSource
from registry.store.desk_values import DocumentKind, FilingKind, StoredDocument, StoredFiling
from registry.store.list_values import RecordState, StoredRecord

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork

SOURCE = ListSource.DESK
_WHOLE = frozenset({FilingKind.ANNULLED, FilingKind.REMANDED})


def end_elsewhere(uow: UnitOfWork, document: StoredDocument, filing: StoredFiling, actor: str) -> range:
    """End those rows and record it; return the list versions taken. The list's head is locked; the caller commits."""
    return end_rows(uow, list(_undone(uow, document, filing)), SOURCE, actor)


def _undone(uow: UnitOfWork, document: StoredDocument, filing: StoredFiling) -> Iterator[StoredRecord]:
    whole = filing.kind in _WHOLE
    if document.keys.case is None or not (whole or filing.kind is FilingKind.APPEAL_REPLACED):
        return
    if document.kind is DocumentKind.REVOCATION and not whole:
        return
    names = None if whole else _names_undone(filing)
    keys = [key for key in uow.desk.rows_of_case(document.keys.case) if not _is_own(key[1], document)]
    for record in uow.lists.records_of(keys):
        if record.state is RecordState.ACTIVE and (names is None or _name(uow.lists.payload(record.id)) in names):
            yield record


def _is_own(record_no: str, document: StoredDocument) -> bool:
    return record_no.partition("-")[0] == document.document_no


def _names_undone(filing: StoredFiling) -> set[str]:
    """Return whom the ruling acquitted or sentenced anew."""
    people = (filing.content or {}).get("defendants", ())
    return {_name(each) for each in people if each.get("decision") or each.get("left_out") == "annulled"}


def _name(stated: dict[str, str]) -> str:
    return fold_name(normalize_name(str(stated.get("name") or "")))
