"""What must hold before a held application goes on, and whom a clearance may bind to "not this person"."""

from __future__ import annotations

import datetime

import pytest

from matching.identity import BirthDate
from registry.clock import FixedClock
from registry.errors import ConflictError, StillHeldError
from registry.services.context import Services
from registry.services.decide_case import agree_release, find_other, find_same
from registry.services.list_index import ListIndex
from registry.services.read_cases import read_case
from registry.services.release_fresh import release_fresh
from registry.services.revoke_clearance import revoke_clearance
from registry.store.case_values import Finding, StepKind
from registry.store.look_back_repository import FindingFilter
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, person, put_on_list, report_fresh, state_again
from tests.registry.services.cases_at_hand import (
    FIRST,
    MASKED,
    NAME,
    NUMBER,
    REASONS,
    SECOND,
    acting,
    hear,
    list_somebody,
    match_of,
    office,
    one_slip,
    reviewed_with_sound_number,
)


def outcome(caller: Caller, check_no: str) -> str:
    return str(caller.get(f"/v1/checks/{check_no}").get_json()["outcome"])


@pytest.mark.parametrize(
    "stated",
    [
        {"id_number": one_slip()},
        {"id_number": MASKED},
        {"id_type": None, "id_number": None, "birth_date": NUMBER[6:10]},
        {"id_type": None, "id_number": None, "birth_date": f"{NUMBER[6:10]}-{NUMBER[10:12]}-{NUMBER[12:14]}"},
    ],
)
def test_whoever_states_no_sound_number_is_let_go_for_this_application_alone(
    services: Services, stated: dict[str, str | None]
) -> None:
    list_somebody(services, birth=BirthDate.parse(f"{NUMBER[6:10]}-{NUMBER[10:12]}-{NUMBER[12:14]}"))
    caller = office(services)
    answer = caller.check(applicant(NAME, NUMBER, **stated)).get_json()
    assert answer["verdict"] == "review"
    check_no = answer["check_no"]
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：当面核对")
    assert outcome(caller, check_no) == "released"
    assert caller.check(applicant(NAME, NUMBER, **stated)).get_json()["verdict"] == "review"


def test_an_equal_number_that_does_not_block_takes_two_people_and_makes_no_clearance(services: Services) -> None:
    list_somebody(services)
    caller = office(services)
    answer = caller.check(applicant("赵另名", NUMBER)).get_json()
    assert answer["verdict"] == "review"
    check_no = answer["check_no"]
    match = match_of(services, check_no)
    assert find_other(services, acting(services, check_no), match.id, "重号") is Finding.OTHER_PROPOSED
    agree_release(services, acting(services, check_no, SECOND), match.id, "")
    assert outcome(caller, check_no) == "released"
    assert caller.check(applicant("赵另名", NUMBER)).get_json()["verdict"] == "review"


def test_a_record_corrected_to_the_equal_number_takes_two_people_although_the_answer_did_not(
    services: Services,
) -> None:
    list_somebody(services, MASKED)
    caller = office(services)
    check_no = caller.check(applicant(NAME, NUMBER)).get_json()["check_no"]
    match = match_of(services, check_no)
    state_again(services, match.ban_no, person(NAME, NUMBER))
    assert find_other(services, acting(services, check_no), match.id, "重号") is Finding.OTHER_PROPOSED


def test_a_record_changed_since_the_answer_gives_no_clearance(services: Services) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    state_again(services, match_of(services, check_no).ban_no, person(NAME, None, domicile_code="339901"))
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人")
    assert outcome(caller, check_no) == "released"
    assert caller.check(applicant(NAME, NUMBER)).get_json()["verdict"] == "review"


def test_whom_the_list_has_named_since_keeps_the_application_held(services: Services) -> None:
    caller = office(services)
    list_somebody(services, MASKED)
    check_no = caller.check(applicant(NAME, NUMBER)).get_json()["check_no"]
    first = match_of(services, check_no)
    (second,) = put_on_list(services, Listing(person(NAME, NUMBER)))
    find_other(services, acting(services, check_no), first.id, "两人：当面核对")
    assert outcome(caller, check_no) == "open"
    view = read_case(services, check_no, FIRST)
    added = view.matches[1]
    assert (added.match.ban_no, added.match.verdict, added.match.finding) == (second, "block", Finding.OPEN)
    assert added.millibits > 0
    assert view.steps[-1].kind is StepKind.LISTED_SINCE
    hear(services, check_no)
    find_same(services, acting(services, check_no), added.match.id, REASONS)
    assert outcome(caller, check_no) == "confirmed"


def test_a_release_waits_until_every_region_is_fresh_again(services: Services, clock: FixedClock) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    clock.advance(datetime.timedelta(days=400))
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：当面核对")
    assert outcome(caller, check_no) == "open"
    index = ListIndex()
    with pytest.raises(StillHeldError):
        release_fresh(services, acting(services, check_no), "名单已更新", index)
    report_fresh(services)
    release_fresh(services, acting(services, check_no), "名单已更新", index)
    assert outcome(caller, check_no) == "released"


def test_a_revoked_clearance_takes_back_what_it_let_through(services: Services) -> None:
    caller = office(services)
    check_no = reviewed_with_sound_number(services, caller)
    find_other(services, acting(services, check_no), match_of(services, check_no).id, "两人：当面核对")
    let_through = caller.check(applicant(NAME, NUMBER)).get_json()
    assert let_through["verdict"] == "clear"
    (cleared,) = let_through["subjects"][0]["cleared"]
    revoke_clearance(services, cleared["clearance_no"], "认定有误", SECOND)
    with services.store.read() as uow:
        (found,) = uow.look_backs.page(FindingFilter(), 0, 10)
    assert (found.check_no, found.verdict_then, found.verdict_now) == (let_through["check_no"], "clear", "review")
    assert outcome(caller, check_no) == "open"
    assert caller.check(applicant(NAME, NUMBER)).get_json()["verdict"] == "review"
    with pytest.raises(ConflictError):
        revoke_clearance(services, cleared["clearance_no"], "认定有误", SECOND)
