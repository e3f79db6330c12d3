"""No cell written here is run by a spreadsheet, and every cell read back is what it was."""

from __future__ import annotations

import pytest

from registry.intake.formula_cells import disarmed, rearmed

FORMULAS = [
    '=HYPERLINK("http://example.invalid")',
    "=1+1",
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1",
    "＝1+1",
]
PLAIN = ["A1", "", "-12", "+86 571 1234", "-2026-001", "'quoted'", "O'Neill", "王示例", "（2022）浙0106刑初2号"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_begins_with_the_sign_for_text(text: str) -> None:
    assert disarmed(text) == "'" + text


@pytest.mark.parametrize("text", PLAIN)
def test_a_cell_that_does_nothing_stays_as_it_is(text: str) -> None:
    assert disarmed(text) == rearmed(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, *PLAIN, "'=1", "''=1"])
def test_a_cell_read_back_is_what_was_written(text: str) -> None:
    assert rearmed(disarmed(text)) == text
