"""The index finds whoever comparing everybody would find, and follows changes one by one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.identity import Identity, IdType
from matching.index import Index
from matching.model import DEFAULT
from matching.prepare import prepare
from matching.score import IdentityAgreement, compare
from matching.segment import Segment
from tests.matching.invented_people import organisation, people, person

NUMBER = "339900197603094014"
REVIEW_MILLIBITS, REVIEW_COINCIDENCES = 19000, 2.0
THOROUGH = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _stopped_by_brute_force(applicant: Identity, listed: list[Identity]) -> set[int]:
    stopped = set()
    for number, face in enumerate(listed):
        found = compare(DEFAULT, prepare(applicant), prepare(face))
        if found is None:
            continue
        likely = found.millibits >= REVIEW_MILLIBITS and found.expected_coincidences <= REVIEW_COINCIDENCES
        if likely or found.identity in {IdentityAgreement.EQUAL, IdentityAgreement.EQUAL_RENEWABLE}:
            stopped.add(number)
    return stopped


@THOROUGH
@given(applicant=people, listed=st.lists(people, max_size=40))
def test_nobody_who_would_be_stopped_escapes_the_candidate_keys(applicant: Identity, listed: list[Identity]) -> None:
    index = Index(segments=[Segment.build(DEFAULT, [(number, [face]) for number, face in enumerate(listed)])])
    found = {hit.subject for hit in index.search(applicant)}
    assert _stopped_by_brute_force(applicant, listed) <= found


Changes = st.lists(st.tuples(st.integers(0, 5), st.lists(people, max_size=3)), max_size=12)


@THOROUGH
@given(applicant=people, changes=Changes, folded_at=st.sets(st.integers(0, 12)))
def test_an_index_after_changes_equals_one_built_anew(
    applicant: Identity, changes: list[tuple[int, list[Identity]]], folded_at: set[int]
) -> None:
    before = dict(changes[: len(changes) // 2])
    changed, rebuilt = Index(segments=[Segment.build(DEFAULT, before.items())]), Index()
    for number, (subject, faces) in enumerate(changes):
        changed.put(subject, faces)
        if number in folded_at:
            changed.fold()
    for subject, faces in dict(changes).items():
        rebuilt.put(subject, faces)
    assert changed.search(applicant) == rebuilt.search(applicant)
    assert len(changed) == len(rebuilt)


@THOROUGH
@given(applicant=people, changes=Changes, at_once=st.integers(1, 4))
def test_an_index_changed_many_at_once_equals_one_built_anew_and_so_does_its_one_segment(
    applicant: Identity, changes: list[tuple[int, list[Identity]]], at_once: int
) -> None:
    before = dict(changes[: len(changes) // 2])
    changed, rebuilt = Index(segments=[Segment.build(DEFAULT, before.items())]), Index()
    for start in range(0, len(changes), at_once):
        at_once_put = dict(changes[start : start + at_once])
        changed.put(5, [applicant])
        changed.put_many(list(at_once_put.items()))
        before |= {5: [applicant]} | at_once_put
    for subject, faces in before.items():
        rebuilt.put(subject, faces)
    assert changed.search(applicant) == rebuilt.search(applicant)
    one = Index(segments=[changed.laid_down()])
    assert one.search(applicant) == rebuilt.search(applicant)
    assert len(changed) == len(one) == len(rebuilt)


def test_many_changes_leave_few_segments_and_the_long_one_alone() -> None:
    listed = Segment.build(DEFAULT, [(number, [person("王建国", birth="1976")]) for number in range(400)])
    index = Index(segments=[listed])
    for number in range(200):
        index.put(number, [person("李秀英", birth=f"{1950 + number % 40}")])
        if number % 10 == 9:
            index.fold()
    assert len(index) == 400
    assert index.segments[0] is listed
    assert len(index.segments) <= 6


def test_one_slip_in_a_number_is_found_wherever_it_is() -> None:
    index = Index()
    index.put(1, [person("王建国", NUMBER)])
    for place in range(18):
        wrong = NUMBER[:place] + str((int(NUMBER[place]) + 1) % 10) + NUMBER[place + 1 :]
        dropped = NUMBER[:place] + NUMBER[place + 1 :]
        for miswritten in (wrong, dropped):
            assert [hit.subject for hit in index.search(person("赵丽萍", miswritten))] == [1]


@pytest.mark.parametrize("written", ["国王建", "王国建", "汪建国", "王建*", "赵王建国", "王建"])
def test_a_name_in_another_order_or_with_another_s_surname_is_found_by_birth_day(written: str) -> None:
    index = Index(segments=[Segment.build(DEFAULT, [(1, [person(written, birth="1976-03-09", domicile="339900")])])])
    assert [hit.subject for hit in index.search(person("王建国", NUMBER))] == [1]


def test_the_last_four_characters_alone_find_a_number_that_shows_no_more() -> None:
    index = Index()
    index.put(1, [person("王建国", "**************4014", domicile="339900")])
    assert [hit.subject for hit in index.search(person("王建郭", NUMBER))] == [1]


def test_the_face_that_fits_best_is_named() -> None:
    index = Index()
    index.put(7, [person("王建国", birth="1976"), person("王建国", NUMBER)])
    (hit,) = index.search(person("王建国", NUMBER))
    assert hit.face == 1


def test_the_strongest_hit_comes_first() -> None:
    index = Index()
    index.put(1, [person("王建国", birth="1976-03-09", domicile="339900")])
    index.put(2, [person("王建国", NUMBER)])
    assert [hit.subject for hit in index.search(person("王建国", NUMBER))] == [2, 1]


def test_a_removed_subject_is_found_no_more_and_removing_it_twice_is_no_error() -> None:
    index = Index()
    index.put(1, [person("王建国", NUMBER)])
    index.remove(1)
    index.remove(1)
    assert index.search(person("王建国", NUMBER)) == []
    assert len(index) == 0


def test_a_permit_with_reissue_digits_finds_its_holder() -> None:
    index = Index()
    index.put(1, [person("陈大文", "H1234567801", id_type=IdType.HK_MO_PERMIT)])
    (hit,) = index.search(person("CHAN TAI MAN", "H12345678", id_type=IdType.HK_MO_PERMIT))
    assert hit.comparison.identity is IdentityAgreement.EQUAL


def test_an_organisation_is_found_by_its_code_or_by_its_trade_name() -> None:
    index = Index()
    index.put(1, [organisation("杭州顺喜食品有限公司", "91350100M000100Y43")])
    for applicant in (organisation("另一名称", "91350100M000100Y43"), organisation("杭州顺喜食品有限公司")):
        assert [hit.subject for hit in index.search(applicant)] == [1]


@THOROUGH
@given(applicants=st.lists(people, max_size=6), listed=st.lists(people, max_size=20))
def test_a_batch_gets_the_answers_of_its_applicants_one_by_one(
    applicants: list[Identity], listed: list[Identity]
) -> None:
    index = Index(segments=[Segment.build(DEFAULT, [(number, [face]) for number, face in enumerate(listed)])])
    assert index.search_many(applicants) == [index.search(applicant) for applicant in applicants]


@given(listed=st.lists(people, max_size=20))
def test_a_segment_is_made_again_from_its_arrays(listed: list[Identity]) -> None:
    segment = Segment.build(DEFAULT, [(number, [face]) for number, face in enumerate(listed)])
    again = Segment.of_arrays(DEFAULT, segment.arrays())
    assert [again.listed(row).identity for row in range(len(listed))] == listed
    assert len(again) == len(segment)
