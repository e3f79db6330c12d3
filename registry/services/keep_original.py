"""Keep a file as it came, sealed, within the commit of what was made of it; the same content is kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.events import EventKind

if TYPE_CHECKING:
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.upload_repository import KeptOriginal, NewOriginal


def keep_original(uow: UnitOfWork, file: NewOriginal, region: str, actor: DeskActor) -> KeptOriginal:
    """Keep a file and record it, unless this region keeps the same content already; the caller commits.

    Whoever calls this has made sure that nobody stands in the file of whom nothing may be kept.
    """
    kept = uow.originals.keep(file, region, actor.text)
    if not kept.known:
        facts: dict[str, str | int] = {"original_no": kept.original_no, "form": file.form, "region": region}
        uow.ledger.record(EventKind.ORIGINAL_KEPT, actor.text, {**facts, "bytes": len(file.content)})
    return kept
