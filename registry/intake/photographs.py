"""Photographs as evidence: told by their first bytes, and whether one is whole; none is decoded here.

What is kept is given away again as it came, to be saved and never shown by the register itself.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNK: Final = struct.Struct(">I4s")
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END, _FILL = 0xDA, b"\xff\xd9", 0xFF


def photograph_form(data: bytes) -> str | None:
    """Tell a photograph's form by its first bytes (jpeg, png); None where it is none."""
    if data.startswith(_JPEG):
        return "jpeg"
    return "png" if data.startswith(_PNG) else None


def is_whole_photograph(data: bytes) -> bool:
    """Say whether a photograph has all the parts of its form, from its beginning to its end."""
    return _is_whole_jpeg(data) if data.startswith(_JPEG) else _is_whole_png(data)


def _is_whole_jpeg(data: bytes) -> bool:
    """A frame, then a scan, then the mark of the end (ITU-T T.81, annex B); what cameras write after it is let be."""
    at, framed = 2, False
    while at + 4 <= len(data) and data[at] == _FILL:
        marker = data[at + 1]
        if marker == _FILL or marker in _STANDALONE:
            at += 1 if marker == _FILL else 2
            continue
        if marker == _SCAN:
            return framed and data.find(_END, at) > 0
        framed = framed or marker in _FRAMES
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return False


def _is_whole_png(data: bytes) -> bool:
    """Chunks with their checks, the header first and the end last (ISO/IEC 15948, 5)."""
    at, first = len(_PNG), True
    while at + _CHUNK.size <= len(data):
        length, kind = _CHUNK.unpack_from(data, at)
        end = at + _CHUNK.size + length
        if (kind == b"IHDR") != first or int.from_bytes(data[end : end + 4]) != zlib.crc32(data[at + 4 : end]):
            return False
        if kind == b"IEND":
            return True
        at, first = end + 4, False
    return False
