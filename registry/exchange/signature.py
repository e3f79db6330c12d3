"""Signatures over batches: which algorithms there are, how a batch is signed, and whose signature it bears.

Ed25519 (RFC 8032) unless another algorithm is registered. What is signed begins with the format's name and a line
feed, so that no signature made for anything else can be taken for one over a batch, or the other way round.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.errors import ConflictError, HeldBatchError
from registry.exchange.batch import FORMAT
from registry.privacy.signing_keys import SigningKey, base64url, thumbprint

_SIGNED_AS: Final = f"{FORMAT}\n".encode()


class Algorithm(Protocol):
    """A way to sign: keys and signatures are bytes, a key is named by a thumbprint nobody can give to another."""

    @property
    def name(self) -> str:
        """Its name in a batch's envelope."""

    def thumbprint(self, public: bytes) -> str:
        """Name a public key."""

    def sign(self, secret: bytes, message: bytes) -> bytes:
        """Sign a message."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Say whether a signature over a message is this key's."""


class Ed25519:
    """Ed25519 (RFC 8032); keys of 32 bytes, named by RFC 7638."""

    name: Final = "ed25519"

    def thumbprint(self, public: bytes) -> str:
        """Name a public key (RFC 7638)."""
        return thumbprint(public)

    def sign(self, secret: bytes, message: bytes) -> bytes:
        """Sign a message with a 32-byte seed."""
        return Ed25519PrivateKey.from_private_bytes(secret).sign(message)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Say whether a 64-byte signature is this 32-byte public key's."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


_ALGORITHMS: Final[dict[str, Algorithm]] = {Ed25519.name: Ed25519()}


def register(algorithm: Algorithm) -> None:
    """Let batches be signed by a further algorithm; one that is registered under the name is replaced."""
    _ALGORITHMS[algorithm.name] = algorithm


@dataclass(frozen=True, slots=True)
class BatchSignature:
    """One signature as a batch's envelope carries it: whose (thumbprint), by which algorithm, base64url."""

    key: str
    algorithm: str
    value: str


def sign_batch(content: bytes, key: SigningKey, algorithm: str = Ed25519.name) -> BatchSignature:
    """Sign a batch's exact bytes. Raises ConflictError where the secret half of the key is not at hand."""
    if key.seed is None:
        raise ConflictError("a former signing key signs nothing more")
    chosen = _ALGORITHMS[algorithm]
    value = chosen.sign(key.seed, _SIGNED_AS + content)
    return BatchSignature(chosen.thumbprint(key.public), algorithm, base64url(value))


def signer_of(content: bytes, signatures: Iterable[BatchSignature], keys: Iterable[bytes]) -> str:
    """Return the thumbprint of the first of a partner's keys whose signature the batch bears.

    Raises HeldBatchError: `unsigned`, `unknown_algorithm`, `unknown_key` (none of the partner's), `bad_signature`.
    """
    found = list(signatures)
    if not found:
        raise HeldBatchError("unsigned", "the batch bears no signature")
    known = [one for one in found if one.algorithm in _ALGORITHMS]
    if not known:
        raise HeldBatchError("unknown_algorithm", "the batch is signed by an algorithm nobody registered here")
    candidates = [(one, key) for key in keys for one in known if _ALGORITHMS[one.algorithm].thumbprint(key) == one.key]
    if not candidates:
        raise HeldBatchError("unknown_key", "the batch is signed by no key its partner's configuration names")
    for one, key in candidates:
        if _ALGORITHMS[one.algorithm].verify(key, _SIGNED_AS + content, _decoded(one.value)):
            return one.key
    raise HeldBatchError("bad_signature", "the signature is not over what the batch says")


def read_signature(entry: Mapping[str, object]) -> BatchSignature:
    """Read one signature of an envelope. Raises HeldBatchError (`unreadable`)."""
    values = [entry.get(name) for name in ("key", "algorithm", "value")]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(values):
        raise HeldBatchError("unreadable", "signatures: key, algorithm and value are needed, each a text")
    return BatchSignature(*texts)


def _decoded(value: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return b""
