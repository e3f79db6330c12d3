"""The review load foretold from the list is the share of random residents who would pass the threshold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.identity import BirthDate, Identity, Sex
from matching.model import DEFAULT
from matching.outlook import outlooks
from matching.prepare import prepare
from matching.review_load import ANYBODY, Limit, share_reviewed
from matching.score import tail_share, weigh
from tests.invented_list import invented_id, organisation, person

MASKED = prepare(person("王示例", invented_id(1)[:6] + "********" + invented_id(1)[14:]))
DATED = prepare(person("王秀英", None, birth=BirthDate(1956, 3, 9), sex=Sex.FEMALE, domicile_code="339900"))
ANY_NUMBER = float("inf")


def test_anybody_states_a_valid_number() -> None:
    assert ANYBODY.number is not None
    assert ANYBODY.number.sound


@pytest.mark.parametrize("listed", [MASKED, DATED, prepare(person("王示例", invented_id(1)))])
@pytest.mark.parametrize("millibits", [5_000, 18_500, 25_000])
def test_without_a_limit_of_coincidences_it_is_the_share_that_reaches_the_bits(listed: object, millibits: int) -> None:
    assert isinstance(listed, type(MASKED))
    (share,) = share_reviewed(DEFAULT, listed, (Limit(ANY_NUMBER, millibits),))
    ways = outlooks(DEFAULT, ANYBODY, listed, weigh(DEFAULT, ANYBODY, listed))
    assert share == pytest.approx(sum(tail_share(way, millibits) for way in ways))


@settings(max_examples=40, deadline=None)
@given(most=st.floats(1e-6, 1e4), least=st.integers(0, 40_000))
def test_no_listed_person_sends_more_people_to_review_than_coincidences_are_allowed(most: float, least: int) -> None:
    for listed in (MASKED, DATED):
        stricter, limit, looser = share_reviewed(
            DEFAULT, listed, (Limit(most / 2, least), Limit(most, least), Limit(most, max(least - 1_000, 0)))
        )
        assert DEFAULT.residents * limit <= most * (1 + 1e-9)
        assert stricter <= limit <= looser


def test_people_meet_no_organisation() -> None:
    listed = prepare(organisation("示例食品有限公司", "91339900MA2XXXXX0A"))
    assert share_reviewed(DEFAULT, listed, (Limit(3.0, 18_500),)) == (0.0,)


def test_a_common_name_without_a_number_sends_more_to_review_than_a_masked_number() -> None:
    limit = (Limit(ANY_NUMBER, 18_500),)
    assert share_reviewed(DEFAULT, DATED, limit)[0] > share_reviewed(DEFAULT, MASKED, limit)[0] > 0


def test_a_listed_person_of_whom_only_the_name_is_known_meets_nobody_under_the_bits_asked_for() -> None:
    listed = prepare(Identity(name="王秀英"))
    assert share_reviewed(DEFAULT, listed, (Limit(ANY_NUMBER, 18_500),)) == (0.0,)
