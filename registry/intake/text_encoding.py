"""Which encoding a text file is in: UTF-8 or GB18030 (which covers GBK), or neither, and then where it breaks."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from registry.errors import FieldFault, InvalidInputError

_BLOCK = 1 << 20
_CJK_PROVING_UTF8 = 5


@dataclass(frozen=True, slots=True)
class TextShape:
    """What one pass over a text file tells: its encoding, its SHA-256 and its number of lines."""

    encoding: str
    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file breaks; both counted from 1."""

    byte: int
    line: int


class _Trial:
    """Decodes block by block in one encoding and remembers where it first fails."""

    def __init__(self, encoding: str) -> None:
        self.failed: _Place | None = None
        self.cjk = 0
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._bytes = 0
        self._lines = 0

    def feed(self, block: bytes) -> None:
        """Decode one more block; an empty one ends the file."""
        if self.failed is None:
            held = len(self._decoder.getstate()[0])
            try:
                self._count(self._decoder.decode(block, not block))
            except UnicodeDecodeError as fault:
                self._fail(fault.object[: fault.start], held)
        self._bytes += len(block)
        self._lines += block.count(b"\n")

    def _fail(self, good: bytes, held: int) -> None:
        self._count(good.decode(self._encoding, "ignore"))
        self.failed = _Place(self._bytes - held + len(good) + 1, self._lines + good.count(b"\n") + 1)

    def _count(self, text: str) -> None:
        if self.cjk < _CJK_PROVING_UTF8 and not text.isascii():
            self.cjk += sum(1 for character in text if "\u4e00" <= character <= "\u9fff")


def recognise(stream: BinaryIO) -> TextShape:
    """Tell the encoding of a text file by its byte order mark, strict UTF-8, then strict GB18030.

    Reads the stream once from where it stands, in blocks. Raises InvalidInputError naming line and byte where
    the file is in neither encoding, also where it begins as UTF-8 and goes on as something else (GB18030 would
    read such a file as wrong characters without complaint).
    """
    utf8, gb18030 = _Trial("utf-8"), _Trial("gb18030")
    digest, lines, marked = hashlib.sha256(), 0, False
    for number, block in enumerate(_blocks(stream)):
        marked = marked or (number == 0 and block.startswith(codecs.BOM_UTF8))
        digest.update(block)
        lines += block.count(b"\n")
        utf8.feed(block)
        if utf8.cjk < _CJK_PROVING_UTF8:  # once proven, nothing is asked of the other
            gb18030.feed(block)
    return TextShape(_settle(utf8, gb18030, marked), digest.hexdigest(), lines)


def _settle(utf8: _Trial, gb18030: _Trial, marked: bool) -> str:
    if utf8.failed is None:
        return "utf-8-sig"
    if marked or utf8.cjk >= _CJK_PROVING_UTF8:
        raise _neither(utf8.failed)
    if gb18030.failed is None:
        return "gb18030"
    raise _neither(max(utf8.failed, gb18030.failed, key=lambda place: place.byte))


def _neither(place: _Place) -> InvalidInputError:
    reason = f"the text is neither UTF-8 nor GB18030: it breaks in line {place.line}, byte {place.byte}"
    return InvalidInputError([FieldFault("file", "encoding", reason)])


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the blocks and, last, an empty one that tells the decoders to finish."""
    block = stream.read(_BLOCK)
    while block:
        yield block
        block = stream.read(_BLOCK)
    yield b""
