"""A row of a list file once it is understood: its key, what it orders, who it names and what was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.identity import Identity
from registry.errors import FieldFault
from registry.intake.headings import ListKind
from registry.law.judgment import Conviction, Revocation


class Operation(StrEnum):
    """What a row asks for: to be listed as it stands, or to be taken back from the beginning."""

    UPSERT = "upsert"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class RowKey:
    """What makes a repeat harmless: the province, its number for the row, and the version of the row."""

    source_region: str
    record_no: str
    version: int


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a row names, and what was decided about them (a revocation also names its organisation)."""

    identity: Identity
    fact: Conviction | Revocation


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row, typed. With any fault it cannot be taken; `key` is None where even that cannot be read.

    `canonical` holds one spelling of every stated value by column, `original` the cells as they came. `named` is
    empty for a withdrawal. What a row with faults still tells about who and what is there too, as far as it could
    be read, so that a sealed juvenile record is recognised even in a faulty row.
    """

    line: int
    kind: ListKind
    key: RowKey | None
    operation: Operation
    withdraw_reason: str | None
    canonical: Mapping[str, str]
    original: Mapping[str, str]
    named: tuple[Named, ...]
    faults: tuple[FieldFault, ...]
    notes: tuple[FieldFault, ...]
