"""Signed notes: a text of lines, and below it the lines of those who signed it, readable by people and programs.

The format is C2SP signed-note (https://c2sp.org/signed-note), which Go's checksum database and the witnesses of
other transparency logs speak; keys are Ed25519 (RFC 8032). Checkpoints and cosignatures stand in checkpoint.py.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.errors import RegistryError

PUBLIC_BYTES: Final = 32
SEED_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
MOST_SIGNATURES: Final = 100
MOST_CHARACTERS: Final = 1_000_000
_DASH: Final = "\u2014 "


class SignatureError(RegistryError):
    """A signed text is malformed, or no signature on it is by a key that is known, or one of them is false."""

    code = "signature_refused"


class KeyKind(IntEnum):
    """What a key signs, by the signature type byte of its key id; a key of one kind never stands for the other."""

    ED25519 = 1
    COSIGNATURE_V1 = 4


_KINDS: Final = frozenset(KeyKind)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public: bytes
    kind: KeyKind = KeyKind.ED25519

    def __post_init__(self) -> None:
        """Refuse what could never stand in a note."""
        if not is_key_name(self.name):
            raise SignatureError("a key's name has no blanks, no plus sign and no control characters")
        if len(self.public) != PUBLIC_BYTES:
            raise SignatureError("an Ed25519 public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read `name+key id+base64(kind, public key)`; SignatureError where it is not exactly that."""
        name, first, rest = text.partition("+")
        key_id, second, encoded = rest.partition("+")
        material = _decoded(encoded)
        if not (first and second) or len(material) != 1 + PUBLIC_BYTES or material[0] not in _KINDS:
            raise SignatureError("a public key reads name+key id+base64")
        key = cls(name, material[1:], KeyKind(material[0]))
        if key.key_id.hex() != key_id:
            raise SignatureError("a public key does not fit its key id")
        return key

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes((self.kind,)) + self.public).digest()[:KEY_ID_BYTES]

    def spelt(self) -> str:
        """Return the key in the one line that is given to those who verify."""
        material = base64.b64encode(bytes((self.kind,)) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def fits(self, signature: Signature) -> bool:
        """Return whether a signature claims to be by this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def verifies(self, message: bytes, signed: bytes) -> bool:
        """Return whether 64 bytes are this key's Ed25519 signature of a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key with the name it signs under; `seed` is the 32 bytes of RFC 8032."""

    name: str
    seed: bytes = field(repr=False)
    kind: KeyKind = KeyKind.ED25519

    def verifier(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of a message."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, the four bytes that name the key, and what that kind of key writes."""

    name: str
    key_id: bytes
    body: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a line without its newline; SignatureError where it is none."""
        name, blank, encoded = line.removeprefix(_DASH).partition(" ")
        material = _decoded(encoded)
        if not line.startswith(_DASH) or not blank or not is_key_name(name) or len(material) <= KEY_ID_BYTES:
            raise SignatureError("a signature line reads: em dash, name, base64")
        return cls(name, material[:KEY_ID_BYTES], material[KEY_ID_BYTES:])

    def line(self) -> str:
        """Return the line without its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.body).decode()}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a newline, and its signatures in the order they stand."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, written: str) -> Note:
        """Split a note at its last empty line; SignatureError where it is malformed. Nothing is verified by this."""
        text, gap, below = written.rpartition("\n\n")
        if not gap or not below.endswith("\n") or len(written) > MOST_CHARACTERS or not is_plain(written):
            raise SignatureError("a note is a text, an empty line, and signature lines")
        lines = below[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise SignatureError(f"a note has at most {MOST_SIGNATURES} signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    def written(self) -> str:
        """Return the note as it is stored and sent."""
        return self.text + "\n" + "".join(signature.line() + "\n" for signature in self.signatures)

    def signed_by(self, key: VerifierKey) -> Signature | None:
        """Return the first signature that claims to be by a key, which is not yet verified."""
        return next((signature for signature in self.signatures if key.fits(signature)), None)


def sign_text(text: str, signer: SignerKey) -> Note:
    """Return a text with one signature; SignatureError where the text cannot stand in a note."""
    if not text.endswith("\n") or not is_plain(text):
        raise SignatureError("the text of a note ends in a newline and has no other control character")
    return Note(text, (Signature(signer.name, signer.verifier().key_id, signer.sign(text.encode())),))


def open_note(written: str, keys: Sequence[VerifierKey]) -> Note:
    """Return a note that at least one of the keys signed, with the signatures of these keys alone.

    Signatures by other keys are passed over. Raises SignatureError where the note is malformed, where a signature
    by one of the keys is false, or where none of them signed.
    """
    note = Note.parse(written)
    found = tuple(_verified(note, keys))
    if not found:
        raise SignatureError("no signature is by a key that is known")
    return Note(note.text, found)


def _verified(note: Note, keys: Iterable[VerifierKey]) -> Iterable[Signature]:
    message = note.text.encode()
    for key in keys:
        signature = note.signed_by(key) if key.kind is KeyKind.ED25519 else None
        if signature is not None:
            if not key.verifies(message, signature.body):
                raise SignatureError(f"the signature of {key.name} is false")
            yield signature


def is_key_name(name: str) -> bool:
    """Return whether a name may stand in a signature line: not empty, plain, no blank, no plus."""
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name) and is_plain(name)


def is_plain(text: str) -> bool:
    """Return whether a text is valid Unicode without control characters below U+0020 other than the newline."""
    return all((sign >= " " or sign == "\n") and not "\ud800" <= sign <= "\udfff" for sign in text)


def _decoded(encoded: str) -> bytes:
    """Return the bytes of standard base64 in its one spelling, and nothing where it is another."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return decoded if base64.b64encode(decoded).decode() == encoded else b""
