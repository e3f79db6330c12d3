"""Notice where two provinces say different things of one person's document: the stricter holds, and a person is asked.

Both rows stand, and whoever is listed is barred by the union of what both found; so nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final

from registry.intake.list_row import ListRow
from registry.ledger.events import EventKind
from registry.services.same_subject import document_key
from registry.store.disagreement_repository import NewDisagreement

if TYPE_CHECKING:
    from registry.store.unit_of_work import UnitOfWork

_WHO: Final = ("name", "id_number", "birth_date", "sex")
_WHAT: Final = (
    "sentence",
    "sentence_months",
    "probation_months",
    "judgment_date",
    "effective_date",
    "ban_kind",
    "ban_years",
    "penalty",
    "decided_on",
)
_Found = tuple[int, str, int | None]


def note_disagreements(uow: UnitOfWork, rows: Sequence[ListRow], actor: str) -> int:
    """Note what rows just placed say otherwise than another province's rows on the same document; return how many."""
    documents = {document_key(row.canonical["document_no"]): row for row in rows if "document_no" in row.canonical}
    shared = {
        document: found
        for document, found in uow.disagreements.on_documents(set(documents)).items()
        if len({region for _, region, _ in found}) > 1
    }
    payloads = uow.lists.payloads(record for found in shared.values() for record, _, _ in found)
    new = [one for found in shared.values() for one in _disagreeing(found, payloads)]
    noted = uow.disagreements.note(new) if new else []
    for one in noted:
        pair: dict[str, str | int] = {"one_record_id": one.one_record_id, "other_record_id": one.other_record_id}
        uow.ledger.record(EventKind.DISAGREEMENT_NOTICED, actor, {**pair, "fields": one.fields})
    return len(noted)


def _disagreeing(found: Sequence[_Found], payloads: Mapping[int, Mapping[str, str]]) -> Iterator[NewDisagreement]:
    for (one, region, subject), (other, other_region, other_subject) in combinations(found, 2):
        about = subject if subject is not None else other_subject
        if region == other_region or about is None:
            continue
        fields = disagreeing_fields(payloads[one], payloads[other])
        if fields:
            yield NewDisagreement(about, one, other, ";".join(fields))


def disagreeing_fields(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the columns two rows of one document differ in; none where they speak of different people or counts."""
    if one.get("charge") != other.get("charge") or not _same_person(one, other):
        return []
    stated = [column for column in (*_WHO, *_WHAT) if column in one and column in other]
    return [column for column in stated if one[column] != other[column]]


def _same_person(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(column in one and one.get(column) == other.get(column) for column in ("id_number", "name"))
