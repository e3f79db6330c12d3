"""Which rows this side may speak for: those nobody altered behind the program's back, as far as the store can tell.

A row is held against itself, against what the law makes of it, against what its last list change left of whom it
lists, and a finding against the record of who made it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.intake.headings import ListKind
from registry.intake.list_rows import reread
from registry.law.judgment import RowOutcome
from registry.services.digest_members import contradictions
from registry.services.kept_rules import former_laws
from registry.services.place_rows import judge, row_outcome
from registry.store.list_state import states_of
from registry.store.list_values import RecordState

if TYPE_CHECKING:
    from registry.exchange.reconciliation import RecordKey
    from registry.intake.list_row import ListRow
    from registry.law.provisions import Law
    from registry.services.context import Services
    from registry.services.digest_members import Sides
    from registry.store.member_repository import HeldRow
    from registry.store.unit_of_work import UnitOfWork

_BARS: Final = frozenset({RowOutcome.IN_FORCE, RowOutcome.PENDING})


def sound_rows(uow: UnitOfWork, services: Services, sides: Sides, keys: Collection[RecordKey]) -> set[RecordKey]:
    """Return those of the named rows that are held here and sound; what was erased in its time is not held any more."""
    rows = [row for row in uow.members.held_of(keys, sides.owns) if not row.erased and not any(contradictions(row))]
    listed = uow.members.standing_subjects(row.record_id for row in rows)
    altered = _altered_subjects(uow, listed)
    found, laws = _Findings(uow, rows), _Laws(uow, services)
    return {
        (row.source_region, row.record_no)
        for row in rows
        if laws.made(row, founds=bool(listed.get(row.record_id)))
        and not altered & listed.get(row.record_id, set())
        and found.fits(row)
    }


class _Laws:
    """Holds rows against the law, its open questions answered as now or, where that does not fit, as they were before.

    A row stays as it was judged when another policy comes into force.
    """

    def __init__(self, uow: UnitOfWork, services: Services) -> None:
        self._uow, self._services = uow, services
        self._former: list[Law] | None = None

    def made(self, row: HeldRow, *, founds: bool) -> bool:
        """Say whether the law makes of a row what the store says; a day passed turns pending to in force."""
        if row.state is not RecordState.ACTIVE:
            return not founds
        read = reread(json.loads(row.payload or "{}"), ListKind(row.kind))
        if read.faults or (row.outcome in _BARS) != founds:
            return False
        return any(self._bars(law, row, read) == founds for law in self._all())

    def _bars(self, law: Law, row: HeldRow, read: ListRow) -> bool:
        return row_outcome(judge(law, read, self._services.clock.today(), row.food_related)) in _BARS

    def _all(self) -> Iterator[Law]:
        yield self._services.law
        if self._former is None:
            self._former = former_laws(self._services, self._uow)
        yield from self._former


def _altered_subjects(uow: UnitOfWork, listed: Mapping[int, set[int]]) -> set[int]:
    """Return whoever these rows list against whom something else stands than their last list change left."""
    subjects = {subject for each in listed.values() for subject in each}
    left, stands = uow.members.states_left(subjects), states_of(uow.transaction, subjects)
    return {subject for subject, digest in left.items() if digest != stands[subject]}


class _Findings:
    """Holds findings about food against the record of who made them; of rows that came from elsewhere there is none."""

    def __init__(self, uow: UnitOfWork, rows: Sequence[HeldRow]) -> None:
        self._made_here = {
            region for region in {row.source_region for row in rows} if uow.exchange.state(region).epoch is None
        }
        versions = uow.lists.records_of((row.source_region, row.record_no) for row in rows)
        self._decided = uow.members.findings(record.id for record in versions)
        self._by_key: dict[RecordKey, set[bool]] = {}
        for record in versions:
            if record.id in self._decided:
                self._by_key.setdefault((record.source_region, record.record_no), set()).add(self._decided[record.id])

    def fits(self, row: HeldRow) -> bool:
        """Say whether the finding of a row that leaves it open was made by somebody, and none was taken away."""
        if row.source_region not in self._made_here or "food_related" in json.loads(row.payload or "{}"):
            return True
        if row.food_related is None:
            return row.record_id not in self._decided
        return row.food_related in self._by_key.get((row.source_region, row.record_no), set())
