"""One spelling per name; folding only for recall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.normalize import (
    Script,
    alternative_names,
    fold_name,
    is_masked_name,
    name_units,
    normalize_name,
    split_name,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张 伟", "张伟"),
        ("张\u3000伟", "张伟"),
        ("\u200b张\ufeff伟 ", "张伟"),
        ("张伟（在逃）", "张伟"),
        ("张伟(另案处理", "张伟"),
        ("张伟【男】", "张伟"),
        ("李\ufe00明", "李明"),
        ("\uf9f4明", "林明"),
        ("⼭本", "山本"),
        ("王\ue863", "王䶮"),
        ("王\ue854", "王\u9fba"),
        ("索 朗边巴", "索朗边巴"),
    ],
)
def test_what_keyboards_and_old_character_sets_add_is_taken_away(written: str, name: str) -> None:
    assert normalize_name(written) == name


@pytest.mark.parametrize("dot", ["·", "•", "‧", "・", "．", ".", "∙", "･", "⋅", " · "])
def test_every_dot_between_the_parts_of_a_name_becomes_the_standard_one(dot: str) -> None:
    assert normalize_name(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


def test_a_blank_between_two_long_parts_stands_for_the_dot() -> None:
    assert normalize_name("阿卜杜拉 买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Chan, Tai-man", "CHAN TAI MAN"),
        ("ｃｈａｎ  ｔａｉ　ｍａｎ", "CHAN TAI MAN"),
        ("O'Brien", "OBRIEN"),
        ("CHAN TAI MAN（陈大文）", "CHAN TAI MAN"),
    ],
)
def test_a_latin_name_keeps_its_words_in_capitals(written: str, name: str) -> None:
    assert normalize_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王（上龙下天）", "王䶮"),
        ("张(左王右月)", "张玥"),
        ("李⿰王月", "李玥"),
        ("王䶮（上龙下天）", "王䶮"),
        ("刘（丹彡）", "刘彤"),
        ("杨（女爰）泽", "杨媛泽"),
        ("王（在逃）", "王"),
        ("刘晓（丹彡）", "刘晓"),
        ("李（左木右木）", "李林"),
        ("张（左甲右乙）", "张□"),
        ("王?", "王□"),
        ("王〓", "王□"),
        ("王\ufffd明", "王□明"),
    ],
)
def test_a_described_character_is_resolved_and_an_unreadable_one_shows_as_unknown(written: str, name: str) -> None:
    assert normalize_name(written) == name


def test_pinyin_in_place_of_a_character_is_one_unit_of_the_name() -> None:
    name = normalize_name("王 ying 明")
    assert name == "王YING明"
    assert name_units(name) == ("王", "YING", "明")
    assert split_name(name) == ("王", "YING明", Script.HAN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("張偉", "张伟"),
        ("高峯", "高峰"),
        ("李昇", "李升"),
        ("蕭建國", "肖建国"),
        ("萧建国", "肖建国"),
        ("閻红", "闫红"),
        ("傅强", "付强"),
        ("戴军", "代军"),
        ("鍾明", "钟明"),
        ("锺明", "钟明"),
        ("於海", "于海"),
        ("王建囯", "王建国"),
        ("林淸", "林清"),
        ("周豔", "周艳"),
        ("黃德", "黄徳"),
        ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
        ("CHEN DA WEN", "Chen Dawen"),
        ("Lǚ Dàwén", "LU DAWEN"),
    ],
)
def test_forms_of_one_name_fold_into_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("张伟", "章伟"), ("王傅", "王付"), ("李喆", "李哲"), ("刘淼", "刘渺")])
def test_different_names_stay_different_when_folded(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize("masked", ["张某某", "张某", "李某甲", "张×", "张××", "张**", "张XX", "王X明"])
def test_a_mask_is_no_name(masked: str) -> None:
    assert is_masked_name(masked)


@pytest.mark.parametrize("name", ["张伟", "阿卜杜拉·买买提", "CHAN TAI MAN", "MAX XIE", "王XIN", "王□"])
def test_a_name_is_no_mask(name: str) -> None:
    assert not is_masked_name(name)


@pytest.mark.parametrize(
    ("name", "surname", "given_name", "script"),
    [
        ("张伟", "张", "伟", Script.HAN),
        ("王建国", "王", "建国", Script.HAN),
        ("欧阳建国", "欧阳", "建国", Script.HAN),
        ("歐陽建國", "歐陽", "建國", Script.HAN),
        ("尉迟恭", "尉迟", "恭", Script.HAN),
        ("欧阳", "欧", "阳", Script.HAN),
        ("张杨子涵", "张杨", "子涵", Script.HAN),
        ("陈李美珍", "陈李", "美珍", Script.HAN),
        ("阿卜杜拉·买买提", "", "阿卜杜拉·买买提", Script.MINORITY),
        ("阿不都拉买买提", "", "阿不都拉买买提", Script.MINORITY),
        ("买买提", "", "买买提", Script.MINORITY),
        ("旦增德吉", "", "旦增德吉", Script.MINORITY),
        ("扎西", "", "扎西", Script.MINORITY),
        ("罗布", "罗", "布", Script.HAN),
        ("CHAN TAI MAN", "", "CHAN TAI MAN", Script.LATIN),
    ],
)
def test_a_name_splits_by_its_own_custom(name: str, surname: str, given_name: str, script: Script) -> None:
    assert split_name(name) == (surname, given_name, script)


def test_a_name_in_a_remark_is_found_and_a_remark_is_not_taken_for_a_name() -> None:
    assert alternative_names("CHAN TAI MAN（中文名陈大文）") == ("陈大文",)
    assert alternative_names("陈大文（CHAN TAI MAN）") == ("CHAN TAI MAN",)
    assert alternative_names("张伟（在逃）") == ()
    assert alternative_names("王䶮（上龙下天）") == ()


name_like = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "张伟王建国欧阳阿卜杜拉买提峯昇蕭閻戴□某上下左右龙天王月 \u3000·•・．()（）【⿰⿱?×"
            "*XxA'-,\u200b\ue863\uf9f4é"
        ),
        st.characters(),
    ),
    max_size=12,
)


@given(name_like)
def test_normalising_a_name_twice_changes_nothing(text: str) -> None:
    once = normalize_name(text)
    assert normalize_name(once) == once


@given(name_like)
def test_folding_a_name_twice_changes_nothing(text: str) -> None:
    once = fold_name(text)
    assert fold_name(once) == once


@given(name_like)
def test_folding_does_not_depend_on_the_spelling_that_was_normalised_away(text: str) -> None:
    assert fold_name(normalize_name(text)) == fold_name(text)


@pytest.mark.parametrize("nothing", ["", " ", "\u3000", "（在逃）", "·", "\u200b"])
def test_of_nothing_comes_nothing(nothing: str) -> None:
    assert normalize_name(nothing) == ""
    assert fold_name(nothing) == ""


@given(name_like)
def test_splitting_loses_no_character(text: str) -> None:
    name = normalize_name(text)
    parts = split_name(name)
    assert parts.surname + parts.given == name


@pytest.mark.parametrize(
    "written", ["(方知远", "（方知远）", "方\u2067知\u2069远", "方\u2062知远", "方\u034f知\u20dd远", "方知\U000e0041远"]
)
def test_brackets_round_a_name_and_invisible_characters_in_it_hide_nobody(written: str) -> None:
    assert normalize_name(written) == "方知远"
