"""Encodings of list files: UTF-8, GB18030, or refused with the place."""

from __future__ import annotations

import hashlib
import io

import pytest

from registry.errors import InvalidInputError
from registry.intake.text_encoding import recognise

TEXT = "record_no,name\nR1,王建国\nR2,欧阳娜\n"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030")],
)
def test_the_usual_encodings_are_recognised_and_read_back(encoding: str, expected: str) -> None:
    data = TEXT.encode(encoding)
    shape = recognise(io.BytesIO(data))
    assert shape.encoding == expected
    assert data.decode(shape.encoding) == TEXT
    assert shape.digest == hashlib.sha256(data).hexdigest()
    assert shape.lines == 3


def test_a_rare_character_that_only_gb18030_has_is_read() -> None:
    data = "name\n㼆\U00020bb7\n".encode("gb18030")
    assert data.decode(recognise(io.BytesIO(data)).encoding) == "name\n㼆\U00020bb7\n"


def test_a_file_in_neither_encoding_is_refused_with_line_and_byte() -> None:
    data = b"record_no,name\nR1,\xff\xff\n"
    with pytest.raises(InvalidInputError, match="line 2, byte 19") as refused:
        recognise(io.BytesIO(data))
    assert refused.value.faults[0].code == "encoding"


def test_a_utf8_file_that_goes_on_in_gbk_is_refused_instead_of_read_as_wrong_characters() -> None:
    data = "中国,中国\n中国\n".encode() + "钟表\n".encode("gbk")
    assert data.decode("gb18030"), "without complaint, and wrong"
    with pytest.raises(InvalidInputError, match="line 3"):
        recognise(io.BytesIO(data))


def test_a_file_with_a_byte_order_mark_is_utf8_or_nothing() -> None:
    with pytest.raises(InvalidInputError, match="line 1"):
        recognise(io.BytesIO(b"\xef\xbb\xbf" + "王".encode("gbk")))


def test_a_break_beyond_the_first_block_is_placed_by_its_own_line() -> None:
    lines = 200_000
    data = b"12345678\n" * lines + b"\xff\xff"
    with pytest.raises(InvalidInputError, match=rf"line {lines + 1}, byte {9 * lines + 1}"):
        recognise(io.BytesIO(data))


def test_characters_split_between_blocks_are_put_together() -> None:
    text = "a" + "王建国" * 400_000
    assert recognise(io.BytesIO(text.encode())).encoding == "utf-8-sig"
    assert recognise(io.BytesIO(text.encode("gbk"))).encoding == "gb18030"
