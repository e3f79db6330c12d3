"""Write the active list out: one CSV file per kind, in the columns it is imported with.

Imported into an empty register, the files give the same bans. Rows that found nothing (replaced, taken back, or
barring nobody) are left out; what a person decided about a waiting row is written as `food_related`. The files hold
names and numbers in clear and are made readable by their owner alone. A cell a spreadsheet would run as a formula is
written as text; the import undoes it.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from registry.intake.formula_cells import disarmed
from registry.intake.headings import ListKind, columns
from registry.law.judgment import RowOutcome
from registry.ledger.events import EventKind
from registry.services.context import Services
from registry.store.list_values import StoredRecord
from registry.store.unit_of_work import UnitOfWork

FILE_NAMES = {ListKind.CONVICTION: "convictions.csv", ListKind.REVOCATION: "revocations.csv"}
_ACTIVE = (RowOutcome.IN_FORCE, RowOutcome.PENDING, RowOutcome.WAITING)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file written: where, its kind, its rows (without the heading) and its SHA-256."""

    path: Path
    kind: ListKind
    rows: int
    digest: str


def export_list(services: Services, out: Path, *, actor: str) -> tuple[ExportedFile, ...]:
    """Write convictions.csv and revocations.csv into the directory `out`, as of one list version.

    Files of those names are replaced, each whole or not at all. Streams. The export is recorded in the ledger.
    """
    out.mkdir(parents=True, exist_ok=True)
    with services.store.read() as uow:
        version = uow.head.version()
        files = tuple(_written(uow, out, kind) for kind in FILE_NAMES)
    digest = hashlib.sha256("".join(file.digest for file in files).encode()).hexdigest()
    with services.store.write() as uow:
        facts: dict[str, str | int] = {"files": len(files), "rows": sum(file.rows for file in files)}
        uow.ledger.record(EventKind.LIST_EXPORTED, actor, {**facts, "output_digest": digest}, version)
    return files


def _written(uow: UnitOfWork, out: Path, kind: ListKind) -> ExportedFile:
    path = out / FILE_NAMES[kind]
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as file:
        rows = _write_rows(file, kind, uow.lists.active_payloads(kind, _ACTIVE))
        file.flush()
        os.fsync(file.fileno())
    with draft.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    draft.replace(path)
    return ExportedFile(path, kind, rows, digest)


def _write_rows(file: TextIO, kind: ListKind, stored: Iterator[tuple[StoredRecord, dict[str, str]]]) -> int:
    writer = csv.DictWriter(file, columns(kind), restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    rows = 0
    for record, values in stored:
        cells = values | _finding(record, values)
        writer.writerow({column: disarmed(cell) for column, cell in cells.items()})
        rows += 1
    return rows


def _finding(record: StoredRecord, values: Mapping[str, str]) -> dict[str, str]:
    if record.food_related is None or "food_related" in values:
        return {}
    return {"food_related": "yes" if record.food_related else "no"}
