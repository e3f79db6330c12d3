"""A decision that revokes a licence, as filed, turned into rows of the list: one for each person who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from matching.normalize import is_masked_name
from registry.errors import FieldFault
from registry.intake.headings import ListKind
from registry.intake.judgment_rows import FiledRow, FiledRows, cell, joined_other_names
from registry.intake.list_rows import read_row
from registry.intake.table_file import TableRow

_DOCUMENT: Final = {
    "source_region": "source_region",
    "document_no": "case_number",
    "authority": "authority",
    "penalty": "penalty",
    "decided_on": "decided_on",
    "organisation": "organisation",
    "uscc": "uscc",
    "licence_no": "licence_no",
    "licence_kind": "licence_kind",
    "food_related": "food_related",
}
_PERSON: Final = (
    "name", "role", "sex", "birth_date", "ethnic_group", "id_type", "id_number", "domicile_code",
)  # fmt: skip
_MASKED = "the name is masked here: take it from the authority's own copy, or leave this person out"


def revocation_rows(document_no: str, version: int, content: Mapping[str, Any]) -> FiledRows:
    """Return the rows of a revocation under a version; without any person, one for the organisation alone."""
    rows: list[FiledRow] = []
    faults: list[FieldFault] = []
    notes: list[FieldFault] = []
    whole = {column: cell(content.get(name)) for column, name in _DOCUMENT.items()}
    for place, person in enumerate(content["people"] or ({"no": 0},)):
        stated = {name: cell(person.get(name)) for name in _PERSON} | {"other_names": joined_other_names(person)}
        cells = whole | stated | {"record_no": f"{document_no}-{person['no']}", "version": str(version)}
        paths = {**_DOCUMENT, **{name: f"people[{place}].{name}" for name in (*_PERSON, "other_names")}}
        read = read_row(
            TableRow(len(rows) + 1, {key: value for key, value in cells.items() if value}), ListKind.REVOCATION
        )
        if person.get("name") and is_masked_name(str(person["name"])):
            faults.append(FieldFault(f"people[{place}].name", "name_masked", _MASKED))
        elif person["no"] and not person.get("name"):
            faults.append(FieldFault(f"people[{place}].name", "missing", "the value is missing"))
        faults += [replace(fault, field=paths.get(fault.field, fault.field)) for fault in read.faults]
        notes += [replace(note, field=paths.get(note.field, note.field)) for note in read.notes]
        rows.append(FiledRow(person["no"], len(rows) + 1, read))
    return FiledRows(tuple(rows), tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(notes)))
