"""Citizen numbers as they arrive: whole, old, masked, damaged, mistyped."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identity import BirthDate, Sex
from matching.resident_id import (
    ResidentId,
    Shape,
    check_character,
    normalize_id,
    slip_distance,
    upgrade_fifteen,
)

WHOLE = "339900197603094018"

days = st.dates(datetime.date(1901, 1, 1), datetime.date(2008, 12, 31))
sequences = st.integers(0, 995).map(lambda number: f"{number:03d}")


def with_check(first17: str) -> str:
    return first17 + check_character(first17)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    return with_check(f"339900{draw(days):%Y%m%d}{draw(sequences)}")


def test_a_whole_number_tells_area_birth_and_sex() -> None:
    found = ResidentId.parse(with_check("33990019760309401"))
    assert found.shape is Shape.COMPLETE
    assert found.complete
    assert found.check_ok
    assert found.area == "339900"
    assert found.birth == BirthDate(1976, 3, 9)
    assert found.sex is Sex.MALE


def test_a_fifteen_digit_number_equals_its_eighteen_digit_form() -> None:
    # GB 11643-1999, the standard's own example of an upgraded number.
    assert upgrade_fifteen("110105491231002") == "11010519491231002X"
    old = ResidentId.parse("110105491231002")
    assert old.digits == ResidentId.parse("11010519491231002X").digits
    assert old.was_15
    assert old.complete
    assert old.check_ok


def test_an_old_number_of_a_centenarian_belongs_to_the_nineteenth_century() -> None:
    assert ResidentId.parse("339900980101996").birth == BirthDate(1898, 1, 1)


def test_an_old_number_with_an_impossible_day_is_not_sound() -> None:
    found = ResidentId.parse("339900620932690")
    assert found.shape is Shape.FIFTEEN
    assert found.birth is None
    assert not found.check_ok


@given(days, st.integers(0, 995))
def test_upgrading_keeps_everything_an_old_number_says(day: datetime.date, sequence: int) -> None:
    if day.year > 1999:
        return
    old = f"339900{day:%y%m%d}{sequence:03d}"
    found = ResidentId.parse(old)
    assert found.digits[:6] + found.digits[8:17] == old
    assert found.birth == BirthDate(day.year, day.month, day.day)
    assert found.check_ok


@pytest.mark.parametrize(
    "written",
    [
        "33990019760309402X",
        "33990019760309402x",
        "３３９９００１９７６０３０９４０２Ｘ",
        "33990019760309402Ⅹ",
        "33990019760309402Х",
        "33990019760309402х",
        " 339900 1976 0309 402x ",
        "339900-19760309-402X",
        "'33990019760309402X",
        "\u200b33990019760309402X\u3000",
    ],
)
def test_every_way_of_writing_one_number_becomes_one_spelling(written: str) -> None:
    assert normalize_id(written) == "33990019760309402X"


def test_a_lone_cross_in_the_last_place_is_the_check_character_where_the_digits_demand_x() -> None:
    first = next(text for text in (f"33990019760309{n:03d}" for n in range(100, 999)) if check_character(text) == "X")
    other = next(text for text in (f"33990019760309{n:03d}" for n in range(100, 999)) if check_character(text) != "X")
    assert ResidentId.parse(first + "×").digits == first + "X"
    assert ResidentId.parse(other + "×").shape is Shape.MASKED


@pytest.mark.parametrize(
    ("written", "digits", "birth"),
    [
        ("339900********4018", "339900********4018", None),
        ("339900××××××××4018", "339900********4018", None),
        ("339900xxxxxxxx401X", "339900********401X", None),
        ("3399001976****4018", "3399001976****4018", BirthDate(1976)),
        ("33990019760309****", "33990019760309****", BirthDate(1976, 3, 9)),
        ("339900197603******", "339900197603******", BirthDate(1976, 3)),
        ("**************4018", "**************4018", None),
        ("339900****4018", "339900********4018", None),
        ("339900*4018", "339900********4018", None),
    ],
)
def test_a_masked_number_says_what_its_visible_digits_say(written: str, digits: str, birth: BirthDate | None) -> None:
    found = ResidentId.parse(written)
    assert found.shape is Shape.MASKED
    assert found.digits == digits
    assert found.birth == birth
    assert not found.complete
    assert not found.check_ok


def test_a_masked_old_number_lines_up_with_its_new_form() -> None:
    assert ResidentId.parse("339900******401").digits == "33990019******401*"


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("3.39900E+17", "339900************"),
        ("3.39900197603094E+17", "339900197603094***"),
        ("3.399E+17", "3399**************"),
        ("339900197603094000", "339900197603094***"),
        ("339900197603094000.0", "339900197603094***"),
    ],
)
def test_digits_a_spreadsheet_lost_are_unknown(written: str, digits: str) -> None:
    found = ResidentId.parse(written)
    assert found.damaged
    assert found.digits == digits
    assert not found.complete


def test_a_number_that_rightly_ends_in_noughts_is_not_taken_for_damaged() -> None:
    possible = (f"3399001976{month:02d}{day}000" for month in range(1, 13) for day in range(10, 29))
    sound = next(first for first in possible if check_character(first) == "0") + "0"
    assert sound.endswith("0000")
    assert ResidentId.parse(sound).complete


def test_letters_a_scanner_put_for_digits_are_read_as_digits() -> None:
    assert ResidentId.parse(WHOLE.replace("0", "O")).digits == WHOLE
    assert ResidentId.parse(WHOLE.replace("0", "〇").replace("1", "l")).digits == WHOLE


@pytest.mark.parametrize("written", ["", "   ", "护照", "T60426199101010078", "不详"])
def test_what_is_no_number_is_unreadable_and_holds_no_digits(written: str) -> None:
    found = ResidentId.parse(written)
    assert found.shape is Shape.UNREADABLE
    assert found.digits == ""


def test_a_dropped_digit_leaves_a_number_of_the_wrong_length_that_is_one_slip_away() -> None:
    found = ResidentId.parse(WHOLE[:8] + WHOLE[9:])
    assert found.shape is Shape.WRONG_LENGTH
    assert slip_distance(found.digits, WHOLE) == 1


@pytest.mark.parametrize("number", ["310224197001011235", "330184196503042111", "310115197001011233"])
def test_a_county_code_younger_than_its_bearer_is_no_fault(number: str) -> None:
    found = ResidentId.parse(number)
    assert found.complete
    assert found.check_ok


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_the_check_character_catches_every_single_wrong_digit(number: str, place: int, shift: int) -> None:
    if place == 17 or not number[place].isdigit():
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not ResidentId.parse(wrong).check_ok


@given(numbers(), st.integers(0, 15))
def test_the_check_character_catches_swapped_neighbours(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not ResidentId.parse(swapped).check_ok
    assert slip_distance(number, swapped) <= 1


@given(st.text(alphabet="0123456789XxＸ×*Ⅹ.E+ -某OIl", max_size=24))
def test_normalising_a_number_twice_changes_nothing(text: str) -> None:
    once = normalize_id(text)
    assert normalize_id(once) == once


@given(st.text(max_size=30))
def test_any_text_can_be_read_without_an_error(text: str) -> None:
    found = ResidentId.parse(text)
    assert len(found.digits) == 18 or found.shape in {Shape.WRONG_LENGTH, Shape.UNREADABLE}


def test_an_empty_number_is_near_nothing() -> None:
    assert slip_distance("", "") == 3
    assert slip_distance("", WHOLE, limit=1) == 2


def test_a_check_character_is_computed_from_seventeen_digits_only() -> None:
    with pytest.raises(ValueError, match="seventeen digits"):
        check_character("33010619")
