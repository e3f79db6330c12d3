"""What a ban bars from is told whole, though an answer names only what reaches its application."""

from __future__ import annotations

import io

from docx import Document

from registry.services.context import Services
from registry.services.decide_case import find_same
from registry.services.read_cases import read_case
from registry.services.write_notice import Naming, PaperForm, write_notice
from tests.api.rest.caller import applicant, application
from tests.registry.services.cases_at_hand import (
    FIRST,
    NAME,
    NUMBER,
    REASONS,
    acting,
    hear,
    list_somebody,
    match_of,
    office,
)

MANAGING, SAFETY = "从事食品生产经营管理工作", "担任食品安全管理人员"


def held_appointment(services: Services) -> str:
    """Hold somebody listed for life who is to be a food safety officer; return the check."""
    list_somebody(services)
    asked = application(applicant(NAME, NUMBER, role="food_safety_officer"), purpose="staff_appointment")
    return str(office(services).post("/v1/checks", asked).get_json()["check_no"])


def test_a_case_shows_all_a_ban_bars_from_and_what_of_it_the_post_is(services: Services) -> None:
    check_no = held_appointment(services)
    (match,) = read_case(services, check_no, FIRST).matches
    (whole,) = match.bars
    (basis,) = match.bases
    assert whole.reached == tuple(basis["bars"])
    assert set(whole.reached) < set(whole.activities)
    assert whole.is_more
    assert whole.records == ("33:R000001",)


def test_the_letter_to_an_employer_names_every_post_the_ban_bars_from(services: Services) -> None:
    check_no = held_appointment(services)
    hear(services, check_no)
    match = match_of(services, check_no).id
    find_same(services, acting(services, check_no), match, REASONS)
    letter = write_notice(services, acting(services, check_no), match, PaperForm.DOCX, Naming(str, str, str, str))
    cells = "\n".join(
        cell.text for table in Document(io.BytesIO(letter)).tables for row in table.rows for cell in row.cells
    )
    assert MANAGING in cells
    assert f"其中与该岗位有关的：{SAFETY}" in cells
