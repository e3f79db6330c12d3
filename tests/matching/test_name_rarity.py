"""How many residents bear a name, held against published figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.name_data import rows
from matching.name_rarity import SHIPPED, Neighbourhood
from matching.normalize import Script, normalize_name, split_name

RESIDENTS = 238_000_000


def bearers(name: str) -> float:
    return RESIDENTS * SHIPPED.name_share(split_name(normalize_name(name)))


def around(name: str, kind: Neighbourhood) -> float:
    return RESIDENTS * SHIPPED.neighbourhood_share(split_name(normalize_name(name)), kind)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("张伟", 42_000), ("王秀英", 41_000), ("张敏", 41_000), ("王静", 35_000)],
)
def test_the_leading_names_have_about_as_many_bearers_as_is_known(name: str, expected: int) -> None:
    assert 0.75 * expected < bearers(name) < 1.25 * expected


def test_the_leading_surnames_have_their_published_shares() -> None:
    assert SHIPPED.surname_share("王") == pytest.approx(0.075, rel=0.1)
    assert (
        SHIPPED.surname_share("张")
        > SHIPPED.surname_share("陈")
        > SHIPPED.surname_share("沈")
        > SHIPPED.surname_share("欧阳")
    )
    assert SHIPPED.surname_share("張") == SHIPPED.surname_share("张")


@pytest.mark.parametrize("name", ["李桂兰", "王建国", "张建华", "李淑珍", "陈玉兰", "张国华"])
def test_names_of_the_older_generation_are_common(name: str) -> None:
    assert bearers(name) > 2_000


@pytest.mark.parametrize("name", ["李志强", "王婷婷", "张丽丽", "王海燕", "王建军"])
def test_characters_that_belong_together_make_common_names(name: str) -> None:
    assert bearers(name) > 5_000


@pytest.mark.parametrize(
    ("common", "rare"), [("张伟", "陡伟"), ("王建国", "王䶮珺"), ("李娜", "李龘"), ("王静", "尉迟静")]
)
def test_a_rare_part_makes_a_rare_name(common: str, rare: str) -> None:
    assert bearers(common) > 100 * bearers(rare)


def test_a_minority_name_common_among_its_bearers_is_not_rare() -> None:
    assert bearers("买买提") > 100
    assert bearers("阿卜杜拉·买买提") > 5
    assert around("阿卜杜拉·买买提", Neighbourhood.RESPELT) > bearers("阿卜杜拉·买买提")
    assert around("阿卜杜拉·买买提", Neighbourhood.SHORTENED) > 1_000


def test_an_unknown_character_widens_a_name_to_all_that_fit() -> None:
    assert bearers("王□") > 1_000_000
    assert bearers("王建□") > 10 * bearers("王建国")
    assert bearers("王YING") > bearers("王颖")


def test_a_homophone_neighbourhood_counts_the_other_spellings_of_a_name() -> None:
    others = sum(bearers(f"王{given}") for given in ("婧", "晶", "靖", "菁", "晴"))
    assert around("王静", Neighbourhood.HOMOPHONE) > others / 2
    assert around("王静", Neighbourhood.ROMANISED) == pytest.approx(
        bearers("王静") + around("王静", Neighbourhood.HOMOPHONE)
    )


def test_swapping_two_characters_of_a_given_name_gives_the_bearers_of_the_swapped_name() -> None:
    assert around("王国建", Neighbourhood.SWAPPED) == pytest.approx(bearers("王建国"), rel=0.01)
    assert around("李婷婷", Neighbourhood.SWAPPED) < 1


def test_two_people_are_more_likely_to_share_a_surname_than_all_but_one_character() -> None:
    for name in ("王建国", "李志强", "陈桂兰"):
        assert around(name, Neighbourhood.SURNAME_ONLY) > around(name, Neighbourhood.ONE_OTHER) > bearers(name)
        assert around(name, Neighbourhood.ONE_OTHER) > around(name, Neighbourhood.MISHEARD)
        assert around(name, Neighbourhood.ONE_OTHER) > around(name, Neighbourhood.MISREAD)


names = st.builds(
    lambda surname, own: surname + own,
    st.sampled_from(["王", "陈", "欧阳", "陡", "曾", "单", "蕭", "㼆"]),
    st.text(
        st.one_of(st.sampled_from("建国伟秀英婷䶮□"), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)),
        min_size=1,
        max_size=2,
    ),
)


@given(names, st.sampled_from(list(Neighbourhood)))
def test_every_share_is_a_probability_and_none_is_nought(name: str, kind: Neighbourhood) -> None:
    parts = split_name(normalize_name(name))
    assert 0 < SHIPPED.name_share(parts) <= 1
    assert 0 < SHIPPED.neighbourhood_share(parts, kind) <= 2


@given(st.text(max_size=8), st.sampled_from(list(Neighbourhood)))
def test_any_text_has_a_share(text: str, kind: Neighbourhood) -> None:
    parts = split_name(normalize_name(text))
    assert SHIPPED.name_share(parts) > 0
    assert SHIPPED.neighbourhood_share(parts, kind) > 0


def test_the_shares_of_all_names_add_up_to_one() -> None:
    characters = [row[0] for row in rows("given_names.tsv")]
    alone = sum(SHIPPED.given_share(character) for character in characters)
    first = sum(SHIPPED.given_share(character + "□") for character in characters)
    surnames = sum(SHIPPED.surname_share(row[0]) for row in rows("surnames.tsv"))
    assert alone == pytest.approx(0.18, rel=0.02)
    assert first == pytest.approx(0.815, rel=0.02)
    assert 0.97 < surnames < 1.0


def test_a_pair_far_commoner_than_its_characters_counts_among_the_names_taken_for_another() -> None:
    assert around("王婷廷", Neighbourhood.MISHEARD) > 0.9 * bearers("王婷婷")
    assert around("王秀", Neighbourhood.SHORTENED) > 0.9 * (bearers("王秀英") + bearers("王秀兰"))


def test_a_name_of_han_form_that_is_a_common_transcribed_one_is_not_rare() -> None:
    assert split_name("巴图").script is Script.HAN
    assert bearers("巴图") > 100


def test_peoples_whose_names_have_one_part_bear_it_alone_more_often() -> None:
    mongolian, uyghur = bearers("那日苏"), bearers("吾买尔")
    assert mongolian > 100
    assert mongolian > 3 * uyghur
