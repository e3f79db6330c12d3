"""What the judgment at the desk says of a listed person stands with the case, and nothing it says of others."""

from __future__ import annotations

from registry.services.context import Services
from registry.services.read_cases import read_case
from tests.api.rest.caller import applicant
from tests.invented_list import report_fresh
from tests.registry.services.cases_at_hand import FIRST, list_somebody, office, reviewed
from tests.registry.services.desk_at_hand import HEARD, NAME, NUMBER, in_force


def test_a_case_quotes_the_sentences_about_the_listed_person_and_no_co_defendant(services: Services) -> None:
    in_force(services, HEARD)
    report_fresh(services)
    answer = office(services).check(applicant(NAME, NUMBER)).get_json()
    (match,) = read_case(services, answer["check_no"], FIRST).matches
    (judgment,) = match.quoted
    assert judgment.case_number == "（2020）浙0599刑初7号"
    said = "".join(judgment.sentences)
    assert "被告人周明远" in said
    assert "有期徒刑一年" in said
    assert "许云" not in said
    assert len(set(judgment.sentences)) == len(judgment.sentences)


def test_of_somebody_who_came_by_a_list_nothing_is_quoted(services: Services) -> None:
    list_somebody(services)
    (match,) = read_case(services, reviewed(office(services)), FIRST).matches
    assert match.quoted == ()
