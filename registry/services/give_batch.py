"""Give a partner the next batch of changes or the next page of the whole list, signed, and note that it was given."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from registry.errors import EpochChangedError, FieldFault, InvalidInputError, SnapshotNeededError, UnknownPositionError
from registry.exchange.batch import HUB, NO_BATCH, Batch, BatchKind, Item, ItemOperation
from registry.exchange.sides import own_name, spoken_for
from registry.exchange.signature import sign_batch
from registry.exchange.wire import batch_bytes, digest_of, enveloped
from registry.ledger.events import EventKind
from registry.ledger.leaf import spell_instant
from registry.services.given_items import Endings, RowsToGive, own
from registry.services.own_epoch import own_epoch
from registry.services.sequence_log import log_keys
from registry.store.exchange_repository import BatchNote

if TYPE_CHECKING:
    from registry.services.context import Services
    from registry.store.giving_repository import RecordKey
    from registry.store.unit_of_work import UnitOfWork

LARGEST_BATCH: Final = 5_000
CHANGES_GIVEN: Final = 500_000
"""Who has stayed behind further takes a snapshot: it is shorter."""

FRESH_ENOUGH: Final = datetime.timedelta(minutes=1)
"""The hub's word on how fresh the provinces are travels without news, too, but not more often."""

_KEY: Final = ":"
_TOLD: Final = "covered_"

