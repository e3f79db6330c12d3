"""Give recorded acts their places in the log and sign the new head, unless the log is not what was signed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import KeysMissingError, LogInDoubtError
from registry.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from registry.ledger.events import EventKind
from registry.ledger.merkle import Edge
from registry.ledger.signed_note import SignatureError, SignerKey, VerifierKey
from registry.ledger.tiles import TileBuilder, TiledTree, TileMissingError
from registry.store.alarm_repository import AlarmKind
from registry.store.log_repository import PendingLeaf, StoredHead

if TYPE_CHECKING:
    from registry.privacy.signing_keys import SigningKeys
    from registry.store.engine import Store
    from registry.store.unit_of_work import UnitOfWork

MOST_AT_ONCE = 5_000
"""Entries placed in one transaction, so that on SQLite other writers wait no longer than about a tenth of a second."""

LOG = "log"
"""What the log's alarms are about."""

SEQUENCER = "sequencer"


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one run did: leaves placed, and the size of the log since."""

    leaves: int
    size: int


def sequence_log(store: Store) -> Sequenced:
    """Place every entry that waits and sign a head over each thousands of them; each step is one commit.

    Any number of workers may do so at once. Raises LogInDoubtError where what is stored does not fit the head signed
    last (then nothing is signed until the log is verified and resumed), KeysMissingError without a signing key, and
    UnavailableError where the store does not answer.
    """
    placed, size = 0, 0
    while True:
        step = _step(store)
        if step is None:
            return Sequenced(placed, size)
        placed, size = placed + step.leaves, step.size
        if step.leaves < MOST_AT_ONCE:
            return Sequenced(placed, size)


def log_keys(store: Store) -> SigningKeys:
    """Return the keys the log is signed with; KeysMissingError where there are none."""
    keys = store.keyring.signing
    if keys is None:
        raise KeysMissingError("there is no signing key: run `registry init`")
    return keys


def verifier_keys(keys: SigningKeys) -> list[VerifierKey]:
    """Return the public keys heads may be signed with, former ones too."""
    return [VerifierKey(keys.log, key.public) for key in keys.keys.values()]


def require_trusted(uow: UnitOfWork) -> None:
    """Raise LogInDoubtError while the log is in doubt."""
    if uow.log.doubted_at() is not None:
        raise LogInDoubtError("the log is in doubt: see the alarm, and the runbook on a ledger that does not verify")


def doubt(store: Store, finding: str) -> None:
    """Stop signing and answering, and say why: an alarm and an entry of the ledger, once."""
    with store.write() as uow:
        if uow.log.doubted_at() is None:
            uow.log.set_doubt(uow.transaction.now())
        if uow.alarms.raise_alarm(AlarmKind.LOG_IN_DOUBT, LOG, finding):
            uow.ledger.record(
                EventKind.ALARM_RAISED, SEQUENCER, {"alarm": AlarmKind.LOG_IN_DOUBT.value, "subject": LOG}
            )


def _step(store: Store) -> Sequenced | None:
    with store.read() as uow:
        require_trusted(uow)
        if uow.log.pending_since() is None:
            return None
    keys = log_keys(store)
    try:
        with store.write() as uow:
            uow.log.lock()
            require_trusted(uow)
            return _extend(uow, keys)
    except _MisfitError as misfit:
        doubt(store, str(misfit))
        raise LogInDoubtError(str(misfit)) from None


class _MisfitError(Exception):
    """What is stored is not what was signed; the text says where and names nobody."""


def _extend(uow: UnitOfWork, keys: SigningKeys) -> Sequenced:
    previous = uow.log.newest()
    size = 0 if previous is None else previous.size
    edge = _checked_edge(uow, keys, previous, size)
    leaves = _waiting(uow)
    if leaves:
        _place(uow, size, edge, leaves)
        _sign(uow, keys, edge, size)
    return Sequenced(len(leaves), edge.size)


def _checked_edge(uow: UnitOfWork, keys: SigningKeys, previous: StoredHead | None, size: int) -> Edge:
    """Reckon the previous head anew from what is stored and hold it against what was signed."""
    placed = uow.log.size()
    if placed != size:
        raise _MisfitError(f"{placed} leaves are placed and the last signed head is over {size}")
    try:
        edge = TiledTree(size, uow.log.tile).edge()
        root = edge.root()
    except TileMissingError as missing:
        raise _MisfitError(str(missing)) from None
    if previous is not None:
        _require_signed(keys, previous, Checkpoint(keys.log, size, root))
    return edge


def _require_signed(keys: SigningKeys, previous: StoredHead, reckoned: Checkpoint) -> None:
    try:
        signed = open_checkpoint(previous.checkpoint, verifier_keys(keys), keys.log)
    except SignatureError:
        raise _MisfitError(f"the head over {previous.size} leaves is not signed by a key of this log") from None
    if signed != reckoned or previous.root != reckoned.root:
        raise _MisfitError(f"what is stored of the first {previous.size} leaves is not what was signed")


def _waiting(uow: UnitOfWork) -> list[PendingLeaf]:
    leaves = uow.log.pending(MOST_AT_ONCE)
    twice = [leaf.entry_id for leaf in leaves if leaf.placed]
    if twice:
        raise _MisfitError(f"entry {twice[0]} waits for its place and has one")
    return leaves


def _place(uow: UnitOfWork, size: int, edge: Edge, leaves: Sequence[PendingLeaf]) -> None:
    hashes = [leaf.leaf_hash for leaf in leaves]
    builder = TileBuilder(size, uow.log.tile)
    builder.extend(hashes)
    uow.log.place(size, leaves)
    uow.log.store_tiles(builder.changed())
    edge.extend(hashes)


def _sign(uow: UnitOfWork, keys: SigningKeys, edge: Edge, previous_size: int) -> None:
    root = edge.root()
    signer = SignerKey(keys.log, keys.signing.seed or b"")
    checkpoint = sign_checkpoint(Checkpoint(keys.log, edge.size, root), signer)
    uow.log.add_head(StoredHead(edge.size, previous_size, root, uow.transaction.now(), checkpoint))
