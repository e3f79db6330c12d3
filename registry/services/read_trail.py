"""Show what was done: by whom, when, from where, about what and for which application; reading it is recorded too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from registry.ledger.events import EventKind
from registry.services.own_region import within_region
from registry.store.trail_repository import Act, TrailFilter

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.services.desk_actor import DeskActor
    from registry.store.unit_of_work import UnitOfWork

ACTS_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of acts, latest first; `following` is the number the next one goes on below (None: this is the last).

    `grounds` are those of the look-ups among them, in their words, by the digest the log states.
    """

    acts: tuple[Act, ...]
    grounds: Mapping[str, str] = field(repr=False)
    following: int | None


def read_trail(services: Services, wanted: TrailFilter, actor: DeskActor, below: int | None = None) -> TrailPage:
    """Return a page of the acts of the actor's region (of all, for whoever works for all four), once it is recorded."""
    wanted = within_region(wanted, actor)
    with services.store.write() as uow:
        uow.ledger.record(EventKind.TRAIL_READ, actor.text, {"filter_digest": digest_of_filter(wanted)})
    with services.store.read() as uow:
        found = uow.trail.page(wanted, below, ACTS_A_PAGE + 1)
        shown = tuple(found[:ACTS_A_PAGE])
        grounds = grounds_of(uow, shown)
    return TrailPage(shown, grounds, shown[-1].id if len(found) > ACTS_A_PAGE else None)


def grounds_of(uow: UnitOfWork, acts: Iterable[Act]) -> dict[str, str]:
    """Return on what grounds the look-ups among acts were made, by the digest the log states."""
    return uow.grounds.of(filter(None, (act.ground_digest for act in acts)))


def digest_of_filter(wanted: TrailFilter) -> str:
    """Return the digest of what was asked for, hexadecimal: its words may name an application."""
    return hashlib.sha256(orjson.dumps(asdict(wanted))).hexdigest()
