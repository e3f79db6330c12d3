"""Latin letters that spell a Chinese name."""

from __future__ import annotations

import pytest

from matching.romanisation import spellings, spells_name


@pytest.mark.parametrize(
    ("letters", "surname", "own"),
    [
        ("CHAN TAI MAN", "陈", "大文"),
        ("CHEN DAWEN", "陈", "大文"),
        ("DA WEN CHEN", "陈", "大文"),
        ("TAI MAN CHAN", "陈", "大文"),
        ("WONG KA YAN", "黄", "嘉欣"),
        ("WONG KA YAN", "王", "嘉欣"),
        ("CHEUNG KWOK WING", "张", "国荣"),
        ("NG SIU MING", "吴", "小明"),
        ("TSAI CHIH HAO", "蔡", "志豪"),
        ("HSIEH YU HSIN", "谢", "雨欣"),
        ("AU YEUNG CHUN", "欧阳", "俊"),
        ("SZETO WAH", "司徒", "华"),
        ("CHAN LEE MEI CHUN", "陈李", "美珍"),
        ("LYU XIAO", "吕", "晓"),
        ("ZENG MIN", "曾", "敏"),
    ],
)
def test_letters_spell_a_name_in_the_ways_of_its_papers(letters: str, surname: str, own: str) -> None:
    assert spells_name(letters.split(), surname, own)


@pytest.mark.parametrize(
    ("letters", "surname", "own"),
    [
        ("CHAN TAI MAN", "王", "大文"),
        ("LI XIAOMING", "王", "小明"),
        ("CHEN DA", "陈", "大文"),
        ("CHEN DAWENX", "陈", "大文"),
        ("PETER SMITH", "陈", "大文"),
        ("", "陈", "大文"),
        ("CHEN", "陈", ""),
        ("DAWEN", "", "大文"),
    ],
)
def test_other_letters_do_not(letters: str, surname: str, own: str) -> None:
    assert not spells_name(letters.split(), surname, own)


def test_a_character_without_reading_has_no_spelling() -> None:
    assert spellings("□") == frozenset()
    assert not spells_name(["CHEN"], "陈", "□")
