"""Documents beside the citizen number: what is compared and what is wrong with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.documents import (
    canonical_number,
    is_valid_licence,
    is_valid_uscc,
    organisation_code,
    problems,
)
from matching.identity import IdType

# Invented numbers with sound check characters; the areas 339900 and 329900 were never assigned.
USCC = "91339900MA2B0C0D15"


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        (IdType.HK_MO_PERMIT, "H1234567801", "H12345678"),
        (IdType.HK_MO_PERMIT, "Ｈ１２３４５６７８", "h 1234 5678 02"),
        (IdType.TW_PERMIT, "12345678(01)", "12345678"),
        (IdType.TW_PERMIT, "1234567801", "12345678"),
        (IdType.TW_PERMIT, "T12345678", "T-1234 5678"),
        (IdType.RESIDENT_ID, "110105491231002", "11010519491231002x"),
        (IdType.HK_MO_TW_RESIDENCE, "８１００００１９９４０８２３００２１", "810000199408230021"),
        (IdType.FOREIGN_PERMANENT, "usa 330078010101", "USA330078010101"),
        (IdType.PASSPORT, "E 1234-5678", "e12345678"),
        (IdType.USCC, "9133 9900 ma2b 0c0d 15", USCC),
        (IdType.LICENCE, "jy1 3399001 234567", "JY13399001234567"),
    ],
)
def test_numbers_that_differ_only_in_writing_or_renewal_are_equal(type_: IdType, one: str, other: str) -> None:
    assert canonical_number(type_, one) == canonical_number(type_, other)


def test_two_holders_of_travel_permits_stay_apart() -> None:
    assert canonical_number(IdType.HK_MO_PERMIT, "H12345678") != canonical_number(IdType.HK_MO_PERMIT, "M12345678")
    assert canonical_number(IdType.HK_MO_PERMIT, "H12345678") != canonical_number(IdType.HK_MO_PERMIT, "H12345679")


@given(st.sampled_from(list(IdType)), st.sampled_from(["", " ", "\u3000", "-"]))
def test_nothing_left_of_a_number_is_an_empty_number(type_: IdType, nothing: str) -> None:
    assert canonical_number(type_, nothing) == ""


@given(st.sampled_from(list(IdType)), st.text(max_size=24))
def test_the_compared_form_of_any_number_is_stable_and_its_problems_can_be_told(type_: IdType, number: str) -> None:
    once = canonical_number(type_, number)
    assert canonical_number(type_, once) == once
    assert all(isinstance(code, str) for code in problems(type_, number))


@pytest.mark.parametrize(
    ("type_", "number", "codes"),
    [
        (IdType.RESIDENT_ID, "11010519491231002X", ()),
        (IdType.RESIDENT_ID, "110105491231002", ()),
        (IdType.RESIDENT_ID, "110105194912310021", ("check_character",)),
        (IdType.RESIDENT_ID, "360426199113010079", ("birth_date",)),
        (IdType.RESIDENT_ID, "1101051949123100", ("length",)),
        (IdType.RESIDENT_ID, "110105********002X", ("masked",)),
        (IdType.RESIDENT_ID, "1.10105E+17", ("excel_damaged",)),
        (IdType.RESIDENT_ID, "无", ("characters",)),
        (IdType.HK_MO_TW_RESIDENCE, "810000199408230021", ()),
        (IdType.HK_MO_TW_RESIDENCE, "11010519491231002X", ("area",)),
        (IdType.HK_MO_PERMIT, "H12345678", ()),
        (IdType.HK_MO_PERMIT, "X12345678", ("characters",)),
        (IdType.HK_MO_PERMIT, "H1234", ("length",)),
        (IdType.TW_PERMIT, "12345678", ()),
        (IdType.FOREIGN_PERMANENT, "USA330078010101", ()),
        (IdType.PASSPORT, "E1234", ()),
        (IdType.PASSPORT, "E123456789", ("length",)),
        (IdType.PASSPORT, "E12****78", ("masked",)),
        (IdType.USCC, USCC, ()),
        (IdType.USCC, USCC[:-1] + "6", ("check_character",)),
        (IdType.USCC, "330100000012345", ()),
        (IdType.USCC, "9133", ("length",)),
        (IdType.LICENCE, "JY13301080111718", ("check_character",)),
        (IdType.LICENCE, "JY1330", ("length",)),
        (IdType.LICENCE, "沪食药监字2009第1号", ()),
        (IdType.OTHER, "A1", ()),
        (IdType.OTHER, "", ("length",)),
    ],
)
def test_a_number_shows_what_is_wrong_with_it(type_: IdType, number: str, codes: tuple[str, ...]) -> None:
    assert problems(type_, number) == codes


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_the_check_character_of_a_credit_code_catches_every_single_slip(place: int, character: str) -> None:
    slipped = USCC[:place] + character + USCC[place + 1 :]
    assert is_valid_uscc(slipped) == (slipped == USCC)


def test_a_credit_code_need_not_begin_with_digits_only() -> None:
    # The sample of the standard's publication: GB 32100-2015.
    assert is_valid_uscc("91350100M000100Y43")
    assert not is_valid_uscc("91350100M000100Y4I")


def test_letters_the_alphabet_lacks_are_read_as_the_digits_they_resemble() -> None:
    assert canonical_number(IdType.USCC, USCC.replace("0", "O").replace("1", "I")) == USCC


def test_an_old_organisation_code_is_found_inside_the_credit_code() -> None:
    assert organisation_code(USCC) == "MA2B0C0D1"
    assert organisation_code("MA2B0C0D-1") == "MA2B0C0D1"
    assert organisation_code("12") == ""


def test_a_licence_number_is_judged_by_its_check_digit_and_not_by_its_area() -> None:
    assert is_valid_licence("SC10633019702613")
    assert not is_valid_licence("SC10633019702614")
    assert not is_valid_licence("XX10633019702613")
