"""Invented people pushed through every path, and the looking for plain traces they may have left.

Every canary bears the same two rare characters in its given name and the same county code, never assigned, in its ID
number; so one search finds a trace of any of them, in whatever encoding.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.resident_id import check_character

RARE = "㼆䶮"
COUNTY = "349977"
_FIRST_LAST_CHARACTER = 0x4E00
BLOCK_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Canary:
    """One invented person."""

    name: str
    id_number: str
    birth: str


def canaries(count: int) -> list[Canary]:
    """Return that many people, no two of one name or number."""
    return [_canary(number) for number in range(count)]


def _canary(number: int) -> Canary:
    birth = f"19{50 + number % 50}-{1 + number // 50 % 12:02d}-{1 + number // 600 % 28:02d}"
    first = f"{COUNTY}{birth.replace('-', '')}{number % 996:03d}"
    return Canary(f"张{RARE}{chr(_FIRST_LAST_CHARACTER + number)}", first + check_character(first), birth)


def traces() -> dict[str, bytes]:
    """Return what any canary would look like in clear: the marks in every encoding text is written in here."""
    found: dict[str, bytes] = {}
    for mark, text in (("name", RARE), ("number", COUNTY + "19")):
        encodings = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
        found |= {f"{mark} in {encoding}": text.encode(encoding) for encoding in encodings}
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            plain = text.encode(encoding)
            found |= {f"{mark} in hex of {encoding}": plain.hex().encode()}
            found |= {f"{mark} in HEX of {encoding}": plain.hex().upper().encode()}
            found |= {f"{mark} in base64 of {encoding}, {shift}": _base64(plain, shift) for shift in range(3)}
        found |= {f"{mark} escaped": "".join(f"\\u{ord(sign):04x}" for sign in text).encode()}
    return found


def _base64(plain: bytes, shift: int) -> bytes:
    """Return what is certain of the Base64 of a text that contains these bytes at an offset."""
    whole = base64.b64encode(bytes(shift) + plain)
    unsure = -(-shift * 8 // 6)
    return whole.rstrip(b"=")[unsure : (shift + len(plain)) * 8 // 6]


def traces_in(places: Iterable[Path], texts: Iterable[tuple[str, str | bytes]]) -> list[str]:
    """Return where a canary stands in clear: in files below the places, and in the named texts."""
    sought = traces()
    found = [f"{path}: {what}" for path in _files(places) for what in _in_file(path, sought)]
    for name, text in texts:
        data = text.encode() if isinstance(text, str) else text
        found += [f"{name}: {what}" for what, trace in sought.items() if trace in data]
    return found


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from (path for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())


def _in_file(path: Path, sought: dict[str, bytes]) -> set[str]:
    """Search a file in blocks that overlap by more than the longest trace."""
    found: set[str] = set()
    rest = b""
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                data = rest + block
                found |= {what for what, trace in sought.items() if trace in data}
                rest = data[-256:]
    except FileNotFoundError:  # a file of the server's that it has just put away
        return found
    return found
