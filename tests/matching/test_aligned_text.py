"""Two spellings side by side: only what really differs is marked, and what nobody can see never is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.aligned_text import Fit, Piece, align
from matching.normalize import UNKNOWN_CHARACTER

DIGITS = st.text("0123456789X", max_size=18)
MASKED = st.text("0123456789X*", max_size=18)


def marked(one: str, other: str) -> tuple[list[str], list[str]]:
    """Return the characters marked as different on each side."""
    aligned = align(one, other)
    first, second = (
        [piece.text for piece in side if piece.fit is Fit.DIFFERS] for side in (aligned.one, aligned.other)
    )
    return first, second


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        ("339900197603090232", "339900197603090232", ([], [])),
        ("339900197603090232", "339900197603090132", (["2"], ["1"])),
        ("33990019760309023", "339900197603090232", ([], ["2"])),
        ("339900********0232", "339900197603090232", ([], [])),
        ("339900********0232", "339900197603090231", (["2"], ["1"])),
        ("陈大文", "陈大明", (["文"], ["明"])),
        ("陈文", "陈大文", ([], ["大"])),
        ("陈□文", "陈大文", ([], [])),
    ],
)
def test_the_characters_that_differ_are_marked_and_no_others(
    one: str, other: str, differing: tuple[list[str], list[str]]
) -> None:
    assert marked(one.replace("□", UNKNOWN_CHARACTER), other) == differing


@given(MASKED, MASKED)
def test_both_sides_are_kept_as_they_were_and_look_alike_from_either(one: str, other: str) -> None:
    aligned, turned = align(one, other), align(other, one)
    assert ["".join(piece.text for piece in side) for side in aligned[:2]] == [one, other]
    assert aligned.differing == turned.differing


@given(MASKED)
def test_nothing_differs_from_itself(text: str) -> None:
    aligned = align(text, text)
    assert aligned.differing == 0
    assert aligned.hidden == ("*" in text)


@given(DIGITS, st.data())
def test_a_masked_number_never_differs_from_the_number_it_hides(number: str, data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.integers(0, max(len(number) - 1, 0))))
    masked = "".join("*" if place in hidden else character for place, character in enumerate(number))
    assert align(masked, number).differing == 0


@given(DIGITS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_one_mark(number: str, place: int, digit: str) -> None:
    slipped = number[:place] + digit + number[place + 1 :]
    assert align(number, slipped[: len(number)]).differing <= 1


def test_characters_in_a_row_that_stand_alike_are_one_piece() -> None:
    assert align("ab1", "ab2").one == (Piece("ab", Fit.SAME), Piece("1", Fit.DIFFERS))
