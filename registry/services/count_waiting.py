"""How much waits at the desk, by kind and state: what a person's first page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.services.own_region import province_of
from registry.store.desk_values import DeskState, DocumentKind
from registry.store.sheet_repository import SheetState

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many documents and spreadsheets of a region are in each state, rows and certificates that wait."""

    documents: Mapping[tuple[DocumentKind, DeskState], int]
    sheets: Mapping[SheetState, int]
    rows: int
    certificates: int = 0

    def judgments(self, state: DeskState) -> int:
        """Return how many judgments are in a state."""
        return self.documents.get((DocumentKind.JUDGMENT, state), 0)

    def revocations(self, state: DeskState) -> int:
        """Return how many revocations are in a state."""
        return self.documents.get((DocumentKind.REVOCATION, state), 0)


def count_waiting(services: Services, actor: DeskActor) -> DeskCounts:
    """Return what lies at the desk of the actor's region."""
    region = province_of(actor)
    with services.store.read() as uow:
        return DeskCounts(
            uow.desk.counts(region),
            uow.sheets.counts(region),
            uow.lists.count_waiting(region),
            uow.certificates.count_open(region),
        )
