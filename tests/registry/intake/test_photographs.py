"""Photographs are told by what they hold, kept only where they are whole, and never read as a judgment."""

from __future__ import annotations

import struct
import zlib

import pytest

from registry.errors import InvalidInputError
from registry.intake.document_text import UnreadableDocumentError, document_text
from registry.intake.evidence_files import open_evidence
from registry.intake.photographs import is_whole_photograph, photograph_form
from registry.intake.upload_files import FileForm, open_upload


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PNG += chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND")
_FRAME = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xd2\xcf\x20"
JPEG = b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + _FRAME + _SCAN + b"\xff\xd9"


@pytest.mark.parametrize(("data", "form"), [(PNG, "png"), (JPEG, "jpeg"), (JPEG + b"camera's own", "jpeg")])
def test_a_whole_photograph_is_told_by_its_content_whatever_its_name_says(data: bytes, form: str) -> None:
    assert (photograph_form(data), is_whole_photograph(data)) == (form, True)
    (file,) = open_upload(data, "证明.txt")
    assert (file.form, file.content, file.text) == (FileForm(form), data, None)


@pytest.mark.parametrize(
    "data",
    [
        PNG[:8] + chunk(b"IEND"),
        PNG[:-1],
        PNG[:40],
        PNG.replace(b"IDAT", b"IDAX"),
        JPEG[:-2],
        JPEG[:9],
        JPEG.replace(_FRAME, b""),
        b"\xff\xd8\xff",
    ],
)
def test_a_photograph_that_is_cut_or_altered_is_refused(data: bytes) -> None:
    assert not is_whole_photograph(data)
    with pytest.raises(InvalidInputError) as refused:
        open_evidence([("a.jpg", data)])
    assert [fault.field for fault in refused.value.faults] == ["files"]


def test_a_photograph_is_no_judgment_and_says_what_to_do() -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        document_text(JPEG)
    assert refused.value.fault == "photograph"
