"""Place the rows of a whole file on the list: batches of a thousand rows, each one commit.

Killed in the middle, whole batches stand and placing the file again finishes the job, because a row that is already
there in the same version and with the same content is known and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from registry.intake.list_row import ListRow
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.forget_uploads import forget_sealed
from registry.services.place_rows import place_rows
from registry.services.record_list_change import ListSource, record_list_change
from registry.services.row_results import ImportReport, RowResult

BATCH = 1_000

Progress = Callable[[int, int], None]
"""Called after each commit with the rows done and the rows expected (an estimate)."""


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of one file, typed, and the report they are counted in.

    `region` is the region all are from, where stated; `covers` says that the file is the region's whole news, so that
    the region counts as covered once the file is through. `results` grows with what became of every row.
    """

    report: ImportReport
    rows: Iterable[ListRow]
    region: str | None = None
    expected_rows: int = 0
    source: ListSource = ListSource.IMPORT
    covers: bool = True
    results: list[RowResult] | None = field(default=None)


def place_file(services: Services, file: FileRows, *, actor: str, progress: Progress | None = None) -> int:
    """Place all rows and record the run; return its number. Batches committed before an error stand."""
    with services.store.write() as uow:
        run = uow.coverage.begin_import(file.report.file_digest, file.region, actor)
    for batch in _batches(file.rows):
        _place_batch(services, file, batch, run, actor)
        if progress is not None:
            progress(file.report.rows, max(file.expected_rows, file.report.rows))
    _close(services, file, run, actor)
    return run


def _batches(rows: Iterable[ListRow]) -> Iterator[list[ListRow]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _place_batch(services: Services, file: FileRows, batch: list[ListRow], run: int, actor: str) -> None:
    report = file.report
    with services.store.write() as uow:
        placed = place_rows(uow, services.law, services.clock.today(), report.file_digest, batch)
        forget_sealed(services, uow, placed.sealed)
        regions = {row.key.source_region for row in batch if row.key is not None}
        record_list_change(uow, placed.versions, regions, file.source, actor)
        counts = report.counts.copy()
        counts.update(result.outcome for result in placed.results)
        uow.coverage.count_import(run, _named(counts))
    report.take(placed.results)
    if file.results is not None:
        file.results.extend(placed.results)
    report.changes += len(placed.versions)
    report.regions |= {
        row.key.source_region
        for row, result in zip(batch, placed.results, strict=True)
        if row.key is not None and result.outcome not in (RowOutcome.QUARANTINED, RowOutcome.REFUSED)
    }


def _close(services: Services, file: FileRows, run: int, actor: str) -> None:
    """End the run: only now is the region covered, for only now is the whole file through."""
    report, region = file.report, file.region
    counts = _named(report.counts)
    digest = hashlib.sha256(json.dumps(counts, sort_keys=True).encode()).hexdigest()
    covered = report.regions | ({region} if region else set())
    with services.store.write() as uow:
        report.list_version = uow.head.lock()
        if file.covers:
            uow.coverage.advance(covered)
        uow.coverage.count_import(run, counts, ended=True)
        uow.ledger.record(
            EventKind.LIST_IMPORTED,
            actor,
            {"run_id": run, "file_digest": report.file_digest, "rows": report.rows, "counts_digest": digest},
        )


def _named(counts: dict[RowOutcome, int]) -> dict[str, int]:
    return {str(outcome): count for outcome, count in counts.items() if count}
