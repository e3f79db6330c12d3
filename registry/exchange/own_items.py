"""Our own items as rows of a file or a table, without loss: a column for each field of an item, then the row's columns.

Between two systems that run this program a drop or an exchange table carries every field of the protocol's items (3);
in JSON Lines an item stands as it does in a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.errors import HeldBatchError
from registry.exchange.batch import Item, ItemOperation
from registry.exchange.part_files import PartRow
from registry.intake.formula_cells import rearmed
from registry.intake.headings import ListKind, columns

_LARGEST: Final = 10**15
_PREFIX: Final = "item."
_FIELDS: Final = (
    "number",
    "operation",
    "source_region",
    "record_no",
    "version",
    "kind",
    "finding",
    "reason",
    "authority",
)
_BAN_NOS: Final = ("person", "organisation")


def own_headings(kind: ListKind) -> list[str]:
    """Return the headings of a file of our items of one kind."""
    return [*(_PREFIX + name for name in _FIELDS), *(f"{_PREFIX}ban_no.{who}" for who in _BAN_NOS), *columns(kind)]


def own_row(item: Item) -> dict[str, str]:
    """Return an item as the cells of a table; blank is what it does not state."""
    stated = {name: getattr(item, name) for name in _FIELDS}
    cells = {_PREFIX + name: str(value) for name, value in stated.items() if value is not None}
    cells |= {f"{_PREFIX}ban_no.{who}": number for who, number in item.ban_nos.items()}
    return cells | {column: str(value) for column, value in item.columns.items()}


def own_object(item: Item) -> dict[str, Any]:
    """Return an item as the JSON object of the protocol."""
    fields = {name: getattr(item, name) for name in _FIELDS}
    return {**fields, "columns": dict(item.columns), "ban_nos": dict(item.ban_nos)}


def item_of_row(row: PartRow) -> Item:
    """Return the item a row states. Raises HeldBatchError naming the line (`unreadable`)."""
    cells = {heading: rearmed(str(cell)) for heading, cell in row.cells.items() if cell not in (None, "")}
    if row.fault is not None:
        raise _unreadable(row, row.fault.reason)
    stated: dict[str, Any] = {name: cells.get(_PREFIX + name) for name in _FIELDS}
    stated["columns"] = {column: cell for column, cell in cells.items() if not column.startswith(_PREFIX)}
    ban_nos = {who: cells.get(f"{_PREFIX}ban_no.{who}") for who in _BAN_NOS}
    return _item(row, stated | {"ban_nos": {who: number for who, number in ban_nos.items() if number}})


def item_of_object(row: PartRow) -> Item:
    """Return the item a line of JSON states. Raises HeldBatchError naming the line (`unreadable`)."""
    return _item(row, row.cells)


def _item(row: PartRow, stated: Mapping[str, Any]) -> Item:
    try:
        return Item(
            number=_number(stated.get("number")),
            operation=ItemOperation(str(stated.get("operation"))),
            source_region=_text(stated, "source_region"),
            record_no=_text(stated, "record_no"),
            version=_number(stated.get("version")),
            kind=_text(stated, "kind"),
            columns=_texts(stated.get("columns")),
            finding=_text(stated, "finding"),
            reason=_text(stated, "reason"),
            authority=_text(stated, "authority"),
            ban_nos=_texts(stated.get("ban_nos")),
        )
    except (TypeError, ValueError):
        raise _unreadable(row, "is no item of the protocol") from None


def _number(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("a number is needed")
    if not 0 <= (number := int(value)) < _LARGEST:
        raise ValueError("a number beyond those of the protocol")
    return number


def _text(stated: Mapping[str, Any], name: str) -> str | None:
    value = stated.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _texts(stated: object) -> dict[str, str]:
    if stated is None:
        return {}
    if not isinstance(stated, Mapping) or not all(isinstance(value, str) for value in stated.values()):
        raise TypeError("texts are needed")
    return {str(name): value for name, value in stated.items()}


def _unreadable(row: PartRow, why: str) -> HeldBatchError:
    return HeldBatchError("unreadable", f"line {row.line}: {why}")


def kinds_of(items: Sequence[Item]) -> dict[ListKind, list[Item]]:
    """Return the items by kind of row; what names none (a sealing, a withdrawal by key alone) stands with convictions.

    What a receiver leaves out because it is its own (`own`) takes no row: the numbers say where it stood.
    """
    found: dict[ListKind, list[Item]] = {kind: [] for kind in ListKind}
    for item in items:
        if item.operation is not ItemOperation.OWN:
            found[ListKind(item.kind) if item.kind else ListKind.CONVICTION].append(item)
    return found
