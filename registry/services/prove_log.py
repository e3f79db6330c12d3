"""Prove that an act is in the log, and that a log begins with an earlier one; and take witnesses' cosignatures.

Proofs are hashes: they tell nothing of any act. Each is verified against the signed head before it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from registry.errors import FieldFault, InvalidInputError, LogInDoubtError, NotFoundError
from registry.ledger.checkpoint import cosigned_at, with_cosignatures
from registry.ledger.log_proof import LogProof
from registry.ledger.merkle import proves_consistency, proves_inclusion
from registry.ledger.signed_note import Note, Signature, SignatureError, VerifierKey
from registry.ledger.tiles import TiledTree, TileMissingError
from registry.services.sequence_log import log_keys, verifier_keys
from registry.store.cosignature_repository import StoredCosignature

if TYPE_CHECKING:
    from registry.store.engine import Store
    from registry.store.log_repository import StoredHead
    from registry.store.unit_of_work import UnitOfWork
    from registry.store.witness_repository import Witness

AHEAD_SECONDS = 300
"""How far a witness's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class ProvenLeaf:
    """A leaf's place under a signed head, with the hashes that lead from it to the root, nearest first."""

    leaf_index: int
    leaf_hash: bytes
    size: int
    hashes: Sequence[bytes]
    checkpoint: str

    def as_json(self) -> dict[str, Any]:
        """Return the proof with its hashes in hexadecimal, and whole as a C2SP tlog-proof."""
        return {
            "leaf_index": self.leaf_index,
            "leaf_hash": self.leaf_hash.hex(),
            "size": self.size,
            "hashes": [each.hex() for each in self.hashes],
            "checkpoint": self.checkpoint,
            "proof": self.written(),
        }

    def written(self) -> str:
        """Return the proof as one C2SP tlog-proof file."""
        return LogProof(self.leaf_index, tuple(self.hashes), self.checkpoint).written()


def newest_checkpoint(uow: UnitOfWork) -> str:
    """Return the head signed last, with the cosignatures under it; NotFoundError where none was signed yet."""
    return _written(uow, _head(uow, None))


def prove_leaf(uow: UnitOfWork, leaf_hash: bytes, size: int | None = None) -> ProvenLeaf:
    """Prove that a leaf is under the head of a size (None: the newest).

    Raises NotFoundError where no head of that size was signed or the leaf is not under it (yet: an act is placed
    within seconds), LogInDoubtError where what is stored does not lead to what was signed.
    """
    head = _head(uow, size)
    index = uow.log.index_of(leaf_hash)
    if index is None or index >= head.size:
        raise NotFoundError("no such leaf is under this head")
    hashes = _reckoned(lambda: TiledTree(head.size, uow.log.tile).inclusion(index))
    if not proves_inclusion(leaf_hash, index, head.size, hashes, head.root):
        raise LogInDoubtError("the stored leaves do not lead to the signed root")
    return ProvenLeaf(index, leaf_hash, head.size, hashes, _written(uow, head))


def prove_check(uow: UnitOfWork, check_no: str, size: int | None = None) -> ProvenLeaf:
    """Prove that the decision of a check is in the log, as `prove_leaf` does; the caller has seen to who may ask."""
    leaf_hash = uow.decisions.leaf_hash(check_no)
    if leaf_hash is None:
        raise NotFoundError("no such check, or it names no leaf")
    return prove_leaf(uow, leaf_hash, size)


def prove_growth(uow: UnitOfWork, first: int, second: int) -> list[bytes]:
    """Prove that the head of `second` leaves begins with that of `first`; raises as `prove_leaf` does."""
    earlier, later = _head(uow, first), _head(uow, second)
    if first > second:
        raise InvalidInputError([FieldFault("first", "invalid", "must not be larger than second")])
    hashes = _reckoned(lambda: TiledTree(second, uow.log.tile).consistency(first))
    if not proves_consistency(first, second, hashes, earlier.root, later.root):
        raise LogInDoubtError("the stored leaves do not lead from one signed root to the other")
    return hashes


def take_cosignatures(store: Store, written: str) -> list[str]:
    """Keep the cosignatures of known witnesses under a head of ours; return whose were taken.

    Raises InvalidInputError where the note is none of our heads, or no signature on it is by a witness that is
    expected; signatures by others are passed over.
    """
    with store.read() as uow:
        taken = _cosignatures(uow, written, verifier_keys(log_keys(store)))
        fresh = [each for each in taken if each.line not in {kept.line for kept in uow.cosignatures.of(each.size)}]
    if fresh:
        with store.write() as uow:
            for each in fresh:
                uow.cosignatures.add(each)
    return [each.witness for each in taken]


def _cosignatures(uow: UnitOfWork, written: str, own: Sequence[VerifierKey]) -> list[StoredCosignature]:
    try:
        note = Note.parse(written)
        size = int(note.text.split("\n")[1])
        head = uow.log.head(size)
        if head is None or Note.parse(head.checkpoint).text != note.text:
            raise _refused("is no head that was signed here")
        others = [each for each in note.signatures if not any(key.fits(each) for key in own)]
        latest = int(uow.transaction.now().timestamp()) + AHEAD_SECONDS
        taken = [_taken(size, note.text, each, latest, uow.witnesses.present()) for each in others]
    except (SignatureError, ValueError, IndexError):
        raise _refused("is no signed note, or a signature on it is false") from None
    known = [each for each in taken if each is not None]
    if not known:
        raise _refused("bears no cosignature of a witness that is expected")
    return known


def _taken(
    size: int, text: str, signature: Signature, latest: int, witnesses: Sequence[Witness]
) -> StoredCosignature | None:
    """Return a cosignature to keep; None where it is by nobody who is expected. SignatureError where it is false."""
    for witness in witnesses:
        key = VerifierKey.parse(witness.public_key)
        if key.fits(signature):
            if cosigned_at(text, signature, key) > latest:
                raise SignatureError("the witness's clock is ahead")
            return StoredCosignature(size, witness.name, signature.line(), witness.public_key)
    return None


def _refused(why: str) -> InvalidInputError:
    return InvalidInputError([FieldFault("", "cosignature", why)])


def _head(uow: UnitOfWork, size: int | None) -> StoredHead:
    head = uow.log.newest() if size is None else uow.log.head(size)
    if head is None:
        raise NotFoundError("no head of this size was signed")
    return head


def _written(uow: UnitOfWork, head: StoredHead) -> str:
    lines = [Signature.parse(each.line) for each in uow.cosignatures.of(head.size)]
    return with_cosignatures(head.checkpoint, lines)


def _reckoned(reckon: Callable[[], list[bytes]]) -> list[bytes]:
    try:
        return reckon()
    except TileMissingError as missing:
        raise LogInDoubtError(f"the stored leaves have a gap: {missing}") from None
