"""An applicant beside a listed person: every line says whether it agrees, and what need not be known is masked."""

from __future__ import annotations

from matching.identity import BirthDate, IdDocument, Identity, IdType, NameKind, OtherName, Sex
from registry.services.side_by_side import Line, Standing, side_by_side
from tests.invented_list import organisation
from tests.registry.services.cases_at_hand import NUMBER, one_slip

LISTED = Identity(
    name="王示例",
    documents=(IdDocument(IdType.RESIDENT_ID, NUMBER),),
    other_names=(OtherName(NameKind.FORMER, "王旧名"),),
    domicile_code=NUMBER[:6],
)


def applicant(name: str = "王示例", number: str | None = NUMBER, **stated: object) -> Identity:
    documents = () if number is None else (IdDocument(IdType.RESIDENT_ID, number),)
    return Identity(name=name, documents=documents, **stated)  # type: ignore[arg-type]


def line(lines: list[Line], thing: str) -> Line:
    (found,) = (each for each in lines if each.thing == thing)
    return found


def text(line: Line) -> tuple[str, str]:
    one, other = ("".join(piece.text for piece in side) for side in (line.applicant, line.listed))
    return one, other


def test_equal_people_agree_in_every_line_and_a_slip_in_the_number_alone_is_marked() -> None:
    same = side_by_side(applicant(), LISTED)
    assert {each.thing for each in same if each.standing is Standing.SAME} >= {
        "name",
        "id_number",
        "birth",
        "sex",
        "area",
    }
    slipped = line(side_by_side(applicant(number=one_slip()), LISTED), "id_number")
    assert (slipped.standing, slipped.differing, slipped.id_type) == (Standing.DIFFERS, 1, "resident_id")


def test_a_masked_number_on_the_list_differs_nowhere_and_says_that_it_is_masked() -> None:
    masked = Identity(name="王示例", documents=(IdDocument(IdType.RESIDENT_ID, f"{NUMBER[:6]}********{NUMBER[14:]}"),))
    assert line(side_by_side(applicant(), masked), "id_number").standing is Standing.HIDDEN


def test_an_old_number_and_full_width_digits_are_compared_in_one_spelling() -> None:
    old = Identity(name="王示例", documents=(IdDocument(IdType.RESIDENT_ID, NUMBER[:6] + NUMBER[8:17]),))
    assert line(side_by_side(applicant(), old), "id_number").standing is Standing.SAME


def test_what_one_side_does_not_state_is_neither_the_same_nor_different() -> None:
    lines = side_by_side(applicant(number=None, birth=BirthDate(1976, 3, 9), sex=Sex.MALE), LISTED)
    assert line(lines, "id_number").standing is Standing.UNSTATED
    assert line(lines, "birth").standing is Standing.SAME


def test_an_organisation_has_neither_a_birth_nor_a_sex() -> None:
    company = organisation("示例食品有限公司", "91339900MA00000018")
    assert [each.thing for each in side_by_side(company, company)] == ["name", "id_number"]


def test_a_former_name_that_is_the_applicants_name_agrees() -> None:
    assert line(side_by_side(applicant("王旧名"), LISTED), "name").standing is Standing.KNOWN_AS
    assert line(side_by_side(applicant("王某某"), LISTED), "name").standing is Standing.DIFFERS
    assert line(side_by_side(applicant(), LISTED), "other_names").standing is Standing.UNSTATED
    assert line(side_by_side(LISTED, LISTED), "other_names").standing is Standing.SAME


def test_two_neighbouring_digits_that_changed_places_are_called_so() -> None:
    swapped = NUMBER[:16] + NUMBER[17] + NUMBER[16]
    assert line(side_by_side(applicant(number=swapped), LISTED), "id_number").standing is Standing.SWAPPED
    apart = NUMBER[:15] + NUMBER[17] + NUMBER[16] + NUMBER[15]
    assert line(side_by_side(applicant(number=apart), LISTED), "id_number").standing is not Standing.SWAPPED


def test_numbers_of_other_kinds_of_documents_stand_beside_nothing() -> None:
    passport = Identity(name="王示例", documents=(IdDocument(IdType.PASSPORT, "E12345678"),))
    kinds = [each.id_type for each in side_by_side(passport, LISTED) if each.thing == "id_number"]
    assert kinds == ["passport", "resident_id"]


def test_masked_lines_show_where_something_differs_and_not_what() -> None:
    lines = side_by_side(applicant("王示范", one_slip()), LISTED, masked=True)
    for thing, differing in (("name", 1), ("id_number", 1)):
        found = line(lines, thing)
        assert found.differing == differing
        assert "*" in text(found)[0]
    assert text(line(lines, "name")) == ("王**", "王**")
    assert NUMBER not in text(line(lines, "id_number"))
    assert text(line(lines, "other_names"))[1] == "王**"
    assert text(line(lines, "birth")) == ("1976-**-**", "1976-**-**")
