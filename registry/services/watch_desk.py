"""Who has a document open, so that two people on one judgment are told of each other."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from registry.services.desk_step import open_document

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor

STILL_THERE: Final = datetime.timedelta(minutes=2)
"""A page says every half minute that it is open; after this without a word nobody looks at it any more."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody else who has the document open: their name in the ledger (user:12), and when last seen."""

    watcher: str
    seen_at: datetime.datetime


def watch_document(services: Services, document_no: str, actor: DeskActor) -> tuple[Watcher, ...]:
    """Note that the actor has a document open and return who else has. Raises NotFoundError."""
    with services.store.write() as uow:
        document = open_document(uow, document_no, actor)
        uow.desk.watch(document.id, actor.text)
        since = services.clock.now() - STILL_THERE
        others = [each for each in uow.desk.watchers(document.id, since) if each[0] != actor.text]
    return tuple(Watcher(watcher, seen_at) for watcher, seen_at in others)


def leave_document(services: Services, document_no: str, actor: DeskActor) -> None:
    """Note that the actor has closed a document. Raises NotFoundError."""
    with services.store.write() as uow:
        uow.desk.unwatch(open_document(uow, document_no, actor).id, actor.text)


def watchers_of(services: Services, document_nos: Sequence[str], actor: DeskActor) -> Mapping[str, tuple[Watcher, ...]]:
    """Return who else has each of these documents open, without opening one; those nobody has open are left out."""
    since = services.clock.now() - STILL_THERE
    with services.store.read() as uow:
        found = uow.desk.watchers_of(document_nos, since)
    others = {
        number: tuple(Watcher(*each) for each in watching if each[0] != actor.text)
        for number, watching in found.items()
    }
    return {number: watching for number, watching in others.items() if watching}