Guard = Callable[["UnitOfWork"], None]


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A batch and the bytes of its envelope (protocol, 2.4)."""

    batch: Batch
    content: bytes = field(repr=False)


def give_changes(  # noqa: PLR0913 -- what a partner states when it asks
    services: Services, partner: str, *, after: int, previous: str, epoch: str | None, most: int
) -> SignedBatch | None:
    """Return the changes after a number, signed for a partner; None where nothing is new.

    `previous` is the digest of the batch the partner took last, `epoch` the one it knows (None: none yet). A batch
    without items tells how fresh the provinces are. Raises EpochChangedError, UnknownPositionError and
    SnapshotNeededError: the partner takes a snapshot.
    """
    signed = draw_changes(services, partner, after=after, previous=previous, epoch=epoch, most=most)
    if signed is not None:
        note_given(services, partner, signed)
    return signed


def give_snapshot(  # noqa: PLR0913 -- as above
    services: Services, partner: str, *, after: str | None, at: int | None, previous: str, most: int
) -> SignedBatch:
    """Return a page of the whole list, signed for a partner; without `after` the first page, which sets `at`.

    Raises UnknownPositionError where this partner was never given the page it says it has: it begins again.
    """
    signed = draw_snapshot(services, partner, after=after, at=at, previous=previous, most=most)
    note_given(services, partner, signed)
    return signed


def draw_snapshot(  # noqa: PLR0913 -- as above
    services: Services, partner: str, *, after: str | None, at: int | None, previous: str, most: int
) -> SignedBatch:
    """Make the page as `give_snapshot` does without noting anything: whoever hands it over notes it."""
    with services.store.read() as uow:
        epoch = uow.exchange.epoch() or own_epoch(services)
        if after is None:
            at, previous = uow.head.version(), NO_BATCH
        elif at is None or not uow.exchange.gave_up_to(partner, epoch, at, previous):
            raise UnknownPositionError("this partner was never given that page of this epoch")
        page = _page(services, uow, partner, after, _within(most))
        batch = _Draft(services, uow, partner, epoch, previous).snapshot(page, at)
    return _signed(services, batch)


def draw_changes(  # noqa: PLR0913 -- as above
    services: Services, partner: str, *, after: int, previous: str, epoch: str | None, most: int
) -> SignedBatch | None:
    """Make the next batch as `give_changes` does without noting anything: whoever hands it over notes it."""
    with services.store.read() as uow:
        ours = uow.exchange.epoch() or own_epoch(services)
        if epoch is not None and epoch != ours:
            raise EpochChangedError("the numbers are of another epoch")
        if (after, previous) != (0, NO_BATCH) and not uow.exchange.gave_up_to(partner, ours, after, previous):
            raise UnknownPositionError("this partner was never given a batch that ends there with that digest")
        if uow.head.version() - after > CHANGES_GIVEN:
            raise SnapshotNeededError(f"more than {CHANGES_GIVEN:,} changes lie after that number")
        draft = _Draft(services, uow, partner, ours, previous)
        items = _changes(services, uow, partner, after, _within(most))
        if not items and not draft.tells_freshness():
            return None
        batch = draft.changes(items, after)
    return _signed(services, batch)


def note_given(services: Services, partner: str, signed: SignedBatch, guard: Guard | None = None) -> None:
    """Note that a batch is the last a partner was given; recorded where it says something of somebody."""
    batch = signed.batch
    with services.store.write() as uow:
        if guard is not None:
            guard(uow)
        note_drawn(uow, partner, batch)
        uow.exchange.keep(partner, given_to=batch.last, given_digest=batch.digest)


def note_drawn(uow: UnitOfWork, partner: str, batch: Batch) -> None:
    """Note that a batch was made for a partner; whether it came is another matter. The same bytes are noted once.

    Two requests of one instant make the same bytes: the store says which of them noted it.
    """
    new = uow.exchange.note_given(
        BatchNote(
            partner=partner,
            epoch=batch.epoch,
            kind=batch.kind,
            first=batch.first,
            last=batch.last,
            items=len(batch.items),
            digest=batch.digest,
            previous=batch.previous,
            counts=_told(batch),
        )
    )
    if not new:
        return
    said = sum(item.operation is not ItemOperation.OWN for item in batch.items)
    if said:
        facts: dict[str, str | int] = {"partner": partner, "epoch": batch.epoch, "batch_kind": batch.kind}
        facts |= {"first": batch.first, "last": batch.last, "items": said, "batch_digest": batch.digest}
        uow.ledger.record(EventKind.BATCH_GIVEN, f"partner:{partner}", facts)


class _Draft:
    """What every batch for a partner states, as of one reading of the store."""

    def __init__(self, services: Services, uow: UnitOfWork, partner: str, epoch: str, previous: str) -> None:
        self._uow: Final = uow
        self._partner: Final = partner
        self._own: Final = own_name(services.settings)
        self._epoch: Final = epoch
        self._previous: Final = previous
        self._head: Final = uow.head.version()
        theirs = spoken_for(self._own, partner)
        self._coverage: Final = {region: at for region, at in uow.coverage.as_of().items() if region in theirs}

    def tells_freshness(self) -> bool:
        """Say whether a province has to be told that others are fresher than it was told last."""
        if self._own != HUB:
            return False
        last = self._uow.exchange.last_given(self._partner)
        told = {} if last is None else last.counts
        least = FRESH_ENOUGH.total_seconds()
        return any(at.timestamp() - told.get(_TOLD + region, 0) >= least for region, at in self._coverage.items())

    def changes(self, items: Sequence[Item], after: int) -> Batch:
        """Return a batch of numbered changes."""
        return self._batch(BatchKind.CHANGES, items, after + 1, after + len(items))

    def snapshot(self, page: _Page, at: int) -> Batch:
        """Return a page of the whole list."""
        batch = self._batch(BatchKind.SNAPSHOT, page.items, at, at)
        return dataclasses.replace(batch, page_after=page.after, page_next=page.next)

    def _batch(self, kind: BatchKind, items: Sequence[Item], first: int, last: int) -> Batch:
        return Batch(
            region=self._own,
            addressee=self._partner,
            epoch=self._epoch,
            kind=kind,
            first=first,
            last=last,
            previous=self._previous,
            head=self._head,
            items=tuple(items),
            digest="",
            coverage={region: spell_instant(at) for region, at in sorted(self._coverage.items())},
        )


@dataclass(frozen=True, slots=True)
class _Page:
    items: tuple[Item, ...]
    after: str | None
    next: str | None


def _within(most: int) -> int:
    return max(1, min(most, LARGEST_BATCH))


def _changes(services: Services, uow: UnitOfWork, partner: str, after: int, most: int) -> list[Item]:
    changed = uow.giving.changed_rows(after, most)
    told = spoken_for(own_name(services.settings), partner)
    keys = [key for _, key in changed if key is not None]
    rows = RowsToGive(uow, (key for key in keys if key[0] in told))
    endings = Endings(uow, (key for key in keys if key[0] == partner))

    def item(number: int, key: RecordKey | None) -> Item:
        if key is None or key[0] not in (*told, partner):
            return own(number)
        return rows.item(key, number) if key[0] in told else endings.item(key, number)

    return [item(number, key) for number, key in changed]


def _page(services: Services, uow: UnitOfWork, partner: str, after: str | None, most: int) -> _Page:
    keys = uow.giving.rows_after(spoken_for(own_name(services.settings), partner), _key_of(after), most)
    rows = RowsToGive(uow, keys)
    items = (rows.item(key, None) for key in keys)
    following = _KEY.join(keys[-1]) if len(keys) == most else None
    return _Page(tuple(item for item in items if item.operation is not ItemOperation.OWN), after, following)


def _key_of(after: str | None) -> RecordKey | None:
    if after is None:
        return None
    region, colon, record_no = after.partition(_KEY)
    if not colon:
        raise InvalidInputError([FieldFault("after", "no_key", "a region, a colon and a record's number are needed")])
    return region, record_no


def _signed(services: Services, unsigned: Batch) -> SignedBatch:
    content = batch_bytes(unsigned, spell_instant(services.clock.now()))
    signature = sign_batch(content, log_keys(services.store).signing)
    batch = dataclasses.replace(unsigned, digest=digest_of(content), signed_by=signature.key)
    return SignedBatch(batch, enveloped(content, (signature,)))


def _told(batch: Batch) -> Mapping[str, int]:
    """What the partner knows of freshness once it has taken this batch: nothing where more changes follow."""
    if batch.kind is not BatchKind.CHANGES or batch.last < batch.head:
        return {}
    return {
        _TOLD + region: int(datetime.datetime.fromisoformat(at).timestamp()) for region, at in batch.coverage.items()
    }
