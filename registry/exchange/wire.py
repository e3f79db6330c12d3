"""The bytes of a batch: written once and signed as they are, verified before they are read (protocol, 2 and 3)."""

from __future__ import annotations

from registry.exchange.batch import Batch
from registry.exchange.partner import Partner
from registry.exchange.signature import BatchSignature


def batch_bytes(batch: Batch, made_at: str) -> bytes:
    """Return the JSON of a batch; its `digest` and `signed_by` are no part of it."""
    raise NotImplementedError


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a batch's bytes, in hexadecimal."""
    raise NotImplementedError


def enveloped(content: bytes, signatures: tuple[BatchSignature, ...]) -> bytes:
    """Return what travels: the batch's JSON as a text, and its signatures (protocol, 2.4)."""
    raise NotImplementedError


def understood(content: bytes, partner: Partner, addressee: str) -> Batch:
    """Verify and read an envelope that came from a partner; `addressee` is this side's own name.

    Raises HeldBatchError with a stable code and what is wrong; the text names nobody.
    """
    raise NotImplementedError
