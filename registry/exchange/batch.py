"""What travels between hub and provinces: batches of numbered items (docs/sync-protocol.md, 2 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from registry.errors import FieldFault

FORMAT: Final = "food-ban-batch/1"
NO_BATCH: Final = "0" * 64
"""The digest that stands for the batch before the first."""
ENDED_REASON: Final = "ended by a court's decision"
"""Why a row is taken off that a court has undone: the row itself states no reason."""
HUB: Final = "hub"
"""The name of the regional centre where a region's code names a province."""


class BatchKind(StrEnum):
    """What a batch is: numbered changes, a page of the whole list, or a file that is the whole list."""

    CHANGES = "changes"
    SNAPSHOT = "snapshot"
    FULL = "full"


class ItemOperation(StrEnum):
    """What an item asks for; `own` asks for nothing and holds a number's place: yours, or kept no longer.

    `end`: a court has undone what the row founded; the row itself, of the same version, stays as it was brought.
    """

    UPSERT = "upsert"
    WITHDRAW = "withdraw"
    SEAL = "seal"
    END = "end"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Item:
    """One row on its way: its key, what is asked for, and its columns as in the list files.

    `version` is None where a sender has none: then the receiver counts it. `columns` may be raw cells of a foreign
    system, already under our headings; they are read as a list file's are.
    """

    number: int | None
    operation: ItemOperation
    source_region: str | None = None
    record_no: str | None = None
    version: int | None = None
    kind: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    finding: str | None = None
    reason: str | None = None
    authority: str | None = None
    ban_nos: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()
    """What a foreign row already showed to be wrong while it was put under our headings: it is quarantined alone."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was understood; `digest` is SHA-256 (hexadecimal) over its exact bytes."""

    region: str
    addressee: str
    epoch: str
    kind: BatchKind
    first: int
    last: int
    previous: str
    head: int
    items: tuple[Item, ...]
    digest: str
    coverage: Mapping[str, str] = field(default_factory=dict)
    page_after: str | None = None
    page_next: str | None = None
    signed_by: str | None = None
    """The thumbprint of the key whose signature was verified; None for a transport without signatures."""
    covers: tuple[str, ...] = ("conviction", "revocation")
    """Of a full file: of which kinds of rows it is the whole; absence of any other kind says nothing."""
