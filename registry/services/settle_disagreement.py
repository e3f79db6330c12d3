"""Settle a disagreement between two provinces: a person has looked, says why, and the matter is closed.

The list stays as it is: what is wrong in a row its own province corrects or takes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import ConflictError, NotFoundError
from registry.ledger.events import EventKind
from registry.services.hold_batch import digest_of_note

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.disagreement_repository import Disagreement


def read_disagreements(services: Services, *, every: bool = False) -> list[Disagreement]:
    """Return the disagreements that wait for a person, oldest first, or all there ever were."""
    with services.store.read() as uow:
        return uow.disagreements.listed(open_only=not every)


def settle_disagreement(services: Services, number: int, *, reason: str, actor: str) -> Disagreement:
    """Settle a disagreement by its number; the reason may name people, so its digest is kept.

    Raises InvalidInputError (no reason), NotFoundError, and ConflictError where it was settled before.
    """
    digest = digest_of_note(reason)
    with services.store.write() as uow:
        if not uow.disagreements.listed(open_only=False, number=number):
            raise NotFoundError("there is no such disagreement")
        if not uow.disagreements.settle(number, actor, digest):
            raise ConflictError("the disagreement was settled before")
        facts: dict[str, str | int] = {"disagreement_id": number, "reason_digest": digest}
        uow.ledger.record(EventKind.DISAGREEMENT_SETTLED, actor, facts)
        return uow.disagreements.listed(open_only=False, number=number)[0]
