"""The walk over the rows of a key leaves out nobody whose evidence reaches the floor, whatever the rows cannot show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from matching.columns import packed_number
from matching.compiled import compiled_for
from matching.identity import Identity, IdType, NameKind, OtherName
from matching.index import Index
from matching.keys import filing_keys, lookup_keys
from matching.model import DEFAULT
from matching.number_slips import a_slip_apart
from matching.prepare import prepare
from matching.resident_id import ResidentId, slip_distance
from matching.score import FLOOR_MILLIBITS, Comparison, IdentityAgreement, reckon
from matching.segment import Segment, Sought
from tests.matching.invented_people import GIVEN, numbers, organisation, people, person, slipped

THOROUGH = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ABOVE_ALL = 1_000_000
STRONG = {IdentityAgreement.EQUAL, IdentityAgreement.EQUAL_RENEWABLE, IdentityAgreement.SLIP}

permits = st.builds("H{:08d}".format, st.integers(1, 40))
others = st.one_of(
    st.builds(
        person,
        name=st.sampled_from(("陈大文", "CHAN TAI MAN", "阿迪力·吾买尔", "欧阳修")),
        number=permits,
        birth=st.sampled_from(("1976-03-09", "1976")),
        id_type=st.sampled_from((IdType.HK_MO_PERMIT, IdType.PASSPORT)),
    ),
    st.builds(
        organisation,
        name=st.builds("杭州{}食品有限公司".format, st.text(GIVEN, min_size=2, max_size=2)),
        number=st.one_of(st.none(), st.sampled_from(("91350100M000100Y43", "91350100M000100Y4", "9135010OM000100Y43"))),
    ),
)
MISTAKABLE = "王汪玉伟玮韦军君建健国郭萧肖霞夏欧阳□𬭎"
mistakable_names = st.one_of(
    st.text(MISTAKABLE, min_size=2, max_size=4),
    st.sampled_from(("王YING国", "王伟GUO", "欧阳建国", "欧阳国", "阿迪力", "WANG JIANGUO")),
)
namesakes = st.builds(
    person,
    name=st.one_of(st.none(), mistakable_names),
    number=st.one_of(st.none(), st.sampled_from(("339900195203094014", "33990019520309****", "339900195304094017"))),
    birth=st.sampled_from((None, "1952-03-09", "1952-09-03", "1952-03", "1952")),
    domicile=st.sampled_from((None, "330106", "330102", "330225", "339900", "320102")),
    other_names=st.lists(st.builds(OtherName, st.sampled_from(NameKind), mistakable_names), max_size=2).map(tuple),
)
anybody = st.one_of(people, namesakes, others)


def _candidates(applicant: Identity, listed: list[Identity], floor: int) -> set[int]:
    segment = Segment.build(DEFAULT, [(number, [face]) for number, face in enumerate(listed)])
    return {row for _, row in segment.candidates(Sought(DEFAULT, [prepare(applicant)]), floor)}


def _belong_to_two(found: Comparison) -> bool:
    """Say whether two different sound numbers were compared; rows of such are never compared further."""
    return any((line.feature, line.level) == ("id_number", "differs") for line in found.evidence)


def _sounding_number(first: str) -> str:
    """Return a sound number that begins so and ends as a spreadsheet leaves it, in three zeros."""
    return next(
        number for number in (f"{first[:10]}{day:04d}{first[14]}000" for day in range(101, 1232))
        if ResidentId.parse(number).sound
    )  # fmt: skip


@settings(THOROUGH, max_examples=150)
@given(applicant=anybody, listed=st.lists(anybody, min_size=1, max_size=12))
def test_a_pair_that_shares_a_key_is_kept_up_to_the_floor_its_evidence_reaches(
    applicant: Identity, listed: list[Identity]
) -> None:
    ours = prepare(applicant)
    for number, face in enumerate(listed):
        theirs = prepare(face)
        found = reckon(DEFAULT, ours, theirs)
        if _belong_to_two(found):
            assert found.millibits < 0
        elif found.evidence and lookup_keys(ours) & filing_keys(theirs):
            floor = ABOVE_ALL if found.identity in STRONG else found.millibits
            assert number in _candidates(applicant, listed, floor)


@settings(THOROUGH, max_examples=1500)
@given(ours=namesakes, theirs=namesakes)
@example(person("陈大文", birth="1952-03-09"), person("陈大□", birth="1952-03-09"))
@example(person("陈大□", birth="1952-03-09"), person("陈□文", birth="1952-03-09"))
def test_names_however_alike_are_bounded_by_no_less_than_they_weigh(ours: Identity, theirs: Identity) -> None:
    found = reckon(DEFAULT, prepare(ours), prepare(theirs))
    if lookup_keys(prepare(ours)) & filing_keys(prepare(theirs)) and not _belong_to_two(found) and found.evidence:
        floor = ABOVE_ALL if found.identity in STRONG else found.millibits
        assert _candidates(ours, [theirs], floor) == {0}


UNLIKE_NAMES = (("王建国", "李秀英"), ("王建国", "赵建英"), ("王建", "李秀英"), ("王建", "李秀"))


@pytest.mark.parametrize(("ours", "theirs"), UNLIKE_NAMES)
def test_of_people_with_one_birth_day_those_with_unlike_names_are_left_out(ours: str, theirs: str) -> None:
    former = (OtherName(NameKind.FORMER, "赵小兰"),)
    listed = [person(theirs, birth="1952-03-09"), person(theirs, birth="1952-03-09", other_names=former)]
    applicant = person(ours, "339900195203094014")
    assert _candidates(applicant, listed, 18_500) == set()
    assert _candidates(applicant, [person(ours, birth="1952-03-09", other_names=former)], 18_500) == {0}
    assert _candidates(applicant, [person(theirs, birth="1952-03-09", other_names=(OtherName(NameKind.FORMER, ours),))],
                       18_500) == {0}  # fmt: skip


@THOROUGH
@given(applicant=anybody, listed=st.lists(anybody, max_size=12), floor=st.integers(FLOOR_MILLIBITS, 30_000))
def test_a_higher_floor_leaves_out_only_the_hits_below_it(
    applicant: Identity, listed: list[Identity], floor: int
) -> None:
    index = Index(segments=[Segment.build(DEFAULT, [(number, [face]) for number, face in enumerate(listed)])])
    reached = [
        hit for hit in index.search(applicant) if hit.comparison.millibits >= floor or hit.comparison.identity in STRONG
    ]
    assert index.search(applicant, floor) == reached


@THOROUGH
@given(st.one_of(numbers, slipped()), st.one_of(numbers, slipped()))
@example("339900197603094014", "339900197603094041")
@example("339900197603094014", "39900197603094014")
@example("339900197603094014", "33990019760309401X")
@example("339900197603094014", "933990019760309401")
def test_slips_between_packed_numbers_are_counted_as_between_written_ones(ours: str, theirs: str) -> None:
    a: Any = np.uint64(packed_number(ours))
    b: Any = np.uint64(packed_number(theirs))
    assume(a and b and "000" not in (ours[-3:], theirs[-3:]))
    assert a_slip_apart(a, b) == (slip_distance(ours, theirs) <= 2)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a number and what up to four slips, anywhere, made of it."""
    ours = draw(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
    theirs = list(ours)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(theirs) - 2))
        slip, digit = draw(st.sampled_from("wads")), draw(st.sampled_from("123456789"))
        theirs[place : place + 2] = {
            "w": [digit, theirs[place + 1]],
            "a": [*theirs[place : place + 2], digit],
            "d": [theirs[place + 1]],
            "s": [theirs[place + 1], theirs[place]],
        }[slip]
    return ours, "".join(theirs)


