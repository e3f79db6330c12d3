"""One look at the log: is the head signed by it, and does the tree begin with all that was seen before?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from registry.errors import RegistryError
from registry.ledger.checkpoint import Checkpoint, cosign, open_checkpoint, with_cosignatures
from registry.ledger.merkle import EMPTY_ROOT, proves_consistency
from registry.ledger.signed_note import Note, SignatureError, SignerKey
from witness.configuration import Configuration
from witness.own_files import keep_evidence, last_seen, remember


class Log(Protocol):
    """Where heads and proofs come from."""

    def checkpoint(self) -> str:
        """Return the newest signed head."""

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Return the proof between two sizes."""

    def give(self, cosigned: str) -> None:
        """Hand in a cosigned head."""


class InconsistentLogError(RegistryError):
    """The log shows a head that cannot stand beside what was seen of it: something was taken out or altered."""

    code = "inconsistent_log"


@dataclass(frozen=True, slots=True)
class Seen:
    """A head that was found sound and signed: its size, how many leaves are new, and when (POSIX second)."""

    size: int
    grown: int
    at: int


def observe(configuration: Configuration, key: SignerKey, log: Log, now: int) -> Seen:
    """Fetch the head, hold it against the last one seen, remember it, cosign it and hand the signature in.

    Raises InconsistentLogError where the tree was rolled back, forked or rewritten, SignatureError where the head
    is not signed by the log, UnavailableError where the register does not answer. In the first two cases nothing is
    signed and the memory stays as it was.
    """
    seen, written = last_seen(configuration), log.checkpoint()
    head = open_checkpoint(written, configuration.log_keys, configuration.origin)
    reason = _contradiction(seen, head, log)
    if reason is not None:
        raise _alarm(reason, keep_evidence(configuration, seen, written))
    # The head is remembered before it is signed: after a crash in between nothing older can be signed any more.
    remember(configuration, written)
    text = Note.parse(written).text
    log.give(with_cosignatures(written, [cosign(text, key, now)]))
    return Seen(head.size, head.size - seen.size, now)


def _contradiction(seen: Checkpoint, head: Checkpoint, log: Log) -> str | None:
    """Return in words how a head contradicts what was seen, or None where it begins with it."""
    if head.size < seen.size:
        return f"ROLLED BACK: the log has {head.size} entries, and {seen.size} were seen"
    if head.size == seen.size:
        return None if head.root == seen.root else f"FORKED: two different heads of {head.size} entries are signed"
    if seen.size == 0:
        return None if seen.root == EMPTY_ROOT else "the memory of the witness is damaged"
    proof = log.consistency(seen.size, head.size)
    if proves_consistency(seen.size, head.size, proof, seen.root, head.root):
        return None
    return f"REWRITTEN: the {head.size} entries do not begin with the {seen.size} that were seen"


def _alarm(reason: str, evidence: Path) -> InconsistentLogError:
    return InconsistentLogError(
        f"{reason}. Nothing was signed. Both heads are kept in {evidence}: the log's own signature stands under "
        "them. Tell the other witnesses and the register's regulator"
    )


def is_refusal(failure: RegistryError) -> bool:
    """Return whether a look ended because the log is not to be believed, rather than not to be reached."""
    return isinstance(failure, InconsistentLogError | SignatureError)
