"""A judgment as filed, turned into the rows of the list it founds: one for each defendant and count.

What a row finds wrong is told by the field of the judgment it stands in (`defendants[0].counts[1].charge`). A unit
founds no row: it is fined, and enters the list by the revocation of its licence (食品安全法 135¶1). Nor does somebody
who was acquitted, or was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from matching.normalize import is_masked_name
from registry.errors import FieldFault
from registry.intake.headings import ListKind
from registry.intake.list_row import ListRow
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow
from registry.intake.workbook import Cell

ACQUITTED: Final = "无罪"
_DOCUMENT: Final = {
    "source_region": "source_region",
    "document_no": "case_number",
    "court": "court",
    "judgment_date": "decided_on",
    "effective_date": "effective_date",
}
_PERSON: Final = (
    "name", "sex", "birth_date", "ethnic_group", "id_type", "id_number", "domicile_code", "capacity", "licence_kind",
    "offence_from", "offence_to", "executed_on",
)  # fmt: skip
_COUNT: Final = {
    "charge": "charge",
    "sentence": "sentence",
    "sentence_months": "months",
    "fine_yuan": "fine_yuan",
    "food_related": "food_related",
}
_BAN: Final = {"ban_kind": "kind", "ban_years": "years", "ban_text": "text"}
_ORDERS: Final = frozenset({"occupational_ban", "probation_injunction"})
_MASKED = "the name is masked here: take it from the court's own copy, or leave this defendant out"
_NO_COUNT = "what this defendant was convicted of is missing; enter it, or leave the defendant out"


@dataclass(frozen=True, slots=True)
class FiledRow:
    """One row of the list, and whose it is: the defendant's number and the place of the count."""

    defendant_no: int
    count: int
    row: ListRow


@dataclass(frozen=True, slots=True)
class FiledRows:
    """Everything a judgment founds rows for, and what is wrong or unusual, by field of the judgment."""

    rows: tuple[FiledRow, ...]
    faults: tuple[FieldFault, ...]
    notes: tuple[FieldFault, ...]


def judgment_rows(document_no: str, version: int, content: Mapping[str, Any], *, everybody: bool = False) -> FiledRows:
    """Return the rows of a judgment under a version; `everybody` includes the acquitted and those left out.

    Never raises for what the content says; its shape is that of registry.intake.desk_content.
    """
    rows: list[FiledRow] = []
    faults: list[FieldFault] = []
    notes: list[FieldFault] = []
    for place, defendant in enumerate(content["defendants"]):
        if not everybody and not is_listed(defendant):
            continue
        faults += _own_faults(place, defendant)
        for cells, paths in _cells(content, place, defendant):
            cells |= {"record_no": f"{document_no}-{defendant['no']}-{cells['record_no']}", "version": str(version)}
            line = len(rows) + 1
            read = read_row(TableRow(line, dict(cells)), ListKind.CONVICTION)
            faults += [replace(fault, field=paths.get(fault.field, fault.field)) for fault in read.faults]
            notes += [replace(note, field=paths.get(note.field, note.field)) for note in read.notes]
            rows.append(FiledRow(defendant["no"], line, read))
    return FiledRows(tuple(rows), tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(notes)))


def is_listed(defendant: Mapping[str, Any]) -> bool:
    """Say whether a defendant founds rows: a person, not left out, not acquitted of everything."""
    acquitted = bool(defendant["counts"]) and all(count["sentence"] == ACQUITTED for count in defendant["counts"])
    return defendant["kind"] != "unit" and not defendant.get("left_out") and not acquitted


def _own_faults(place: int, defendant: Mapping[str, Any]) -> Iterator[FieldFault]:
    name = defendant.get("name")
    if defendant.get("name_masked") or (name and is_masked_name(str(name))):
        yield FieldFault(f"defendants[{place}].name", "name_masked", _MASKED)
    if not defendant["counts"]:
        yield FieldFault(f"defendants[{place}].counts", "missing", _NO_COUNT)


def _cells(
    content: Mapping[str, Any], place: int, defendant: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Cell], dict[str, str]]]:
    """Yield the cells of each row and the field each column comes from; `record_no` is the count's own part of it."""
    path = f"defendants[{place}]."
    decided = {**content, **{name: value for name, value in (defendant.get("decision") or {}).items() if value}}
    whole = {column: decided.get(name) for column, name in _DOCUMENT.items()}
    paths = {**_DOCUMENT, **{name: f"{path}{name}" for name in _PERSON}, "other_names": f"{path}other_names"}
    person = {name: defendant.get(name) for name in _PERSON}
    person |= {
        "other_names": joined_other_names(defendant),
        "probation_months": defendant["executed"].get("probation_months"),
    }
    paths["probation_months"] = f"{path}executed.probation_months"
    for number, count, order, own in _counts(path, defendant):
        stated = {column: count.get(name) for column, name in _COUNT.items()} | order
        cells = {column: cell(value) for column, value in {**whole, **person, **stated}.items()}
        yield {"record_no": number, **{column: cell for column, cell in cells.items() if cell}}, {**paths, **own}


def _counts(
    path: str, defendant: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Any], dict[str, str]]]:
    """Yield every count with the court's order; a row holds one order, so each further one makes a row of its own."""
    orders = [(place, ban) for place, ban in enumerate(defendant["bans"]) if ban.get("kind") in _ORDERS]
    counts = [count for count in enumerate(defendant["counts"]) if count[1].get("sentence") != ACQUITTED]
    for place, count in counts or enumerate([{}]):
        for further, (ban_place, ban) in enumerate(orders or [(0, {})]):
            if further and place != counts[0][0]:
                break
            own = {column: f"{path}counts[{place}].{name}" for column, name in _COUNT.items()}
            own |= {column: f"{path}bans[{ban_place}].{name}" for column, name in _BAN.items()}
            number = f"{place + 1}" if not further else f"{place + 1}-{further + 1}"
            yield number, count, {column: ban.get(name) for column, name in _BAN.items()}, own


def joined_other_names(defendant: Mapping[str, Any]) -> str:
    """Return somebody's other names as a row of the list states them: 曾用名:王小军;绰号:老五."""
    named = (each for each in defendant.get("other_names") or () if each.get("name"))
    return ";".join(f"{each['kind']}:{each['name']}" if each.get("kind") else str(each["name"]) for each in named)


def cell(value: object) -> str:
    """Return a value of a document as the cell of a table; empty where it is not stated."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
