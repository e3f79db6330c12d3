"""Do two sides hold the same? Digests of 1,024 buckets, then of the members of those that differ (protocol, 8).

Nothing here knows a store or a wire. A member is what one side holds of one row: its key, its version, whether it
stands or was taken back, and a digest of the rest. A bucket's digest does not depend on the order of its members.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import orjson

BUCKETS: Final = 1_024
DIGEST_BYTES: Final = 16
"""What is left of each SHA-256: 128 bits, which nobody finds a second row for."""
NOTHING: Final = "0" * (2 * DIGEST_BYTES)
"""The digest of a bucket without members."""

_BUCKET_SHIFT: Final = 6  # ten of sixteen bits
_SEPARATOR: Final = "\x1f"
_IN_THE_KEY: Final = ("source_region", "record_no", "version", "operation", "food_related")

RecordKey = tuple[str, str]
"""Source region and record number."""


class Standing(StrEnum):
    """What a side holds of a row: it stands, was ended by a court, taken back, sealed for good, or erased in time."""

    UPSERT = "upsert"
    END = "end"
    WITHDRAW = "withdraw"
    SEAL = "seal"
    ERASED = "erased"


COMPARED: Final = frozenset({Standing.UPSERT, Standing.WITHDRAW})
"""What has a digest; of a sealed or erased row nothing is left to compare, and who never held an ended one is told of
nothing."""


@dataclass(frozen=True, slots=True)
class Member:
    """What one side holds of one row; `digest` (16 bytes) is empty where nothing is left to compare."""

    source_region: str
    record_no: str
    version: int
    standing: Standing
    digest: bytes = b""

    @property
    def key(self) -> RecordKey:
        """Source region and record number."""
        return self.source_region, self.record_no


@dataclass(frozen=True, slots=True)
class BucketDigest:
    """One bucket: how many members, and a digest over theirs (32 hexadecimal digits)."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One row the two sides do not hold alike; None where a side does not hold it."""

    own: Member | None
    other: Member | None

    @property
    def key(self) -> RecordKey:
        """Source region and record number."""
        member = self.own or self.other
        if member is None:
            raise ValueError("a difference is between two sides, and one of them holds something")
        return member.key

    @property
    def says(self) -> str:
        """Return a code for what differs, seen from this side."""
        if self.own is None:
            return "missing_here"
        if self.other is None:
            return "missing_there"
        if self.own.version != self.other.version:
            return "version"
        return "standing" if self.own.standing is not self.other.standing else "content"


def member_digest(key: RecordKey, version: int, standing: str, finding: str, columns: Mapping[str, str]) -> bytes:
    """Return the 16-byte digest of a row: its key, version, standing and finding, and its columns in sorted JSON.

    Columns that repeat the key or the finding are left out: sides may spell them out or not. A value that is not
    stated is none of the columns.
    """
    stated = {name: value for name, value in columns.items() if name not in _IN_THE_KEY and value}
    head = _SEPARATOR.join((*key, str(version), standing, finding, "")).encode()
    return hashlib.sha256(head + orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)).digest()[:DIGEST_BYTES]


def bucket_of(key: RecordKey) -> int:
    """Return the bucket of a row: the first ten bits of the SHA-256 of its key."""
    first = hashlib.sha256(_SEPARATOR.join(key).encode()).digest()
    return int.from_bytes(first[:2]) >> _BUCKET_SHIFT


class Buckets:
    """Takes members one by one, in any order, and digests the buckets; 16 bytes a member are kept."""

    def __init__(self) -> None:
        self._digests: Final = [bytearray() for _ in range(BUCKETS)]

    def add(self, member: Member) -> None:
        """Take a member; one of which nothing is left to compare counts for nothing."""
        if member.standing in COMPARED:
            self._digests[bucket_of(member.key)] += member.digest

    def digests(self) -> tuple[BucketDigest, ...]:
        """Return all 1,024, in order."""
        return tuple(_digested(bytes(members)) for members in self._digests)


def _digested(members: bytes) -> BucketDigest:
    """Digest the members' digests, ascending: unlike a sum or XOR of them, no choice of rows makes two sets alike."""
    if not members:
        return BucketDigest(0, NOTHING)
    each = sorted(members[start : start + DIGEST_BYTES] for start in range(0, len(members), DIGEST_BYTES))
    return BucketDigest(len(each), hashlib.sha256(b"".join(each)).hexdigest()[: 2 * DIGEST_BYTES])


def differing_buckets(own: Sequence[BucketDigest], other: Sequence[BucketDigest]) -> tuple[int, ...]:
    """Return the numbers of the buckets in which the two sides differ."""
    return tuple(number for number, pair in enumerate(zip(own, other, strict=True)) if pair[0] != pair[1])


def differences(
    own: Iterable[Member], other: Iterable[Member], on_the_way: Collection[RecordKey] = ()
) -> tuple[Difference, ...]:
    """Return exactly the rows that differ, by key; `on_the_way` are changes one side has not taken yet."""
    mine, theirs = {one.key: one for one in own}, {one.key: one for one in other}
    keys = sorted((mine.keys() | theirs.keys()).difference(on_the_way))
    return tuple(_apart(mine, theirs, keys))


def _apart(
    mine: Mapping[RecordKey, Member], theirs: Mapping[RecordKey, Member], keys: Iterable[RecordKey]
) -> Iterator[Difference]:
    for key in keys:
        pair = mine.get(key), theirs.get(key)
        if not _alike(*pair):
            yield Difference(*pair)


def _alike(one: Member | None, other: Member | None) -> bool:
    """Erased is like anything; sealed or ended is like nothing held at all, and unlike whatever is still held."""
    standings = {member.standing for member in (one, other) if member is not None}
    if Standing.ERASED in standings or standings in ({Standing.SEAL}, {Standing.END}):
        return True
    return one == other
