"""What travels of rows of the list: each as it stands now, sealed ones by their key alone (protocol, 3 and 5).

An item says how its row stands when the batch is made, not how it stood when the number was taken: what was taken back
since is never listed again by whoever reads from far behind, and no replaced version leaves the register any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from registry.exchange.batch import ENDED_REASON, Item, ItemOperation
from registry.store.list_values import RecordState, StoredRecord

if TYPE_CHECKING:
    from registry.store.giving_repository import RecordKey
    from registry.store.unit_of_work import UnitOfWork

SEALED_REASON: Final = "sealed"
_FINDINGS: Final = {True: "yes", False: "no"}


class RowsToGive:
    """The rows of one batch, read in a few statements."""

    def __init__(self, uow: UnitOfWork, keys: Iterable[RecordKey]) -> None:
        wanted = sorted(set(keys))
        self._sealed = uow.sealing.among(wanted)
        self._latest = _latest(uow.lists.records_of(key for key in wanted if key not in self._sealed))
        kept = [record.id for record in self._latest.values() if not record.erased]
        self._payloads = uow.lists.payloads(kept)
        self._ban_nos = uow.giving.ban_numbers(kept)

    def item(self, key: RecordKey, number: int | None) -> Item:
        """Return what a row is to be told as."""
        if key in self._sealed:
            region, record_no = key
            return Item(number, ItemOperation.SEAL, region, record_no, reason=SEALED_REASON, authority=region)
        record = self._latest.get(key)
        return own(number) if record is None or record.erased else self._stated(record, number)

    def _stated(self, record: StoredRecord, number: int | None) -> Item:
        columns = self._payloads[record.id]
        operation = _operation(record, columns)
        withdrawn = operation is ItemOperation.WITHDRAW
        return Item(
            number=number,
            operation=operation,
            source_region=record.source_region,
            record_no=record.record_no,
            version=record.version,
            kind=record.kind,
            columns=columns,
            finding=_finding(record, columns),
            reason=columns.get("withdraw_reason") if withdrawn else None,
            authority=record.source_region if withdrawn else None,
            ban_nos=self._ban_nos.get(record.id, {}),
        )


class Endings:
    """Of rows whose own side is told nothing else of them: which a court's decision has ended here."""

    def __init__(self, uow: UnitOfWork, keys: Iterable[RecordKey]) -> None:
        latest = _latest(uow.lists.records_of(sorted(set(keys))))
        gone = {key: one for key, one in latest.items() if one.state is RecordState.WITHDRAWN and not one.erased}
        payloads = uow.lists.payloads(one.id for one in gone.values())
        self._ended: Final = {
            key: one.version for key, one in gone.items() if _operation(one, payloads[one.id]) is ItemOperation.END
        }

    def item(self, key: RecordKey, number: int) -> Item:
        """Return that a row was ended, by its key and version alone; of any other nothing but its number's place."""
        if key not in self._ended:
            return own(number)
        return Item(number, ItemOperation.END, *key, version=self._ended[key], reason=ENDED_REASON)


def own(number: int | None) -> Item:
    """Return the item that says nothing and holds a number's place."""
    return Item(number, ItemOperation.OWN)


def _operation(record: StoredRecord, columns: dict[str, str]) -> ItemOperation:
    """A row may be taken back by its own words, or ended by a court's later decision in another document."""
    if columns.get("operation") == ItemOperation.WITHDRAW:
        return ItemOperation.WITHDRAW
    return ItemOperation.END if record.state is RecordState.WITHDRAWN else ItemOperation.UPSERT


def _finding(record: StoredRecord, columns: dict[str, str]) -> str | None:
    if record.food_related is None or columns.get("food_related"):
        return None
    return _FINDINGS[record.food_related]


def _latest(records: Sequence[StoredRecord]) -> dict[RecordKey, StoredRecord]:
    latest: dict[RecordKey, StoredRecord] = {}
    for record in sorted(records, key=lambda one: one.version):
        latest[record.source_region, record.record_no] = record
    return latest
