"""What one side states of what it holds: bucket digests, members, rows; written once, signed, verified, then read.

The same document serves every transport (protocol, 8): over HTTP three questions bring its three parts, in a drop or
an exchange table one document carries all that is needed next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

import orjson

from registry.errors import HeldBatchError
from registry.exchange.batch import Item
from registry.exchange.partner import Partner
from registry.exchange.reconciliation import BUCKETS, NOTHING, BucketDigest, Member, RecordKey, Standing
from registry.exchange.signature import read_signature, sign_batch, signer_of
from registry.exchange.wire import enveloped, item_document, read_item
from registry.privacy.signing_keys import SigningKey

FORMAT: Final = "food-ban-digests/1"
MOST_BUCKETS_AT_ONCE: Final = 128
MOST_ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class DigestStatement:
    """One side's statement as of one list version.

    `taken_epoch` and `taken_to`: how far it has taken what the other numbers. `asked`: what the asker sent along, so
    that no older answer passes for this one. `buckets`: all 1,024, or empty where they were not asked for. `members`:
    of each bucket stated. `changed`: rows in these buckets that changed after what the other said to have taken.
    `items`: rows as they travel; `doubtful`: rows asked for that this side lacks or has in doubt itself.
    """

    region: str
    addressee: str
    epoch: str
    version: int
    taken_epoch: str | None = None
    taken_to: int = 0
    asked: str = ""
    buckets: tuple[BucketDigest, ...] = ()
    members: Mapping[int, tuple[Member, ...]] = field(default_factory=dict)
    changed: frozenset[RecordKey] = frozenset()
    items: tuple[Item, ...] = ()
    doubtful: frozenset[RecordKey] = frozenset()


@dataclass(frozen=True, slots=True)
class DigestQuestion:
    """What a side asks of the other: after which of its numbers changes are on the way, and of which buckets."""

    at: int
    asked: str
    buckets: tuple[int, ...] = ()
    """The buckets whose members are asked for; none: the digests of all."""


@runtime_checkable
class DigestSource(Protocol):
    """A transport on which the other side can be asked. Raises PartnerUnavailableError."""

    def ask_digests(self, question: DigestQuestion) -> bytes:
        """Return the signed statement of digests, or of the members of buckets."""

    def ask_rows(self, keys: Sequence[RecordKey], asked: str) -> bytes:
        """Return the signed statement of rows as they stand there."""


@runtime_checkable
class DigestPost(Protocol):
    """A transport on which statements are left for the other side. Raises PartnerUnavailableError."""

    def collect_statement(self) -> bytes | None:
        """Return the statement the other side left last; None where there is none."""

    def leave_statement(self, content: bytes) -> None:
        """Leave a statement in place of the former."""


def statement_name(of: str, addressee: str) -> str:
    """Return the name of the file in which a side leaves its statement for another."""
    return f"digests-{of}-to-{addressee}.json"


def statement_bytes(stated: DigestStatement, made_at: str) -> bytes:
    """Return the JSON of a statement."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "region": stated.region,
            "for": stated.addressee,
            "epoch": stated.epoch,
            "version": stated.version,
            "taken": {"epoch": stated.taken_epoch, "to": stated.taken_to},
            "asked": stated.asked,
            "made_at": made_at,
            "buckets": [f"{bucket.count}:{bucket.digest}" for bucket in stated.buckets],
            "members": {
                str(number): [_member_entry(one) for one in members] for number, members in stated.members.items()
            },
            "changed": sorted(stated.changed),
            "items": [item_document(item) for item in stated.items],
            "doubtful": sorted(stated.doubtful),
        }
    )


def in_envelope(content: bytes, key: SigningKey) -> bytes:
    """Return a statement's JSON in its signed envelope."""
    return enveloped(content, (sign_batch(_signed(content), key),))


def understood_statement(content: bytes, partner: Partner, addressee: str) -> DigestStatement:
    """Verify and read what a partner stated; `addressee` is this side's own name.

    Raises HeldBatchError with a stable code and what is wrong; the text names nobody.
    """
    if len(content) > partner.limits.bytes_per_batch:
        raise HeldBatchError("too_large", f"more than {partner.limits.bytes_per_batch:,} bytes")
    try:
        envelope = orjson.loads(content)
        inner = envelope["batch"].encode()
        signatures = [read_signature(entry) for entry in envelope["signatures"]]
        document = orjson.loads(inner)
    except (orjson.JSONDecodeError, UnicodeEncodeError, KeyError, TypeError, AttributeError):
        raise _unreadable() from None
    if partner.signed:
        signer_of(_signed(inner), signatures, partner.keys)
    stated = _statement(document)
    if stated.region != partner.name:
        raise HeldBatchError("wrong_sender", "region: the statement says it is from somebody else than this partner")
    if stated.addressee != addressee:
        raise HeldBatchError("wrong_addressee", "for: the statement is for somebody else")
    return stated


def read_statement(content: bytes) -> DigestStatement:
    """Read a statement that was verified before. Raises HeldBatchError (`unreadable`)."""
    try:
        return _statement(orjson.loads(content))
    except orjson.JSONDecodeError:
        raise _unreadable() from None


def _signed(content: bytes) -> bytes:
    """Return what is signed: under the domain of batches a domain of its own, so that neither passes for the other."""
    return f"{FORMAT}\n".encode() + content


def _statement(document: Any) -> DigestStatement:
    try:
        if document["format"] != FORMAT:
            raise HeldBatchError("unknown_format", f"format: {FORMAT} is read here")
        return DigestStatement(
            region=_text(document["region"]),
            addressee=_text(document["for"]),
            epoch=_text(document["epoch"]),
            version=_whole(document["version"]),
            taken_epoch=None if (epoch := document["taken"]["epoch"]) is None else _text(epoch),
            taken_to=_whole(document["taken"]["to"]),
            asked=_text(document["asked"]),
            buckets=_buckets(document["buckets"]),
            members={int(number): tuple(map(_member, each)) for number, each in document["members"].items()},
            changed=frozenset(map(_key, document["changed"])),
            items=tuple(read_item(entry, place) for place, entry in enumerate(document["items"], 1)),
            doubtful=frozenset(map(_key, document["doubtful"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable() from None


def _member_entry(member: Member) -> list[str | int]:
    return [member.source_region, member.record_no, member.version, member.standing, member.digest.hex()]


def _member(entry: Any) -> Member:
    region, record_no, version, standing, digest = entry
    return Member(_text(region), _text(record_no), _whole(version), Standing(standing), bytes.fromhex(digest))


def _buckets(entries: Any) -> tuple[BucketDigest, ...]:
    buckets = tuple(_bucket(_text(entry)) for entry in entries)
    if len(buckets) not in (0, BUCKETS):
        raise ValueError("all buckets are stated, or none")
    return buckets


def _bucket(entry: str) -> BucketDigest:
    count, _, digest = entry.partition(":")
    if len(bytes.fromhex(digest)) * 2 != len(NOTHING):
        raise ValueError("a digest of 32 hexadecimal digits is needed")
    return BucketDigest(int(count), digest)


def _key(entry: Any) -> RecordKey:
    region, record_no = entry
    return _text(region), _text(record_no)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise ValueError("a whole number is needed")
    return value


def _unreadable() -> HeldBatchError:
    return HeldBatchError("unreadable", "the statement is no JSON of its format, or was cut off")
