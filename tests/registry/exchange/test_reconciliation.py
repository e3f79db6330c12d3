"""Two sides' digests are equal exactly where what they hold is, and else name exactly what differs."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.exchange.reconciliation import (
    BUCKETS,
    NOTHING,
    Buckets,
    Difference,
    Member,
    Standing,
    bucket_of,
    differences,
    differing_buckets,
    member_digest,
)

_COLUMNS = st.dictionaries(st.sampled_from(("name", "charge", "court")), st.text(max_size=4), max_size=3)


def _member(number: int, version: int = 1, standing: Standing = Standing.UPSERT, finding: str = "") -> Member:
    key = ("33", f"R{number}")
    return Member(*key, version, standing, member_digest(key, version, standing, finding, {"name": "甲"}))


@st.composite
def _members(draw: st.DrawFn) -> dict[int, Member]:
    numbers = draw(st.sets(st.integers(0, 60), max_size=40))
    return {
        number: _member(
            number,
            draw(st.integers(1, 2)),
            draw(st.sampled_from((Standing.UPSERT, Standing.WITHDRAW))),
            draw(st.sampled_from(("", "yes"))),
        )
        for number in sorted(numbers)
    }


def _buckets(members: list[Member]) -> Buckets:
    buckets = Buckets()
    for member in members:
        buckets.add(member)
    return buckets


@given(_members(), _members(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_exactly_the_differing_rows_are_found_by_buckets_and_then_by_members(
    own: dict[int, Member], other: dict[int, Member], order: random.Random
) -> None:
    expected = {("33", f"R{each}") for each in own.keys() | other.keys() if own.get(each) != other.get(each)}
    mine, theirs = list(own.values()), list(other.values())
    order.shuffle(theirs)
    apart = set(differing_buckets(_buckets(mine).digests(), _buckets(theirs).digests()))
    found = differences(
        [each for each in mine if bucket_of(each.key) in apart],
        [each for each in theirs if bucket_of(each.key) in apart],
    )
    assert [each.key for each in found] == sorted(expected)
    assert apart == {bucket_of(key) for key in expected}


@given(_COLUMNS, _COLUMNS)
def test_two_rows_have_one_digest_only_where_they_state_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    stated = [{name: value for name, value in each.items() if value} for each in (one, other)]
    digests = [member_digest(("33", "R1"), 1, "upsert", "", each) for each in (one, other)]
    assert (digests[0] == digests[1]) == (stated[0] == stated[1])


def test_each_part_of_a_row_tells_in_its_digest() -> None:
    digests = {
        member_digest(key, version, standing, finding, {"name": name})
        for key in (("33", "R1"), ("33", "R2"), ("34", "R1"))
        for version in (1, 11)
        for standing in ("upsert", "withdraw")
        for finding in ("", "yes", "no")
        for name in ("甲", "乙")
    }
    assert len(digests) == 3 * 2 * 2 * 3 * 2


def test_columns_that_repeat_the_key_or_the_finding_may_be_spelled_out_or_not() -> None:
    plain = member_digest(("33", "R1"), 2, "upsert", "yes", {"name": "甲"})
    spelled = {"name": "甲", "version": "2", "record_no": "R1", "source_region": "33", "food_related": "yes"}
    assert member_digest(("33", "R1"), 2, "upsert", "yes", spelled | {"operation": "upsert", "court": ""}) == plain


def test_rows_are_spread_over_all_buckets() -> None:
    filled = Counter(bucket_of(("33", f"R{number}")) for number in range(20 * BUCKETS))
    assert len(filled) == BUCKETS
    assert max(filled.values()) < 60


def test_two_rows_that_change_places_do_not_cancel_out() -> None:
    one, other = _member(1), _member(2)
    swapped = [Member("33", "R1", 1, Standing.UPSERT, other.digest), Member("33", "R2", 1, Standing.UPSERT, one.digest)]
    assert differing_buckets(_buckets([one, other]).digests(), _buckets(swapped).digests())


def test_a_change_one_side_has_not_taken_yet_is_no_difference() -> None:
    assert differences([_member(1), _member(2)], [_member(1, 2)], {("33", "R1"), ("33", "R2")}) == ()


def test_a_row_erased_on_one_side_when_its_time_came_is_no_difference() -> None:
    erased = Member("33", "R1", 1, Standing.ERASED)
    assert differences([erased], [_member(1)]) == differences([_member(1)], [erased]) == differences([erased], []) == ()


def test_a_row_sealed_on_one_side_differs_from_one_still_held_and_from_nothing_else() -> None:
    sealed = Member("33", "R1", 0, Standing.SEAL)
    assert differences([sealed], []) == differences([sealed], [sealed]) == ()
    assert differences([sealed], [_member(1)]) == (Difference(sealed, _member(1)),)


def test_what_is_sealed_or_erased_counts_for_nothing_in_a_bucket() -> None:
    left = _buckets([Member("33", "R1", 0, Standing.SEAL), Member("33", "R2", 1, Standing.ERASED)])
    assert {(bucket.count, bucket.digest) for bucket in left.digests()} == {(0, NOTHING)}


def test_a_difference_says_from_this_side_what_it_is() -> None:
    pairs = [
        (None, _member(1)),
        (_member(1), None),
        (_member(1), _member(1, 2)),
        (_member(1), _member(1, standing=Standing.WITHDRAW)),
        (_member(1), _member(1, finding="yes")),
    ]
    says = [Difference(*pair).says for pair in pairs]
    assert says == ["missing_here", "missing_there", "version", "standing", "content"]
