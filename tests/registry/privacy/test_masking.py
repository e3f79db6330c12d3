"""What is shown of a name or number is enough for its owner and too little for others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.privacy.masking import mask_id, mask_in_text, mask_name


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("339900197501011234", "339900********1234"),
        ("33990019750101123X", "339900********123X"),
        ("339900750101123", "339900*****1123"),
        ("3399001975****1234", "339900********1234"),
        ("E12345678", "E1*****78"),
        ("H12345678", "H1*****78"),
        ("1234567", "12***67"),
        ("12345", "1***5"),
        ("1234", "1**4"),
        ("123", "***"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_an_id_number_shows_its_ends(number: str, shown: str) -> None:
    assert mask_id(number) == shown


@given(st.text("0123456789X*", max_size=30))
def test_a_masked_number_keeps_its_length_and_hides_its_middle(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= len(number) / 3


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳修文", "欧阳**"),
        ("买买提·艾力", "买买提·**"),
        ("阿卜杜·热合曼·艾力", "阿卜杜·***·**"),
        ("JOHN SMITH", "J*** S****"),
        ("欧阳", "欧*"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_a_name_shows_its_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize("name", ["张三", "欧阳修文", "买买提·艾力", "JOHN SMITH"])
def test_a_masked_name_is_masked_only_once(name: str) -> None:
    assert mask_name(mask_name(name)) == mask_name(name)


def test_a_text_is_masked_where_it_names_people_or_numbers_and_nowhere_else() -> None:
    text = (
        "被告人王小明（330106198001011234），王小明明知，判决书（2020）浙0599刑初7号，罚金人民币20000元；"
        "王小，1985年4月12日出生，2020年5月6日判决"
    )
    masked = (
        "被告人王**（330106********1234），王**明知，判决书（2020）浙0599刑初7号，罚金人民币20000元；"
        "王*，1985年**月**日出生，2020年5月6日判决"
    )
    assert mask_in_text(text, ["王小明", "王小", ""]) == masked
