"""What this side holds, as the members reconciliation compares: each row held against itself on the way.

A row that cannot be opened, or that contradicts itself (another version, number, standing or finding than the row
itself states), gets a digest no sound row has, so that whatever was altered behind the program's back shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from registry.exchange.batch import Item, ItemOperation
from registry.exchange.reconciliation import (
    BUCKETS,
    Buckets,
    Member,
    RecordKey,
    Standing,
    bucket_of,
    member_digest,
)
from registry.exchange.sides import own_name, spoken_for
from registry.law.judgment import RowOutcome
from registry.services.same_subject import document_key
from registry.store.list_values import ChangeKind, RecordState

if TYPE_CHECKING:
    from registry.settings import Settings
    from registry.store.member_repository import HeldRow
    from registry.store.unit_of_work import UnitOfWork

FINDINGS: Final[Mapping[bool | None, str]] = {None: "", True: "yes", False: "no"}
_ALTERED: Final = "altered"
_WORTH_NAMING: Final = 0.25


@dataclass(frozen=True, slots=True)
class Sides:
    """Who compares with whom: `own` and `other` are `31`–`34` or `hub`."""

    own: str
    other: str

    @classmethod
    def of(cls, settings: Settings, other: str) -> Sides:
        """Return the sides of a comparison of this register with a partner."""
        return cls(own_name(settings), other)

    def owns(self, region: str) -> bool:
        """Say whether this side speaks for a region: a province for its own, the hub for all but the province's."""
        return region in spoken_for(self.own, self.other)


def bucket_digests(uow: UnitOfWork, sides: Sides) -> Buckets:
    """Digest everything this side holds; every row is opened on the way, and none kept."""
    buckets, sealed = Buckets(), _sealed(uow)
    for row in uow.members.held(sides.owns, lambda key: key not in sealed):
        buckets.add(member_of(row))
    return buckets


def members_of_buckets(uow: UnitOfWork, sides: Sides, buckets: Collection[int]) -> list[Member]:
    """Return what this side holds in these buckets, by key, the sealed ones among them."""
    numbers, sealed = frozenset(buckets), _sealed(uow)
    wanted = {key for key in uow.members.named() if bucket_of(key) in numbers and key not in sealed}
    found = [member_of(row) for row in _held(uow, sides, wanted, of_all=len(numbers) / BUCKETS)]
    found += [Member(*key, 0, Standing.SEAL) for key in sealed if bucket_of(key) in numbers]
    return sorted(found, key=lambda member: member.key)


def _held(uow: UnitOfWork, sides: Sides, wanted: set[RecordKey], of_all: float) -> Iterator[HeldRow]:
    """Yield the rows of some keys; where that is a good part of the list it is read through, which is quicker then."""
    if of_all > _WORTH_NAMING:
        return uow.members.held(sides.owns, wanted.__contains__)
    return uow.members.held_of(wanted, sides.owns)


def _sealed(uow: UnitOfWork) -> set[RecordKey]:
    return {order.key for order in uow.sealing.orders()}


def member_of(row: HeldRow) -> Member:
    """Return what both sides compare of a row."""
    key = (row.source_region, row.record_no)
    if row.erased:
        return Member(*key, row.version, Standing.ERASED)
    columns = _columns(row)
    faults = list(contradictions(row, columns))
    standing = _standing(row, columns)
    if standing is Standing.END and not faults:
        return Member(*key, row.version, standing)
    # Of a row in doubt the digest is its own number's, too: two sides altered alike are not alike.
    finding = "\x1f".join([FINDINGS[row.food_related], *([_ALTERED, str(row.record_id)] if faults else [])])
    compared = Standing.UPSERT if standing is Standing.UPSERT else Standing.WITHDRAW
    stated = columns if compared is Standing.UPSERT else {}
    return Member(*key, row.version, compared, member_digest(key, row.version, compared, finding, stated))


def member_of_item(item: Item) -> Member:
    """Return what both sides compare of a row as it travels."""
    key = (item.source_region or "", item.record_no or "")
    if item.operation is ItemOperation.SEAL:
        return Member(*key, 0, Standing.SEAL)
    if item.operation is ItemOperation.END:
        return Member(*key, item.version or 0, Standing.END)
    standing = Standing(item.operation)
    columns = {name: str(cell) for name, cell in item.columns.items() if cell is not None}
    finding = columns.get("food_related") or item.finding or ""
    version = item.version or 0
    stated = columns if standing is Standing.UPSERT else {}
    return Member(*key, version, standing, member_digest(key, version, standing, finding, stated))


def _standing(row: HeldRow, columns: Mapping[str, str]) -> Standing:
    """A row that does not stand was taken back by its own words, or ended by a court's later decision."""
    if row.state is not RecordState.WITHDRAWN:
        return Standing.UPSERT
    return Standing.WITHDRAW if columns.get("operation") == Standing.WITHDRAW else Standing.END


def contradictions(row: HeldRow, columns: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield a code for everything in which a stored row contradicts itself; nothing for one that is sound."""
    columns = _columns(row) if columns is None else columns
    if row.payload is None:
        yield "unreadable"
        return
    if not row.fits:
        yield "content"
    if not row.alone:
        yield "two_active"
    if columns.get("source_region", row.source_region) != row.source_region:
        yield "source_region"
    if columns.get("record_no", row.record_no) != row.record_no:
        yield "record_no"
    if columns.get("version") != str(row.version):
        yield "version"
    if "food_related" in columns and columns["food_related"] != FINDINGS[row.food_related]:
        yield "finding"
    document = columns.get("document_no")
    if row.document_no != (None if document is None else document_key(document)):
        yield "document_no"
    if not _state_fits(row, columns):
        yield "state"


def _columns(row: HeldRow) -> Mapping[str, str]:
    columns: Mapping[str, str] = {} if row.payload is None else orjson.loads(row.payload)
    return columns


def _state_fits(row: HeldRow, columns: Mapping[str, str]) -> bool:
    """A row stands or takes back as it says; one ended by another document is named by the change that did."""
    if columns.get("operation") == "withdraw":
        return row.state is RecordState.WITHDRAWN and row.outcome == RowOutcome.WITHDRAWN
    ended_elsewhere = row.state is RecordState.WITHDRAWN and row.change_kind == ChangeKind.LIFTED
    return row.outcome != RowOutcome.WITHDRAWN and (row.state is RecordState.ACTIVE or ended_elsewhere)
