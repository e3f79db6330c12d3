"""Compare what this side and a partner hold: by questions where it can be asked, by statements left where it cannot."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from registry.errors import HeldBatchError
from registry.exchange.digest_statement import (
    MOST_BUCKETS_AT_ONCE,
    MOST_ROWS_AT_ONCE,
    DigestPost,
    DigestQuestion,
    DigestSource,
    DigestStatement,
    understood_statement,
)
from registry.exchange.reconciliation import BucketDigest, Difference, RecordKey, differences, differing_buckets
from registry.services.digest_members import bucket_digests, members_of_buckets
from registry.services.give_digests import members_stated, rows_to_give, sent_after, signed_statement, stated_by
from registry.services.own_epoch import own_epoch

if TYPE_CHECKING:
    from registry.exchange.batch import Item
    from registry.exchange.partner import Partner
    from registry.services.context import Services
    from registry.services.digest_members import Sides
    from registry.store.unit_of_work import UnitOfWork

T = TypeVar("T")
_NONCE_BYTES: Final = 16


@dataclass(slots=True)
class Comparison:
    """What a comparison came to: the versions compared at, how many rows, which differ, and the other side's rows.

    `complete` is False where the other side's statement has first to answer this one's. `offered`: the rows that
    differ as the other side holds them, by key. `traffic`: bytes that travelled.
    """

    version: int = 0
    other_version: int = 0
    compared: int = 0
    apart: tuple[Difference, ...] = ()
    complete: bool = True
    offered: dict[RecordKey, Item] = field(default_factory=dict)
    traffic: int = 0


class Asking:
    """A comparison with a partner that can be asked."""

    def __init__(self, services: Services, partner: Partner, sides: Sides, source: DigestSource) -> None:
        self._services: Final = services
        self._partner: Final = partner
        self._sides: Final = sides
        self._source: Final = source
        self._epoch: Final = own_epoch(services)
        self._traffic = 0

    def compare(self) -> Comparison:
        """Ask for digests, then for the members of the buckets that differ, then for the rows that do.

        Both sides go through their lists at the same time. Whatever changes on one of them meanwhile is on its way, and
        the members, which are read afterwards, say so.
        """
        with self._services.store.read() as uow:
            at = uow.exchange.state(self._partner.name).taken_to
        with ThreadPoolExecutor(1) as beside:
            here = beside.submit(self._own_digests)
            theirs = self._ask(DigestQuestion(at, _nonce()))
            own, version = here.result()
        with self._services.store.read() as uow:
            require_known_epoch(uow, theirs)
        found = Comparison(version, theirs.version, sum(bucket.count for bucket in own))
        buckets = differing_buckets(own, theirs.buckets)
        found.apart = tuple(self._apart(buckets, at))
        for part in in_parts([each.key for each in found.apart], MOST_ROWS_AT_ONCE):
            found.offered |= {key_of(item): item for item in self._rows(part).items}
        found.traffic = self._traffic
        return found

    def _own_digests(self) -> tuple[tuple[BucketDigest, ...], int]:
        with self._services.store.read() as uow:
            return bucket_digests(uow, self._sides).digests(), uow.head.version()

    def _apart(self, buckets: Sequence[int], at: int) -> Iterator[Difference]:
        for part in in_parts(buckets, MOST_BUCKETS_AT_ONCE):
            theirs = self._ask(DigestQuestion(at, _nonce(), tuple(part)))
            with self._services.store.read() as uow:
                own = members_of_buckets(uow, self._sides, part)
                taken = theirs.taken_to if theirs.taken_epoch == self._epoch else 0
                moved = sent_after(uow, self._sides, taken) | theirs.changed
            stated = [member for number in part for member in theirs.members.get(number, ())]
            yield from differences(own, stated, moved)

    def _ask(self, question: DigestQuestion) -> DigestStatement:
        return self._read(self._source.ask_digests(question), question.asked)

    def _rows(self, keys: Sequence[RecordKey]) -> DigestStatement:
        asked = _nonce()
        return self._read(self._source.ask_rows(keys, asked), asked)

    def _read(self, content: bytes, asked: str) -> DigestStatement:
        self._traffic += len(content)
        stated = understood_statement(content, self._partner, self._sides.own)
        if stated.asked != asked:
            raise HeldBatchError("replayed", "asked: the statement answers another question")
        return stated


class Leaving:
    """A comparison with a partner for whom statements are left, and who leaves its own."""

    def __init__(self, services: Services, partner: Partner, sides: Sides, post: DigestPost) -> None:
        self._services: Final = services
        self._partner: Final = partner
        self._sides: Final = sides
        self._post: Final = post
        self._epoch: Final = own_epoch(services)

    def compare(self) -> Comparison:
        """Compare with what the partner left last, and leave what it needs next.

        A statement of before what was taken of the partner since says nothing any more.
        """
        content = self._post.collect_statement()
        theirs = None if content is None else understood_statement(content, self._partner, self._sides.own)
        found, answer = self._compared(theirs)
        self._post.leave_statement(answer)
        found.traffic = len(answer) + len(content or b"")
        return found

    def _compared(self, theirs: DigestStatement | None) -> tuple[Comparison, bytes]:
        with self._services.store.read() as uow:
            own = bucket_digests(uow, self._sides).digests()
            state = uow.exchange.state(self._partner.name)
            found = Comparison(uow.head.version(), compared=sum(bucket.count for bucket in own))
            found.complete = theirs is not None and bool(theirs.buckets) and theirs.version >= state.taken_to
            parts: dict[str, object] = {}
            if theirs is not None and found.complete:
                require_known_epoch(uow, theirs)
                found.other_version = theirs.version
                self._differ(uow, found, theirs, differing_buckets(own, theirs.buckets), parts)
            answer = stated_by(uow, self._sides, self._epoch, buckets=own, **parts)
        return found, signed_statement(self._services, answer)

    def _differ(
        self,
        uow: UnitOfWork,
        found: Comparison,
        theirs: DigestStatement,
        buckets: Sequence[int],
        parts: dict[str, object],
    ) -> None:
        """Find the rows that differ where the other side has stated its members; state this side's in any case."""
        at = theirs.taken_to if theirs.taken_epoch == self._epoch else 0
        parts |= members_stated(uow, self._sides, buckets, at)
        answered = [number for number in buckets if number in theirs.members]
        found.complete = len(answered) == len(buckets)
        stated = [member for number in answered for member in theirs.members[number]]
        own = members_of_buckets(uow, self._sides, answered)
        moved = sent_after(uow, self._sides, at) | theirs.changed
        found.apart = differences(own, stated, moved)
        keys = [each.key for each in found.apart]
        parts["items"], parts["doubtful"] = rows_to_give(uow, self._services, self._sides, keys)
        found.offered = {key_of(item): item for item in theirs.items}


def require_known_epoch(uow: UnitOfWork, theirs: DigestStatement) -> None:
    """Raise HeldBatchError where a partner's numbers are of another history than what was taken from it."""
    known = uow.exchange.state(theirs.region).epoch
    if known is not None and known != theirs.epoch:
        raise HeldBatchError("epoch_changed", "epoch: the partner began another; a snapshot has to be taken first")


def key_of(item: Item) -> RecordKey:
    """Return the key of a row on its way; one that says nothing has none."""
    return item.source_region or "", item.record_no or ""


def in_parts(values: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Split what is asked for so that no question is too long."""
    for start in range(0, len(values), most):
        yield values[start : start + most]


def _nonce() -> str:
    return secrets.token_hex(_NONCE_BYTES)
