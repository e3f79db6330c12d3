"""A parcel: the files (or rows of a table) that came together as one batch, exactly as they came.

Its bytes are what is kept where it is held for a person, and what its digest is taken of; the same files make the same
bytes wherever and whenever they are met, which is how a file taken before is known again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.errors import HeldBatchError
from registry.exchange.batch import BatchKind
from registry.exchange.part_files import PartFormat
from registry.intake.headings import ListKind

FORMAT: Final = "food-ban-parcel/1"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a parcel; `kind` is None where a file holds rows of both kinds (our own items)."""

    name: str
    form: PartFormat
    kind: ListKind | None
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files of one batch in the order they are read, and the manifest that closes them.

    `kind`: what a foreign partner's configuration says such files are; our own manifest says it itself.
    """

    name: str
    kind: BatchKind
    parts: tuple[Part, ...]
    manifest: bytes | None = field(repr=False, default=None)
    """Our own manifest alone; a foreign one has told all it has to tell once its digests were compared."""

    @property
    def content(self) -> bytes:
        """The parcel as bytes."""
        return json.dumps(
            {
                "format": FORMAT,
                "name": self.name,
                "kind": self.kind,
                "manifest": None if self.manifest is None else _encoded(self.manifest),
                "parts": [
                    {"name": part.name, "form": part.form, "kind": part.kind, "data": _encoded(part.data)}
                    for part in self.parts
                ],
            },
            ensure_ascii=False,
            sort_keys=True,
        ).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the parcel's bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def is_parcel(content: bytes) -> bool:
    """Tell whether kept bytes are a parcel's (else they are an envelope of the wire)."""
    return content.startswith(f'{{"format": "{FORMAT}"'.encode())


def parcel_of(content: bytes) -> Parcel:
    """Return the parcel kept bytes are of. Raises HeldBatchError (`unreadable`)."""
    try:
        stated = json.loads(content)
        manifest = stated["manifest"]
        return Parcel(
            name=str(stated["name"]),
            kind=BatchKind(stated["kind"]),
            parts=tuple(_part(entry) for entry in stated["parts"]),
            manifest=None if manifest is None else base64.b64decode(manifest, validate=True),
        )
    except (KeyError, TypeError, ValueError, binascii.Error, RecursionError):
        raise HeldBatchError("unreadable", "what was kept is no parcel") from None


def _part(entry: Mapping[str, Any]) -> Part:
    kind = entry["kind"]
    data = base64.b64decode(entry["data"], validate=True)
    return Part(str(entry["name"]), PartFormat(entry["form"]), None if kind is None else ListKind(kind), data)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
