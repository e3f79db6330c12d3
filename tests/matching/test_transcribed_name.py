"""Minority names: one name in many spellings, with and without dots, shortened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.transcribed_name import is_transcribed, known_part, name_parts, same_parts, shortened_parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提", "麦麦提"),
        ("阿不都", "阿卜都"),
        ("肉孜", "若孜"),
        ("丹增", "单增"),
        ("丹增", "旦增"),
        ("阿卜杜拉·买买提", "阿不都拉买买提"),
        ("阿不都热依木·吐尔逊", "阿卜杜热依木图尔荪"),
        ("肉孜麦麦提", "若孜·买买提"),
        ("次仁卓玛", "泽仁卓玛"),
        ("古丽米热·依明", "古力米热伊敏"),
    ],
)
def test_spellings_of_one_name_have_the_same_parts(one: str, other: str) -> None:
    assert same_parts(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·吐尔逊", "吐尔逊·买买提"),
        ("巴桑卓玛", "边巴卓玛"),
        ("努尔", "努尔兰"),
        ("阿卜杜拉·买买提", "阿卜杜拉·吐尔洪"),
        ("", ""),
    ],
)
def test_different_names_have_different_parts(one: str, other: str) -> None:
    assert not same_parts(one, other)


def test_a_shortened_name_keeps_its_first_parts() -> None:
    assert shortened_parts("阿卜杜拉", "阿不都拉·买买提")
    assert shortened_parts("阿不都拉·买买提", "阿卜杜拉")
    assert not shortened_parts("买买提", "阿不都拉·买买提")
    assert not shortened_parts("", "阿不都拉·买买提")
    assert not shortened_parts("阿卜杜拉", "阿不都拉")


@pytest.mark.parametrize("name", ["买买提", "阿卜杜拉", "旦增德吉", "扎西", "索朗边巴", "阿不都拉买买提"])
def test_a_name_of_known_parts_is_known_as_transcribed(name: str) -> None:
    assert is_transcribed(name)


@pytest.mark.parametrize("name", ["王建国", "欧阳建生", "张杨子涵", "努尔建国", "乌兰", "古丽", ""])
def test_a_han_name_or_one_that_might_be_is_not(name: str) -> None:
    assert not is_transcribed(name)


def test_an_unknown_stretch_stands_as_written_between_known_parts() -> None:
    assert name_parts("阿卜杜拉·某甲乙麦麦提") == ("阿卜杜拉", "某甲乙", "麦麦提")


def test_a_part_knows_its_people() -> None:
    found = known_part("买买提")
    assert found is not None
    assert (found.standard, found.language) == ("麦麦提", "ug")
    assert known_part("建国") is None


@given(st.text("阿卜杜拉买提麦古丽丹增扎西·王建", max_size=10))
def test_taking_a_name_apart_loses_no_unknown_character_and_is_stable(text: str) -> None:
    parts = name_parts(text)
    assert name_parts("·".join(parts)) == parts
