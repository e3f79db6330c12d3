"""The proof of a leaf in one file: its place, the hashes beside its path, and the checkpoint they lead to.

The format is C2SP tlog-proof (https://c2sp.org/tlog-proof): whoever has the public keys verifies it offline.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from registry.ledger.signed_note import SignatureError

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
LONGEST_PATH: Final = 63
HASH_BYTES: Final = 32
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LogProof:
    """Where a leaf stands, the hashes from its sibling up to below the root, and the checkpoint as it was signed."""

    index: int
    hashes: Sequence[bytes]
    checkpoint: str

    @classmethod
    def parse(cls, text: str) -> LogProof:
        """Read a proof file; SignatureError where it is none. Nothing is verified by this."""
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != FIRST_LINE or not gap:
            raise SignatureError("this is no proof file: it does not begin and continue as one")
        # What a line `extra` carries is signed by nobody and not needed here.
        rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        index = _INDEX.fullmatch(rest[0]) if rest else None
        if index is None or len(rest) > 1 + LONGEST_PATH:
            raise SignatureError("this is no proof file: the leaf's place is missing")
        return cls(int(index[1]), tuple(_hash(line) for line in rest[1:]), checkpoint)

    def written(self) -> str:
        """Return the file's text."""
        path = "".join(base64.b64encode(each).decode() + "\n" for each in self.hashes)
        return f"{FIRST_LINE}\nindex {self.index}\n{path}\n{self.checkpoint}"


def _hash(line: str) -> bytes:
    try:
        read = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        read = b""
    if len(read) != HASH_BYTES or base64.b64encode(read).decode() != line:
        raise SignatureError("this is no proof file: a hash of it cannot be read")
    return read
