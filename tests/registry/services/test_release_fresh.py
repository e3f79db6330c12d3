"""An application only an old list held: judged again by today's list, and released only if that is clear."""

from __future__ import annotations

import datetime

import pytest

from registry.clock import FixedClock
from registry.errors import ConflictError, InvalidInputError, StillHeldError
from registry.services.context import Services
from registry.services.list_index import ListIndex
from registry.services.release_fresh import release_fresh
from registry.store.case_values import CaseState, StepKind
from tests.api.rest.caller import Caller, applicant
from tests.invented_list import Listing, invented_id, person, put_on_list, report_fresh
from tests.registry.services.cases_at_hand import acting, blocked, case_of, list_somebody, office

LATER, NAME = invented_id(77), "赵后来"


@pytest.fixture
def index(services: Services) -> ListIndex:
    return ListIndex(services.settings.home, services.model)


def held_by_an_old_list(services: Services, clock: FixedClock) -> tuple[Caller, str]:
    list_somebody(services)
    caller = office(services)
    clock.advance(datetime.timedelta(days=30))
    answer = caller.check(applicant(NAME, LATER)).get_json()
    assert answer["verdict"] == "review"
    assert case_of(services, answer["check_no"]).rule == "stale"
    return caller, answer["check_no"]


def test_it_is_released_once_the_list_is_fresh_and_still_names_nobody(
    services: Services, clock: FixedClock, index: ListIndex
) -> None:
    caller, check_no = held_by_an_old_list(services, clock)
    with pytest.raises(StillHeldError) as refused:
        release_fresh(services, acting(services, check_no), "名单已更新", index)
    assert refused.value.code == "still_stale"
    report_fresh(services)
    with pytest.raises(InvalidInputError):
        release_fresh(services, acting(services, check_no), " ", index)
    release_fresh(services, acting(services, check_no), "名单已更新", index)
    assert case_of(services, check_no).state is CaseState.RELEASED
    assert caller.get(f"/v1/checks/{check_no}").get_json()["outcome"] == "released"
    with services.store.read() as uow:
        (step,) = uow.cases.steps(case_of(services, check_no).id)
    assert step.kind is StepKind.RELEASED_AS_FRESH
    with pytest.raises(ConflictError):
        release_fresh(services, acting(services, check_no), "再来", index)


def test_it_stays_held_where_the_list_names_somebody_by_now(
    services: Services, clock: FixedClock, index: ListIndex
) -> None:
    _, check_no = held_by_an_old_list(services, clock)
    report_fresh(services)
    put_on_list(services, Listing(person(NAME, LATER)))
    with pytest.raises(StillHeldError) as refused:
        release_fresh(services, acting(services, check_no), "名单已更新", index)
    assert refused.value.code == "names_somebody"
    assert case_of(services, check_no).state is CaseState.OPEN


def test_a_case_that_names_somebody_is_not_released_this_way(services: Services, index: ListIndex) -> None:
    list_somebody(services)
    check_no = blocked(office(services))
    with pytest.raises(ConflictError):
        release_fresh(services, acting(services, check_no), "名单已更新", index)
