"""The salted commitment of a ledger entry: it proves what was recorded and, once the salt is erased, tells nothing."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import orjson

from registry.ledger.acting_origin import NOWHERE, Origin, acting_origin
from registry.ledger.events import EventKind, Facts, checked
from registry.ledger.leaf import StatedOpenly, leaf_hash, spell_instant

SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded act, before it is written: what, when, by whom, and under which versions."""

    kind: EventKind
    at: datetime.datetime
    actor: str
    list_version: int
    model_version: str
    policy_version: str
    facts: Facts

    def canonical(self) -> bytes:
        """Return the one byte string of this entry: JSON, keys sorted, no blanks, UTF-8 (in the way of RFC 8785).

        Only texts and integers occur, so that no spelling of a number is in doubt. Raises ValueError for facts
        outside the vocabulary.
        """
        return canonical_entry(self, canonical_facts(checked(self.kind, self.facts)))


@dataclass(frozen=True, slots=True)
class Committed:
    """An entry with its salt, commitment and origin, about to be written; its leaf is known before it is."""

    entry: Entry
    salt: bytes = field(repr=False)
    commitment: bytes
    origin: Origin = NOWHERE

    @classmethod
    def of(cls, entry: Entry, origin: Origin | None = None) -> Committed:
        """Commit to an entry with a fresh salt; ValueError for facts outside the vocabulary.

        `origin`: where the act comes from; None is where this thread's request does.
        """
        salt = new_salt()
        return cls(entry, salt, commitment(salt, entry), origin or acting_origin())

    @property
    def leaf_hash(self) -> bytes:
        """The 32 bytes by which the entry will be found in the log."""
        return leaf_hash(self.entry, self.commitment)


def canonical_facts(facts: Facts) -> str:
    """Return the facts in the spelling they are kept in beside the salt."""
    return orjson.dumps(dict(facts), option=orjson.OPT_SORT_KEYS).decode()


def canonical_entry(entry: StatedOpenly, facts: str) -> bytes:
    """Return the one byte string of an entry whose facts are in their one spelling already."""
    document = {
        "kind": str(entry.kind),
        "at": spell_instant(entry.at),
        "actor": entry.actor,
        "list_version": entry.list_version,
        "model_version": entry.model_version,
        "policy_version": entry.policy_version,
        "facts": orjson.Fragment(facts),
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def new_salt() -> bytes:
    """Return 32 random bytes; with them a commitment cannot be guessed from what it might say."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, entry: Entry) -> bytes:
    """Return SHA-256(salt || canonical entry), 32 bytes."""
    return hashlib.sha256(salt + entry.canonical()).digest()


def opens(committed: bytes, salt: bytes, entry: StatedOpenly, facts: str) -> bool:
    """Return whether a salt and facts, as they are stored, are those that were committed to."""
    try:
        return hashlib.sha256(salt + canonical_entry(entry, facts)).digest() == committed
    except (orjson.JSONEncodeError, ValueError):  # facts that are no text any more
        return False


def ids_digest(ids: Iterable[int]) -> str:
    """Return the SHA-256 over the numbers of entries, ascending, one a line."""
    return hashlib.sha256("".join(f"{entry}\n" for entry in sorted(ids)).encode()).hexdigest()
