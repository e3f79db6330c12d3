"""State to a partner what this side holds: digests of all buckets, the members of some, rows as they stand.

Nothing is remembered from one question to the next: whatever was altered since shows. Each statement is signed and
carries what the asker sent along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from registry.exchange.digest_statement import DigestQuestion, DigestStatement, in_envelope, statement_bytes
from registry.exchange.reconciliation import Member, RecordKey, bucket_of
from registry.ledger.events import EventKind
from registry.ledger.leaf import spell_instant
from registry.services.digest_members import Sides, bucket_digests, members_of_buckets
from registry.services.given_items import RowsToGive
from registry.services.own_epoch import own_epoch
from registry.services.sequence_log import log_keys
from registry.services.sound_rows import sound_rows

if TYPE_CHECKING:
    from registry.exchange.batch import Item
    from registry.services.context import Services
    from registry.store.unit_of_work import UnitOfWork


def give_digests(services: Services, partner: str, question: DigestQuestion) -> bytes:
    """Return the signed statement a partner asked for: of all buckets' digests, or of some buckets' members."""
    epoch, sides = own_epoch(services), Sides.of(services.settings, partner)
    with services.store.read() as uow:
        if question.buckets:
            part = members_stated(uow, sides, question.buckets, question.at)
        else:
            part = {"buckets": bucket_digests(uow, sides).digests()}
        stated = stated_by(uow, sides, epoch, asked=question.asked, **part)
    return signed_statement(services, stated)


def give_rows(services: Services, partner: str, keys: Sequence[RecordKey], asked: str) -> bytes:
    """Return the signed statement of rows as they stand here, but for those this side lacks or has in doubt itself.

    That they were given is recorded.
    """
    epoch, sides = own_epoch(services), Sides.of(services.settings, partner)
    with services.store.read() as uow:
        items, doubtful = rows_to_give(uow, services, sides, keys)
        stated = stated_by(uow, sides, epoch, asked=asked, items=items, doubtful=doubtful)
    with services.store.write() as uow:
        facts: dict[str, str | int] = {"partner": partner, "rows": len(items), "doubtful": len(doubtful)}
        uow.ledger.record(EventKind.ROWS_GIVEN, f"partner:{partner}", facts)
    return signed_statement(services, stated)


def rows_to_give(
    uow: UnitOfWork, services: Services, sides: Sides, keys: Iterable[RecordKey]
) -> tuple[tuple[Item, ...], frozenset[RecordKey]]:
    """Return the named rows as they travel, and the keys of those this side lacks or has in doubt."""
    wanted = set(keys)
    sealed = uow.sealing.among(wanted)
    sound = sound_rows(uow, services, sides, wanted - sealed) | sealed
    rows = RowsToGive(uow, sound)
    return tuple(rows.item(key, None) for key in sorted(sound)), frozenset(wanted - sound)


def members_stated(uow: UnitOfWork, sides: Sides, buckets: Collection[int], at: int) -> dict[str, Any]:
    """Return the members of these buckets, and which rows in them changed after a number the other has taken."""
    numbers = frozenset(buckets)
    found = sorted(members_of_buckets(uow, sides, numbers), key=lambda member: bucket_of(member.key))
    grouped: Mapping[int, tuple[Member, ...]] = {
        number: tuple(members) for number, members in groupby(found, key=lambda member: bucket_of(member.key))
    }
    changed = frozenset(key for key in sent_after(uow, sides, at) if bucket_of(key) in numbers)
    return {"members": {number: grouped.get(number, ()) for number in sorted(numbers)}, "changed": changed}


def sent_after(uow: UnitOfWork, sides: Sides, at: int) -> set[RecordKey]:
    """Return the rows this side speaks for that changed after a number: they are on their way to the other."""
    return {key for key in uow.members.changed_after(at) if sides.owns(key[0])}


def stated_by(uow: UnitOfWork, sides: Sides, epoch: str, **parts: Any) -> DigestStatement:
    """Return a statement of this side as of one reading of the store."""
    state = uow.exchange.state(sides.other)
    return DigestStatement(
        region=sides.own,
        addressee=sides.other,
        epoch=epoch,
        version=uow.head.version(),
        taken_epoch=state.epoch,
        taken_to=state.taken_to,
        **parts,
    )


def signed_statement(services: Services, stated: DigestStatement) -> bytes:
    """Return what travels of a statement."""
    content = statement_bytes(stated, spell_instant(services.clock.now()))
    return in_envelope(content, log_keys(services.store).signing)
