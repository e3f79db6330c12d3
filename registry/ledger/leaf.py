"""The leaf of an entry: what of an act goes into the tree, which tells nothing about anybody and is never erased."""

from __future__ import annotations

import datetime
from typing import Protocol

import orjson

from registry.ledger.merkle import hash_leaf


class StatedOpenly(Protocol):
    """What an entry says of its act without its facts."""

    @property
    def kind(self) -> str:
        """What kind of act."""

    @property
    def at(self) -> datetime.datetime:
        """When."""

    @property
    def actor(self) -> str:
        """Who, as an internal name."""

    @property
    def list_version(self) -> int:
        """The list it saw."""

    @property
    def model_version(self) -> str:
        """The model it went by."""

    @property
    def policy_version(self) -> str:
        """The policy it went by."""


def leaf_bytes(entry: StatedOpenly, commitment: bytes) -> bytes:
    """Return the one byte string of a leaf: JSON, keys sorted, no blanks, UTF-8 (in the way of RFC 8785).

    The commitment is written in lower-case hexadecimal. What the act was stands behind it: without the salt nobody
    can guess it, and where salt and facts are erased the leaf, and so the tree, stands as before.
    """
    document = {
        "kind": str(entry.kind),
        "at": spell_instant(entry.at),
        "actor": entry.actor,
        "list_version": entry.list_version,
        "model_version": entry.model_version,
        "policy_version": entry.policy_version,
        "commitment": commitment.hex(),
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def leaf_hash(entry: StatedOpenly, commitment: bytes) -> bytes:
    """Return the 32-byte hash of an entry's leaf (RFC 9162, 2.1.1)."""
    return hash_leaf(leaf_bytes(entry, commitment))


def spell_instant(at: datetime.datetime) -> str:
    """Return an instant in UTC with its microseconds, always six; ValueError where it names no time zone."""
    if at.tzinfo is None:
        raise ValueError("an instant must name its time zone")
    # Microseconds always written: the entry read back from any store has the same spelling.
    return at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat("T", "microseconds") + "Z"
