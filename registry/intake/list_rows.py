"""Rows of the two list files, from cells to typed values; the one place that knows the order of reading."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from matching.identity import Identity
from registry.errors import FieldFault
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow, Named, Operation, RowKey
from registry.intake.named_people import read_organisation, read_person
from registry.intake.row_facts import read_conviction, read_revocation
from registry.intake.row_reader import RowReader
from registry.intake.table_file import TableRow
from registry.intake.workbook import Cell
from registry.law.roles import Region

REGIONS = {str(region): region for region in Region} | {f"{region}0000": region for region in Region}
REGIONS |= {"上海": Region("31"), "江苏": Region("32"), "浙江": Region("33"), "安徽": Region("34")}
REGIONS |= {"上海市": Region("31"), "江苏省": Region("32"), "浙江省": Region("33"), "安徽省": Region("34")}
"""How the source region is written, by the word."""
OPERATIONS = {str(operation): operation for operation in Operation}
_LONGEST_RECORD_NO = 60
_LARGEST_VERSION = 10**15


def read_row(table_row: TableRow, kind: ListKind, source_region: str | None = None) -> ListRow:
    """Type one row; `source_region` is the region the caller says the whole file is from.

    Never raises for what a row contains: what is wrong stands in `faults`, what was unusual in `notes`.
    """
    row = RowReader(_cells(table_row.cells, source_region))
    if table_row.fault is not None:
        row.faults.append(table_row.fault)
    region = row.choice("source_region", REGIONS, required=True)
    if source_region is not None and region is not None and region != source_region:
        row.fault("source_region", "other_region", f"the file is imported for region {source_region}")
    key, operation = _key(row, region), row.choice("operation", OPERATIONS) or Operation.UPSERT
    reason = row.text("withdraw_reason", required=operation is Operation.WITHDRAW, longest=500)
    named: tuple[Named, ...] = ()
    if operation is Operation.UPSERT:
        named = _conviction(row, region) if kind is ListKind.CONVICTION else _revocation(row, region)
    return ListRow(
        line=table_row.line,
        kind=kind,
        key=key,
        operation=operation,
        withdraw_reason=reason,
        canonical=row.canonical,
        original={column: str(cell) for column, cell in table_row.cells.items()},
        named=named,
        faults=tuple(row.faults),
        notes=tuple(row.notes),
    )


def reread(canonical: Mapping[str, str], kind: ListKind) -> ListRow:
    """Type a row again from the canonical values it was stored with (line 0)."""
    return read_row(TableRow(0, dict(canonical)), kind)


def _cells(cells: Mapping[str, Cell], source_region: str | None) -> Mapping[str, Cell]:
    if source_region is None or cells.get("source_region") is not None:
        return cells
    return {**cells, "source_region": source_region}


def _key(row: RowReader, region: Region | None) -> RowKey | None:
    record_no = row.text("record_no", required=True, longest=_LONGEST_RECORD_NO)
    version = row.number("version")
    if version is None:
        version = Decimal(1)
    if version != version.to_integral_value() or not 1 <= version < _LARGEST_VERSION:
        row.fault("version", "not_a_version", "a whole number from 1 is needed")
        return None
    row.canonical.pop("version", None)
    row.canonical["version"] = str(int(version))
    if region is None or record_no is None:
        return None
    return RowKey(str(region), record_no, int(version))


def _conviction(row: RowReader, region: Region | None) -> tuple[Named, ...]:
    person = read_person(row, required=True)
    conviction = read_conviction(row, region, person)
    return (Named(person or Identity(), conviction),)


def _revocation(row: RowReader, region: Region | None) -> tuple[Named, ...]:
    organisation, person = read_organisation(row), read_person(row, required=False)
    if organisation is None and person is None:
        row.faults.append(FieldFault("organisation", "missing", "neither an organisation nor a person is named"))
    facts = read_revocation(row, region, person=person is not None)
    if facts is None:
        return ()
    named = ((organisation, facts[0]), (person, facts[1]))
    return tuple(Named(identity, fact) for identity, fact in named if identity is not None)
