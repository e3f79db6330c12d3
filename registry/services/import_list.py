"""Import a file of convictions or revocations: batches of a thousand rows, each one commit.

Killed in the middle, whole batches stand and a second import of the file finishes the job, because a row that is
already there in the same version and with the same content is known and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from registry.errors import FieldFault, InvalidInputError
from registry.intake.list_row import ListRow
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableFile, open_table
from registry.law.judgment import RowOutcome
from registry.law.roles import Region
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.services.place_rows import place_rows
from registry.services.record_list_change import record_list_change
from registry.services.row_results import ImportReport

BATCH = 1_000

Progress = Callable[[int, int], None]
"""Called after each commit with the rows done and the rows expected (an estimate)."""


def import_list(
    services: Services,
    source: Path | BinaryIO,
    *,
    actor: str,
    source_region: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a list file (CSV or XLSX); `source_region` is the region all its rows are from, where stated.

    The regions the rows name are covered as of now once the whole file is through. Raises InvalidInputError where
    the file cannot be understood at all (encoding, headings), BrokenTableError where it cannot be read to its end;
    batches committed before stand.
    """
    region = _region(source_region)
    implied = frozenset({"source_region"}) if region else frozenset[str]()
    with open_table(source, implied=implied) as table:
        report = ImportReport(str(table.kind), table.digest, table.headings.unknown)
        with services.store.write() as uow:
            run = uow.coverage.begin_import(table.digest, region, actor)
        for batch in _batches(table, region):
            _import_batch(services, batch, report, run, actor)
            if progress is not None:
                progress(report.rows, max(table.expected_rows, report.rows))
        _close(services, report, run, actor, region)
    return report


def _region(source_region: str | None) -> str | None:
    if source_region is None:
        return None
    if source_region not in {str(region) for region in Region}:
        fault = FieldFault("source_region", "unknown_region", "31, 32, 33 or 34 is needed")
        raise InvalidInputError([fault])
    return source_region


def _batches(table: TableFile, region: str | None) -> Iterator[list[ListRow]]:
    rows = (read_row(row, table.kind, region) for row in table.rows())
    while batch := list(islice(rows, BATCH)):
        yield batch


def _import_batch(services: Services, batch: list[ListRow], report: ImportReport, run: int, actor: str) -> None:
    with services.store.write() as uow:
        placed = place_rows(uow, services.law, services.clock.today(), report.file_digest, batch)
        regions = {row.key.source_region for row in batch if row.key is not None}
        record_list_change(uow, placed.versions, regions, "import", actor)
        counts = report.counts.copy()
        counts.update(result.outcome for result in placed.results)
        uow.coverage.count_import(run, _named(counts))
    report.take(placed.results)
    report.changes += len(placed.versions)
    report.regions |= {
        row.key.source_region
        for row, result in zip(batch, placed.results, strict=True)
        if row.key is not None and result.outcome not in (RowOutcome.QUARANTINED, RowOutcome.REFUSED)
    }


def _close(services: Services, report: ImportReport, run: int, actor: str, region: str | None) -> None:
    """End the run: only now is the region covered, for only now is the whole file through."""
    counts = _named(report.counts)
    digest = hashlib.sha256(json.dumps(counts, sort_keys=True).encode()).hexdigest()
    covered = report.regions | ({region} if region else set())
    with services.store.write() as uow:
        report.list_version = uow.head.lock()
        uow.coverage.advance(covered)
        uow.coverage.count_import(run, counts, ended=True)
        uow.ledger.record(
            EventKind.LIST_IMPORTED,
            actor,
            {"run_id": run, "file_digest": report.file_digest, "rows": report.rows, "counts_digest": digest},
        )


def _named(counts: dict[RowOutcome, int]) -> dict[str, int]:
    return {str(outcome): count for outcome, count in counts.items() if count}
