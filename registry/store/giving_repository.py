"""What a partner is given: the rows that changed the list after a number, or page by page the whole list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import func, literal, select, tuple_, union

from registry.store.key_tables import sealed_record
from registry.store.list_reading import parts
from registry.store.named_values import among
from registry.store.tables import basis, list_change, list_record, listed_subject
from registry.store.transaction import Transaction

RecordKey = tuple[str, str]


class GivingRepository:
    """Reads what travels; nothing is written here."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def changed_rows(self, after: int, most: int) -> list[tuple[int, RecordKey | None]]:
        """Return the changes after a number, in order, each with the row that made it (None: no row did)."""
        query = (
            select(list_change.c.version, list_record.c.source_region, list_record.c.record_no)
            .outerjoin(list_record, list_record.c.id == list_change.c.record_id)
            .where(list_change.c.version > after, list_change.c.version <= after + most)
            .order_by(list_change.c.version)
        )
        rows = self._transaction.connection.execute(query)
        return [(row[0], None if row[1] is None else (row[1], row[2])) for row in rows]

    def has_changed(self, regions: Collection[str], after: int) -> bool:
        """Say whether a row of these regions changed the list after a number."""
        query = (
            select(literal(1))
            .join_from(list_change, list_record, list_record.c.id == list_change.c.record_id)
            .where(list_change.c.version > after, list_record.c.source_region.in_(sorted(regions)))
            .limit(1)
        )
        return self._transaction.connection.execute(query).first() is not None

    def rows_after(self, regions: Collection[str], key: RecordKey | None, most: int) -> list[RecordKey]:
        """Return the rows of these regions that ever concerned somebody's listing, in the order of their keys."""
        listed = select(list_record.c.source_region, list_record.c.record_no).where(
            list_record.c.subject_id.is_not(None)
        )
        sealed = select(sealed_record.c.source_region, sealed_record.c.record_no).where(
            select(literal(1))
            .where(
                list_record.c.source_region == sealed_record.c.source_region,
                list_record.c.record_no == sealed_record.c.record_no,
            )
            .exists()
        )
        pages = []
        for table, query in ((list_record, listed), (sealed_record, sealed)):
            named = (table.c.source_region, table.c.record_no)
            limited = query.where(table.c.source_region.in_(sorted(regions))).distinct().order_by(*named).limit(most)
            if key is not None:
                limited = limited.where(tuple_(*named) > tuple_(literal(key[0]), literal(key[1])))
            pages.append(select(limited.subquery()))
        both = union(*pages).subquery()
        merged = select(both.c.source_region, both.c.record_no).order_by(both.c.source_region, both.c.record_no)
        return [(row[0], row[1]) for row in self._transaction.connection.execute(merged.limit(most))]

    def ban_numbers(self, records: Iterable[int]) -> dict[int, dict[str, str]]:
        """Return, by row, the ban numbers of whom it lists or listed, by kind (person, organisation)."""
        found: dict[int, dict[str, str]] = {}
        query = (
            select(basis.c.record_id, listed_subject.c.kind, listed_subject.c.ban_no, listed_subject.c.id)
            .join(listed_subject, listed_subject.c.id == basis.c.subject_id)
            .distinct()
            .order_by(listed_subject.c.id)
        )
        for part in parts(sorted(records)):
            for record, kind, ban_no, _ in self._transaction.connection.execute(
                query.where(among(self._transaction.connection, basis.c.record_id, part))
            ):
                found.setdefault(record, {}).setdefault(kind, ban_no)
        return found

    def count_active(self, regions: Collection[str]) -> dict[str, int]:
        """Return how many rows of each region stand."""
        query = (
            select(list_record.c.source_region, func.count())
            .where(list_record.c.state == "active", list_record.c.source_region.in_(sorted(regions)))
            .group_by(list_record.c.source_region)
        )
        return {row[0]: row[1] for row in self._transaction.connection.execute(query)}

    def active_rows(self, region: str, kinds: Collection[str]) -> list[str]:
        """Return the numbers of the rows of a region that stand, of these kinds."""
        query = select(list_record.c.record_no).where(
            list_record.c.state == "active",
            list_record.c.source_region == region,
            list_record.c.kind.in_(sorted(kinds)),
        )
        return list(self._transaction.connection.execute(query).scalars())
