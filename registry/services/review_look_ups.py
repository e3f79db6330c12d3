"""Every week a sample of the look-ups people made is drawn, and reviewed by somebody of another unit.

Which look-ups are drawn follows from the root of the log's head when they are: nobody can know it before, and
anybody can draw the same sample again afterwards.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from registry.clock import start_of_day
from registry.errors import ConflictError, NotFoundError, SamePersonError
from registry.ledger.events import EventKind
from registry.services.read_trail import grounds_of
from registry.services.stated_reason import stated_reason
from registry.store.erasing_repository import LOOK_UPS

if TYPE_CHECKING:
    from registry.services.actor import Actor
    from registry.services.context import Services
    from registry.store.trail_repository import SampledLookUp

SAMPLED_SHARE: Final = 20
"""One look-up of so many is drawn, and never fewer than `SAMPLED_AT_LEAST`."""
SAMPLED_AT_LEAST: Final = 10
_WEEK: Final = datetime.timedelta(days=7)


class Finding(StrEnum):
    """What a reviewer makes of a look-up."""

    JUSTIFIED = "justified"
    UNCLEAR = "unclear"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True, slots=True)
class Sampled:
    """What drawing a week's sample came to; `drawn` is 0 where it was drawn before."""

    week: datetime.date
    look_ups: int
    drawn: int


def sample_look_ups(services: Services) -> Sampled:
    """Draw the sample of the week that ended last Monday 0:00 (Shanghai), once; recorded."""
    monday = services.clock.today() - datetime.timedelta(days=services.clock.today().weekday())
    week = monday - _WEEK
    with services.store.write() as uow:
        uow.head.lock()
        head = uow.log.newest()
        if head is None or uow.trail.is_sampled(week):
            return Sampled(week, 0, 0)
        entries = uow.trail.look_ups(start_of_day(week), start_of_day(monday), LOOK_UPS)
        chosen = draw(entries, head.root.hex())
        uow.trail.add_sample(week, chosen)
        if chosen:
            facts: dict[str, str | int] = {"week": week.isoformat(), "look_ups": len(entries), "sampled": len(chosen)}
            uow.ledger.record(EventKind.LOOK_UPS_SAMPLED, "worker", {**facts, "root": head.root.hex()})
    return Sampled(week, len(entries), len(chosen))


def draw(entries: Sequence[int], root: str) -> list[int]:
    """Return the entries a root draws, ascending: those whose SHA-256 with it is smallest."""
    most = max(SAMPLED_AT_LEAST, -(-len(entries) // SAMPLED_SHARE))
    ranked = sorted(entries, key=lambda entry: hashlib.sha256(f"{root}:{entry}".encode()).digest())
    return sorted(ranked[:most])


@dataclass(frozen=True, slots=True)
class ToReview:
    """A look-up to be reviewed, and on what ground it was made (None: none was to be stated, or it was erased)."""

    look_up: SampledLookUp
    ground: str | None = field(repr=False)


def look_ups_to_review(services: Services, actor: Actor) -> list[ToReview]:
    """Return the sampled look-ups nobody has reviewed that are this person's to review: another unit's."""
    with services.store.read() as uow:
        found = [each for each in uow.trail.open_look_ups() if _is_anothers(each, actor)]
        grounds = grounds_of(uow, (each.act for each in found))
    return [ToReview(each, grounds.get(each.act.ground_digest or "")) for each in found]


def review_look_up(services: Services, sample_id: int, finding: Finding, note: str, actor: Actor) -> None:
    """Say whether a look-up was justified; recorded.

    Raises NotFoundError, SamePersonError where it is the reviewer's own or their unit's, ConflictError where it was
    reviewed before, InvalidInputError without a note on anything but a justified one.
    """
    stated = note.strip() if finding is Finding.JUSTIFIED else stated_reason(note, "say what was found")
    with services.store.write() as uow:
        found = uow.trail.sampled(sample_id)
        if found is None:
            raise NotFoundError("there is no such look-up in a sample")
        if not _is_anothers(found, actor):
            raise SamePersonError("a look-up is reviewed by another unit")
        if not uow.trail.review(sample_id, finding, stated, actor.text):
            raise ConflictError("the look-up was reviewed before")
        digest = hashlib.sha256(stated.encode()).hexdigest()
        facts: dict[str, str | int] = {"sample_id": sample_id, "finding": finding, "note_digest": digest}
        uow.ledger.record(EventKind.LOOK_UP_REVIEWED, actor.text, facts)


def _is_anothers(look_up: SampledLookUp, actor: Actor) -> bool:
    """An auditor of all regions is of another unit than everybody; nobody reviews their own look-up."""
    if look_up.act.actor == actor.text:
        return False
    return actor.region is None or actor.region != look_up.region
