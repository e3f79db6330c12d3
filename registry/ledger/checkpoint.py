"""Checkpoints and cosignatures: the log's signed statement of its size and root, and a witness's word that it saw it.

C2SP tlog-checkpoint and tlog-cosignature (https://c2sp.org), the Ed25519 forms: a checkpoint is a signed note of
three lines (origin, size, root); a cosignature is a further signature line by a witness that holds the tree to be
an extension of everything it saw before, at a stated second. The arithmetic of the tree stands elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.ledger.signed_note import (
    KeyKind,
    Note,
    Signature,
    SignatureError,
    SignerKey,
    VerifierKey,
    is_plain,
    open_note,
    sign_text,
)

ROOT_BYTES: Final = 32
_TIME_BYTES: Final = 8
_LARGEST: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its origin (a name that is its own for good), how many leaves, and their root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint; SignatureError where it is not exactly origin, size and root.

        Lines beyond the three are refused: this register writes none, and nobody could check them.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not is_plain(text):
            raise SignatureError("a checkpoint has three lines: origin, size, root")
        size, root = lines[1], _root(lines[2])
        if _NUMBER.fullmatch(size) is None or int(size) > _LARGEST:
            raise SignatureError("a checkpoint's size is a decimal number")
        return cls(lines[0], int(size), root)

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, signer: SignerKey) -> str:
    """Return a checkpoint as a note signed by the log; its key's name is the log's origin."""
    if signer.name != checkpoint.origin or signer.kind is not KeyKind.ED25519:
        raise SignatureError("a log signs its own checkpoints, under its origin")
    return sign_text(checkpoint.text(), signer).written()


def open_checkpoint(written: str, keys: Sequence[VerifierKey], origin: str) -> Checkpoint:
    """Return what a checkpoint says, once the log's signature holds under one of its keys.

    Raises SignatureError where it is malformed, not signed by such a key, or of another log.
    """
    own = [key for key in keys if key.name == origin]
    checkpoint = Checkpoint.parse(open_note(written, own).text)
    if checkpoint.origin != origin:
        raise SignatureError("the checkpoint is of another log")
    return checkpoint


def cosign(text: str, witness: SignerKey, at: int) -> Signature:
    """Return a witness's signature of a checkpoint's text at a POSIX second."""
    if witness.kind is not KeyKind.COSIGNATURE_V1:
        raise SignatureError("a witness signs with a key for cosignatures")
    signed = witness.sign(_cosigned(text, at))
    return Signature(witness.name, witness.verifier().key_id, at.to_bytes(_TIME_BYTES) + signed)


def cosigned_at(text: str, signature: Signature, witness: VerifierKey) -> int:
    """Return the POSIX second at which a witness signed a checkpoint's text; SignatureError where it did not."""
    at, signed = signature.body[:_TIME_BYTES], signature.body[_TIME_BYTES:]
    second = int.from_bytes(at)
    if witness.kind is not KeyKind.COSIGNATURE_V1 or not witness.fits(signature) or second > _LARGEST:
        raise SignatureError("no cosignature by this witness")
    if not witness.verifies(_cosigned(text, second), signed):
        raise SignatureError(f"the cosignature of {witness.name} is false")
    return second


def with_cosignatures(written: str, lines: Sequence[Signature]) -> str:
    """Return a checkpoint with witnesses' signature lines below the log's own."""
    note = Note.parse(written)
    return Note(note.text, note.signatures + tuple(line for line in lines if line not in note.signatures)).written()


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _root(encoded: str) -> bytes:
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != ROOT_BYTES or base64.b64encode(root).decode() != encoded:
        raise SignatureError("a checkpoint's root is the base64 of 32 bytes")
    return root
