"""Readings, surname readings and fuzzy sounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.name_reading import NO_SOUND, near_sound, readings, same_sound, sound_class, sound_key, surname_reading


@pytest.mark.parametrize(
    ("surname", "said"),
    [
        ("曾", "zeng"), ("仇", "qiu"), ("单", "shan"), ("解", "xie"), ("区", "ou"), ("查", "zha"), ("盖", "ge"),
        ("尉迟", "yu chi"), ("万俟", "mo qi"), ("澹台", "tan tai"), ("朴", "piao"), ("任", "ren"), ("张", "zhang"),
        ("乐", "yue"), ("缪", "miao"), ("翟", "zhai"), ("长孙", "zhang sun"),
    ],
)  # fmt: skip
def test_a_surname_is_read_as_a_surname(surname: str, said: str) -> None:
    assert " ".join(surname_reading(surname)) == said
    assert all(syllable in readings(character) for character, syllable in zip(surname, said.split(), strict=True))


def test_pinyin_in_place_of_a_character_is_read_as_itself() -> None:
    assert readings("YING") == ("ying",)
    assert same_sound("YING", "英")
    assert near_sound("YIN", "英")
    assert readings("XYZ") == ()


@pytest.mark.parametrize(
    ("a", "b"), [("国", "囯"), ("燕", "艳"), ("杨", "扬"), ("曾", "增"), ("曾", "层"), ("卜", "不"), ("单", "善")]
)
def test_characters_that_share_a_reading_sound_the_same(a: str, b: str) -> None:
    assert same_sound(a, b)
    assert near_sound(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("张", "臧"), ("陈", "岑"), ("石", "司"), ("英", "音"), ("王", "黄"), ("黄", "方"), ("冯", "洪"), ("刘", "牛"),
        ("胡", "吴"), ("蓝", "郎"), ("兰", "然"), ("汪", "万"), ("程", "陈"), ("宁", "林"), ("傅", "胡"), ("任", "能"),
    ],
)  # fmt: skip
def test_southern_ears_take_these_for_one_another(a: str, b: str) -> None:
    assert near_sound(a, b)
    assert not same_sound(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("张", "王"), ("李", "刘"), ("建", "国"), ("英", "兰"), ("高", "郭"), ("邓", "董"), ("生", "松")]
)
def test_plainly_different_sounds_are_not_near(a: str, b: str) -> None:
    assert not near_sound(a, b)


@pytest.mark.parametrize("silent", ["", "□", "×", "·", "\ue000", "@"])
def test_what_has_no_reading_sounds_like_nothing_not_even_itself(silent: str) -> None:
    assert readings(silent) == ()
    assert sound_key(silent) == NO_SOUND
    assert not same_sound(silent, silent)
    assert not near_sound(silent, "张")


def test_near_classes_are_numbers_from_one() -> None:
    assert sound_class("zhang") == sound_class("zang") > NO_SOUND
    assert sound_class("hello") == NO_SOUND


characters = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@given(characters, characters)
def test_sounding_alike_does_not_depend_on_the_order(a: str, b: str) -> None:
    assert same_sound(a, b) == same_sound(b, a)
    assert near_sound(a, b) == near_sound(b, a)
    assert near_sound(a, b) or not same_sound(a, b)


@given(characters)
def test_every_character_with_a_reading_sounds_like_itself(character: str) -> None:
    assert same_sound(character, character) == bool(readings(character))
