"""Registers that exchange in memory: sides with keys of their own, over a transport that is what a test makes of it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from registry.bootstrap import build
from registry.clock import FixedClock
from registry.errors import EpochChangedError, HeldBatchError, SnapshotNeededError, UnknownPositionError
from registry.exchange.adapter import Acknowledgement, Arrival, Position
from registry.exchange.batch import NO_BATCH, Batch, BatchKind, Item
from registry.exchange.partner import ExchangeLimits, Partner
from registry.exchange.sides import own_name
from registry.exchange.signature import sign_batch
from registry.exchange.wire import batch_bytes, digest_of, enveloped, understood
from registry.privacy.keyring import Keyring
from registry.privacy.signing_keys import SigningKeys
from registry.services.context import Services
from registry.services.give_batch import SignedBatch, give_changes, give_snapshot
from registry.services.note_announcement import note_acknowledgement
from registry.services.pull_partner import Pulled, pull_partner
from registry.services.sequence_log import log_keys
from registry.settings import CipherName, Mode, Role, Settings
from registry.store.list_values import RecordState
from registry.store.tables import list_record

MADE_AT = "2025-11-21T02:00:00.000000Z"
LOOSE = ExchangeLimits(withdrawals_percent=100.0)
Spoil = Callable[[SignedBatch], Iterator[bytes]]


def side(folder: Path, name: str, keyring: Keyring, clock: FixedClock, database_url: str) -> Services:
    """Open a register that is one side of an exchange, with a signing key of its own, on a prepared store."""
    home = folder / name
    home.mkdir(exist_ok=True)
    key_file = home / "keys.json"
    if not key_file.exists():
        dataclasses.replace(keyring, signing=SigningKeys.generate()).write_new(key_file)
    role = Role.HUB if name == "hub" else Role.PROVINCE
    region = None if name == "hub" else name
    settings = Settings(
        home, database_url, key_file, Mode.DEVELOPMENT, CipherName.AES_256_GCM, role=role, region=region
    )
    return build(settings, clock)


def sqlite_copy(folder: Path, name: str, template: Path) -> str:
    """Return the address of a fresh SQLite store for a side."""
    (folder / name).mkdir(exist_ok=True)
    path = folder / name / "registry.sqlite3"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def partner_of(services: Services, limits: ExchangeLimits = LOOSE, **stated: object) -> Partner:
    """Return a side as its partners know it: by its name and public key."""
    key = log_keys(services.store).signing.public
    known = Partner(own_name(services.settings), "feed", keys=(key,), limits=limits)
    return dataclasses.replace(known, **stated)  # type: ignore[arg-type]


class Loop:
    """A transport that asks the other side's services directly; `spoil` makes of a batch's bytes what arrives."""

    def __init__(self, giver: Services, taker: Services, *, most: int = 1_000, spoil: Spoil | None = None) -> None:
        self.partner = partner_of(giver)
        self.acknowledged: list[Acknowledgement] = []
        self._giver = giver
        self._taker = own_name(taker.settings)
        self._most = most
        self._spoil = spoil

    def receive(self, position: Position) -> Iterator[Arrival]:
        while (signed := self._next(position)) is not None:
            for content in [signed.content] if self._spoil is None else self._spoil(signed):
                yield arrival_of(content, self.partner, self._taker)
            batch = signed.batch
            position = Position(batch.epoch, batch.last, batch.digest, batch.page_next)

    def acknowledge(self, arrival: Arrival, acknowledgement: Acknowledgement) -> None:
        self.acknowledged.append(acknowledgement)
        note_acknowledgement(self._giver, self._taker, acknowledgement)

    def deliver(self, batch: Batch, signed: bytes) -> None:
        """A feed's partner comes and gets it."""

    def announce(self, epoch: str, up_to: int) -> None:
        """Nobody listens here."""

    def close(self) -> None:
        """Nothing is open."""

    def _next(self, position: Position) -> SignedBatch | None:
        giver, taker = self._giver, self._taker
        number, digest = position.number, position.digest
        try:
            if position.snapshot_after is not None:
                return give_snapshot(
                    giver, taker, after=position.snapshot_after, at=number, previous=digest, most=self._most
                )
            return give_changes(giver, taker, after=number, previous=digest, epoch=position.epoch, most=self._most)
        except (EpochChangedError, UnknownPositionError, SnapshotNeededError):
            return give_snapshot(giver, taker, after=None, at=None, previous=NO_BATCH, most=self._most)


def arrival_of(content: bytes, partner: Partner, own: str) -> Arrival:
    """Read bytes as an adapter does."""
    try:
        return Arrival(content, understood(content, partner, own))
    except HeldBatchError as fault:
        return Arrival(content, None, fault.code, fault.detail)


def pull(taker: Services, giver: Services, *, spoil: Spoil | None = None, most: int = 1_000) -> Pulled:
    """Visit a partner once."""
    loop = Loop(giver, taker, most=most, spoil=spoil)
    return pull_partner(taker, loop.partner, loop)


def made(giver: Services, taker: str, *items: Item, first: int = 1, **stated: object) -> Arrival:
    """Make a signed batch by hand."""
    batch = Batch(
        region=own_name(giver.settings),
        addressee=taker,
        epoch="e" * 32,
        kind=BatchKind.CHANGES,
        first=first,
        last=first + len(items) - 1,
        previous=NO_BATCH,
        head=first + len(items) - 1,
        items=items,
        digest="",
    )
    batch = dataclasses.replace(batch, **stated)  # type: ignore[arg-type]
    content = batch_bytes(batch, MADE_AT)
    signature = sign_batch(content, log_keys(giver.store).signing)
    batch = dataclasses.replace(batch, digest=digest_of(content), signed_by=signature.key)
    return Arrival(enveloped(content, (signature,)), batch)


def standing(services: Services) -> dict[tuple[str, str], tuple[int, str, dict[str, str]]]:
    """Everything a side holds, by row: the latest version, whether it stands, and what it says."""
    with services.store.read() as uow:
        rows = uow.transaction.connection.execute(
            list_record.select().where(list_record.c.index_version != 0).order_by(list_record.c.version)
        ).all()
        latest = {(row.source_region, row.record_no): row for row in rows}
        said = uow.lists.payloads(row.id for row in latest.values())
    return {
        key: (row.version, "stands" if row.state == RecordState.ACTIVE else "gone", said[row.id])
        for key, row in latest.items()
    }
