"""How fresh each region's part of the list is, and the imports that made it so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import insert, select, update

from registry.store.tables import import_run, region_coverage
from registry.store.transaction import Transaction

# Built once: every check reads it.
_AS_OF: Final = select(region_coverage.c.region, region_coverage.c.as_of)
_VALID_FOR: Final = select(region_coverage.c.region, region_coverage.c.valid_for_seconds)


class CoverageRepository:
    """Reads and advances coverage; records each import from beginning to end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction: Final = transaction

    def as_of(self) -> dict[str, datetime.datetime]:
        """Return the instant of the last successful import or sync by region; a region never heard of is absent."""
        return {row[0]: row[1] for row in self._transaction.connection.execute(_AS_OF)}

    def valid_for(self) -> dict[str, datetime.timedelta]:
        """Return how long a region's data counts as fresh, for those whose partner's configuration says so."""
        rows = self._transaction.connection.execute(_VALID_FOR.where(region_coverage.c.valid_for_seconds.is_not(None)))
        return {region: datetime.timedelta(seconds=seconds) for region, seconds in rows}

    def set_valid_for(self, stated: Mapping[str, datetime.timedelta | None]) -> bool:
        """Note how long regions' data counts as fresh (None: as long as the policy says); say whether that is new.

        A region that was never heard of has nothing to be fresh and is left for later.
        """
        table, known = region_coverage, self.valid_for()
        changed = {region: span for region, span in stated.items() if known.get(region) != span}
        written = 0
        for region, span in sorted(changed.items()):
            seconds = None if span is None else int(span.total_seconds())
            change = update(table).where(table.c.region == region).values(valid_for_seconds=seconds)
            written += self._transaction.connection.execute(change).rowcount
        return written > 0

    def advance(self, regions: Iterable[str]) -> None:
        """Say that the named regions are covered as of now; coverage never goes back."""
        now = self._transaction.now()
        self.advance_to(dict.fromkeys(regions, now))

    def advance_to(self, instants: Mapping[str, datetime.datetime]) -> None:
        """Say up to which instant regions are covered, as somebody else states it; never back, never beyond now."""
        known, now, table = self.as_of(), self._transaction.now(), region_coverage
        for region, stated in sorted(instants.items()):
            instant = min(stated, now)
            if region not in known:
                self._transaction.connection.execute(insert(table).values(region=region, as_of=instant))
            elif known[region] < instant:
                covered = update(table).where(table.c.region == region).values(as_of=instant)
                self._transaction.connection.execute(covered)

    def begin_import(self, file_digest: str, source_region: str | None, actor: str) -> int:
        """Record that an import began; return its number. One that never ended shows as such."""
        number = self._transaction.new_ids(import_run, 1)[0]
        values = {
            "id": number,
            "file_digest": file_digest,
            "source_region": source_region,
            "started_at": self._transaction.now(),
            "counts": {},
            "actor": actor,
        }
        self._transaction.connection.execute(insert(import_run).values(values))
        return number

    def count_import(self, number: int, counts: Mapping[str, int], *, ended: bool = False) -> None:
        """Record how far an import has come, in the transaction that took it there, and whether it has ended."""
        values: dict[str, object] = {"counts": dict(counts)}
        if ended:
            values["ended_at"] = self._transaction.now()
        self._transaction.connection.execute(update(import_run).where(import_run.c.id == number).values(values))
