"""Manifests close a parcel: ours (JSON, with the batch's header, digests and a signature), or a foreign system's.

Ours is `{"manifest": "<JSON as a text>", "signatures": [...]}`; the signature is over `food-ban-drop/1` and a line feed
before the text, under the domain of batches. A foreign one is a file of digests as sha256sum or md5sum write it, or a
file whose being there says that the others are whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.errors import HeldBatchError
from registry.exchange.batch import Batch, BatchKind
from registry.exchange.parcel import Part
from registry.exchange.signature import read_signature, sign_batch, signer_of
from registry.exchange.wire import head_document, require_place_written
from registry.privacy.signing_keys import SigningKey

FORMAT: Final = "food-ban-drop/1"
ENDING: Final = ".manifest.json"
LARGEST: Final = 1 << 20
"""Bytes of a manifest of ours: it names a few files."""
_LARGEST: Final = 10**15
_DIGEST_LINE: Final = re.compile(r"([0-9a-fA-F]{32}|[0-9a-fA-F]{64})[ \t]+\*?(\S.*?)[ \t]*")
_NAME: Final = re.compile(r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]*")


@dataclass(frozen=True, slots=True)
class Header:
    """What our manifest says of the batch, and of each file: its name and SHA-256."""

    batch: Batch
    """Without items."""
    count: int
    files: Mapping[str, str]


def sums_of(content: bytes) -> dict[str, str]:
    """Return name → digest (SHA-256 or MD5) of a foreign file of digests; lines that are none are passed over."""
    text = content.decode("utf-8-sig", "replace")
    found = (_DIGEST_LINE.fullmatch(line) for line in text.splitlines())
    return {match[2].rpartition("/")[2]: match[1].lower() for match in found if match is not None}


def require_digest(name: str, data: bytes, stated: str) -> None:
    """Raise HeldBatchError (`digest_mismatch`) where a file is not the one its manifest speaks of."""
    chosen = hashlib.sha256(data) if len(stated) == 64 else hashlib.md5(data, usedforsecurity=False)
    if chosen.hexdigest() != stated:
        raise HeldBatchError("digest_mismatch", f"{name} is not the file its manifest speaks of")


def written_sums(parts: Sequence[Part]) -> bytes:
    """Return a file of digests as `sha256sum -c` reads it."""
    return "".join(f"{part.digest}  {part.name}\n" for part in parts).encode()


def written_manifest(batch: Batch, parts: Sequence[Part], key: SigningKey | None) -> bytes:
    """Return our manifest of a batch that stands in these files; unsigned without a key."""
    text = json.dumps(_header(batch, parts), ensure_ascii=False, sort_keys=True)
    signatures = [] if key is None else [sign_batch(_signed(text), key)]
    stated = [{"key": one.key, "algorithm": one.algorithm, "value": one.value} for one in signatures]
    return json.dumps({"manifest": text, "signatures": stated}, ensure_ascii=False).encode()


def _header(batch: Batch, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **head_document(batch),
        "batch": batch.digest,
        "files": [{"name": part.name, "sha256": part.digest} for part in parts],
    }


def verified_header(manifest: bytes, *, keys: Sequence[bytes], signed: bool) -> Header:
    """Verify our manifest and read it. Raises HeldBatchError: `unreadable`, or why its signature does not hold."""
    text, signatures = _envelope(manifest)
    signer = signer_of(_signed(text), [read_signature(one) for one in signatures], keys) if signed else None
    return _read_header(text, signer)


def header_of(manifest: bytes) -> Header:
    """Read our manifest without verifying it, only to find out which comes next. Raises HeldBatchError."""
    return _read_header(_envelope(manifest)[0], None)


def _envelope(manifest: bytes) -> tuple[str, list[Mapping[str, object]]]:
    try:
        stated = json.loads(manifest)
        text, signatures = stated["manifest"], stated["signatures"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable("is no manifest") from None
    if not isinstance(text, str) or not isinstance(signatures, list):
        raise _unreadable("is no manifest")
    return text, [one for one in signatures if isinstance(one, Mapping)]


def _read_header(text: str, signer: str | None) -> Header:
    try:
        stated = json.loads(text)
        if stated["format"] != FORMAT:
            raise _unreadable("is of another format")
        files = {str(file["name"]): str(file["sha256"]) for file in stated["files"]}
        header = Header(require_place_written(_batch(stated, signer)), _whole(stated["count"]), files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _unreadable("lacks something of its header") from None
    if not all(_NAME.fullmatch(name) for name in files):
        raise _unreadable("names a file outside its folder")
    return header


def _batch(stated: Mapping[str, Any], signer: str | None) -> Batch:
    page = stated.get("page") or {}
    return Batch(
        region=str(stated["region"]),
        addressee=str(stated["for"]),
        epoch=str(stated["epoch"]),
        kind=BatchKind(stated["kind"]),
        first=_whole(stated["from"]),
        last=_whole(stated["to"]),
        previous=str(stated["previous"]),
        head=_whole(stated["head"]),
        items=(),
        digest=str(stated["batch"]),
        coverage={str(region): str(instant) for region, instant in (stated.get("coverage") or {}).items()},
        page_after=_maybe_text(page.get("after")),
        page_next=_maybe_text(page.get("next")),
        signed_by=signer,
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST:
        raise ValueError("a whole number is needed")
    return value


def _maybe_text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _signed(text: str) -> bytes:
    return f"{FORMAT}\n{text}".encode()


def _unreadable(why: str) -> HeldBatchError:
    return HeldBatchError("unreadable", f"the manifest {why}")
