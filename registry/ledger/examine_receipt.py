"""What a receipt proves, with public keys alone: of the answer it came with, the request, and the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.ledger.checkpoint import Checkpoint, cosigned_at, open_checkpoint
from registry.ledger.log_proof import LogProof
from registry.ledger.merkle import proves_inclusion
from registry.ledger.public_keys import PublicKeys
from registry.ledger.receipt import Stated, compact, request_digest, verify_receipt
from registry.ledger.signed_note import Note, SignatureError


@dataclass(frozen=True, slots=True)
class Standing:
    """That a leaf stands in the log: at which place (from 0), under which signed head, seen by which witnesses."""

    index: int
    head: Checkpoint
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was proven. `answer` and `request`: equal to what was signed; None where there was nothing to compare."""

    stated: Stated
    answer: bool | None
    request: bool | None
    standing: Standing | None

    @property
    def sound(self) -> bool:
        """Whether nothing that was compared differs."""
        return self.answer is not False and self.request is not False


def examine(document: object, keys: PublicKeys, request: object = None, proof: LogProof | None = None) -> Examined:
    """Verify a receipt, or the receipt of a whole answer; and where given, the request and the proof of its leaf.

    Raises SignatureError where the receipt, or the proof, is not borne out by the keys.
    """
    answer = document if isinstance(document, Mapping) and "receipt" in document else None
    receipt = document if answer is None else answer["receipt"]
    if receipt is None:
        raise SignatureError("the answer has no receipt")
    stated = verify_receipt(compact(receipt), keys.keys)
    return Examined(
        stated=stated,
        answer=None if answer is None else _said(answer) == _signed(stated),
        request=None if request is None else request_digest(request) == stated.request_digest,
        standing=None if proof is None else _standing(stated, keys, proof),
    )


def _signed(stated: Stated) -> tuple[Any, ...]:
    rules = (stated.list_version, stated.model_version, stated.policy_version, list(stated.coverage))
    return stated.check_no, stated.decided_at, stated.verdict, list(stated.subjects), *rules


def _said(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return of an answer what a receipt covers; what is missing is None and so differs."""
    listed, subjects = answer.get("list"), answer.get("subjects")
    listed = listed if isinstance(listed, Mapping) else {}
    verdicts = [_verdict(subject) for subject in subjects] if isinstance(subjects, Sequence) else None
    rules = (listed.get("version"), listed.get("model"), listed.get("policy"), listed.get("coverage"))
    return answer.get("check_no"), answer.get("decided_at"), answer.get("verdict"), verdicts, *rules


def _verdict(subject: object) -> object:
    return subject.get("verdict") if isinstance(subject, Mapping) else None


def _standing(stated: Stated, keys: PublicKeys, proof: LogProof) -> Standing:
    head = open_checkpoint(proof.checkpoint, keys.log_keys, stated.log)
    if not proves_inclusion(bytes.fromhex(stated.leaf_hash), proof.index, head.size, proof.hashes, head.root):
        raise SignatureError("the proof does not lead from this receipt's entry to the signed head of the log")
    return Standing(proof.index, head, tuple(_witnesses(keys, proof.checkpoint)))


def _witnesses(keys: PublicKeys, checkpoint: str) -> list[str]:
    """Return the names of the known witnesses that cosigned; SignatureError where a cosignature is false."""
    note = Note.parse(checkpoint)
    found = [(witness, note.signed_by(witness)) for witness in keys.witnesses]
    signed = [(witness, signature) for witness, signature in found if signature is not None]
    for witness, signature in signed:
        cosigned_at(note.text, signature, witness)
    return [witness.name for witness, _ in signed]
