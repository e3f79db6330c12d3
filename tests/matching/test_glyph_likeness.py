"""Characters that are taken for one another by the eye."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.glyph_likeness import likeness, similar_characters

PAIRS = [
    ("己", "已"), ("己", "巳"), ("未", "末"), ("戌", "戍"), ("晓", "哓"), ("祥", "样"), ("日", "曰"), ("千", "干"),
    ("王", "玉"), ("土", "士"), ("大", "太"), ("天", "夫"), ("刀", "力"), ("人", "入"), ("侯", "候"), ("浩", "洁"),
    ("科", "料"), ("秋", "锹"), ("军", "珲"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_look_alikes_of_daily_confusion_are_listed(a: str, b: str) -> None:
    assert likeness(a, b) >= 0.5


@pytest.mark.parametrize(("a", "b"), [("张", "王"), ("一", "龙"), ("国", "建"), ("伟", "静"), ("桂", "凤")])
def test_plainly_different_characters_are_not_alike(a: str, b: str) -> None:
    assert likeness(a, b) == 0.0


def test_near_twins_are_more_alike_than_characters_that_share_a_part() -> None:
    assert likeness("己", "已") > likeness("己", "记") > 0
    assert likeness("未", "末") > likeness("晓", "烧") > 0


@pytest.mark.parametrize("nothing", ["", "□", "·", "A", "\ue000"])
def test_what_is_no_character_is_like_nothing(nothing: str) -> None:
    assert likeness(nothing, "张") == 0.0
    assert similar_characters(nothing) == frozenset()


def test_traditional_forms_are_compared_as_simplified_ones() -> None:
    assert likeness("曉", "嘵") == likeness("晓", "哓") > 0
    assert likeness("峯", "峰") == 1.0


characters = st.one_of(
    st.sampled_from([one for pair in PAIRS for one in pair]), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
)


@given(characters, characters)
def test_likeness_is_symmetric_and_between_nought_and_one(a: str, b: str) -> None:
    assert 0.0 <= likeness(a, b) == likeness(b, a) <= 1.0


@given(characters)
def test_a_character_is_not_among_its_own_look_alikes(character: str) -> None:
    assert character not in similar_characters(character)
    assert likeness(character, character) == 1.0
