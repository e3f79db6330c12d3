"""Import a file of convictions or revocations (registry.services.place_file says how its rows are placed)."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from registry.errors import FieldFault, InvalidInputError
from registry.intake.list_rows import read_row
from registry.intake.table_file import open_table
from registry.law.roles import Region
from registry.services.context import Services
from registry.services.place_file import FileRows, Progress, place_file
from registry.services.row_results import ImportReport


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
    region = known_region(source_region)
    implied = frozenset({"source_region"}) if region else frozenset[str]()
    with open_table(source, implied=implied) as table:
        report = ImportReport(str(table.kind), table.digest, table.headings.unknown)
        rows = (read_row(row, table.kind, region) for row in table.rows())
        file = FileRows(report, rows, region, table.expected_rows)
        place_file(services, file, actor=actor, progress=progress)
    return report


def known_region(source_region: str | None) -> str | None:
    """Return a region that is one of the four, or None where none is stated. Raises InvalidInputError."""
    if source_region is None:
        return None
    if source_region not in {str(region) for region in Region}:
        fault = FieldFault("source_region", "unknown_region", "31, 32, 33 or 34 is needed")
        raise InvalidInputError([fault])
    return source_region