@THOROUGH
@given(edited())
def test_slips_anywhere_in_a_number_are_counted_as_between_written_ones(numbers: tuple[str, str]) -> None:
    a, b = (np.uint64(packed_number(number)) for number in numbers)
    assume(a and b and "000" not in (numbers[0][-3:], numbers[1][-3:]))
    assert a_slip_apart(a, b) == (slip_distance(*numbers) <= 2)  # type: ignore[arg-type]


def test_however_many_share_a_key_all_of_them_are_looked_at() -> None:
    for many in (63, 64, 65, 128, 200):
        listed = [person("王建国", birth="1976-03-09")] * many
        assert _candidates(person("王建国", birth="1976-03-09"), listed, FLOOR_MILLIBITS) == set(range(many))


def test_a_number_a_spreadsheet_rounded_is_a_slip_apart_though_three_digits_differ() -> None:
    rounded = _sounding_number("339900197603094")
    listed = person("王建国", rounded[:15] + "123")
    assert _candidates(person("赵丽萍", rounded), [listed] * 5, ABOVE_ALL) == set(range(5))


@pytest.mark.parametrize(("name", "found"), [("杭州顺喜食品有限公司", True), ("宁波顺喜食品有限公司", False)])
def test_of_many_organisations_with_one_trade_name_those_with_the_same_name_are_compared(
    name: str, found: bool
) -> None:
    listed = [organisation("杭州顺喜食品有限公司") for _ in range(6)]
    assert _candidates(organisation(name), listed, FLOOR_MILLIBITS) == (set(range(6)) if found else set())


def test_more_candidates_than_there_was_room_for_are_all_found() -> None:
    listed = [person("王建国", birth="1976-03-09", domicile="339900") for _ in range(500)]
    applicant = person("王建国", "339900197603094014")
    assert _candidates(applicant, listed, FLOOR_MILLIBITS) == set(range(500))


def test_an_empty_list_has_no_candidates() -> None:
    assert _candidates(person("王建国", "339900197603094014"), [], FLOOR_MILLIBITS) == set()


def test_where_machine_code_cannot_be_kept_a_function_is_compiled_all_the_same() -> None:
    from_no_file: dict[str, Any] = {}
    exec("def next_number(number):\n    return number + 1", from_no_file)  # noqa: S102 -- numba keeps code beside files
    built = compiled_for(np.int64)(from_no_file["next_number"])
    assert built(41) == 42
