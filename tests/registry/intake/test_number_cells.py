"""Numbers that went through a spreadsheet: what is certain stays, the rest is unknown."""

from __future__ import annotations

import pytest

from registry.intake.number_cells import read_number
from tests.registry.intake.list_rows_at_hand import id_number


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("3.39901E+17", "339901************"),
        ("3.39900E+17", "339900************"),
        ("3.399E+17", "339***************"),
        ("3.399001976E+17", "339900197*********"),
        ("3.39900197603094E+17", "339900197603094***"),
        ("３.３９９００Ｅ＋１７", "339900************"),
        ("3.39900E+14", "33990**********"),
        (339900197603094000, "339900197603094***"),
        (3.39900197603094e17, "339900197603094***"),
        ("339900197603094000", "339900197603094***"),
    ],
)
def test_digits_a_spreadsheet_lost_or_rounded_are_unknown(cell: str | float, text: str) -> None:
    number = read_number(cell)
    assert number.text == text
    assert number.damaged


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (339900760309401, "339900760309401"),
        (339900760309401.0, "339900760309401"),
        (12345678.0, "12345678"),
        (id_number(), id_number()),
        ("3399001976030940", "3399001976030940"),
        ("H99000001", "H99000001"),
    ],
)
def test_numbers_that_lost_nothing_stay_as_they_are(cell: str | float, text: str) -> None:
    number = read_number(cell)
    assert number.text == text
    assert not number.damaged


def test_a_sound_number_that_ends_in_three_zeros_is_no_damage() -> None:
    sound = next(
        number
        for sequence in range(100, 1000, 100)
        for birth in ("19760309", "19760310", "19760311")
        if (number := id_number(birth, str(sequence))).endswith("000")
    )
    assert not read_number(sound).damaged
    assert read_number(int(sound)).damaged, "a numeric cell cannot hold eighteen digits, whatever it shows"
