"""The salted commitment of a ledger entry: it proves what was recorded and, once the salt is erased, tells nothing."""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Final

from registry.ledger.events import EventKind, Facts, checked

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
        document = {
            "kind": self.kind,
            "at": _instant(self.at),
            "actor": self.actor,
            "list_version": self.list_version,
            "model_version": self.model_version,
            "policy_version": self.policy_version,
            "facts": dict(checked(self.kind, self.facts)),
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def canonical_facts(facts: Facts) -> str:
    """Return the facts in the spelling they are kept in beside the salt."""
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def new_salt() -> bytes:
    """Return 32 random bytes; with them a commitment cannot be guessed from what it might say."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, entry: Entry) -> bytes:
    """Return SHA-256(salt || canonical entry), 32 bytes."""
    return hashlib.sha256(salt + entry.canonical()).digest()


def _instant(at: datetime.datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an instant must name its time zone")
    # Microseconds always written: the entry read back from any store has the same spelling.
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
