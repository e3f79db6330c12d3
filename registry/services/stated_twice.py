"""Find rows of a full file that share a number and say different things: one of the numbers is wrong.

Which of them the number belongs to nobody can tell, nor whose number is missing from the file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from registry.errors import FieldFault
from registry.store.quarantine_repository import DOUBTED

if TYPE_CHECKING:
    from registry.intake.list_row import ListRow

STATED_TWICE: Final = FieldFault(
    "record_no",
    DOUBTED,
    "another row of this full file has the same number and says otherwise: its province must say which is whose",
)


def doubted(rows: Mapping[int, ListRow]) -> dict[int, ListRow]:
    """Return the rows of a full file by their places, with a fault where another row of the number says otherwise."""
    stated: dict[tuple[str, str], set[str]] = {}
    for row in rows.values():
        if row.key is not None:
            stated.setdefault((row.key.source_region, row.key.record_no), set()).add(_said(row))
    return {place: _doubted(row) if _is_shared(row, stated) else row for place, row in rows.items()}


def _is_shared(row: ListRow, stated: Mapping[tuple[str, str], set[str]]) -> bool:
    return row.key is not None and len(stated[row.key.source_region, row.key.record_no]) > 1


def _doubted(row: ListRow) -> ListRow:
    return dataclasses.replace(row, faults=(*row.faults, STATED_TWICE))


def _said(row: ListRow) -> str:
    """A full file's versions count for as much as none."""
    columns = sorted((column, said) for column, said in row.canonical.items() if column != "version")
    return repr((row.kind, row.operation, columns, row.faults))
